/**
 * Answers as files: of the embedded store its own, of a remote store copies, which are kept while there is room, for pages of one answer
 * follow each other. The store is asked for each page whether the object is still the one that was copied.
 */
import { join } from 'node:path'
import { HozonError } from '../../../base/errors.ts'
import type { DiskRoom } from '../../../query/disk-room.ts'
import type { ObjectInfo, Store } from '../../../store/store.ts'
import type { Clock, Files } from '../../../sys/sys.ts'
import { answerInTime } from '../store-answer.ts'
import type { AnswerFile } from './read-page.ts'

/** Answers that are paged through at once. */
const COPIES_MAX = 32
const COPIES_BYTES_MAX = 4 * 1024 * 1024 * 1024

export interface OpenAnswer extends AnswerFile {
  close(): Promise<void>
}

export interface AnswerFiles {
  /** Undefined: the object is not there any more. */
  open(bucket: string, key: string): Promise<OpenAnswer | undefined>
}

interface Copy {
  path: string
  users: number
  bytes: number
  ready: Promise<void>
}

export interface AnswerFilesOptions {
  clock: Pick<Clock, 'sleep'>
  files: Files
  store: Pick<Store, 'served' | 'getFile' | 'head'>
  room: DiskRoom
  /** For copies. */
  directory: string
}

export function openAnswerFiles({ clock, files, store, room, directory }: AnswerFilesOptions): AnswerFiles {
  /** Most recently used last. */
  const copies = new Map<string, Copy>()
  let nextName = 1

  async function download(bucket: string, { key, bytes }: ObjectInfo, copy: Copy): Promise<void> {
    const taken = await room.take({ paths: [copy.path], bytes })
    try {
      await store.getFile(bucket, key, copy.path)
      // It may have been replaced since it was asked for.
      copy.bytes = (await files.stat(copy.path)).size
    } catch (error) {
      await files.remove(copy.path)
      throw error
    } finally {
      taken.release()
    }
  }

  function copyOf(bucket: string, object: ObjectInfo): Copy {
    const name = `${bucket}/${object.key} ${object.etag}`
    const known = copies.get(name)
    if (known !== undefined) {
      copies.delete(name)
      copies.set(name, known)
      return known
    }
    const path = join(directory, `copy-${nextName++}`)
    const copy: Copy = { path, users: 0, bytes: 0, ready: Promise.resolve() }
    copies.set(name, copy)
    copy.ready = download(bucket, object, copy)
    // The next reader tries anew.
    copy.ready.catch(() => copies.delete(name))
    return copy
  }

  /** Leaves that many, oldest first. Returns the bytes of the others that nobody reads. */
  async function evict(countMax = COPIES_MAX, bytesMax = COPIES_BYTES_MAX): Promise<number> {
    let bytes = [...copies.values()].reduce((sum, copy) => sum + copy.bytes, 0)
    let removedBytes = 0
    for (const [name, copy] of copies) {
      if (copies.size <= countMax && bytes <= bytesMax) break
      if (copy.users > 0) continue
      copies.delete(name)
      bytes -= copy.bytes
      removedBytes += copy.bytes
      await files.remove(copy.path)
    }
    return removedBytes
  }
  room.whenShort(() => evict(0, 0))

  async function openCopy(bucket: string, key: string): Promise<OpenAnswer | undefined> {
    const object = await answerInTime(clock, store.head(bucket, key))
    if (object === undefined) return undefined
    const copy = copyOf(bucket, object)
    copy.users++
    try {
      await copy.ready
      const file = await files.open(copy.path, 'read')
      return {
        bytes: copy.bytes,
        read: (buffer, position) => file.read(buffer, position),
        async close() {
          copy.users--
          await file.close()
          await evict()
        },
      }
    } catch (error) {
      copy.users--
      if (isMissing(error)) return undefined
      throw error
    }
  }

  const { served } = store
  return {
    open: async (bucket, key) =>
      served === undefined ? openCopy(bucket, key) : served.open(bucket, key).catch(missingIsUndefined),
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof HozonError &&
    (error.code === 'HOZON_STORE_NOT_FOUND' || error.code === 'HOZON_STORE_NO_BUCKET')
  )
}

function missingIsUndefined(error: unknown): undefined {
  if (isMissing(error)) return undefined
  throw error
}
