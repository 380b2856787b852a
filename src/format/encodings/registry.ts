/** The compressions of delivered objects by name: a new one is one file and a line in both tables. */
import { HozonError, systemCode } from '../../base/errors.ts'
import type { Compression, DeliverConfig } from '../../base/stream.ts'
import { damaged } from './chunks.ts'
import {
  DEFAULT_DECODE_LIMITS,
  type Chunks,
  type DecodeLimits,
  type EncodeOptions,
  type Encoding,
} from './encoding.ts'
import { gzip } from './gzip.ts'
import { hadoopSnappy } from './hadoop-snappy.ts'
import { none } from './none.ts'
import { snappy } from './snappy.ts'
import { zip } from './zip.ts'
import { zstd } from './zstd.ts'

export type { Chunks, DecodeLimits, EncodeOptions } from './encoding.ts'

interface Naming {
  extension: string
  contentEncoding: string | undefined
}

/** As Firehose names them; it has no zstd. */
const NAMING: Record<Compression, Naming> = {
  none: { extension: '', contentEncoding: undefined },
  gzip: { extension: '.gz', contentEncoding: 'gzip' },
  zstd: { extension: '.zst', contentEncoding: 'zstd' },
  snappy: { extension: '.snappy', contentEncoding: 'snappy-java' },
  'hadoop-snappy': { extension: '.snappy', contentEncoding: 'hadoop-snappy' },
  zip: { extension: '.zip', contentEncoding: 'zip' },
}

/** The end of an object's key, with its dot; `''` for plain text. Parquet is compressed inside. */
export function extensionOf(format: DeliverConfig['format'], compression: Compression): string {
  return format === 'parquet' ? '.parquet' : NAMING[compression].extension
}

export function contentEncodingOf(compression: Compression): string | undefined {
  return NAMING[compression].contentEncoding
}

const ENCODINGS: Record<Compression, Encoding> = {
  none,
  gzip,
  zstd,
  snappy,
  'hadoop-snappy': hadoopSnappy,
  zip,
}

export function encodeStream(
  compression: Compression,
  chunks: Chunks,
  options: EncodeOptions,
): AsyncIterable<Buffer> {
  return ENCODINGS[compression].encode(chunks, options)
}

/** Every failure is HozonError: HOZON_ENCODING_DAMAGED, or HOZON_ENCODING_TOO_LARGE past the limits. */
export function decodeStream(
  compression: Compression,
  chunks: Chunks,
  limits: DecodeLimits = DEFAULT_DECODE_LIMITS,
): AsyncIterable<Buffer> {
  return limited(ENCODINGS[compression].decode, chunks, limits)
}

/** As decodeStream, for what only reads. */
export async function* limited(
  decode: Encoding['decode'],
  chunks: Chunks,
  limits: DecodeLimits,
): AsyncGenerator<Buffer> {
  const read = { bytes: 0 }
  let bytes = 0
  for await (const chunk of faultsNamed(decode(counting(chunks, read)))) {
    bytes += chunk.length
    const fromRatio = Math.max(limits.freeBytes, read.bytes * limits.maxRatio)
    if (bytes > limits.maxBytes || bytes > fromRatio) throw tooLarge(bytes, read.bytes)
    yield chunk
  }
}

async function* counting(chunks: Chunks, read: { bytes: number }): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    read.bytes += chunk.length
    yield chunk
  }
}

/** zlib's errors have a code like Z_DATA_ERROR or ZSTD_error_…; a failure of the source is passed on as it is. */
async function* faultsNamed(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks
  } catch (error) {
    const code = systemCode(error)
    if (error instanceof Error && code?.startsWith('Z') === true) throw damaged(error.message, error)
    throw error
  }
}

function tooLarge(bytes: number, readBytes: number): HozonError {
  const problem = `more than ${bytes - 1} bytes come out of ${readBytes} compressed bytes`
  return new HozonError('HOZON_ENCODING_TOO_LARGE', problem, {
    op: 'decompress',
    hint: 'this looks like a decompression bomb; raise the limit if the object is to be trusted',
  })
}
