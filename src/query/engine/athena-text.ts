/** Values as Athena's answers have them (VarCharValue, CSV): nested ones as Java's collections print themselves. */
import {
  DuckDBTypeId,
  type DuckDBArrayValue,
  type DuckDBListValue,
  type DuckDBMapValue,
  type DuckDBStructValue,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'
import type { Cell } from './cells.ts'
import { bigintText, javaDouble, scalarText, shortestFloat } from './scalar-text.ts'

/** The writer of a column's values, chosen once per column. NULL is handled by the caller. */
export function athenaText(type: DuckDBType): Cell {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- all others are scalars
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
      return floatText
    case DuckDBTypeId.DOUBLE:
      return (value) => javaDouble(value as number)
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
      return listText(nested(type.valueType))
    case DuckDBTypeId.STRUCT:
      return rowText(type.entryNames, type.entryTypes.map(nested))
    case DuckDBTypeId.MAP:
      return mapText(nested(type.keyType), nested(type.valueType))
    default:
      return (value) => scalarText(value, 'three')
  }
}

/** The shortest digits of a float can have more of them than Java's plain form of the double shows. */
function floatText(value: DuckDBValue): string {
  const number = value as number
  return javaDouble(Number.isFinite(number) ? shortestFloat(number) : number)
}

function nested(type: DuckDBType): Cell {
  const text = athenaText(type)
  return (value) => (value === null ? 'null' : text(value))
}

function listText(item: Cell): Cell {
  return (value) => `[${(value as DuckDBListValue | DuckDBArrayValue).items.map(item).join(', ')}]`
}

function rowText(names: readonly string[], fields: Cell[]): Cell {
  return (value) => {
    const entries = (value as DuckDBStructValue).entries
    return `{${names.map((name, index) => `${name}=${fields[index]!(entries[name] ?? null)}`).join(', ')}}`
  }
}

function mapText(key: Cell, item: Cell): Cell {
  return (value) => {
    const { entries } = value as DuckDBMapValue
    return `{${entries.map((entry) => `${key(entry.key)}=${item(entry.value)}`).join(', ')}}`
  }
}
