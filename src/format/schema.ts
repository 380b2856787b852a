/**
 * How a table's columns follow from what lines hold. `evolve` is pure and only ever adds columns and widens types, so
 * that a line that fits a schema fits every later one, and objects written with an older schema stay readable.
 *
 * What makes no column, now or ever, and is kept in `_extra` instead: an object or list where a scalar column is and
 * the reverse, a key that differs from a column's only in case, a key named as a partition column or `_extra`, keys
 * that are empty, longer than NAME_BYTES_MAX, or hold control characters, and what is past the limits below. Objects
 * and lists that were only ever seen empty, and nulls, make no column yet.
 */
import {
  EXTRA_COLUMN,
  type Column,
  type ColumnType,
  type InferredType,
  type ScalarType,
  type TableSchema,
} from '../base/schema.ts'
import type { Field } from './json-fields.ts'
import {
  ARRAY,
  BIG_INTEGER,
  BOOLEAN,
  COLUMN_SCALARS,
  FLOAT,
  INTEGER,
  LONG_NUMBER,
  OBJECT,
  TIMESTAMP,
} from './json-kinds.ts'

/** Glue and Athena take more, but every reader of Parquet slows down with the number of leaves. */
export const LEAF_COLUMNS_MAX = 1000
/** An object with more keys is a map whose keys are data. */
export const STRUCT_KEYS_MAX = 200
export const COLUMN_DEPTH_MAX = 16
/** Glue's limit on the length of a name. */
export const NAME_BYTES_MAX = 255

/**
 * New fields become columns. But each leaf costs some 600 bytes in every Parquet file, more than a rare value in
 * `_extra`; so in a table that is wide already, a key within an object becomes a column only when at least one in RARE
 * of its objects has it, and when it was seen FREQUENT times in the segment: a single value is no sign of frequency.
 */
const RARE = 100
const WIDE_LEAVES = 100
const FREQUENT = 10

export const EMPTY_SCHEMA: TableSchema = { version: 1, columns: [] }

/** The schema that also has a place for what `root` saw; the very same object when nothing is new. */
export function evolve(schema: TableSchema, root: Field, partitionKeys: readonly string[]): TableSchema {
  const budget = { leaves: LEAF_COLUMNS_MAX - countLeaves(schema.columns) }
  const columns = evolveColumns(
    schema.columns,
    root,
    reservedNames(partitionKeys),
    LEAF_COLUMNS_MAX,
    1,
    budget,
  )
  return columns === schema.columns ? schema : { version: schema.version + 1, columns }
}

export function reservedNames(partitionKeys: readonly string[]): ReadonlySet<string> {
  return new Set([EXTRA_COLUMN, ...partitionKeys.map(columnName)])
}

export const NO_NAMES: ReadonlySet<string> = new Set()

export function columnName(key: string): string {
  return key.toLowerCase()
}

function countLeaves(columns: readonly Column[]): number {
  return columns.reduce((sum, { type }) => sum + leavesOf(type), 0)
}

function leavesOf(type: ColumnType): number {
  if (typeof type === 'string') return 1
  if ('list' in type) return leavesOf(type.list)
  if ('map' in type) return leavesOf(type.map.key) + leavesOf(type.map.value)
  return 'struct' in type ? countLeaves(type.struct) : 1
}

interface Budget {
  leaves: number
}

/** Returns `columns` itself when nothing changes. */
function evolveColumns(
  columns: Column[],
  field: Field,
  reserved: ReadonlySet<string>,
  keysMax: number,
  depth: number,
  budget: Budget,
): Column[] {
  const byName = new Map(columns.map((column, index) => [column.name, index]))
  let evolved = columns
  for (const member of field.members.values()) {
    const name = columnName(member.key)
    const index = byName.get(name)
    const known = index === undefined ? undefined : evolved[index]!
    if (known === undefined && (evolved.length >= keysMax || !isColumnKey(member, name, reserved))) continue
    if (known === undefined && depth > 1 && isRare(member, field, budget)) continue
    if (known !== undefined && known.key !== member.key) continue
    const type = evolveType(known?.type, member, depth, budget)
    if (type === undefined || type === known?.type) continue
    if (evolved === columns) evolved = [...columns]
    if (index === undefined) {
      byName.set(name, evolved.length)
      evolved.push({ name, key: member.key, type })
    } else evolved[index] = { ...known!, type }
  }
  return evolved
}

