/**
 * The contract of the room: Athena's SQL over delivered objects, over what is still in the buffer, over files that were
 * declared as tables and over live databases, in one snapshot. Implemented by query-service.ts; the SQL itself runs in
 * engine-child.ts, a sandboxed process.
 */
import type { TableInput } from '../base/glue.ts'
import type { Column, ColumnType } from '../base/schema.ts'
import type { Prepared } from '../format/prepare.ts'
import type { ObjectFilter, StoredObject, Table } from '../catalog/catalog.ts'

export interface QueryOptions {
  /** For unqualified table names; default: the only database, else `default`. */
  database?: string
  /** For names without a catalog; default: AwsDataCatalog. */
  catalog?: string
  /** SQL literals for `?`, in order, as text: `12`, `'a string'`. */
  parameters?: readonly string[]
  /** May it change the catalog or write objects? Default: no; such statements are refused with HOZON_SQL_FORBIDDEN. */
  mayWrite?: boolean
  timeoutMs?: number
  /** Rows after which the result is cut; `truncated` says so. */
  rowsMax?: number
  /** HOZON_SQL_SCAN_LIMIT when the files to read are larger. */
  scanBytesMax?: number
  signal?: AbortSignal
}

export interface QueryStats {
  scannedBytes: number
  objects: number
  segments: number
  planMs: number
  runMs: number
}

export interface QueryResult {
  columns: {
    name: string
    /** Athena's name: varchar, bigint, double, timestamp(3), row(a bigint) … */ type: string
  }[]
  /** Each cell as JSON text: `12`, `"a"`, `null`, `{"a":1}`; integers and decimals with all their digits. */
  rows: string[][]
  truncated: boolean
  stats: QueryStats
}

/** A column of an answer as Athena's ColumnInfo describes it. */
export interface ResultColumn {
  name: string
  /** `varchar`, `decimal`, `array`, `row`, `timestamp with time zone`: without parameters. */
  type: string
  precision: number
  scale: number
}

/** Of what Athena answers to CTAS and INSERT, always without a row. */
export const ROWS_COLUMN: readonly ResultColumn[] = [
  { name: 'rows', type: 'bigint', precision: 19, scale: 0 },
]

export interface ExecuteOptions extends QueryOptions {
  /** Lower-case UUID. Names what CTAS and UNLOAD write, too. */
  executionId: string
  /**
   * A new file for the answer, in Athena's forms. csv (queries): header, every value quoted, NULL as nothing, `\n`. txt
   * (everything else): no header, columns by tabs, nothing quoted. It is removed by the caller, also after a failure.
   */
  answerPath: string
  answerBytesMax: number
  /** `s3://bucket/prefix/`: tables of CTAS without a location of their own go to `<here>tables/<executionId>/`. */
  outputLocation: string
}

export interface Executed {
  form: 'csv' | 'txt'
  columns: ResultColumn[]
  /** In the answer's file, without the header. */
  rows: number
  answerBytes: number
  /** CTAS, INSERT: rows that were written. */
  updateCount: number | undefined
  /** CTAS, INSERT, UNLOAD: `s3://` URIs of the objects that were written. */
  manifest: string[] | undefined
  stats: QueryStats
}

/**
 * Methods reject with HozonError: HOZON_SQL_SYNTAX, HOZON_SQL_FORBIDDEN, HOZON_SQL_TABLE, HOZON_SQL_FAILED,
 * HOZON_SQL_TIMEOUT, HOZON_SQL_MEMORY, HOZON_SQL_CANCELLED, HOZON_SQL_SCAN_LIMIT. Messages begin with Athena's
 * name of the error where it has one: `COLUMN_NOT_FOUND: line 1:8: …`.
 */
export interface QueryService {
  /** The answer in memory, for `hozon sql` and the console. */
  run(sql: string, options?: QueryOptions): Promise<QueryResult>
  /** The answer in a file, for Athena. */
  execute(sql: string, options: ExecuteOptions): Promise<Executed>
  /** Does the statement parse? What Athena says before it accepts one. Tables are not looked up. */
  check(sql: string, options?: QueryOptions): Promise<void>
  close(): Promise<void>
}

export interface QueryColumn {
  /** Lower case. */
  name: string
  type: ColumnType
}

interface NamedTable {
  /** All lower case. */
  catalog: string
  database: string
  name: string
  /** Without partition keys and without `_extra`. */
  columns: Column[]
  partitionKeys: QueryColumn[]
  /** Why it can not be read, beginning with Athena's name of the error. It is listed all the same. */
  unreadable?: string
}

/** What a name in a statement may mean. */
export type QueryTable = StreamTable | ExternalTable | View | RemoteTable

/** Filled by a stream: its objects are in the catalog, its newest rows in the buffer. */
export interface StreamTable extends NamedTable {
  kind: 'stream'
  table: Table
}

