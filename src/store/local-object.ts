/** Finds objects in a folder, and sees to it that changes of one key go one after the other. */
import { HozonError, systemCode } from '../base/errors.ts'
import type { FileStat, Sys } from '../sys/sys.ts'
import type { DurableDirectories } from './durable-directories.ts'
import type { FolderNames } from './folder-names.ts'
import { hashContent } from './file-copy.ts'
import type { FoundKey } from './local-listing.ts'
import { crcHex, readMetadata, type LocalMetadata } from './local-metadata.ts'
import { statObject, type LocalPaths } from './local-paths.ts'
import type { KnownFolders, ObjectHead } from './store.ts'

/** Each a path and a number. Files that Hozon did not put are read once for their checksum and not at each listing. */
const HASHED_MAX = 10_000

/** What all of the room's local files work on. */
export interface LocalPlace {
  sys: Sys
  paths: LocalPaths
  directories: DurableDirectories
  turns: Turns
  names: FolderNames
  /** CRC-32s of files without a description, by path, size and time. */
  hashed: Map<string, string>
}

export interface LocalObject {
  key: string
  path: string
  stat: FileStat
  crc32: string
  description: LocalMetadata | undefined
}

export async function findObject(
  place: LocalPlace,
  op: string,
  bucket: string,
  key: string,
): Promise<LocalObject | undefined> {
  const { files } = place.sys
  const plain = place.paths.object(bucket, key)
  const stat = await statObject(files, op, plain)
  if (stat !== undefined) return describeFile(place, bucket, { key, path: plain, stat })
  const beside = place.paths.beside(bucket, key)
  if (beside === undefined) return undefined
  const besideStat = await statObject(files, op, beside)
  return besideStat && describeFile(place, bucket, { key, path: beside, stat: besideStat })
}

/** What a listing has found; undefined when it is gone. */
export async function objectAt(
  place: LocalPlace,
  bucket: string,
  { key, path }: FoundKey,
): Promise<LocalObject | undefined> {
  try {
    const stat = await place.sys.files.lstat(path)
    if (stat.kind === 'file') return await describeFile(place, bucket, { key, path, stat })
  } catch (error) {
    const code = systemCode(error)
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error
  }
  // Perhaps it was moved aside since.
  return findObject(place, 'list objects', bucket, key)
}

/** Where the object's file is; undefined when there is none. */
export async function pathOfObject(
  { sys, paths }: LocalPlace,
  op: string,
  bucket: string,
  key: string,
  known?: KnownFolders,
): Promise<string | undefined> {
  const isThere = async (path: string): Promise<boolean> =>
    (await statObject(sys.files, op, path, known)) !== undefined
  const plain = paths.object(bucket, key)
  if (await isThere(plain)) return plain
  const beside = paths.beside(bucket, key)
  return beside !== undefined && (await isThere(beside)) ? beside : undefined
}

export async function describeFile(
  place: LocalPlace,
  bucket: string,
  file: { key: string; path: string; stat: FileStat },
): Promise<LocalObject> {
  const { files } = place.sys
  const former = place.paths.formerMetadata(bucket, file.key)
  const written =
    (await readMetadata(files, place.paths.metadata(bucket, file.key))) ??
    (former === undefined ? undefined : await readMetadata(files, former))
  const fitting = [written, written?.previous].filter(
    (one) => one !== undefined && describes(one, file.stat),
  ) as LocalMetadata[]
  const [first, second] = fitting
  // Old and new content of one size, within one tick of the file system's clock: the bytes decide.
  const isClear = first !== undefined && (second === undefined || second.crc32 === first.crc32)
  const crc32 = isClear ? first.crc32 : await crcOf(place, file)
  return { ...file, crc32, description: fitting.find((one) => one.crc32 === crc32) }
}

export function headOf({ key, stat, crc32, description }: LocalObject): ObjectHead {
  return {
    key,
    bytes: stat.size,
    etag: description?.etag ?? `${crc32}-${stat.size.toString(16)}`,
    lastModifiedMs: Number(stat.mtimeNs / 1_000_000n),
    contentType: description?.contentType,
    contentEncoding: description?.contentEncoding,
    metadata: description?.metadata ?? {},
  }
}

/** A changed size or time means that somebody rewrote the file after it was put: its checksum is another. */
export function describes(metadata: LocalMetadata, stat: FileStat): boolean {
  return metadata.bytes === stat.size && metadata.mtimeNs === String(stat.mtimeNs)
}

async function crcOf(
  { sys, hashed }: LocalPlace,
  { path, stat }: { path: string; stat: FileStat },
): Promise<string> {
  if (stat.size === 0) return crcHex(0)
  const name = `${path} ${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`
  const known = hashed.get(name)
  if (known !== undefined) return known
  const crc32 = crcHex((await hashContent(sys.files, path)).crc)
  // A file that changed within the clock's last tick could change again and look the same.
  if (sys.clock.now() - Number(stat.ctimeNs / 1_000_000n) < 1000) return crc32
  if (hashed.size >= HASHED_MAX) hashed.clear()
  hashed.set(name, crc32)
  return crc32
}

/** Changes of one key go one after the other; none runs while its bucket is being removed. */
export class Turns {
  /** The last change of each key that is running. */
  readonly #last = new Map<string, Promise<unknown>>()
  readonly #running = new Map<string, number>()
  readonly #closed = new Set<string>()

  async run<T>(bucket: string, key: string, work: () => Promise<T>): Promise<T> {
    if (this.#closed.has(bucket))
      throw new HozonError('HOZON_STORE_UNAVAILABLE', 'the bucket is being removed', {
        op: 'change object',
        target: bucket,
        retryable: true,
      })
    const name = `${bucket}/${key}`
    const before = this.#last.get(name)
    const turn = (async () => {
      await before?.catch(() => {
        // The one before has told its own caller.
      })
      return work()
    })()
    this.#last.set(name, turn)
    this.#running.set(bucket, (this.#running.get(bucket) ?? 0) + 1)
    try {
      return await turn
    } finally {
      if (this.#last.get(name) === turn) this.#last.delete(name)
      const left = this.#running.get(bucket)! - 1
      if (left === 0) this.#running.delete(bucket)
      else this.#running.set(bucket, left)
    }
  }

  /** Undefined, and nothing done, when changes are running in the bucket. */
  async alone<T>(bucket: string, work: () => Promise<T>): Promise<T | undefined> {
    if (this.#running.has(bucket) || this.#closed.has(bucket)) return undefined
    this.#closed.add(bucket)
    try {
      return await work()
    } finally {
      this.#closed.delete(bucket)
    }
  }

  async ended(): Promise<void> {
    await Promise.allSettled(this.#last.values())
  }
}
