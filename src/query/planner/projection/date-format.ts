/** Dates as the folders of a projected table write them, by the patterns of java.time; always UTC. */
import { DAY_MS, daysFromCivil, isCivilDate } from '../../../base/civil-date.ts'
import { compileJavaTime, type JavaTimePattern } from '../../../base/java-time.ts'
import { HozonError } from '../../../base/errors.ts'

export interface DateFormat {
  format(ms: number): string
  /** Undefined: the text is not of this form. */
  parse(text: string): number | undefined
  /** The smallest unit that it writes. */
  finest: DateUnit
  /** Are later times greater texts? */
  isOrdered: boolean
}

export type DateUnit = 'YEARS' | 'MONTHS' | 'DAYS' | 'HOURS' | 'MINUTES' | 'SECONDS' | 'MILLIS'

type Field = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'milli'

interface Part {
  field: Field | 'half' | 'ignored' | undefined
  /** Letters in the pattern; 0 for text. */
  count: number
  regex: string
  read(text: string): number
}

const UNITS: [field: Field, unit: DateUnit][] = [
  ['milli', 'MILLIS'],
  ['second', 'SECONDS'],
  ['minute', 'MINUTES'],
  ['hour', 'HOURS'],
  ['day', 'DAYS'],
  ['month', 'MONTHS'],
  ['year', 'YEARS'],
]

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
)
const FIELDS: Record<string, Field> = {
  y: 'year', u: 'year', M: 'month', L: 'month', d: 'day', H: 'hour', h: 'hour', m: 'minute', s: 'second', S: 'milli',
} // prettier-ignore

/** Throws HozonError with what is wrong with the pattern. */
export function dateFormat(pattern: string): DateFormat {
  const written: JavaTimePattern = compileJavaTime(pattern)
  const parts = partsOf(pattern)
  const matcher = new RegExp(
    `^${parts.map((part) => (part.count === 0 ? part.regex : `(${part.regex})`)).join('')}$`,
  )
  const fields = parts.filter((part) => part.count > 0)
  const finest = UNITS.find(([field]) => fields.some((part) => part.field === field))?.[1] ?? 'DAYS'
  return {
    format: (ms) => written.format(ms, 'UTC'),
    parse: (text) => parsed(matcher.exec(text), fields),
    finest,
    isOrdered: isOrdered(fields),
  }
}

function partsOf(pattern: string): Part[] {
  const parts: Part[] = []
  for (const [token] of pattern.matchAll(/([A-Za-z])\1*|'(?:[^']|'')*'|[^A-Za-z']+/g))
    parts.push(/^[A-Za-z]/.test(token) ? letterPart(token, pattern) : textPart(token))
  return parts
}

function textPart(token: string): Part {
  const text = token.startsWith("'") ? token.slice(1, -1).replaceAll("''", "'") || "'" : token
  return {
    field: undefined,
    count: 0,
    regex: text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`),
    read: Number,
  }
}

function letterPart(letters: string, pattern: string): Part {
  const [letter, count] = [letters[0]!, letters.length]
  const part = (field: Part['field'], regex: string, read: (text: string) => number = Number): Part => ({
    field,
    count,
    regex,
    read,
  })
  if (letter === 'a') return part('half', 'AM|PM', (text) => Number(text === 'PM'))
  if (letter === 'E') return part('ignored', '[A-Za-z]+')
  const field = FIELDS[letter]
  if (field === undefined) {
    const message = `the letter "${letter}" of the date format '${pattern}' is not supported`
    throw new HozonError('HOZON_SQL_FAILED', message, { op: 'read partition projection' })
  }
  if (field === 'month' && count > 2) return monthName(part, count)
  if (field === 'milli')
    return part(field, String.raw`\d{${count}}`, (text) => Math.floor(Number(`0.${text}`) * 1000 + 1e-6))
  if (field === 'year' && count === 2) return part(field, String.raw`\d{2}`, (text) => 2000 + Number(text))
  if (field === 'year') return part(field, count >= 4 ? String.raw`\d{${count}}` : String.raw`\d{4,9}`)
  return part(field, count === 1 ? String.raw`\d{1,2}` : String.raw`\d{${count}}`)
}

function monthName(
  part: (field: Field, regex: string, read: (text: string) => number) => Part,
  count: number,
): Part {
  const names = count === 3 ? MONTHS.map((name) => name.slice(0, 3)) : MONTHS
  return part('month', names.join('|'), (text) => names.indexOf(text) + 1)
}

function parsed(found: RegExpExecArray | null, fields: Part[]): number | undefined {
  if (found === null) return undefined
  const values: Record<Field | 'half', number> = {
    year: 1970,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    milli: 0,
    half: -1,
  }
  for (const [index, part] of fields.entries())
    if (part.field !== undefined && part.field !== 'ignored')
      values[part.field] = part.read(found[index + 1]!)
  const { year, month, day, minute, second, milli, half } = values
  const hour = half < 0 ? values.hour : (values.hour % 12) + half * 12
  if (!isCivilDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return undefined
  return daysFromCivil(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + milli
}

const DESCENDING: Part['field'][] = ['year', 'month', 'day', 'hour', 'minute', 'second', 'milli']

/** Greater units before smaller ones, all of a fixed width. */
function isOrdered(fields: Part[]): boolean {
  return fields.every(
    ({ field, count, regex }, index) =>
      field === DESCENDING[index] &&
      (field === 'year' ? count === 4 || count === 2 : count >= 2) &&
      !/[A-Z]/.test(regex),
  )
}
