/** Schedules as AWS writes them: `cron(minutes hours day-of-month month day-of-week year)`, in UTC. */
import { civilFromDays, DAY_MS, daysFromCivil, daysInMonth } from '../../../base/civil-date.ts'
import { invalidInput } from '../faults.ts'

export interface Schedule {
  minutes: Set<number>
  hours: Set<number>
  /** Undefined: any. */
  days: Set<number> | undefined
  isLastDay: boolean
  months: Set<number>
  /** 1 is Sunday. Undefined: any. */
  weekdays: Set<number> | undefined
  years: Set<number>
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const YEAR_MIN = 1970
const YEAR_MAX = 2199
/** 29 February on a certain day of the week comes at least as often. */
const DAYS_AHEAD_MAX = 41 * 366
const MINUTE_MS = 60_000
/** 1 January 1970 was a Thursday. */
const FIRST_WEEKDAY = 4

/** Throws InvalidInputException. */
export function parseSchedule(text: string): Schedule {
  const fields = /^cron\((.*)\)$/.exec(text.trim())?.[1]?.trim().split(/\s+/)
  if (fields?.length !== 6) throw wrong(text)
  const [minutes, hours, days, months, weekdays, years] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  // As in AWS one of the two days is left open.
  if ((days === '?') === (weekdays === '?')) throw wrong(text)
  const read = (field: string, min: number, max: number, names: string[] = []): Set<number> =>
    numbersIn(field, { min, max, names, text })
  return {
    minutes: read(minutes, 0, 59),
    hours: read(hours, 0, 23),
    days: days === '?' || days === '*' || days === 'L' ? undefined : read(days, 1, 31),
    isLastDay: days === 'L',
    months: read(months, 1, 12, MONTHS),
    weekdays: weekdays === '?' || weekdays === '*' ? undefined : read(weekdays, 1, 7, WEEKDAYS),
    years: read(years, YEAR_MIN, YEAR_MAX),
  }
}

function numbersIn(
  field: string,
  { min, max, names, text }: { min: number; max: number; names: string[]; text: string },
): Set<number> {
  const numbers = new Set<number>()
  const number = (word: string): number => {
    const named = names.indexOf(word.toUpperCase())
    const value = named >= 0 ? named + min : /^\d{1,4}$/.test(word) ? Number(word) : NaN
    if (!(value >= min && value <= max)) throw wrong(text)
    return value
  }
  for (const part of field.split(',')) {
    const [, range = '', step] = /^([^/]+)(?:\/(\d{1,4}))?$/.exec(part) ?? []
    const [from = '', to] = range.split('-')
    const first = range === '*' ? min : number(from)
    // `5/15` goes on to the end.
    const last = to !== undefined ? number(to) : range === '*' || step !== undefined ? max : first
    const width = Number(step ?? 1)
    if (width < 1 || first > last) throw wrong(text)
    for (let value = first; value <= last; value += width) numbers.add(value)
  }
  return numbers
}

function wrong(text: string): Error {
  return invalidInput(`Invalid Schedule: ${text} is no cron expression that is supported here`)
}

/** The first time after `afterMs`. Undefined: there is none. */
export function nextTime(schedule: Schedule, afterMs: number): number | undefined {
  const fromMs = (Math.floor(afterMs / MINUTE_MS) + 1) * MINUTE_MS
  const firstDay = Math.floor(fromMs / DAY_MS)
  for (let day = firstDay; day < firstDay + DAYS_AHEAD_MAX; day++) {
    if (!isDay(schedule, day)) continue
    for (const hour of [...schedule.hours].sort((a, b) => a - b))
      for (const minute of [...schedule.minutes].sort((a, b) => a - b)) {
        const ms = day * DAY_MS + (hour * 60 + minute) * MINUTE_MS
        if (ms >= fromMs) return ms
      }
  }
  return undefined
}

function isDay({ days, isLastDay, months, weekdays, years }: Schedule, days1970: number): boolean {
  const { year, month, day } = civilFromDays(days1970)
  if (!years.has(year) || !months.has(month)) return false
  if (isLastDay && day !== daysInMonth(year, month)) return false
  if (days !== undefined && !days.has(day)) return false
  return weekdays === undefined || weekdays.has(((daysFromCivil(year, month, day) + FIRST_WEEKDAY) % 7) + 1)
}
