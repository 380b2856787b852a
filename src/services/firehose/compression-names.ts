/** AWS's names of compressions and ours. */
import type { Compression } from '../../base/stream.ts'
import { assert } from '../../base/errors.ts'
import type { S3Destination } from './definition.ts'

type Format = S3Destination['CompressionFormat']

const BY_FORMAT: Record<Format, Compression> = {
  UNCOMPRESSED: 'none',
  GZIP: 'gzip',
  ZIP: 'zip',
  Snappy: 'snappy',
  HADOOP_SNAPPY: 'hadoop-snappy',
}

export function compressionOf(format: Format): Compression {
  return BY_FORMAT[format]
}

/** AWS has no name for zstd: UNCOMPRESSED, and the file extension tells. */
export function formatOf(compression: Compression): Format {
  const found = Object.entries(BY_FORMAT).find(([, ours]) => ours === compression)
  return found === undefined ? 'UNCOMPRESSED' : (found[0] as Format)
}

const BY_PARQUET = { SNAPPY: 'snappy', GZIP: 'gzip', UNCOMPRESSED: 'none' } as const

export type ParquetCodec = (typeof BY_PARQUET)[keyof typeof BY_PARQUET]

export function parquetCodecOf(name: string): ParquetCodec {
  assert(Object.hasOwn(BY_PARQUET, name), `the shape has checked the Parquet compression ${name}`)
  return BY_PARQUET[name as keyof typeof BY_PARQUET]
}

/** Undefined: AWS has no name for it. */
export function parquetNameOf(compression: Compression): string | undefined {
  return Object.entries(BY_PARQUET).find(([, ours]) => ours === compression)?.[0]
}
