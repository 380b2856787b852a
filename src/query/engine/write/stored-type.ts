/** What a column of a query becomes in a file: Hive's types, which are fewer than Trino's. */
import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api'
import type { Column, ColumnType } from '../../../base/schema.ts'

const SCALARS: Partial<Record<DuckDBTypeId, ColumnType>> = {
  [DuckDBTypeId.BOOLEAN]: 'boolean',
  [DuckDBTypeId.TINYINT]: 'tinyint',
  [DuckDBTypeId.SMALLINT]: 'smallint',
  [DuckDBTypeId.INTEGER]: 'int',
  [DuckDBTypeId.BIGINT]: 'bigint',
  [DuckDBTypeId.UTINYINT]: 'smallint',
  [DuckDBTypeId.USMALLINT]: 'int',
  [DuckDBTypeId.UINTEGER]: 'bigint',
  // Sums of bigint: a value that does not fit fails the statement.
  [DuckDBTypeId.UBIGINT]: 'bigint',
  [DuckDBTypeId.HUGEINT]: 'bigint',
  [DuckDBTypeId.UHUGEINT]: 'bigint',
  [DuckDBTypeId.FLOAT]: 'float',
  [DuckDBTypeId.DOUBLE]: 'double',
  [DuckDBTypeId.VARCHAR]: 'varchar',
  [DuckDBTypeId.ENUM]: 'varchar',
  [DuckDBTypeId.DATE]: 'date',
  [DuckDBTypeId.TIMESTAMP]: 'timestamp',
  [DuckDBTypeId.TIMESTAMP_S]: 'timestamp',
  [DuckDBTypeId.TIMESTAMP_MS]: 'timestamp',
  [DuckDBTypeId.TIMESTAMP_NS]: 'timestamp',
  [DuckDBTypeId.BLOB]: 'binary',
}

/** Undefined: Hive has no such type (time, json, timestamp with time zone, interval, rows whose fields have no names). */
export function storedType(type: DuckDBType): ColumnType | undefined {
  if (type.alias === 'JSON') return undefined
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- all others are in SCALARS
  switch (type.typeId) {
    case DuckDBTypeId.DECIMAL:
      return { decimal: { precision: type.width, scale: type.scale } }
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY: {
      const list = storedType(type.valueType)
      return list === undefined ? undefined : { list }
    }
    case DuckDBTypeId.MAP: {
      const [key, value] = [storedType(type.keyType), storedType(type.valueType)]
      const isSimple = typeof key === 'string' || (key !== undefined && 'decimal' in key)
      return isSimple && value !== undefined ? { map: { key, value } } : undefined
    }
    case DuckDBTypeId.STRUCT:
      return storedRow(type.entryNames, type.entryTypes)
    default:
      return SCALARS[type.typeId]
  }
}

function storedRow(names: readonly string[], types: readonly DuckDBType[]): ColumnType | undefined {
  const struct: Column[] = []
  for (const [index, written] of names.entries()) {
    const type = storedType(types[index]!)
    const name = written.toLowerCase()
    if (type === undefined || name === '') return undefined
    struct.push({ name, key: name, type })
  }
  return { struct }
}

/** As Trino names it in messages. */
export function trinoType(type: ColumnType): string {
  if (type === 'int') return 'integer'
  if (type === 'float') return 'real'
  if (type === 'binary') return 'varbinary'
  if (type === 'timestamp') return 'timestamp(3)'
  if (typeof type === 'string') return type
  if ('list' in type) return `array(${trinoType(type.list)})`
  if ('map' in type) return `map(${trinoType(type.map.key)}, ${trinoType(type.map.value)})`
  if ('struct' in type) return `row(${type.struct.map(rowField).join(', ')})`
  if ('decimal' in type) return `decimal(${type.decimal.precision},${type.decimal.scale})`
  return 'char' in type ? `char(${type.char})` : `varchar(${type.varchar})`
}

function rowField({ name, type }: Column): string {
  return `${name} ${trinoType(type)}`
}

const INTEGERS: readonly ColumnType[] = ['tinyint', 'smallint', 'int', 'bigint']

/**
 * May values of a query's column go into a table's by themselves? As in Trino, with one exception: an integer may go into
 * a narrower one, since DuckDB's functions return wider ones than Trino's; a value that does not fit fails the statement.
 */
export function isInsertable(from: ColumnType, to: ColumnType): boolean {
  if (INTEGERS.includes(from))
    return INTEGERS.includes(to) || to === 'float' || to === 'double' || isSized(to, 'decimal')
  if (from === 'float') return to === 'float' || to === 'double'
  if (from === 'date') return to === 'date' || to === 'timestamp'
  if (isText(from)) return isText(to)
  if (typeof from === 'string') return from === to
  if ('decimal' in from)
    return (
      to === 'float' || to === 'double' || (isSized(to, 'decimal') && to.decimal.scale >= from.decimal.scale)
    )
  if (typeof to === 'string') return false
  if ('list' in from) return 'list' in to && isInsertable(from.list, to.list)
  if ('map' in from)
    return 'map' in to && isInsertable(from.map.key, to.map.key) && isInsertable(from.map.value, to.map.value)
  return 'struct' in from && 'struct' in to && isInsertableRow(from.struct, to.struct)
}

/** A cast finds fields by name, whatever their order: only rows with the same names in the same order mean the same. */
function isInsertableRow(from: readonly Column[], to: readonly Column[]): boolean {
  return (
    from.length === to.length &&
    from.every(({ name, type }, index) => name === to[index]!.name && isInsertable(type, to[index]!.type))
  )
}

function isText(type: ColumnType): boolean {
  return type === 'varchar' || isSized(type, 'char') || isSized(type, 'varchar')
}

function isSized<K extends string>(
  type: ColumnType,
  key: K,
): type is Extract<ColumnType, Record<K, unknown>> {
  return typeof type === 'object' && key in type
}
