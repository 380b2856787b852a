import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { HozonError } from '../base/errors.ts'
import type { Files } from '../sys/sys.ts'

/** Memory of one running upload; the socket takes no more at once. */
const CHUNK_BYTES = 256 * 1024

export interface FileRange {
  path: string
  from: number
  to: number
}

/** CRC-32 in the form of S3's headers: 4 bytes, big-endian, base64. */
export async function rangeChecksum(files: Files, range: FileRange): Promise<string> {
  let crc = 0
  for await (const chunk of readRange(files, range)) crc = crc32(chunk, crc)
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc)
  return bytes.toString('base64')
}

/**
 * Calls `send` with the bytes as a stream. A stream is signed as UNSIGNED-PAYLOAD, so nothing is held in memory; the
 * CRC that goes with it guards the bytes instead. A read that fails aborts the request, which would wait forever.
 */
export async function withBody<T>(
  files: Files,
  range: FileRange,
  signal: AbortSignal,
  send: (body: Readable, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const failed = new AbortController()
  const body = Readable.from(readRange(files, range), { objectMode: false, highWaterMark: CHUNK_BYTES })
  let failure: unknown
  body.on('error', (error) => {
    failure ??= error
    failed.abort(error)
  })
  try {
    return await send(body, AbortSignal.any([signal, failed.signal]))
  } catch (error) {
    if (failure instanceof HozonError) throw failure
    throw error
  } finally {
    body.destroy()
  }
}

async function* readRange(files: Files, { path, from, to }: FileRange): AsyncGenerator<Buffer> {
  try {
    const file = await files.open(path, 'read')
    try {
      for (let at = from; at < to;) {
        // A fresh buffer each time: the socket still holds the one before.
        const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, to - at))
        const count = await file.read(buffer, at)
        if (count === 0) throw new Error(`the file ends at byte ${at}, before ${to}`)
        yield buffer.subarray(0, count)
        at += count
      }
    } finally {
      await file.close()
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new HozonError('HOZON_STORE_SOURCE', message, { op: 'put object', target: path, cause: error })
  }
}
