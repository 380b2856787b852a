/** What deliveries ask of the converter: a child process (converter.ts), or the same functions in-process in the simulator. */
import type { FirehoseConversion } from '../../base/firehose-delivery.ts'
import type { TableSchema } from '../../base/schema.ts'
import type { Compression, DeliverConfig } from '../../base/stream.ts'
import type { UnitsJob } from '../../format/firehose/units-file.ts'
import type { Prepared, PrepareJob } from '../../format/prepare.ts'

export interface Converter {
  prepare(job: PrepareJob): Promise<Prepared>
  /** A segment's units to a file, for Lambda (format/firehose/units-file.ts). */
  writeUnits(job: UnitsJob): Promise<{ units: number }>
  /** Fit files to one Parquet file at `out`, fsync left to the store. */
  convert(job: ConvertJob): Promise<{ bytes: number; rows: number; crc32: string }>
  /** Original lines, concatenated and compressed, to `out`. */
  encode(job: EncodeJob): Promise<{ bytes: number; crc32: string }>
  /** An object of lines to JSON lines that fit the schema, for queries. */
  refit(job: RefitJob): Promise<{ bytes: number; rows: number }>
  close(): Promise<void>
}

export interface ConvertJob {
  parts: string[]
  schema: TableSchema
  /** Rows that all parts hold; converting fails when another number was read. */
  rows: number
  out: string
  compression: Compression
  /** Format conversion of Firehose: how the stream says that files are laid out. They have no `_extra` then. */
  layout?: ParquetLayout
  /** Becomes the Parquet file's key-value metadata. */
  metadata: Record<string, string>
}

/**
 * `compression` is the job's. DuckDB has no page size (each column of a row group is one page): `pageBytes` is not
 * followed. `blockBytes` is an upper limit of a row group, in bytes of its JSON lines.
 */
export type ParquetLayout = Omit<FirehoseConversion['parquet'], 'compression'>

export interface EncodeJob {
  parts: string[]
  out: string
  compression: Compression
  /** What a zip archive calls the file in it; `records` unless it is told. */
  entryName?: string
}

export interface RefitJob {
  stream: string
  path: string
  compression: Compression
  /** Settings of the stream: its format, and its prefix, whose folders reserve names. */
  deliver: DeliverConfig
  schema: TableSchema
  out: string
  /** A directory of its own. */
  scratch: string
}
