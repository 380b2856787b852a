/** Looks into the samples of a tree of folders, in a process of its own that is ended when a file takes too long. */
import { join } from 'node:path'
import { HozonError } from '../../../base/errors.ts'
import type { Store } from '../../../store/store.ts'
import { callsTo, type ChildCalls } from '../../../sys/rpc.ts'
import type { Child, Sys } from '../../../sys/sys.ts'
import type { Classified, ClassifyJob, CustomClassifier } from './classify/file-schema.ts'
import { foldersWithFiles, type Folder, type SampleFile } from './folder-tree.ts'

/** Of one crawl: some minutes. Where there are more, folders evenly apart are looked into, and few files of each. */
const FILES_MAX = 5000
/** Reading a megabyte takes 50 ms; a pattern that goes back and forth has no end. */
const FILE_TIMEOUT_MS = 20_000
/** Of a remote object that is copied to be looked into: the smaller files of a folder say the same. */
const COPY_BYTES_MAX = 256 * 1024 * 1024
const HEAP_MIB = 256

export interface LookOptions {
  sys: Pick<Sys, 'clock' | 'files' | 'processes' | 'random'>
  store: Pick<Store, 'localPath' | 'getFile'>
  /** An existing folder. */
  scratch: string
  bucket: string
  classifiers: CustomClassifier[]
  signal: AbortSignal
}

/** What was not understood, for the crawl's report. */
export interface Looked {
  files: number
  unknown: { key: string; reason: string }[]
}

export async function lookIntoFiles(root: Folder, options: LookOptions): Promise<Looked> {
  const chosen = chooseFiles(root)
  const looker = openLooker(options)
  const looked: Looked = { files: 0, unknown: [] }
  try {
    for (const sample of chosen) {
      if (options.signal.aborted) return looked
      const result = await look(sample, options, looker)
      sample.isLookedAt = true
      looked.files++
      if ('schema' in result) sample.schema = result.schema
      else looked.unknown.push({ key: sample.key, reason: result.unknown })
    }
    return looked
  } finally {
    await looker.close()
  }
}

function chooseFiles(root: Folder): SampleFile[] {
  const folders = [...foldersWithFiles(root)]
  const every = Math.ceil(folders.length / FILES_MAX)
  const few = folders.filter((_, place) => place % every === 0)
  const each = Math.max(Math.floor(FILES_MAX / Math.max(few.length, 1)), 1)
  return few.flatMap(({ samples }) => samples.slice(0, each))
}

async function look(
  { key, bytes }: SampleFile,
  { sys, store, scratch, bucket, classifiers, signal }: LookOptions,
  looker: Looker,
): Promise<Classified> {
  const local = await store.localPath(bucket, key)
  if (local !== undefined) return looker.classify({ path: local, key, bytes, classifiers })
  if (bytes > COPY_BYTES_MAX) return { unknown: 'an object that is too large to be copied' }
  const path = join(scratch, `crawl-${sys.random.bytes(8).toString('hex')}`)
  try {
    await store.getFile(bucket, key, path, signal)
    return await looker.classify({ path, key, bytes, classifiers })
  } finally {
    await sys.files.remove(path)
  }
}

interface Looker {
  classify(job: ClassifyJob): Promise<Classified>
  close(): Promise<void>
}

function openLooker({ sys, signal }: LookOptions): Looker {
  let child: { process: Child; calls: ChildCalls } | undefined
  const start = (): { process: Child; calls: ChildCalls } => {
    if (child !== undefined) return child
    const process = sys.processes.fork(new URL('./classify/classify-child.ts', import.meta.url), {
      title: 'hozon-crawler',
      heapMiB: HEAP_MIB,
    })
    const started = { process, calls: callsTo(process, 'hozon-crawler') }
    child = started
    void started.calls.exited.then(() => {
      if (child === started) child = undefined
    })
    return started
  }
  return {
    async classify(job) {
      const { process, calls } = start()
      const over = new AbortController()
      void sys.clock.sleep(FILE_TIMEOUT_MS, AbortSignal.any([over.signal, signal])).then(() => {
        if (!over.signal.aborted) process.kill('SIGKILL')
      })
      try {
        return await calls.call<Classified>('classify', job)
      } catch (error) {
        if (!(error instanceof HozonError)) throw error
        // The next file is not to meet the dead process.
        if (error.code === 'HOZON_ENGINE_DIED' && child?.calls === calls) child = undefined
        return { unknown: `a file that can not be looked into: ${error.message}` }
      } finally {
        over.abort()
      }
    },
    async close() {
      if (child === undefined) return
      const { process, calls } = child
      process.kill('SIGTERM')
      await calls.exited
    },
  }
}
