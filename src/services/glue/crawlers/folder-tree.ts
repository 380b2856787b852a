/** What lies below a path, folder by folder: counted in full, remembered in samples. */
import { HozonError } from '../../../base/errors.ts'
import type { ObjectInfo, Store } from '../../../store/store.ts'
import type { FileSchema } from './classify/file-schema.ts'

export interface Folder {
  /** From the target's root, without slashes. */
  path: string[]
  files: number
  bytes: number
  samples: SampleFile[]
  folders: Map<string, Folder>
}

export interface SampleFile {
  key: string
  bytes: number
  isLookedAt: boolean
  /** Undefined: not looked at, or of no known format. */
  schema: FileSchema | undefined
}

export interface Listing {
  bucket: string
  /** Ends in a slash, or is empty. */
  prefix: string
  isExcluded: (path: string) => boolean
  samplesMax: number
  signal: AbortSignal
}

/** Some 300 MB of folders where each has one file; a crawler of AWS goes on for hours then. */
const OBJECTS_MAX = 1_000_000

/** Throws HOZON_CRAWL_OBJECTS. */
export async function folderTree(store: Pick<Store, 'list'>, listing: Listing): Promise<Folder> {
  const { bucket, prefix, isExcluded, samplesMax, signal } = listing
  const root = emptyFolder([])
  let objects = 0
  for await (const object of store.list(bucket, prefix)) {
    if (signal.aborted) return root
    if (++objects > OBJECTS_MAX) throw tooManyError(bucket, prefix)
    const path = object.key.slice(prefix.length)
    if (object.bytes > 0 && !isHidden(path) && !isExcluded(path)) add(root, path, object, samplesMax)
  }
  return root
}

function emptyFolder(path: string[]): Folder {
  return { path, files: 0, bytes: 0, samples: [], folders: new Map() }
}

/** As Hive has it: no query reads what begins with these. */
function isHidden(path: string): boolean {
  return path === '' || path.endsWith('/') || path.endsWith('_$folder$') || /(^|\/)[_.]/.test(path)
}

function add(root: Folder, path: string, { key, bytes }: ObjectInfo, samplesMax: number): void {
  const steps = path.split('/')
  steps.pop()
  let folder = root
  for (const step of steps) {
    let next = folder.folders.get(step)
    if (next === undefined) {
      next = emptyFolder([...folder.path, step])
      folder.folders.set(step, next)
    }
    folder = next
  }
  folder.files++
  folder.bytes += bytes
  if (folder.samples.length < samplesMax)
    folder.samples.push({ key, bytes, isLookedAt: false, schema: undefined })
}

export function* foldersWithFiles(folder: Folder): Generator<Folder> {
  if (folder.files > 0) yield folder
  for (const inner of folder.folders.values()) yield* foldersWithFiles(inner)
}

function tooManyError(bucket: string, prefix: string): HozonError {
  return new HozonError('HOZON_CRAWL_OBJECTS', `there are more than ${OBJECTS_MAX} objects`, {
    op: 'crawl',
    target: `s3://${bucket}/${prefix}`,
    hint: 'give the crawler several smaller paths, or exclude some',
  })
}
