/**
 * Scalar values as Athena prints them: times, intervals, bytes, and numbers as Java does. What prints whole rows
 * (athena-text.ts, cells.ts) puts them together.
 */
import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBIntervalValue,
  DuckDBTimeNSValue,
  DuckDBTimeTZValue,
  DuckDBTimeValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api'
import { HozonError } from '../../base/errors.ts'

/** Digits of a second: always three, as Athena; or six where the value has them, so that no digit is lost. */
export type SecondDigits = 'three' | 'all'

const MICROS_PER_DAY = 86_400_000_000n
const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)

/** Everything that is neither a number nor nested. */
export function scalarText(value: DuckDBValue, digits: SecondDigits): string {
  if (typeof value === 'string') return value
  if (value instanceof DuckDBTimestampValue) return timestampText(value.micros, digits)
  if (value instanceof DuckDBTimestampTZValue) return `${timestampText(value.micros, digits)} UTC`
  if (value instanceof DuckDBDateValue) return dateText(value.days)
  if (value instanceof DuckDBTimeValue || value instanceof DuckDBTimeTZValue)
    return timeText(value.micros, digits)
  if (value instanceof DuckDBTimestampSecondsValue) return timestampText(value.seconds * 1_000_000n, digits)
  if (value instanceof DuckDBTimestampMillisecondsValue) return timestampText(value.millis * 1000n, digits)
  if (value instanceof DuckDBTimestampNanosecondsValue)
    return timestampText(floorDivide(value.nanos, 1000n), digits)
  if (value instanceof DuckDBTimeNSValue) return timeText(value.nanos / 1000n, digits)
  if (value instanceof DuckDBIntervalValue) return intervalText(value, digits)
  if (value instanceof DuckDBBlobValue) return hexText(value.bytes)
  return String(value)
}

/** DuckDB's sums are 128 bits wide; Trino's are bigint and overflow with an error. */
export function bigintText(value: DuckDBValue): string {
  const number = value as bigint
  if (number > INT64_MAX || number < INT64_MIN) {
    throw new HozonError('HOZON_SQL_FAILED', `NUMERIC_VALUE_OUT_OF_RANGE: bigint overflow: ${number}`, {
      op: 'run query',
    })
  }
  return String(number)
}

/** The shortest decimal that reads back as the same 32-bit float. */
export function shortestFloat(value: number): number {
  for (let digits = 1; digits < 10; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return value
}

/** `0.25`, `1.0E10`, `-0.0`, `NaN`: Java prints plain digits from a thousandth to below ten millions. */
export function javaDouble(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  if (size >= 1e-3 && size < 1e7) {
    const plain = String(value)
    return plain.includes('.') ? plain : `${plain}.0`
  }
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  return `${digits.includes('.') ? digits : `${digits}.0`}E${exponent.replace('+', '')}`
}

function timestampText(micros: bigint, digits: SecondDigits): string {
  const days = floorDivide(micros, MICROS_PER_DAY)
  return `${dateText(Number(days))} ${timeText(micros - days * MICROS_PER_DAY, digits)}`
}

function timeText(micros: bigint, digits: SecondDigits): string {
  const total = Number(micros)
  const seconds = Math.floor(total / 1e6)
  const fraction = String(total % 1e6).padStart(6, '0')
  const shown = digits === 'three' || fraction.endsWith('000') ? fraction.slice(0, 3) : fraction
  const hours = Math.floor(seconds / 3600)
  return `${two(hours)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${shown}`
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}

/** Rows mostly come with the same day again and again, and a Date object costs more than the rest of a line. */
let lastDays: number | undefined
let lastDate = ''

function dateText(days: number): string {
  if (days !== lastDays) {
    lastDate = newDateText(days)
    lastDays = days
  }
  return lastDate
}

function newDateText(days: number): string {
  const date = new Date(days * 86_400_000)
  if (Number.isNaN(date.getTime())) return new DuckDBDateValue(days).toString()
  const year = date.getUTCFullYear()
  const yearText = year < 0 ? `-${String(-year).padStart(4, '0')}` : String(year).padStart(4, '0')
  return `${yearText}-${date.toISOString().slice(-19, -14)}`
}

function intervalText(interval: DuckDBIntervalValue, digits: SecondDigits): string {
  if (interval.days === 0 && interval.micros === 0n && interval.months !== 0) {
    const months = Math.abs(interval.months)
    return `${interval.months < 0 ? '-' : ''}${Math.floor(months / 12)}-${months % 12}`
  }
  const total = BigInt(interval.months * 30 + interval.days) * MICROS_PER_DAY + interval.micros
  const [sign, size] = total < 0n ? ['-', -total] : ['', total]
  return `${sign}${size / MICROS_PER_DAY} ${timeText(size % MICROS_PER_DAY, digits)}`
}

function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by
  return value % by < 0n ? quotient - 1n : quotient
}
