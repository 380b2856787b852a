/** The kinds of JSON values that differ in what column can hold them, as bits of a mask. */
export const NULL = 1 << 0
export const BOOLEAN = 1 << 1
/** At most 2^53 in magnitude: exact as bigint and as double. */
export const INTEGER = 1 << 2
/** Beyond 2^53, within 64 bits: exact as bigint only. */
export const BIG_INTEGER = 1 << 3
/** A fraction or exponent of at most 17 significant digits, in the range of a double; also `-0`. */
export const FLOAT = 1 << 4
/** More digits than bigint or double hold: exact as text only. */
export const LONG_NUMBER = 1 << 5
export const STRING = 1 << 6
/** A string that isTimestampText accepts. Only told apart where no plain string was seen in the field. */
export const TIMESTAMP = 1 << 7
/** A string that is no Unicode text (a lone surrogate escape) or holds NUL: kept as JSON text in `_extra`. */
export const OPAQUE_STRING = 1 << 8
export const OBJECT = 1 << 9
export const EMPTY_OBJECT = 1 << 10
export const ARRAY = 1 << 11
export const EMPTY_ARRAY = 1 << 12

export const STRINGS = STRING | TIMESTAMP | OPAQUE_STRING
/** Scalars that make a column. OPAQUE_STRING fits none. */
export const COLUMN_SCALARS = BOOLEAN | INTEGER | BIG_INTEGER | FLOAT | LONG_NUMBER | STRING | TIMESTAMP
export const EVERY_KIND = (1 << 13) - 1
