/** The calendar fields of an instant in a zone that pattern letters write; the rarely used ones are computed on demand. */
import { DAY_MS, civilFromDays, dayOfYear, daysFromCivil } from './civil-date.ts'
import { offsetAt } from './time-zone.ts'

export interface CivilFields {
  epochMs: number
  timezone: string
  offsetMs: number
  epochDay: number
  year: number
  month: number
  day: number
  /** Sunday is 1, Saturday 7. */
  weekday: number
  milliOfDay: number
}

export function civilFieldsAt(epochMs: number, timezone: string): CivilFields {
  const offsetMs = offsetAt(timezone, epochMs)
  const localMs = epochMs + offsetMs
  const epochDay = Math.floor(localMs / DAY_MS)
  const { year, month, day } = civilFromDays(epochDay)
  // 1970-01-01 was a Thursday.
  const weekday = ((((epochDay + 4) % 7) + 7) % 7) + 1
  return {
    epochMs,
    timezone,
    offsetMs,
    epochDay,
    year,
    month,
    day,
    weekday,
    milliOfDay: localMs - epochDay * DAY_MS,
  }
}

export function dayOfYearOf({ year, month, day }: CivilFields): number {
  return dayOfYear(year, month, day)
}

/** Weeks that start on Sunday and belong to the month or year whose first day they hold. */
export function weekOfMonth({ day, weekday }: CivilFields): number {
  return weekNumber(day, weekday)
}

export function weekOfWeekYear(fields: CivilFields): number {
  const week = weekNumber(dayOfYearOf(fields), fields.weekday)
  return weekYear(fields) === fields.year ? week : 1
}

/** The last days of December are in week 1 of the next year when 1 January is in their week. */
export function weekYear(fields: CivilFields): number {
  const newYear = daysFromCivil(fields.year + 1, 1, 1)
  return fields.epochDay + (7 - fields.weekday) >= newYear ? fields.year + 1 : fields.year
}

/** The week of a day that is the `day`th of its period; the period's first day is in week 1. */
function weekNumber(day: number, weekday: number): number {
  return Math.floor((day - 1 + 7 - weekday) / 7) + 1
}

export function quarter({ month }: CivilFields): number {
  return Math.floor((month - 1) / 3) + 1
}
