/** What each letter of a java.time pattern writes, by the number of its repetitions. */
import {
  dayOfYearOf,
  quarter,
  weekOfMonth,
  weekOfWeekYear,
  weekYear,
  type CivilFields,
} from './java-time-fields.ts'
import { zoneName } from './java-time-zone-name.ts'
import { localizedOffset, offsetText, plainOffset } from './java-time-offset.ts'

type Writer = (fields: CivilFields) => string

interface LetterRule {
  /** undefined: the letter can not be repeated that often. */
  writer(count: number): Writer | undefined
  /** Where it is finer than a minute. */
  finestUnitMs?: number
}

export const RESERVED = ['{', '}', '#']

const MONTHS = [
  'January', 'February', 'March', 'April', 'May', 'June',
  'July', 'August', 'September', 'October', 'November', 'December',
] // prettier-ignore
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const QUARTERS = ['1st quarter', '2nd quarter', '3rd quarter', '4th quarter']
const SECOND_MS = 1000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

const hour = ({ milliOfDay }: CivilFields): number => Math.floor(milliOfDay / HOUR_MS)
const minute = ({ milliOfDay }: CivilFields): number => Math.floor(milliOfDay / MINUTE_MS) % 60
const second = ({ milliOfDay }: CivilFields): number => Math.floor(milliOfDay / SECOND_MS) % 60
const millisecond = ({ milliOfDay }: CivilFields): number => milliOfDay % SECOND_MS
const yearOfEra = ({ year }: CivilFields): number => (year > 0 ? year : 1 - year)

export const LETTERS: Record<string, LetterRule> = {
  G: texts((fields, style) => ERAS[style][fields.year > 0 ? 1 : 0]!, 1),
  u: years(({ year }) => year),
  y: years(yearOfEra),
  Y: years(weekYear),
  Q: numberOrText(quarter, (fields, style) => quarterText(quarter(fields), style)),
  q: numberOrText(quarter, (fields, style) => quarterText(quarter(fields), style)),
  M: numberOrText(
    ({ month }) => month,
    (fields, style) => nameText(MONTHS[fields.month - 1]!, style),
  ),
  L: numberOrText(
    ({ month }) => month,
    (fields, style) => nameText(MONTHS[fields.month - 1]!, style),
  ),
  w: numbers(weekOfWeekYear, 2),
  W: numbers(weekOfMonth, 1),
  D: numbers(dayOfYearOf, 3),
  d: numbers(({ day }) => day, 2),
  E: texts((fields, style) => nameText(DAYS[fields.weekday - 1]!, style), 1),
  e: numberOrText(
    ({ weekday }) => weekday,
    (fields, style) => nameText(DAYS[fields.weekday - 1]!, style),
  ),
  c: standaloneWeekday(),
  a: { writer: (count) => (count === 1 ? (fields) => (hour(fields) < 12 ? 'AM' : 'PM') : undefined) },
  H: numbers(hour, 2),
  k: numbers((fields) => hour(fields) || 24, 2),
  K: numbers((fields) => hour(fields) % 12, 2),
  h: numbers((fields) => hour(fields) % 12 || 12, 2),
  m: numbers(minute, 2),
  s: { ...numbers(second, 2), finestUnitMs: SECOND_MS },
  S: { writer: (count) => (count <= 9 ? (fields) => fraction(fields, count) : undefined), finestUnitMs: 1 },
  n: { ...numbers((fields) => millisecond(fields) * 1_000_000, 19), finestUnitMs: 1 },
  A: { ...numbers(({ milliOfDay }) => milliOfDay, 19), finestUnitMs: 1 },
  N: { ...numbers(({ milliOfDay }) => milliOfDay * 1_000_000, 19), finestUnitMs: 1 },
  V: { writer: (count) => (count === 2 ? ({ timezone }) => timezone : undefined) },
  z: {
    writer: (count) =>
      count <= 4 ? (fields) => zoneName(fields, count === 4 ? 'long' : 'short') : undefined,
  },
  O: { writer: (count) => localizedOffset(count) },
  X: { writer: (count) => offsetText(count, 'Z') },
  x: { writer: (count) => offsetText(count, undefined) },
  Z: { writer: (count) => plainOffset(count) },
}

type Style = 'short' | 'full' | 'narrow'

const ERAS: Record<Style, [string, string]> = {
  short: ['BC', 'AD'],
  full: ['Before Christ', 'Anno Domini'],
  narrow: ['B', 'A'],
}

const STYLES: Record<number, Style> = { 1: 'short', 2: 'short', 3: 'short', 4: 'full', 5: 'narrow' }

function nameText(name: string, style: Style): string {
  return style === 'full' ? name : name.slice(0, style === 'short' ? 3 : 1)
}

function quarterText(number: number, style: Style): string {
  if (style === 'full') return QUARTERS[number - 1]!
  return style === 'short' ? `Q${number}` : String(number)
}

/** Text at `from` letters and more, up to 5. */
function texts(text: (fields: CivilFields, style: Style) => string, from: number): LetterRule {
  return {
    writer(count) {
      const style = STYLES[count]
      return style === undefined || count < from ? undefined : (fields) => text(fields, style)
    },
  }
}

/** As many digits as letters at least; up to `most` letters. */
function numbers(value: (fields: CivilFields) => number, most: number): LetterRule {
  return {
    writer: (count) => (count <= most ? (fields) => String(value(fields)).padStart(count, '0') : undefined),
  }
}

/** One or two letters: the number. Three to five: text. */
function numberOrText(
  value: (fields: CivilFields) => number,
  text: (fields: CivilFields, style: Style) => string,
): LetterRule {
  const [asNumber, asText] = [numbers(value, 2), texts(text, 3)]
  return { writer: (count) => (count <= 2 ? asNumber.writer(count) : asText.writer(count)) }
}

/** As `e`, but two letters are an error in Java. */
function standaloneWeekday(): LetterRule {
  const rule = numberOrText(
    ({ weekday }) => weekday,
    (fields, style) => nameText(DAYS[fields.weekday - 1]!, style),
  )
  return { writer: (count) => (count === 2 ? undefined : rule.writer(count)) }
}

/** Two letters: the last two digits. Four and more: a plus sign when the year has more digits than letters. */
function years(value: (fields: CivilFields) => number): LetterRule {
  return {
    writer(count) {
      if (count > 19) return undefined
      return (fields) => yearText(value(fields), count)
    },
  }
}

function yearText(year: number, count: number): string {
  const digits = String(Math.abs(year))
  if (count === 2) return String(Math.abs(year) % 100).padStart(2, '0')
  const sign = year < 0 ? '-' : count >= 4 && digits.length > count ? '+' : ''
  return sign + digits.padStart(count, '0')
}

function fraction(fields: CivilFields, count: number): string {
  return String(millisecond(fields)).padStart(3, '0').padEnd(9, '0').slice(0, count)
}
