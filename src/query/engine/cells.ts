/**
 * Values as JSON text, exactly: integers and decimals with all their digits, doubles in their shortest form, times as
 * Athena prints them.
 */
import {
  DuckDBArrayValue,
  DuckDBDateValue,
  DuckDBIntervalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimeValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  DuckDBBlobValue,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'
import { HozonError } from '../../base/errors.ts'

export type Cell = (value: DuckDBValue) => string

const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)

/** The writer of a column's cells, chosen once per column. NULL is handled by the caller. */
export function cellWriter(type: DuckDBType): Cell {
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
      return bigintCell
    case DuckDBTypeId.FLOAT:
      return (value) => doubleText(shortestFloat(value as number))
    case DuckDBTypeId.DOUBLE:
      return (value) => doubleText(value as number)
    case DuckDBTypeId.LIST:
      return listCell(cellWriter(type.valueType))
    case DuckDBTypeId.ARRAY:
      return listCell(cellWriter(type.valueType))
    case DuckDBTypeId.STRUCT:
      return structCell(type.entryNames, type.entryTypes.map(cellWriter))
    case DuckDBTypeId.MAP:
      return mapCell(cellWriter(type.keyType), cellWriter(type.valueType))
    default:
      return (value) => JSON.stringify(scalarText(value))
  }
}

/** The text of everything that JSON has no form of its own for. */
function scalarText(value: DuckDBValue): string {
  if (value instanceof DuckDBTimestampValue) return timestampText(value.micros)
  if (value instanceof DuckDBTimestampTZValue) return `${timestampText(value.micros)} UTC`
  if (value instanceof DuckDBDateValue) return dateText(value.days)
  if (value instanceof DuckDBTimeValue) return timeText(value.micros)
  if (value instanceof DuckDBIntervalValue) return intervalText(value)
  if (value instanceof DuckDBBlobValue) return hexText(value.bytes)
  return String(value)
}

/** DuckDB's sums are 128 bits wide; Trino's are bigint and overflow with an error. */
function bigintCell(value: DuckDBValue): string {
  const number = value as bigint
  if (number > INT64_MAX || number < INT64_MIN) {
    throw new HozonError('HOZON_SQL_FAILED', `bigint overflow: ${number}`, { op: 'run query' })
  }
  return String(number)
}

function doubleText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0.0' : String(value)
  return JSON.stringify(String(value))
}

/** The shortest decimal that reads back as the same 32-bit float. */
function shortestFloat(value: number): number {
  for (let digits = 1; digits < 10; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return value
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

const MICROS_PER_DAY = 86_400_000_000n

/** Three digits of a second, as Athena; six where the value has them, so that no digit is ever lost. */
function timestampText(micros: bigint): string {
  const days = floorDivide(micros, MICROS_PER_DAY)
  return `${dateText(Number(days))} ${timeText(micros - days * MICROS_PER_DAY)}`
}

function timeText(micros: bigint): string {
  const total = Number(micros)
  const seconds = Math.floor(total / 1e6)
  const fraction = String(total % 1e6).padStart(6, '0')
  const digits = fraction.endsWith('000') ? fraction.slice(0, 3) : fraction
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return `${parts.map((part) => String(part).padStart(2, '0')).join(':')}.${digits}`
}

function dateText(days: number): string {
  const date = new Date(days * 86_400_000)
  if (Number.isNaN(date.getTime())) return new DuckDBDateValue(days).toString()
  const year = date.getUTCFullYear()
  const yearText = year < 0 ? `-${String(-year).padStart(4, '0')}` : String(year).padStart(4, '0')
  return `${yearText}-${date.toISOString().slice(-19, -14)}`
}

function intervalText(interval: DuckDBIntervalValue): string {
  if (interval.days === 0 && interval.micros === 0n && interval.months !== 0) {
    const months = Math.abs(interval.months)
    return `${interval.months < 0 ? '-' : ''}${Math.floor(months / 12)}-${months % 12}`
  }
  const total = BigInt(interval.months * 30 + interval.days) * MICROS_PER_DAY + interval.micros
  const [sign, size] = total < 0n ? ['-', -total] : ['', total]
  return `${sign}${size / MICROS_PER_DAY} ${timeText(size % MICROS_PER_DAY)}`
}

function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by
  return value % by < 0n ? quotient - 1n : quotient
}
