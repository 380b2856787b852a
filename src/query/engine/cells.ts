/**
 * Values as JSON text, exactly: integers and decimals with all their digits, doubles in their shortest form, times as
 * Athena prints them.
 */
import {
  DuckDBArrayValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTypeId,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'
import { bigintText, scalarText, shortestFloat } from './scalar-text.ts'

export type Cell = (value: DuckDBValue) => string

/**
 * The writer of a column's cells, chosen once per column. NULL is handled by the caller. Bytes are pairs of digits, or
 * what `bytes` makes of them.
 */
export function cellWriter(type: DuckDBType, bytes?: Cell): Cell {
  if (type.alias === 'JSON') return (value) => String(value)
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- all others are JSON strings
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
    case DuckDBTypeId.DECIMAL:
      return (value) => String(value)
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
      return bigintText
    case DuckDBTypeId.FLOAT:
      return (value) => doubleText(shortestFloat(value as number))
    case DuckDBTypeId.DOUBLE:
      return (value) => doubleText(value as number)
    case DuckDBTypeId.LIST:
      return listCell(cellWriter(type.valueType, bytes))
    case DuckDBTypeId.ARRAY:
      return listCell(cellWriter(type.valueType, bytes))
    case DuckDBTypeId.STRUCT:
      return structCell(
        type.entryNames,
        type.entryTypes.map((entry) => cellWriter(entry, bytes)),
      )
    case DuckDBTypeId.MAP:
      return mapCell(cellWriter(type.keyType, bytes), cellWriter(type.valueType, bytes))
    case DuckDBTypeId.BLOB:
      if (bytes !== undefined) return bytes
      return (value) => JSON.stringify(scalarText(value, 'all'))
    default:
      return (value) => JSON.stringify(scalarText(value, 'all'))
  }
}

function doubleText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0.0' : String(value)
  return JSON.stringify(String(value))
}

function listCell(item: Cell): Cell {
  return (value) => {
    const items = (value as DuckDBListValue | DuckDBArrayValue).items
    return `[${items.map((entry) => (entry === null ? 'null' : item(entry))).join(',')}]`
  }
}

function structCell(names: readonly string[], fields: Cell[]): Cell {
  return (value) => {
    const entries = (value as DuckDBStructValue).entries
    const texts = names.map((name, index) => {
      const field = entries[name] ?? null
      return `${JSON.stringify(name)}:${field === null ? 'null' : fields[index]!(field)}`
    })
    return `{${texts.join(',')}}`
  }
}

function mapCell(key: Cell, item: Cell): Cell {
  return (value) => {
    const texts = (value as DuckDBMapValue).entries.map((entry) => {
      const name = key(entry.key)
      const text = name.startsWith('"') ? name : JSON.stringify(name)
      return `${text}:${entry.value === null ? 'null' : item(entry.value)}`
    })
    return `{${texts.join(',')}}`
  }
}
