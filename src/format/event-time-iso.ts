/**
 * ISO 8601 / RFC 3339 and its everyday relatives, read straight from the bytes: `2026-11-23T01:02:03.456789Z`,
 * `2026-11-23 01:02:03,456 +0900`, `2026/11/23 01:02:03`, `20261123T010203Z`, `2026-11-23`.
 */
import { DAY_MS, daysFromCivil, isCivilDate } from '../base/civil-date.ts'
import { utcFromLocal } from '../base/time-zone.ts'
import { digitsAt, skipDigits } from './digits.ts'

const SPACE = 0x20
const PLUS = 0x2b
const COMMA = 0x2c
const MINUS = 0x2d
const DOT = 0x2e
const SLASH = 0x2f
const COLON = 0x3a
const UPPER_T = 0x54
const LOWER_T = 0x74
const UPPER_Z = 0x5a
const LOWER_Z = 0x7a

const MAX_FRACTION_DIGITS = 9
/** The widest offset that is or was in use is 15:56; the notation's limit is what counts. */
const MAX_OFFSET_HOURS = 23
/** Returned by zoneOffsetMs for "no zone is named" and "this is not a zone". */
export const NO_ZONE = Number.MAX_SAFE_INTEGER
export const BAD_ZONE = Number.MIN_SAFE_INTEGER

/** Epoch ms (fractions below are cut), or undefined. `timezone` is for texts that name none. */
export function parseIso(
  bytes: Uint8Array,
  start: number,
  end: number,
  timezone: string,
): number | undefined {
  if (end - start < 8) return undefined
  const separator = bytes[start + 4]!
  if (separator !== MINUS && separator !== SLASH) return parseBasicIso(bytes, start, end, timezone)
  if (end - start < 10 || bytes[start + 7] !== separator) return undefined
  const days = dayAt(digitsAt(bytes, start, 4), digitsAt(bytes, start + 5, 2), digitsAt(bytes, start + 8, 2))
  if (days === undefined) return undefined
  const at = start + 10
  if (at === end) return utcFromLocal(timezone, days * DAY_MS)
  if (!isDateTimeSeparator(bytes[at]!) || end - at < 6 || bytes[at + 3] !== COLON) return undefined
  const hour = digitsAt(bytes, at + 1, 2)
  const minute = digitsAt(bytes, at + 4, 2)
  if (at + 6 === end || bytes[at + 6] !== COLON) {
    return finish(bytes, at + 6, end, timezone, days, clockMs(hour, minute, 0))
  }
  if (end - at < 9) return undefined
  const timeMs = clockMs(hour, minute, digitsAt(bytes, at + 7, 2))
  return parseFraction(bytes, at + 9, end, timezone, days, timeMs)
}

/** `yyyyMMddTHHmmss`, with the same fractions and zones. */
function parseBasicIso(bytes: Uint8Array, start: number, end: number, timezone: string): number | undefined {
  if (end - start < 15 || bytes[start + 8] !== UPPER_T) return undefined
  const days = dayAt(digitsAt(bytes, start, 4), digitsAt(bytes, start + 4, 2), digitsAt(bytes, start + 6, 2))
  if (days === undefined) return undefined
  const at = start + 9
  const timeMs = clockMs(digitsAt(bytes, at, 2), digitsAt(bytes, at + 2, 2), digitsAt(bytes, at + 4, 2))
  return parseFraction(bytes, at + 6, end, timezone, days, timeMs)
}

function parseFraction(
  bytes: Uint8Array,
  at: number,
  end: number,
  timezone: string,
  days: number,
  timeMs: number,
): number | undefined {
  if (at === end || (bytes[at] !== DOT && bytes[at] !== COMMA)) {
    return finish(bytes, at, end, timezone, days, timeMs)
  }
  const after = skipDigits(bytes, at + 1, end)
  const fractionMs = fractionMillis(bytes, at + 1, after)
  return finish(bytes, after, end, timezone, days, timeMs + fractionMs)
}

function finish(
  bytes: Uint8Array,
  at: number,
  end: number,
  timezone: string,
  days: number,
  timeMs: number,
): number | undefined {
  // NaN: hour, minute, second or fraction out of range.
  if (!(timeMs >= 0)) return undefined
  const localMs = days * DAY_MS + timeMs
  const offsetMs = zoneOffsetMs(bytes, at, end)
  if (offsetMs === NO_ZONE) return utcFromLocal(timezone, localMs)
  return offsetMs === BAD_ZONE ? undefined : localMs - offsetMs
}

/** Whole milliseconds of a second's fraction, 1 to 9 digits; else NaN. */
export function fractionMillis(bytes: Uint8Array, start: number, end: number): number {
  const count = end - start
  if (count === 0 || count > MAX_FRACTION_DIGITS) return NaN
  if (count >= 3) return digitsAt(bytes, start, 3)
  return digitsAt(bytes, start, count) * (count === 2 ? 10 : 100)
}

/** Days since the epoch of a date that exists. A negative part (no digits) is never a date. */
export function dayAt(year: number, month: number, day: number): number | undefined {
  return year >= 0 && isCivilDate(year, month, day) ? daysFromCivil(year, month, day) : undefined
}

/** Milliseconds since midnight, or NaN. Second 60 is a leap second, which POSIX time counts as the next one. */
export function clockMs(hour: number, minute: number, second: number): number {
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return NaN
  return (hour * 3600 + minute * 60 + second) * 1000
}

/** The offset in `Z`, `±hh:mm`, `±hhmm`, `±hh`, ` UTC` …, which must be all that is left of the text. */
export function zoneOffsetMs(bytes: Uint8Array, from: number, end: number): number {
  if (from === end) return NO_ZONE
  const at = bytes[from] === SPACE ? from + 1 : from
  const left = end - at
  const sign = bytes[at]
  if (left === 1) return sign === UPPER_Z || sign === LOWER_Z ? 0 : BAD_ZONE
  if (sign !== PLUS && sign !== MINUS) return isUtcName(bytes, at, end) ? 0 : BAD_ZONE
  if (left < 3) return BAD_ZONE
  const hours = digitsAt(bytes, at + 1, 2)
  let minutes = 0
  if (left === 5) minutes = digitsAt(bytes, at + 3, 2)
  else if (left === 6 && bytes[at + 3] === COLON) minutes = digitsAt(bytes, at + 4, 2)
  else if (left !== 3) return BAD_ZONE
  if (hours < 0 || hours > MAX_OFFSET_HOURS || minutes < 0 || minutes > 59) return BAD_ZONE
  const offsetMs = (hours * 60 + minutes) * 60_000
  return sign === MINUS ? -offsetMs : offsetMs
}

function isUtcName(bytes: Uint8Array, at: number, end: number): boolean {
  const left = end - at
  if (left !== 2 && left !== 3) return false
  const name = String.fromCharCode(...bytes.subarray(at, end))
  return name === 'UTC' || name === 'GMT' || name === 'UT'
}

function isDateTimeSeparator(byte: number): boolean {
  return byte === UPPER_T || byte === SPACE || byte === LOWER_T
}
