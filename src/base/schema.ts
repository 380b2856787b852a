/**
 * The columns of a table as every room speaks of them. Names are lower case (as in Glue); `key` is the JSON
 * key as the application writes it, which may differ in case.
 *
 * Types only ever widen: bigint -> double -> varchar, timestamp -> varchar, boolean -> varchar. What cannot be
 * widened into (an object where a scalar column is, keys past the limit, keys that differ in case only) is kept
 * in the JSON column `_extra` under its own name.
 */
export type ScalarType = 'boolean' | 'bigint' | 'double' | 'varchar' | 'timestamp'

export type ColumnType = ScalarType | { struct: Column[] } | { list: ColumnType }

export interface Column {
  name: string
  key: string
  type: ColumnType
}

/** `columns` without `_extra` and without partition columns: both are implied by every table of a stream. */
export interface TableSchema {
  /** Starts at 1 for the empty schema, +1 for every change. */
  version: number
  columns: Column[]
}

/** The JSON column for what does not fit. Always the last one of the stored columns, type varchar. */
export const EXTRA_COLUMN = '_extra'
