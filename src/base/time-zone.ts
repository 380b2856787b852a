/**
 * Local time and UTC in IANA time zones, exact through every daylight-saving change, for millions of calls: the
 * rules come from Intl (slow), and are kept as one offset per zone and UTC day (a day in which the offset changes
 * keeps the instant of the change, found by bisection).
 */
import { DAY_MS, daysFromCivil } from './civil-date.ts'

/** Days kept per zone: ten years of log lines in any order; then the zone starts over. About 0.5 MB at the limit. */
const DAYS_KEPT = 4096
/** Intl answers for Dates only. */
const MAX_DATE_MS = 8.64e15

interface DayOffsets {
  day: number
  beforeMs: number
  /** The instant from which `afterMs` holds; beyond the day when nothing changes in it. */
  changeMs: number
  afterMs: number
}

interface Zone {
  format: Intl.DateTimeFormat
  days: Map<number, DayOffsets>
  last: DayOffsets
}

const zones = new Map<string, Zone>()
let lastName = ''
let lastZone: Zone | undefined

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    // RangeError is how Intl says that it does not know the name.
    return false
  }
}

/** What is to be added to the instant `utcMs` to get the zone's local time. `timezone` must be a time zone. */
export function offsetAt(timezone: string, utcMs: number): number {
  if (timezone === 'UTC') return 0
  const zone = zoneOf(timezone)
  const day = Math.floor(utcMs / DAY_MS)
  if (zone.last.day !== day) zone.last = dayOffsets(zone, day)
  return utcMs < zone.last.changeMs ? zone.last.beforeMs : zone.last.afterMs
}

/**
 * The instant at which the zone's clocks show `localMs` (a local date and time, written as if it were UTC). A time
 * that occurs twice means the first; one that is skipped is moved on by the length of the gap, as java.time does.
 */
export function utcFromLocal(timezone: string, localMs: number): number {
  if (timezone === 'UTC') return localMs
  // No zone is a day away from UTC: these are the offsets before and after any change near that local time.
  const before = offsetAt(timezone, localMs - DAY_MS)
  const early = localMs - before
  if (offsetAt(timezone, early) === before) return early
  const late = localMs - offsetAt(timezone, localMs + DAY_MS)
  return localMs - offsetAt(timezone, late) === late ? late : early
}

function zoneOf(timezone: string): Zone {
  if (timezone === lastName && lastZone !== undefined) return lastZone
  let zone = zones.get(timezone)
  if (zone === undefined) {
    const last = { day: NaN, beforeMs: 0, changeMs: 0, afterMs: 0 }
    zone = { format: wallClock(timezone), days: new Map(), last }
    zones.set(timezone, zone)
  }
  lastName = timezone
  lastZone = zone
  return zone
}

function wallClock(timezone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
}

function dayOffsets(zone: Zone, day: number): DayOffsets {
  const known = zone.days.get(day)
  if (known !== undefined) return known
  const startMs = day * DAY_MS
  const beforeMs = askIntl(zone, startMs)
  const afterMs = askIntl(zone, startMs + DAY_MS - 1000)
  const changeMs =
    beforeMs === afterMs ? startMs + DAY_MS : changeBetween(zone, startMs, startMs + DAY_MS - 1000)
  const offsets = { day, beforeMs, changeMs, afterMs }
  if (zone.days.size >= DAYS_KEPT) zone.days.clear()
  zone.days.set(day, offsets)
  return offsets
}

/** Changes happen at whole seconds; no zone has changed twice in a day. */
function changeBetween(zone: Zone, fromMs: number, toMs: number): number {
  const before = askIntl(zone, fromMs)
  let low = fromMs / 1000
  let high = toMs / 1000
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (askIntl(zone, middle * 1000) === before) low = middle
    else high = middle
  }
  return high * 1000
}

function askIntl(zone: Zone, utcMs: number): number {
  const asked = Math.max(-MAX_DATE_MS, Math.min(MAX_DATE_MS, utcMs))
  const fields: Record<string, string> = {}
  for (const part of zone.format.formatToParts(asked)) fields[part.type] = part.value
  const yearOfEra = Number(fields['year'])
  const year = fields['era']?.startsWith('B') === true ? 1 - yearOfEra : yearOfEra
  const days = daysFromCivil(year, Number(fields['month']), Number(fields['day']))
  const seconds = Number(fields['hour']) * 3600 + Number(fields['minute']) * 60 + Number(fields['second'])
  return days * DAY_MS + seconds * 1000 - asked
}
