import type { FileCompression } from '../engine/write/protocol.ts'
import { refused } from './refusals.ts'

const COMPRESSIONS: Record<string, FileCompression> = {
  NONE: 'none',
  UNCOMPRESSED: 'none',
  GZIP: 'gzip',
  SNAPPY: 'snappy',
  ZSTD: 'zstd',
}

/** Athena's default for every format is gzip. */
export function compressionNamed(name = 'GZIP'): FileCompression {
  const compression = COMPRESSIONS[name.toUpperCase()]
  if (compression === undefined)
    throw refused(
      `NOT_SUPPORTED: the compression ${name} can not be written`,
      'NONE, GZIP, SNAPPY and ZSTD can',
    )
  return compression
}
