/**
 * What a file cannot say about itself: content type, user metadata and the checksum of its bytes. Lives beside the
 * buckets, so that any engine that reads a bucket's folder sees objects and nothing else. See docs/formats/store.md.
 */
import { dirname, join } from 'node:path'
import { systemCode } from '../base/errors.ts'
import type { FileStat, Files } from '../sys/sys.ts'
import type { Content } from './file-copy.ts'
import type { PutOptions } from './store.ts'

export interface LocalMetadata {
  contentType?: string
  contentEncoding?: string
  metadata: Record<string, string>
  /** The file that the checksum belongs to: another size or time means that somebody changed the file since. */
  bytes: number
  mtimeNs: string
  /** CRC-32, 8 hex digits. */
  crc32: string
}

export function describeObject(options: PutOptions, content: Content, stat: FileStat): LocalMetadata {
  return {
    contentType: options.contentType,
    ...(options.contentEncoding === undefined ? {} : { contentEncoding: options.contentEncoding }),
    metadata: options.metadata,
    bytes: content.bytes,
    mtimeNs: String(stat.mtimeNs),
    crc32: crcHex(content.crc),
  }
}

/** Durable when it resolves, given that the folder is. `name` is unique among running puts. */
export async function writeMetadata(
  files: Files,
  path: string,
  staging: { folder: string; name: string },
  metadata: LocalMetadata,
): Promise<void> {
  const temporary = join(staging.folder, `${staging.name}.json`)
  const file = await files.open(temporary, 'exclusive')
  try {
    await file.write([Buffer.from(JSON.stringify(metadata))], 0)
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
  try {
    const value: unknown = JSON.parse((await files.readFile(path)).toString('utf8'))
    return isMetadata(value) ? value : undefined
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
