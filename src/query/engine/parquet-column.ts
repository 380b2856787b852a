/**
 * A column of a Parquet file as the column of a table: by name, fields that are missing as NULL, narrower types widened.
 * Types that mean something else are refused: a text that looks like a number is not one.
 */
import { DuckDBTypeId, type DuckDBStructType, type DuckDBType } from '@duckdb/node-api'
import type { Column, ColumnType } from '../../base/schema.ts'
import { duckDbType, quoted } from './column-types.ts'

/** SQL for `value`; undefined where the types do not go together. */
export function parquetValue(value: string, from: DuckDBType, to: ColumnType, depth = 0): string | undefined {
  if (typeof to === 'object') {
    if ('list' in to) return listValue(value, from, to.list, depth)
    if ('map' in to) return mapValue(value, from, to.map, depth)
    if ('struct' in to) return structValue(value, from, to.struct, depth)
    if ('decimal' in to) return decimalValue(value, from, to)
    const length = 'varchar' in to ? to.varchar : to.char
    const text = textValue(value, from)
    return text === undefined ? undefined : `left(${text}, ${length})`
  }
  if (to === 'varchar') return textValue(value, from)
  if (to === 'binary') return binaryValue(value, from)
  return READABLE_AS[to]?.includes(from.typeId) === true ? cast(value, to) : undefined
}

const INTEGERS = [
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
]
const TIMESTAMPS = [
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
  DuckDBTypeId.TIMESTAMP_TZ,
]

/** Numbers that do not fit are errors of the cast. */
const READABLE_AS: Partial<Record<string, DuckDBTypeId[]>> = {
  boolean: [DuckDBTypeId.BOOLEAN],
  tinyint: INTEGERS,
  smallint: INTEGERS,
  int: INTEGERS,
  bigint: INTEGERS,
  float: [DuckDBTypeId.FLOAT],
  double: [DuckDBTypeId.FLOAT, DuckDBTypeId.DOUBLE, ...INTEGERS],
  date: [DuckDBTypeId.DATE],
  timestamp: TIMESTAMPS,
}

function cast(value: string, to: ColumnType): string {
  return `CAST(${value} AS ${duckDbType(to)})`
}

function textValue(value: string, from: DuckDBType): string | undefined {
  if (from.typeId === DuckDBTypeId.VARCHAR || from.typeId === DuckDBTypeId.ENUM)
    return `CAST(${value} AS VARCHAR)`
  // Texts of writers that do not say so; what is no UTF-8 is an error.
  return from.typeId === DuckDBTypeId.BLOB ? `decode(${value})` : undefined
}

function binaryValue(value: string, from: DuckDBType): string | undefined {
  if (from.typeId === DuckDBTypeId.BLOB) return value
  return from.typeId === DuckDBTypeId.VARCHAR ? `encode(CAST(${value} AS VARCHAR))` : undefined
}

function decimalValue(
  value: string,
  from: DuckDBType,
  to: { decimal: { precision: number; scale: number } },
): string | undefined {
  if (INTEGERS.includes(from.typeId)) return cast(value, to)
  // Fewer digits behind the point would be rounded.
  const fits = from.typeId === DuckDBTypeId.DECIMAL && from.scale <= to.decimal.scale
  return fits ? cast(value, to) : undefined
}

function listValue(value: string, from: DuckDBType, to: ColumnType, depth: number): string | undefined {
  if (from.typeId !== DuckDBTypeId.LIST) return undefined
  const item = `e${depth}`
  const made = parquetValue(item, from.valueType, to, depth + 1)
  return made === undefined ? undefined : `list_transform(${value}, lambda ${item}: ${made})`
}

function mapValue(
  value: string,
  from: DuckDBType,
  to: { key: ColumnType; value: ColumnType },
  depth: number,
): string | undefined {
  if (from.typeId !== DuckDBTypeId.MAP) return undefined
  const item = `e${depth}`
  const key = parquetValue(`${item}.key`, from.keyType, to.key, depth + 1)
  const made = parquetValue(`${item}.value`, from.valueType, to.value, depth + 1)
  if (key === undefined || made === undefined) return undefined
  const entry = `{'key': ${key}, 'value': ${made}}`
  return `map_from_entries(list_transform(map_entries(${value}), lambda ${item}: ${entry}))`
}

function structValue(value: string, from: DuckDBType, to: Column[], depth: number): string | undefined {
  if (from.typeId !== DuckDBTypeId.STRUCT) return undefined
  const members = to.map(({ name, type }) => {
    const index = memberIndex(from, name)
    if (index < 0) return `${quoted(name)} := CAST(NULL AS ${duckDbType(type)})`
    const member = `struct_extract(${value}, '${from.entryNames[index]!.replaceAll("'", "''")}')`
    const made = parquetValue(member, from.entryTypes[index]!, type, depth)
    return made === undefined ? undefined : `${quoted(name)} := ${made}`
  })
  if (members.includes(undefined)) return undefined
  return `CASE WHEN ${value} IS NULL THEN NULL ELSE struct_pack(${members.join(', ')}) END`
}

function memberIndex(from: DuckDBStructType, name: string): number {
  return from.entryNames.findIndex((entry) => entry.toLowerCase() === name)
}
