/**
 * What a file cannot say about itself: content type, user metadata, tags and the checksums of its bytes. Lives beside the
 * buckets, so that any engine that reads a bucket's folder sees objects and nothing else. See docs/formats/store.md.
 */
import { dirname, join } from 'node:path'
import { systemCode } from '../base/errors.ts'
import type { FileStat, Files } from '../sys/sys.ts'
import type { Content } from './file-copy.ts'

/** What is said about an object when it is put. */
export interface Description {
  contentType?: string
  contentEncoding?: string
  metadata: Record<string, string>
  /** Further headers of S3 that are given back as they came: `cache-control`, `x-amz-storage-class` … */
  headers?: Record<string, string>
  tags?: Record<string, string>
  /** As S3 makes them: MD5, or `<MD5 of MD5s>-<parts>`. Without it the store makes one of its own. */
  etag?: string
  /** Base64, as the sender gave it and we have verified it. */
  checksum?: ObjectChecksum
  /** Sizes of the parts of a multipart upload, in order. */
  partBytes?: number[]
  /** Of each, by the algorithm of `checksum`. */
  partChecksums?: string[]
  /** The multipart upload that made it: who completes it twice is answered as the first time. */
  uploadId?: string
}

export interface ObjectChecksum {
  algorithm: string
  value: string
  type: 'FULL_OBJECT' | 'COMPOSITE'
}

export interface LocalMetadata extends Description {
  /** The file that the description belongs to: another size or time means that somebody changed the file since. */
  bytes: number
  mtimeNs: string
  /** CRC-32, 8 hex digits. */
  crc32: string
  /** Of the object that this one replaces. A crash can leave its file in place: then this one is believed. */
  previous?: LocalMetadata
}

export function describeObject(given: Description, content: Content, stat: FileStat): LocalMetadata {
  const { previous: _, ...description } = given as LocalMetadata
  return { ...description, bytes: content.bytes, mtimeNs: String(stat.mtimeNs), crc32: crcHex(content.crc) }
}

/** Durable when it resolves, given that the folder is. `name` is unique among running puts. */
export async function writeMetadata(
  files: Files,
  path: string,
  staging: { folder: string; name: string },
  metadata: LocalMetadata,
): Promise<void> {
  await writeJson(files, path, staging, metadata)
}

export async function writeJson(
  files: Files,
  path: string,
  staging: { folder: string; name: string },
  value: object,
): Promise<void> {
  const temporary = join(staging.folder, `${staging.name}.json`)
  const file = await files.open(temporary, 'exclusive')
  try {
    await file.write([Buffer.from(JSON.stringify(value))], 0)
    await file.sync()
  } finally {
    await file.close()
  }
  await files.rename(temporary, path)
  // A rename is durable only when both folders are.
  await files.syncDirectory(dirname(path))
  await files.syncDirectory(staging.folder)
}

/** Undefined for files that were put into the folder by hand, or whose description is damaged. */
export async function readMetadata(files: Files, path: string): Promise<LocalMetadata | undefined> {
  const value = await readJson(files, path)
  return isMetadata(value) ? value : undefined
}

/** Undefined where there is no file, or no JSON in it. */
export async function readJson(files: Files, path: string): Promise<unknown> {
  try {
    return JSON.parse((await files.readFile(path)).toString('utf8'))
  } catch (error) {
    const code = systemCode(error)
    // A description that is not JSON describes nothing; the object itself is whole and is hashed instead.
    if (error instanceof SyntaxError || code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR')
      return undefined
    throw error
  }
}

function isMetadata(value: unknown): value is LocalMetadata {
  if (typeof value !== 'object' || value === null) return false
  const { crc32, bytes, mtimeNs, metadata } = value as Partial<LocalMetadata>
  return (
    typeof crc32 === 'string' &&
    typeof bytes === 'number' &&
    typeof mtimeNs === 'string' &&
    typeof metadata === 'object' &&
    metadata !== null
  )
}

export function crcHex(crc: number): string {
  return crc.toString(16).padStart(8, '0')
}
