/**
 * Times read by the patterns of Joda's DateTimeFormat, as the Hive deserializer takes them. What a pattern does not name
 * is that of 1970-01-01T00:00Z. English texts. A year of two letters is in 1950 to 2049: Joda moves that window along with
 * the calendar, and the same record must mean the same on each day.
 */
import { isTimeZone, utcFromLocal } from '../../base/time-zone.ts'
import { inRange, microsOfFields, type TimeFields } from './time-value.ts'

export type TimeReader = (text: string) => bigint | undefined

interface Draft extends TimeFields {
  isAfternoon: boolean | undefined
  offsetMinutes: number
  zone: string | undefined
}

/** Where it ends, or -1. */
type Step = (text: string, at: number, draft: Draft) => number

/** A pattern is written by hand. */
const PATTERN_LENGTH_MAX = 256

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const MONTH_TEXT =
  /jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?/iy
const DAY_TEXT =
  /mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?/iy

/** Undefined: a pattern that Joda has, or has not, and that can not be read by. */
export function jodaReader(pattern: string): TimeReader | undefined {
  const steps = stepsOf(pattern)
  if (steps === undefined) return undefined
  return (text) => {
    const draft = emptyDraft()
    let at = 0
    for (const step of steps) {
      at = step(text, at, draft)
      if (at < 0) return undefined
    }
    return at === text.length ? instantOf(draft) : undefined
  }
}

function emptyDraft(): Draft {
  const clock = { hour: 0, minute: 0, second: 0, micros: 0 }
  return { year: 1970, month: 1, day: 1, ...clock, isAfternoon: undefined, offsetMinutes: 0, zone: undefined }
}

function instantOf(draft: Draft): bigint | undefined {
  const hour = draft.isAfternoon === undefined ? draft.hour : (draft.hour % 12) + (draft.isAfternoon ? 12 : 0)
  const local = microsOfFields({ ...draft, hour })
  if (local === undefined) return undefined
  if (draft.zone === undefined) return inRange(local - BigInt(draft.offsetMinutes) * 60_000_000n)
  const localMs = Number(local / 1000n)
  return inRange(local + BigInt(utcFromLocal(draft.zone, localMs) - localMs) * 1000n)
}

function stepsOf(pattern: string): Step[] | undefined {
  if (pattern.length > PATTERN_LENGTH_MAX) return undefined
  const tokens = /([A-Za-z])\1*|'((?:[^']|'')*)'|[^A-Za-z']+|'/g
  const found = [...pattern.matchAll(tokens)]
  const steps = found.map(([text, letter, quoted], index) => {
    if (letter !== undefined) return letterStep(letter, text.length, isNumeric(found[index + 1]?.[0]))
    if (text === "'") return undefined
    return literal(quoted === undefined ? text : quoted === '' ? "'" : quoted.replaceAll("''", "'"))
  })
  return steps.length > 0 && steps.every((step) => step !== undefined) ? steps : undefined
}

function literal(wanted: string): Step {
  return (text, at) => (text.startsWith(wanted, at) ? at + wanted.length : -1)
}

/** Then a number ends after as many digits as it has letters. */
function isNumeric(token: string | undefined): boolean {
  return token !== undefined && (/^[yYdDHhKkmsS]/.test(token) || /^M{1,2}$/.test(token))
}

type NumberField = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'

const NUMBERS: Record<string, NumberField> = {
  y: 'year',
  Y: 'year',
  M: 'month',
  d: 'day',
  H: 'hour',
  K: 'hour',
  m: 'minute',
  s: 'second',
}
const YEAR_DIGITS_MAX = 9

function letterStep(letter: string, count: number, isTight: boolean): Step | undefined {
  if (letter === 'M' && count >= 3) return monthName
  if (letter === 'S') return fraction(count)
  if (letter === 'E') return dayName
  if (letter === 'a') return halfOfDay
  if (letter === 'k') return number('hour', isTight ? count : 2, (hour) => hour % 24)
  if (letter === 'h') return number('hour', isTight ? count : 2, (hour) => hour % 12)
  if (letter === 'D') return dayOfYear(isTight ? count : 3)
  if (letter === 'Z') return count >= 3 ? zoneName : offset
  if (letter === 'z') return zoneName
  const field = NUMBERS[letter]
  if (field === undefined) return undefined
  if (field !== 'year') return number(field, isTight ? count : 2, (value) => value)
  return number('year', isTight ? count : YEAR_DIGITS_MAX, (year, digits) =>
    count === 2 && digits === 2 ? year + (year < 50 ? 2000 : 1900) : year,
  )
}

function digitsAt(text: string, at: number, most: number): string {
  let end = at
  while (end < at + most && text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) end++
  return text.slice(at, end)
}

function number(field: NumberField, most: number, valueOf: (value: number, digits: number) => number): Step {
  return (text, at, draft) => {
    const digits = digitsAt(text, at, most)
    if (digits === '') return -1
    draft[field] = valueOf(Number(digits), digits.length)
    return at + digits.length
  }
}

function dayOfYear(most: number): Step {
  return (text, at, draft) => {
    const digits = digitsAt(text, at, most)
    if (digits === '') return -1
    const start = new Date(0)
    start.setUTCFullYear(draft.year, 0, Number(digits))
    draft.month = start.getUTCMonth() + 1
    draft.day = start.getUTCDate()
    return Number(digits) >= 1 && start.getUTCFullYear() === draft.year ? at + digits.length : -1
  }
}

function fraction(most: number): Step {
  return (text, at, draft) => {
    const digits = digitsAt(text, at, most)
    draft.micros = Number(digits.padEnd(6, '0').slice(0, 6))
    return digits === '' ? -1 : at + digits.length
  }
}

function textAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

function monthName(text: string, at: number, draft: Draft): number {
  const name = textAt(MONTH_TEXT, text, at)
  if (name === undefined) return -1
  draft.month = MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1
  return at + name.length
}

/** It follows from the date. */
function dayName(text: string, at: number): number {
  const name = textAt(DAY_TEXT, text, at)
  return name === undefined ? -1 : at + name.length
}

function halfOfDay(text: string, at: number, draft: Draft): number {
  const name = textAt(/[ap]m/iy, text, at)
  if (name === undefined) return -1
  draft.isAfternoon = name.toLowerCase() === 'pm'
  return at + name.length
}

function offset(text: string, at: number, draft: Draft): number {
  const found = textAt(/Z|[+-]\d{2}(?::?\d{2})?/y, text, at)
  if (found === undefined) return -1
  const digits = found.replace(/\D/g, '').padEnd(4, '0')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))
  draft.offsetMinutes = found.startsWith('-') ? -minutes : minutes
  return at + found.length
}

function zoneName(text: string, at: number, draft: Draft): number {
  const name = textAt(/[A-Za-z]\w*(?:[/+-]\w+)*/y, text, at)
  if (name === undefined || !isTimeZone(name)) return -1
  draft.zone = name
  return at + name.length
}
