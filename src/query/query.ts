/**
 * The contract of the room: SQL over delivered objects and over what is still in the buffer, in one snapshot.
 * Implemented by query-service.ts; the SQL itself runs in engine-child.ts, a sandboxed process.
 */
import type { Prepared } from '../format/prepare.ts'
import type { ObjectFilter, StoredObject, Table } from '../catalog/catalog.ts'

export interface QueryOptions {
  /** For unqualified table names; default: the only database, else `default`. */
  database?: string
  timeoutMs?: number
  /** Rows after which the result is cut; `truncated` says so. */
  rowsMax?: number
  signal?: AbortSignal
}

export interface QueryResult {
  columns: {
    name: string
    /** Athena's name: varchar, bigint, double, timestamp(3), row(a bigint) … */ type: string
  }[]
  /** Each cell as JSON text: `12`, `"a"`, `null`, `{"a":1}`; integers and decimals with all their digits. */
  rows: string[][]
  truncated: boolean
  stats: { scannedBytes: number; objects: number; segments: number; planMs: number; runMs: number }
}

export interface QueryService {
  /** Rejects with HozonError: HOZON_SQL_SYNTAX, HOZON_SQL_FORBIDDEN, HOZON_SQL_TABLE, HOZON_SQL_FAILED, HOZON_SQL_TIMEOUT, HOZON_SQL_MEMORY, HOZON_SQL_CANCELLED. */
  run(sql: string, options?: QueryOptions): Promise<QueryResult>
  close(): Promise<void>
}

/** What the planner needs from deliver: given by server.ts, so that the rooms do not import each other. */
export interface SnapshotSource {
  tables(): Table[]
  /**
   * Seals and prepares what the streams of these tables have in the buffer, so that tables() shows every column of it.
   * To be called before snapshot(), which does not seal: what was durable when a query began is in its answer.
   */
  refresh(tables: readonly Table[]): Promise<void>
  /**
   * Takes the catalog's objects and the prepared segments in one tick. `release` unpins the files. Fewer objects than matched is fine only by the filter.
   */
  snapshot(table: Table, filter: ObjectFilter): Promise<TableSnapshot>
}

export interface TableSnapshot {
  table: Table
  objects: StoredObject[]
  /** Local path of an object (downloaded to a bounded cache where the store is remote). */
  fetch(object: StoredObject): Promise<string>
  hot: Prepared[]
  /** true for `<table>_errors`: hot[].errors are its rows instead of hot[].parts. */
  errors: boolean
  release(): void
}
