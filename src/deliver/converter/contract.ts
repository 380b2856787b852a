/** What deliveries ask of the converter: a child process (converter.ts), or the same functions in-process in the simulator. */
import type { TableSchema } from '../../base/schema.ts'
import type { Compression } from '../../base/stream.ts'
import type { Prepared, PrepareJob } from '../../format/prepare.ts'

export interface Converter {
  prepare(job: PrepareJob): Promise<Prepared>
  /** Fit files to one Parquet file at `out`, fsync left to the store. */
  convert(job: ConvertJob): Promise<{ bytes: number; rows: number; crc32: string }>
  /** Original lines, concatenated and compressed, to `out`. */
  encode(job: EncodeJob): Promise<{ bytes: number; crc32: string }>
  close(): Promise<void>
}

export interface ConvertJob {
  parts: string[]
  schema: TableSchema
  /** Rows that all parts hold; converting fails when another number was read. */
  rows: number
  out: string
  compression: Compression
  /** Becomes the Parquet file's key-value metadata. */
  metadata: Record<string, string>
}

export interface EncodeJob {
  parts: string[]
  out: string
  compression: Compression
}
