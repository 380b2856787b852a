/** Files, one after the other, become one encoded file. */
import { crc32 } from 'node:zlib'
import type { Compression } from '../../base/stream.ts'
import type { Files } from '../../sys/sys.ts'
import type { EncodeOptions } from './encoding.ts'
import { encodeStream } from './registry.ts'

/** Large enough that the calls do not count, small enough to be nothing in memory. */
const READ_BYTES = 256 * 1024

export interface EncodedFile {
  bytes: number
  /** Of the encoded file: eight hexadecimal digits. */
  crc32: string
}

/** `to` is made or replaced, and durable when this resolves (its name after a sync of the directory). */
export async function encodeFiles(
  files: Files,
  from: readonly string[],
  to: string,
  compression: Compression,
  options: EncodeOptions,
): Promise<EncodedFile> {
  const target = await files.open(to, 'create')
  try {
    let bytes = 0
    let crc = 0
    for await (const chunk of encodeStream(compression, readFiles(files, from), options)) {
      await target.write([chunk], bytes)
      bytes += chunk.length
      crc = crc32(chunk, crc)
    }
    await target.sync()
    return { bytes, crc32: crc.toString(16).padStart(8, '0') }
  } finally {
    await target.close()
  }
}

async function* readFiles(files: Files, paths: readonly string[]): AsyncGenerator<Buffer> {
  for (const path of paths) {
    const file = await files.open(path, 'read')
    try {
      for (let position = 0; ;) {
        // Fresh for each read: without compression the chunk itself goes on to be written.
        const buffer = Buffer.allocUnsafe(READ_BYTES)
        const count = await file.read(buffer, position)
        if (count === 0) break
        position += count
        yield buffer.subarray(0, count)
      }
    } finally {
      await file.close()
    }
  }
}
