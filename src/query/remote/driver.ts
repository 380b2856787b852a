/**
 * The contract of a kind of live database: what the process of live databases (remote-child.ts) asks of it. Every value
 * is read as text that the database itself makes, so that no digit is lost on the way into JSON lines.
 */
import type { ColumnType } from '../../base/schema.ts'

export interface RemoteColumn {
  /** Lower case, as statements name it. */
  name: string
  type: ColumnType
  /** SQL of its value as text. */
  text: string
  /** How that text becomes JSON. */
  form: TextForm
  /** Undefined: conditions on it are left to the engine. */
  compare: Comparable | undefined
}

/** number: digits as they are · text: a string · json: JSON already · hex: two digits a byte */
export type TextForm = 'number' | 'boolean' | 'text' | 'json' | 'hex'

/** What a column can be compared with in the database, meaning there what it means in the engine. */
export interface Comparable {
  /** SQL of the column's side of an equality, which may find more there but never less. */
  sql: string
  /** SQL of its side of all other comparisons; undefined: its order is another there. */
  ordered: string | undefined
  takes: 'integer' | 'number' | 'text' | 'boolean' | 'date' | 'timestamp'
}

export interface RemoteTableInfo {
  /** Lower case. */
  name: string
  columns: RemoteColumn[]
  /** SQL that names it. */
  sql: string
}

/** One connection, read-only, in UTC. */
export interface RemoteConnection {
  /** Of the tables' folders: schemas of PostgreSQL, databases of MySQL. Lower case, ascending. */
  databases(): Promise<string[]>
  /** Empty where there is no such database. */
  tables(database: string): Promise<RemoteTableInfo[]>
  /** Rows in pieces; a piece is asked for when the one before was taken. */
  rows(query: SqlQuery): AsyncIterable<(string | null)[][]>
  close(): Promise<void>
}

export interface SqlQuery {
  sql: string
  parameters: string[]
}

export interface Driver {
  /** Rejects with HOZON_REMOTE_UNAVAILABLE or HOZON_REMOTE_DENIED. */
  connect(url: string): Promise<RemoteConnection>
  /** `$1` of PostgreSQL, `?` of MySQL. */
  placeholder(position: number): string
}
