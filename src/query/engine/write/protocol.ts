/** What the server asks of an engine that writes files, and what it answers. */
import type { QueryColumn } from '../../query.ts'
import type { RunRequest } from '../protocol.ts'

export type FileCompression = 'none' | 'gzip' | 'snappy' | 'zstd'

export interface TextFormat {
  kind: 'text'
  compression: FileCompression
  /** By level of nesting; the first is between fields. */
  separators: string[]
  nullText: string
  escape: string | undefined
  /** Characters that a text can not hold as they are. */
  special: string[]
}

export type FileFormat =
  | { kind: 'parquet'; compression: FileCompression }
  | { kind: 'json'; compression: FileCompression }
  | TextFormat

export interface WriteRequest extends RunRequest {
  /** The query as it was written, which says whether its columns have names. */
  query: string
  /** Private and empty. Nothing else can be written by the engine. */
  folder: string
  /** Of all files together. */
  bytesMax: number
  format: FileFormat
  /** The last columns of the query, or of the table. */
  partitionedBy: string[]
  partitionsMax: number
  /** Undefined: the columns are the query's, each with a name of its own and a type that Hive has. */
  into: InsertTarget | undefined
  /** Are columns without a name called `_col0`? Those of a table must have one. */
  namesColumns: boolean
  /** false: only the columns are of interest. */
  withData: boolean
}

export interface InsertTarget {
  /** All of the table, partition keys last. */
  columns: QueryColumn[]
  /** Which of them the query's columns are, by position; the others are NULL. */
  given: string[]
}

export interface WriteAnswer {
  /** As they were written, partition columns last. */
  columns: QueryColumn[]
  files: WrittenFile[]
}

export interface WrittenFile {
  /** Below the request's folder. */
  name: string
  /** Values of the partition columns as folders have them. */
  partition: string[]
  rows: number
  bytes: number
}
