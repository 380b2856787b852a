/**
 * The instant that a JSON value names, in the forms that logs use. What none of the forms fits exactly is undefined:
 * a wrong time would put a line into the wrong partition without anybody seeing it, so nothing is guessed.
 */
import { isCivilDate } from '../base/civil-date.ts'
import { digitsAt, skipDigits } from './digits.ts'
import { parseIso } from './event-time-iso.ts'
import { parseApacheTime, parseNamedDay, parseYearlessTime } from './event-time-text.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const SPACE = 0x20
const SLASH = 0x2f
const MINUS = 0x2d
const COLON = 0x3a

/** Longer values are not looked at: no form of a time is longer. */
const MAX_TIME_BYTES = 64

/**
 * Seconds, milliseconds, microseconds or nanoseconds by magnitude: each unit covers the years 1973 to 5138, so no
 * number means two things. Smaller numbers are durations and counters, not times.
 */
const SMALLEST_EPOCH = 1e8
const EPOCH_UNITS = [
  { below: 1e11, perMs: 1e-3 },
  { below: 1e14, perMs: 1 },
  { below: 1e17, perMs: 1e3 },
  { below: 1e20, perMs: 1e6 },
]

/**
 * Epoch ms (finer digits are cut off) from the bytes [start, end) of a JSON number or of a JSON string's content; the
 * quotes may be included. `timezone` is for times that name none. `nowMs` is for times without a year, which are
 * undefined without it.
 */
export function parseEventTime(
  bytes: Buffer,
  start: number,
  end: number,
  timezone: string,
  nowMs?: number,
): number | undefined {
  let from = start
  let to = end
  if (to - from >= 2 && bytes[from] === QUOTE && bytes[to - 1] === QUOTE) {
    from++
    to--
  }
  const length = to - from
  if (length < 7 || length > MAX_TIME_BYTES) return undefined
  const fifth = bytes[from + 4]!
  if (fifth === MINUS) return parseIso(bytes, from, to, timezone)
  const first = bytes[from]!
  if (first >= 0x30 && first <= 0x39) {
    if (skipDigits(bytes, from, to) >= from + 9) return parseEpoch(bytes, from, to)
    if (bytes[from + 2] === SLASH) return parseApacheTime(bytes, from, to, timezone)
    return parseOther(bytes, from, to, timezone, nowMs) ?? parseEpoch(bytes, from, to)
  }
  return parseOther(bytes, from, to, timezone, nowMs)
}

export function parseEventTimeText(text: string, timezone: string, nowMs?: number): number | undefined {
  const bytes = Buffer.from(text)
  return parseEventTime(bytes, 0, bytes.length, timezone, nowMs)
}

function parseOther(
  bytes: Buffer,
  start: number,
  end: number,
  timezone: string,
  nowMs: number | undefined,
): number | undefined {
  const escape = bytes.indexOf(BACKSLASH, start)
  if (escape >= 0 && escape < end) return parseEscaped(bytes, start, end, timezone, nowMs)
  return (
    parseIso(bytes, start, end, timezone) ??
    parseNamedDay(bytes, start, end, timezone) ??
    (nowMs === undefined ? undefined : parseYearlessTime(bytes, start, end, timezone, nowMs))
  )
}

/** PHP and others write `/` as `\/` in JSON. */
function parseEscaped(
  bytes: Buffer,
  start: number,
  end: number,
  timezone: string,
  nowMs: number | undefined,
) {
  const plain = Buffer.from(bytes.toString('latin1', start, end).replaceAll('\\/', '/'), 'latin1')
  if (plain.includes(BACKSLASH)) return undefined
  return parseEventTime(plain, 0, plain.length, timezone, nowMs)
}

const NUMBER = /^\d+(\.\d+)?([eE]\+?\d{1,2})?$/

function parseEpoch(bytes: Buffer, start: number, end: number): number | undefined {
  const wholeEnd = skipDigits(bytes, start, end)
  if (wholeEnd === end && end - start <= 15) return epochMs(digitsAt(bytes, start, end - start))
  const text = bytes.toString('latin1', start, end)
  // 16 and more digits are past what a double holds to the unit, so that the cut would round up.
  if (wholeEnd === end && end - start <= 20) {
    const perMs = end - start <= 17 ? 1000n : 1_000_000n
    const ms = Number(BigInt(text) / perMs)
    return epochMs(Number(text)) === undefined ? undefined : ms
  }
  if (!NUMBER.test(text)) return undefined
  const [whole, fraction] = text.split('.')
  // `1764000000.123`: by its digits, since 1764000000.123 * 1000 is 1764000000122.9999…
  if (fraction !== undefined && whole!.length <= 11 && !/[eE]/.test(fraction)) {
    const seconds = Number(whole)
    if (seconds < SMALLEST_EPOCH) return undefined
    return seconds * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'))
  }
  return epochMs(Number(text))
}

function epochMs(value: number): number | undefined {
  if (!(value >= SMALLEST_EPOCH)) return undefined
  const unit = EPOCH_UNITS.find(({ below }) => value < below)
  if (unit === undefined) return undefined
  return unit.perMs === 1e-3 ? Math.floor(value * 1000 + 1e-4) : Math.floor(value / unit.perMs)
}

/**
 * Is the text a timestamp that a column of microseconds in UTC holds without the loss of a digit, and that engines
 * cast to it? `yyyy-MM-dd`, `T` or a space, `HH:mm:ss`, up to 6 fraction digits, an optional zone.
 *
 * In DuckDB the cast must be to TIMESTAMPTZ with TimeZone = 'UTC': its cast to TIMESTAMP ignores the offset in the text
 * without a word (test/format/timestamp-casts.test.ts).
 */
export function isTimestampText(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start
  if (length < 19 || length > 32) return false
  if (bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return false
  if (bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return false
  const separator = bytes[start + 10]
  if (separator !== 0x54 && separator !== SPACE) return false
  const year = digitsAt(bytes, start, 4)
  // Year 0 is 1 BC in some engines and an error in others.
  if (year < 1 || !isCivilDate(year, digitsAt(bytes, start + 5, 2), digitsAt(bytes, start + 8, 2)))
    return false
  const hour = digitsAt(bytes, start + 11, 2)
  const minute = digitsAt(bytes, start + 14, 2)
  const second = digitsAt(bytes, start + 17, 2)
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return false
  return isStrictRest(bytes, start + 19, end)
}

function isStrictRest(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start
  if (bytes[at] === 0x2e && at < end) {
    const after = skipDigits(bytes, at + 1, end)
    const count = after - at - 1
    if (count < 1 || count > 6) return false
    at = after
  }
  if (at === end) return true
  const sign = bytes[at]
  if (sign === 0x5a) return at + 1 === end
  if (sign !== 0x2b && sign !== MINUS) return false
  return isStrictOffset(bytes, at + 1, end)
}

/** Engines differ on offsets past 15:59. */
function isStrictOffset(bytes: Uint8Array, at: number, end: number): boolean {
  const left = end - at
  if (left !== 2 && left !== 4 && !(left === 5 && bytes[at + 2] === COLON)) return false
  const hours = digitsAt(bytes, at, 2)
  const minutes = left === 2 ? 0 : digitsAt(bytes, end - 2, 2)
  return hours >= 0 && hours <= 15 && minutes >= 0 && minutes <= 59
}
