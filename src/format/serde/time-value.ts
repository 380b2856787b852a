/**
 * Dates and timestamps of records. A timestamp names no zone, as in Hive; it is kept to the microsecond, which is what
 * our Parquet files hold and every reader takes: digits past it are cut.
 */
import { civilFromDays, daysFromCivil, isCivilDate } from '../../base/civil-date.ts'
import { parseDecimal, scaled, wholeDigits } from './decimal-number.ts'

const DAY_US = 86_400_000_000n
/** Of Hive's timestamp: the years 0001 to 9999. */
const FIRST_DAY = daysFromCivil(1, 1, 1)
const LAST_DAY = daysFromCivil(9999, 12, 31)
/** Epoch numbers up to here are seconds, larger ones milliseconds. */
const EPOCH_SECONDS_MAX = 10n ** 18n
/** Digits of the largest epoch in ms of the year 9999. */
const EPOCH_DIGITS_MAX = 15

/** `2026-1-5`; undefined: not a date that exists. */
export function daysOfDate(text: string): number | undefined {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text)
  return match === null ? undefined : dayOf(Number(match[1]), Number(match[2]), Number(match[3]))
}

/** java.sql.Timestamp.valueOf: `2026-1-5 1:2:3.123456789`. Microseconds since 1970. */
export function microsOfSqlTimestamp(text: string): bigint | undefined {
  return microsOf(
    /^(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?$/.exec(text.trim()),
  )
}

/** What OpenX reads: ISO 8601 with `T` (strict, `Z` or nothing), as java.sql.Timestamp, and epoch numbers. */
export function microsOfOpenxTimestamp(text: string): bigint | undefined {
  const iso = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?Z?$/.exec(text)
  return iso === null ? (microsOfSqlTimestamp(text) ?? microsOfEpoch(text.trim())) : microsOf(iso)
}

/** Seconds below 10^12, milliseconds from there on; both may have a fraction. */
export function microsOfEpoch(text: string): bigint | undefined {
  const number = parseDecimal(text)
  if (number === undefined || wholeDigits(number) > EPOCH_DIGITS_MAX) return undefined
  const seconds = scaled(number, 6, 'cut')
  const magnitude = seconds < 0n ? -seconds : seconds
  return inRange(magnitude < EPOCH_SECONDS_MAX ? seconds : scaled(number, 3, 'cut'))
}

export function microsOfMillis(text: string): bigint | undefined {
  return /^[+-]?\d{1,15}$/.test(text) ? inRange(BigInt(text) * 1000n) : undefined
}

export function inRange(micros: bigint): bigint | undefined {
  const day = dayNumber(micros)
  return day >= FIRST_DAY && day <= LAST_DAY ? micros : undefined
}

function microsOf(match: RegExpExecArray | null): bigint | undefined {
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction = ''] = match
  return microsOfFields({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    micros: Number(fraction.padEnd(6, '0').slice(0, 6)),
  })
}

export interface TimeFields {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  micros: number
}

/** Undefined: there is no such day or time of day. */
export function microsOfFields(fields: TimeFields): bigint | undefined {
  const days = dayOf(fields.year, fields.month, fields.day)
  if (days === undefined || fields.hour > 23 || fields.minute > 59 || fields.second > 59) return undefined
  const seconds = fields.hour * 3600 + fields.minute * 60 + fields.second
  return BigInt(days) * DAY_US + BigInt(seconds * 1_000_000 + fields.micros)
}

function dayOf(year: number, month: number, day: number): number | undefined {
  return year >= 1 && year <= 9999 && isCivilDate(year, month, day)
    ? daysFromCivil(year, month, day)
    : undefined
}

function dayNumber(micros: bigint): number {
  const days = micros / DAY_US
  return Number(micros < 0n && days * DAY_US !== micros ? days - 1n : days)
}

/** `2026-11-23` */
export function dateText(days: number): string {
  const { year, month, day } = civilFromDays(days)
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`
}

/** `2026-11-23T01:02:03.000004Z`: json-columns.ts reads times with a zone. */
export function timestampText(micros: bigint): string {
  const days = dayNumber(micros)
  const rest = Number(micros - BigInt(days) * DAY_US)
  const second = Math.floor(rest / 1_000_000)
  const clock = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60].map((part) =>
    pad(part, 2),
  )
  return `${dateText(days)}T${clock.join(':')}.${pad(rest % 1_000_000, 6)}Z`
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}
