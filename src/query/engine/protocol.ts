/**
 * What the server and an engine say to each other. An engine is a process that never sees anything but one statement
 * at a time, the schemas of its tables and the paths of the files that it may read.
 */
import type { Column, ColumnType } from '../../base/schema.ts'
import type { Compression } from '../../base/stream.ts'
import type { HiddenType } from '../planner/hidden-columns.ts'
import type { PartitionPredicate } from '../planner/predicate.ts'
import type { TextLengths } from '../planner/text-lengths.ts'
import type { RemoteRequest, ResultColumn } from '../query.ts'

/** A table as the statement names it; names keep the case in which they were written. */
export interface TableReference {
  catalog: string | undefined
  database: string | undefined
  name: string
  /** `1:15` where it stands in the statement for the first time. */
  position?: string
}

export interface AnalyzeRequest {
  sql: string
  /** SQL of the values of each `?`; undefined: any number of them is fine. */
  parameters?: readonly string[] | undefined
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
  /** In the order of the keys; all are varchar where undefined. */
  keyTypes?: ColumnType[]
  /** Only tables of files, streams' too, have hidden columns. Default: files */
  from?: 'files' | 'catalog' | 'database'
  /** Lower-case name of the column that always equals the event time when it is not NULL. */
  timeColumn: string | undefined
}

/** A view of Athena: a query, with the meaning of the names in it. */
export interface ResolvedView extends ResolvedNames {
  reference: TableReference
  /** `awsdatacatalog.logs.visits` */
  name: string
  /** Of its output, as it was declared. */
  columns: string[]
  sql: string
}

export interface ResolvedNames {
  tables: ResolvedTable[]
  views: ResolvedView[]
}

export interface CompileRequest {
  sql: string
  /** SQL of the values of each `?`. */
  parameters?: readonly string[]
  tables: ResolvedTable[]
  views?: ResolvedView[]
}

export interface Compiled {
  /** DuckDB SQL over the views. */
  sql: string
  /** What rows of a view must satisfy to matter, by view. */
  predicates: Record<string, PartitionPredicate>
  /** Hidden columns that the views must have: `$path`. */
  hidden: string[]
  /** Where columns stand in the statement, by their names. */
  positions: Record<string, string>
  /** What is asked of tables of live databases, by view. */
  remote: Record<string, RemoteRequest>
  /** Columns of the answer that are `varchar(n)` or `char(n)`. */
  lengths: TextLengths
}

/** Files of a table that were written alike. */
export interface ScanSource {
  /** json: lines that fit the table's columns */
  format: 'parquet' | 'json'
  /** Parquet of one version of a stream's table has the same columns. Undefined: each file may have columns of its own. */
  schemaVersion: number | undefined
  compression: Compression
  files: string[]
  /** What fileColumns are, per file, as texts; null is NULL. */
  fileValues: (string | null)[][]
}

/** A column that is the same in all rows of a file: a partition key, or a hidden column. */
export interface FileColumn {
  name: string
  type: HiddenType
}

export interface Scan {
  view: string
  columns: Column[]
  /** false for all but tables of lines: no other has `_extra`. */
  hasExtra: boolean
  fileColumns: FileColumn[]
  sources: ScanSource[]
  /** Of a table that is not made of files: its cells, as texts. */
  rows?: (string | null)[][]
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

export interface ExplainRequest extends RunRequest {
  /** Runs it, too. */
  analyze: boolean
  format: 'TEXT' | 'GRAPHVIZ' | 'JSON'
}

export interface RunAnswer {
  columns: { name: string; type: string }[]
  rows: string[][]
  truncated: boolean
}
