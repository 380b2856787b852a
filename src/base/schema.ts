/**
 * The columns of a table as every room speaks of them. Names are lower case (as in Glue); `key` is the JSON
 * key as the application writes it, which may differ in case.
 *
 * Types only ever widen: bigint -> double -> varchar, timestamp -> varchar, boolean -> varchar. What cannot be
 * widened into (an object where a scalar column is, keys past the limit, keys that differ in case only) is kept
 * in the JSON column `_extra` under its own name.
 */
export type ScalarType = InferredType | DeclaredType

/** What the columns of Hozon's own streams are inferred to be. */
export type InferredType = 'boolean' | 'bigint' | 'double' | 'varchar' | 'timestamp'

/** What tables declared in Glue have besides; only format conversion writes them (format/serde/). */
export type DeclaredType = 'tinyint' | 'smallint' | 'int' | 'float' | 'date' | 'binary'

/** Types with parameters, of tables declared in Glue too. */
export type SizedType =
  | { decimal: { precision: number; scale: number } }
  /** Length in characters; `varchar` without a length is Glue's `string`. */
  | { char: number }
  | { varchar: number }

export type ColumnType =
  | ScalarType
  | SizedType
  | { struct: Column[] }
  | { list: ColumnType }
  /** Keys are never structs, lists or maps. */
  | { map: { key: ColumnType; value: ColumnType } }

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