/** Declared over a folder of files, by Glue or by DDL. */
export interface ExternalTable extends NamedTable {
  kind: 'external'
  input: TableInput
  /** Of the definition; a change of it makes copies of files stale. */
  version: number
}

export interface View extends NamedTable {
  kind: 'view'
  /** Names without a database mean this one. */
  sql: string
  sqlCatalog: string
  sqlDatabase: string
}

/** In a live database (`catalogs:` of the pipeline file). */
export interface RemoteTable extends NamedTable {
  kind: 'remote'
}

export const DATA_CATALOG = 'awsdatacatalog'

/** What the planner needs of the rest of the house: given by server/, so that the rooms do not import each other. */
export interface TableSource {
  /** Names of all catalogs, lower case, `awsdatacatalog` first. */
  catalogs(): string[]
  /** Ascending. */
  databases(catalog: string): Promise<string[]>
  /** Ascending by name; empty where there is no such database. */
  tables(catalog: string, database: string): Promise<QueryTable[]>
  table(catalog: string, database: string, name: string): Promise<QueryTable | undefined>

  /**
   * Seals and prepares what the streams of these tables have in the buffer, so that table() shows every column of it.
   * To be called before snapshot(), which does not seal: what was durable when a query began is in its answer.
   */
  refresh(tables: readonly Table[]): Promise<void>
  /**
   * Takes the catalog's objects and the prepared segments in one tick. `release` unpins the files. Fewer objects than matched is fine only by the filter.
   * When `signal` aborts, what fetch() has under way ends, and nothing can be fetched any more.
   */
  snapshot(table: Table, filter: ObjectFilter, signal?: AbortSignal): Promise<TableSnapshot>

  /** Values of the keys of all partitions that hold delivered objects, in the order of the keys; none of the buffer's. */
  streamPartitions(table: Table): Iterable<string[]>
  /** Partitions that were declared (not projected), ascending; none for a table without partition keys. */
  externalPartitions(table: ExternalTable): Iterable<ExternalPartition>
  /**
   * Lists and reads the files of these partitions; of a table without keys there is one, with no values. `budget` gets
   * the bytes of all that were listed, before any is fetched or rewritten: when it throws, none is.
   */
  openExternal(
    table: ExternalTable,
    partitions: readonly ExternalPartition[],
    signal?: AbortSignal,
    budget?: (bytes: number) => void,
  ): Promise<ExternalSnapshot>

  /** Reads a remote table's rows into a file of JSON lines. */
  openRemote(table: RemoteTable, request: RemoteRequest, signal?: AbortSignal): Promise<RemoteSnapshot>
}

export interface ExternalPartition {
  /** In the order of partitionKeys, as text of the folder: `2026`, `__HIVE_DEFAULT_PARTITION__`. */
  values: string[]
  /** `s3://bucket/prefix/` */
  location: string
  /** PartitionInput as JSON, where it was declared. */
  definition?: string
}

export interface ExternalFile {
  /** Index into the partitions asked for. */
  partition: number
  bucket: string
  key: string
  bytes: number
  lastModifiedMs: number
  /**
   * parquet: as it lies in the bucket, columns by name, any may be missing or of a narrower type · json: lines
   * whose keys are exactly the table's columns, made from whatever format the table has.
   */
  format: 'parquet' | 'json'
  /** Local. For parquet the original, else a copy that release() gives back. */
  path: string
}

export interface ExternalSnapshot {
  files: ExternalFile[]
  release(): void
}

/** Rows that a statement needs of a remote table; more is fine, less is not. */
export interface RemoteRequest {
  /** Lower-case names; all columns where undefined. */
  columns: string[] | undefined
  /** All of them hold for every row that matters. */
  where: RemoteCondition[]
  /** Only where the statement is nothing but this table with a limit. */
  limit: number | undefined
}

export type RemoteCondition =
  | { column: string; operator: '=' | '<>' | '<' | '<=' | '>' | '>='; value: string | number | boolean }
  | { column: string; operator: 'in'; values: (string | number)[] }
  | { column: string; operator: 'is null' | 'is not null' }

export interface RemoteSnapshot {
  /** JSON lines with the asked columns as keys. */
  path: string
  bytes: number
  release(): void
}

export interface TableSnapshot {
  table: Table
  objects: StoredObject[]
  /**
   * Before they are fetched, page by page: HOZON_SQL_DISK when the disk has no room for copies of all of them. Undefined
   * where fetch() copies nothing.
   */
  expect?: (objects: readonly StoredObject[]) => Promise<void>
  /** Local path of an object (downloaded to a bounded cache where the store is remote). */
  fetch(object: StoredObject): Promise<string>
  hot: Prepared[]
  /** true for `<table>_errors`: hot[].errors are its rows instead of hot[].parts. */
  errors: boolean
  release(): void
}
