/** The types that a partition key may have in an expression, and how texts of each compare. */
import { isCivilDate } from '../../../base/civil-date.ts'

export interface KeyType {
  /** As errors name it where LIKE is asked of it; undefined: LIKE is fine. */
  withoutLike: string | undefined
  /** What sorts as the value does. Undefined: the text is not of the type. */
  read(text: string): Sortable | undefined
  /** `"x" is not an integer.` */
  complaint(text: string): string
}

export type Sortable = string | bigint | Decimal

/** unscaled × 10^exponent */
interface Decimal {
  unscaled: bigint
  exponent: number
}

/** Decimals of Hive have 38 digits; what has a larger exponent is none of its values, and would make numbers without end. */
const EXPONENT_MAX = 1000

const TEXT: KeyType = { withoutLike: undefined, read: (text) => text, complaint: (text) => text }

const INTEGER: KeyType = {
  withoutLike: 'Integral',
  read: (text) => (/^\s*[+-]?\d+\s*$/.test(text) ? BigInt(text.trim().replace(/^\+/, '')) : undefined),
  complaint: (text) => `"${text}" is not an integer.`,
}

const DECIMAL: KeyType = {
  withoutLike: 'Decimal',
  read: readDecimal,
  complaint: (text) => `${text} is not a decimal.`,
}

const DATE: KeyType = {
  withoutLike: 'Date',
  read: (text) => (/^\d{4}-\d{2}-\d{2}$/.test(text) && isDate(text) ? text : undefined),
  complaint: (text) => `${text} is not a date.`,
}

const TIMESTAMP: KeyType = {
  withoutLike: 'Timestamp',
  read(text) {
    const [, date, time, fraction = ''] =
      /^(\d{4}-\d{2}-\d{2}) ((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?$/.exec(text) ?? []
    if (date === undefined || !isDate(date)) return undefined
    return `${date} ${time}.${fraction.padEnd(9, '0')}`
  },
  complaint: (text) => `Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff] ${text} is not a timestamp.`,
}

const TYPES: Record<string, KeyType> = {
  string: TEXT,
  char: TEXT,
  varchar: TEXT,
  tinyint: INTEGER,
  smallint: INTEGER,
  int: INTEGER,
  integer: INTEGER,
  bigint: INTEGER,
  long: INTEGER,
  decimal: DECIMAL,
  date: DATE,
  timestamp: TIMESTAMP,
}

/** `decimal(10,2)` is a decimal. Undefined: expressions do not know the type. */
export function keyType(type: string): KeyType | undefined {
  return TYPES[
    type
      .toLowerCase()
      .replace(/\s*\(.*$/, '')
      .trim()
  ]
}

export function isText(type: string): boolean {
  return keyType(type) === TEXT
}

/** Both of one type. */
export function compare(a: Sortable, b: Sortable): number {
  if (typeof a === 'object' && typeof b === 'object') return compareDecimals(a, b)
  return a < b ? -1 : a > b ? 1 : 0
}

function readDecimal(text: string): Decimal | undefined {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^\s*([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,6}))?\s*$/.exec(text) ?? []
  if (whole === '' && fraction === '') return undefined
  const exponent = Number(power) - fraction.length
  if (Math.abs(exponent) > EXPONENT_MAX) return undefined
  const unscaled = BigInt(whole + fraction)
  return { unscaled: sign === '-' ? -unscaled : unscaled, exponent }
}

function compareDecimals(a: Decimal, b: Decimal): number {
  const exponent = Math.min(a.exponent, b.exponent)
  const left = a.unscaled * 10n ** BigInt(a.exponent - exponent)
  const right = b.unscaled * 10n ** BigInt(b.exponent - exponent)
  return left < right ? -1 : left > right ? 1 : 0
}

/** `2026-02-29` is none. */
function isDate(text: string): boolean {
  return isCivilDate(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8)))
}
