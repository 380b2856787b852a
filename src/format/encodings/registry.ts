/** The compressions of delivered objects by name: their extensions and how they are announced. */
import type { Compression, DeliverConfig } from '../../base/stream.ts'

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
