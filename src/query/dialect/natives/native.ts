/**
 * Functions that SQL cannot express, in JavaScript. DuckDB calls them for its vectors of up to 2048 rows, about a
 * microsecond a row; what is asked often has a macro in front that answers the common case in SQL.
 */
export type NativeType =
  'varchar' | 'varchar[]' | 'varchar[][]' | 'bigint' | 'bigint[][]' | 'double' | 'boolean' | 'blob'

export type NativeValue = string | bigint | number | boolean | Uint8Array | null | NativeValue[]

export interface Native {
  takes: NativeType[]
  gives: NativeType
  /** Not called where an argument is NULL: the answer is NULL. Throws `ERROR_NAME: text`. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the arguments are of the types that `takes` names
  compute: (...args: any[]) => NativeValue
}

/** By name; users cannot call them, only macros and rules do. */
export type Natives = Record<`__${string}`, Native>