function isRare(member: Field, object: Field, budget: Budget): boolean {
  if (budget.leaves >= LEAF_COLUMNS_MAX - WIDE_LEAVES) return false
  return member.count < FREQUENT || member.count * RARE < object.count
}

function isColumnKey(member: Field, name: string, reserved: ReadonlySet<string>): boolean {
  if (member.unreadable || name === '' || reserved.has(name)) return false
  return (
    !/\p{Cc}/u.test(name) &&
    Buffer.byteLength(name) <= NAME_BYTES_MAX &&
    Buffer.byteLength(member.key) <= NAME_BYTES_MAX
  )
}

/** Undefined: there is nothing to make a column of. */
function evolveType(
  known: ColumnType | undefined,
  field: Field,
  depth: number,
  budget: Budget,
): ColumnType | undefined {
  if (known === undefined) return newType(field, depth, budget)
  if (typeof known === 'string') return widen(known, field.kinds)
  if (depth >= COLUMN_DEPTH_MAX) return known
  if ('list' in known) {
    if (field.element === undefined || (field.kinds & ARRAY) === 0) return known
    const element = evolveType(known.list, field.element, depth + 1, budget)
    return element === undefined || element === known.list ? known : { list: element }
  }
  if (!('struct' in known) || (field.kinds & OBJECT) === 0) return known
  const struct = evolveColumns(known.struct, field, NO_NAMES, STRUCT_KEYS_MAX, depth + 1, budget)
  return struct === known.struct ? known : { struct }
}

function newType(field: Field, depth: number, budget: Budget): ColumnType | undefined {
  if (budget.leaves <= 0) return undefined
  // Where a field holds several of them, the one with the most structure gets the column.
  if ((field.kinds & OBJECT) !== 0 && depth < COLUMN_DEPTH_MAX) {
    const struct = evolveColumns([], field, NO_NAMES, STRUCT_KEYS_MAX, depth + 1, budget)
    if (struct.length > 0) return { struct }
  }
  if ((field.kinds & ARRAY) !== 0 && field.element !== undefined && depth < COLUMN_DEPTH_MAX) {
    const list = newType(field.element, depth + 1, budget)
    if (list !== undefined) return { list }
  }
  const type = scalarType(field.kinds)
  if (type !== undefined) budget.leaves--
  return type
}

function scalarType(kinds: number): InferredType | undefined {
  const scalars = kinds & COLUMN_SCALARS
  if (scalars === 0) return undefined
  for (const [type, fits] of NARROW_TYPES) if ((scalars & ~fits) === 0) return type
  return 'varchar'
}

/** Which scalars a column of a type holds exactly. All that COLUMN_SCALARS names fits varchar. */
export const FITS: Record<ScalarType, number> = {
  boolean: BOOLEAN,
  timestamp: TIMESTAMP,
  bigint: INTEGER | BIG_INTEGER,
  double: INTEGER | FLOAT,
  varchar: COLUMN_SCALARS,
  // Lines are never fitted to declared types: format/serde/ writes the rows of such tables.
  tinyint: 0,
  smallint: 0,
  int: 0,
  float: 0,
  date: 0,
  binary: 0,
}

const NARROW_TYPES: [InferredType, number][] = (['boolean', 'timestamp', 'bigint', 'double'] as const).map(
  (type) => [type, FITS[type]],
)

function widen(known: ScalarType, kinds: number): ScalarType {
  const scalars = kinds & COLUMN_SCALARS
  if (FITS[known] === 0 || (scalars & ~FITS[known]) === 0) return known
  // A bigint column may hold integers that a double does not, in rows written long ago: there they stay what they are.
  if (known === 'bigint' && (scalars & ~FITS.double) === 0) return 'double'
  return 'varchar'
}

/**
 * Numbers that readers of JSON print in another way than they were written (`1.50`, `1e5`), or cut: for a varchar column
 * they are written as strings, so that it holds their very text.
 */
export const RESPELLED = FLOAT | LONG_NUMBER
