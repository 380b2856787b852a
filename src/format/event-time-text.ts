/**
 * Times as web servers and syslog write them: `10/Oct/2000:13:55:36 -0700` (Apache), `Oct 11 22:14:15` (RFC 3164),
 * `Tue, 10 Oct 2000 13:55:36 -0700` (RFC 2822) and `Tue Oct 10 13:55:36 2000` (ctime, with fractions as Apache's
 * error log has them).
 */
import { DAY_MS, civilFromDays } from '../base/civil-date.ts'
import { offsetAt, utcFromLocal } from '../base/time-zone.ts'
import { digitsAt, skipDigits } from './digits.ts'
import { BAD_ZONE, NO_ZONE, clockMs, dayAt, fractionMillis, zoneOffsetMs } from './event-time-iso.ts'

const SPACE = 0x20
const DOT = 0x2e
const SLASH = 0x2f
const COLON = 0x3a

/** A line written just after New Year by a machine whose clock is ahead, or in a zone ahead, is of the new year. */
const YEARLESS_AHEAD_MS = DAY_MS

/** `dd/Mon/yyyy:HH:mm:ss ±hhmm`, the zone optional, with a fraction where a server was told to write one. */
export function parseApacheTime(
  bytes: Uint8Array,
  start: number,
  end: number,
  timezone: string,
): number | undefined {
  if (end - start < 20 || bytes[start + 2] !== SLASH || bytes[start + 6] !== SLASH) return undefined
  if (bytes[start + 11] !== COLON) return undefined
  const days = dayAt(digitsAt(bytes, start + 7, 4), monthAt(bytes, start + 3), digitsAt(bytes, start, 2))
  const timeMs = clockAt(bytes, start + 12)
  if (days === undefined || !(timeMs >= 0)) return undefined
  const zoneAt =
    bytes[start + 20] === DOT && end > start + 20 ? skipDigits(bytes, start + 21, end) : start + 20
  const fractionMs = zoneAt === start + 20 ? 0 : fractionMillis(bytes, start + 21, zoneAt)
  if (!(fractionMs >= 0)) return undefined
  return instant(days * DAY_MS + timeMs + fractionMs, zoneOffsetMs(bytes, zoneAt, end), timezone)
}

/** `Mon dd HH:mm:ss` or `Mon  d HH:mm:ss`: the year is the one that puts the time nearest before `nowMs`. */
export function parseYearlessTime(
  bytes: Uint8Array,
  start: number,
  end: number,
  timezone: string,
  nowMs: number,
): number | undefined {
  if (end - start !== 15 || bytes[start + 3] !== SPACE || bytes[start + 6] !== SPACE) return undefined
  const month = monthAt(bytes, start)
  const day = bytes[start + 4] === SPACE ? digitsAt(bytes, start + 5, 1) : digitsAt(bytes, start + 4, 2)
  const timeMs = clockAt(bytes, start + 7)
  if (month < 0 || day < 0 || !(timeMs >= 0)) return undefined
  const thisYear = civilFromDays(Math.floor((nowMs + offsetAt(timezone, nowMs)) / DAY_MS)).year
  // 29 February exists in one year of eight at worst (around 2100).
  for (let year = thisYear + 1; year >= thisYear - 8; year--) {
    const days = dayAt(year, month, day)
    if (days === undefined) continue
    const utcMs = utcFromLocal(timezone, days * DAY_MS + timeMs)
    if (utcMs <= nowMs + YEARLESS_AHEAD_MS) return utcMs
  }
  return undefined
}

const RFC_2822 =
  /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?(\d{1,2})[ -]([A-Z][a-z]{2})[ -](\d{4}) (\d\d:\d\d)(:\d\d)?( ?[A-Z]{1,3}| [+-]\d{4})?$/
const CTIME =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d)(?:\.(\d{1,9}))? ?([A-Z]{1,3})? (\d{4})$/
/** No text in these forms is longer; it keeps the regular expressions off long strings. */
const MAX_TEXT_BYTES = 48

export function parseRfc2822(text: string, timezone: string): number | undefined {
  const match = RFC_2822.exec(text)
  if (match === null) return undefined
  const [, day, month, year, clock, seconds, zone] = match
  return written(Number(year), month!, Number(day), `${clock}${seconds ?? ':00'}`, '', zone ?? '', timezone)
}

/** ctime and `date`: `Tue Oct 10 13:55:36 UTC 2000`. */
export function parseCtime(text: string, timezone: string): number | undefined {
  const match = CTIME.exec(text)
  if (match === null) return undefined
  const [, month, day, clock, fraction, zone, year] = match
  return written(Number(year), month!, Number(day), clock!, fraction ?? '', zone ?? '', timezone)
}

/** The forms that begin with the name of a day, or with the day of the month. */
export function parseNamedDay(
  bytes: Buffer,
  start: number,
  end: number,
  timezone: string,
): number | undefined {
  if (end - start > MAX_TEXT_BYTES) return undefined
  const text = bytes.toString('latin1', start, end)
  return parseCtime(text, timezone) ?? parseRfc2822(text, timezone)
}

function written(
  year: number,
  month: string,
  day: number,
  clock: string,
  fraction: string,
  zone: string,
  timezone: string,
): number | undefined {
  const days = dayAt(year, monthAt(Buffer.from(month, 'latin1'), 0), day)
  const timeMs = clockAt(Buffer.from(clock, 'latin1'), 0)
  if (days === undefined || !(timeMs >= 0)) return undefined
  const fractionMs = Number(fraction.slice(0, 3).padEnd(3, '0'))
  const zoneBytes = Buffer.from(zone, 'latin1')
  return instant(days * DAY_MS + timeMs + fractionMs, zoneOffsetMs(zoneBytes, 0, zoneBytes.length), timezone)
}

function instant(localMs: number, offsetMs: number, timezone: string): number | undefined {
  if (offsetMs === NO_ZONE) return utcFromLocal(timezone, localMs)
  return offsetMs === BAD_ZONE ? undefined : localMs - offsetMs
}

/** `HH:mm:ss` in milliseconds since midnight, or NaN. */
function clockAt(bytes: Uint8Array, at: number): number {
  if (bytes[at + 2] !== COLON || bytes[at + 5] !== COLON) return NaN
  return clockMs(digitsAt(bytes, at, 2), digitsAt(bytes, at + 3, 2), digitsAt(bytes, at + 6, 2))
}

const MONTH_BY_NAME = new Map(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, index) => [
    (name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2),
    index + 1,
  ]),
)

/** 1 to 12, or -1. English names, as all of these formats prescribe, in any case. */
export function monthAt(bytes: Uint8Array, at: number): number {
  const name = ((bytes[at]! & 0xdf) << 16) | ((bytes[at + 1]! | 0x20) << 8) | (bytes[at + 2]! | 0x20)
  return MONTH_BY_NAME.get(name) ?? -1
}
