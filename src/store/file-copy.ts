import { crc32 } from 'node:zlib'
import type { Files, OpenFile } from '../sys/sys.ts'

/** One buffer per running copy; larger reads were not faster. */
const CHUNK_BYTES = 1024 * 1024

export interface Content {
  bytes: number
  /** CRC-32 of all bytes. */
  crc: number
}

/** Reads a file once from its start to its end. */
export async function readContent(
  file: OpenFile,
  take: (chunk: Buffer, position: number) => Promise<void>,
): Promise<Content> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  let bytes = 0
  let crc = 0
  for (;;) {
    const count = await file.read(buffer, bytes)
    if (count === 0) return { bytes, crc }
    const chunk = buffer.subarray(0, count)
    crc = crc32(chunk, crc)
    await take(chunk, bytes)
    bytes += count
  }
}

export interface CopyOptions {
  /** Synced. */
  durably?: boolean
  /** Rejects with its reason when it aborts. */
  signal?: AbortSignal
}

/** Copies to a new file; nothing is left at `to` when it fails. */
export async function copyFile(
  files: Files,
  from: string,
  to: string,
  { durably = false, signal }: CopyOptions,
): Promise<Content> {
  signal?.throwIfAborted()
  const source = await files.open(from, 'read')
  try {
    const target = await files.open(to, 'create')
    try {
      const content = await readContent(source, async (chunk, position) => {
        signal?.throwIfAborted()
        await target.write([chunk], position)
      })
      if (durably) await target.sync()
      return content
    } catch (error) {
      await files.remove(to)
      throw error
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

/** The content of a file as it is now on disk, not only in memory. */
export async function syncContent(files: Files, path: string): Promise<Content> {
  const file = await files.open(path, 'read')
  try {
    await file.sync()
    return await readContent(file, async () => {})
  } finally {
    await file.close()
  }
}

/** Hashes without syncing. */
export async function hashContent(files: Files, path: string): Promise<Content> {
  const file = await files.open(path, 'read')
  try {
    return await readContent(file, async () => {})
  } finally {
    await file.close()
  }
}
