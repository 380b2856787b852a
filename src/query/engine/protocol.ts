/**
 * What the server and an engine say to each other. An engine is a process that never sees anything but one statement
 * at a time, the schemas of its tables and the paths of the files that it may read.
 */
import type { Column } from '../../base/schema.ts'
import type { Compression } from '../../base/stream.ts'
import type { PartitionPredicate } from '../planner/predicate.ts'
import type { ResultColumn } from '../query.ts'

/** A table as the statement names it; names keep the case in which they were written. */
export interface TableReference {
  catalog: string | undefined
  database: string | undefined
  name: string
}

export interface AnalyzeRequest {
  sql: string
}

export interface Analysis {
  references: TableReference[]
}

/** A reference together with the table it was found to mean. */
export interface ResolvedTable {
  reference: TableReference
  /** Name of the view that stands for the table: `t0`. Two references to one table share a view. */
  view: string
  columns: Column[]
  partitionKeys: string[]
  /** Lower-case name of the column that always equals the event time when it is not NULL. */
  timeColumn: string | undefined
}

export interface CompileRequest {
  sql: string
  tables: ResolvedTable[]
}

export interface Compiled {
  /** DuckDB SQL over the views. */
  sql: string
  /** What rows of a view must satisfy to matter, by view. */
  predicates: Record<string, PartitionPredicate>
}

/** Files of a table that were written alike. */
export interface ScanSource {
  /** parquet: columns as of `schemaVersion` · json: lines that fit the current schema · errors: lines of rejects */
  format: 'parquet' | 'json'
  /** Files of one version have the same columns. Undefined for lines in the buffer: they fit the current one. */
  schemaVersion: number | undefined
  compression: Compression
  files: string[]
  /** Values of the partition keys, per file. */
  partitions: string[][]
}

export interface Scan {
  view: string
  columns: Column[]
  partitionKeys: string[]
  /** false for `<table>_errors`, which has neither `_extra` nor anything that does not fit. */
  hasExtra: boolean
  sources: ScanSource[]
}

export interface Limits {
  memoryMiB: number
  threads: number
  /** Directory for what does not fit in memory; empty for none. */
  spillDirectory: string
  spillMiB: number
  rowsMax: number
  resultBytesMax: number
}

export interface RunRequest {
  sql: string
  scans: Scan[]
  limits: Limits
}

/** Runs a query whose answer becomes a file. */
export interface AnswerRequest extends RunRequest {
  /** A file that does not exist yet. */
  answerPath: string
  answerBytesMax: number
  /** Rows after which the answer ends. */
  rowsMax: number | undefined
}

export interface AnswerFile {
  columns: ResultColumn[]
  /** Without the header. */
  rows: number
  answerBytes: number
}

export interface RunAnswer {
  columns: { name: string; type: string }[]
  rows: string[][]
  truncated: boolean
}
