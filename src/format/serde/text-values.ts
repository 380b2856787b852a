/**
 * Texts of fields as values of simple types, as Hive's lazy primitives read them: what does not parse is NULL. Written
 * in the spelling of scalar-values.ts.
 */
import type { ScalarType, SizedType } from '../../base/schema.ts'
import { decimalText, parseDecimal, scaled, wholeDigits } from './decimal-number.ts'
import { jodaReader } from './joda-time.ts'
import { blobText } from './scalar-values.ts'
import { BadTable } from './text-serde.ts'
import { dateText, daysOfDate, microsOfMillis, microsOfSqlTimestamp, timestampText } from './time-value.ts'

/** JSON; undefined: NULL. */
export type TextValue = (text: string) => string | undefined

/** `timestampFormats`: patterns of Joda; empty: java.sql.Timestamp's. */
export function textValue(type: ScalarType | SizedType, timestampFormats: readonly string[]): TextValue {
  if (type === 'timestamp') return timestampValue(timestampFormats)
  if (typeof type === 'string') return SCALARS[type]
  if ('decimal' in type) return decimalValue(type.decimal)
  if ('varchar' in type) return (text) => JSON.stringify(cut(text, type.varchar))
  return (text) => JSON.stringify(cut(text, type.char).replace(/ +$/, ''))
}

const SCALARS: Record<Exclude<ScalarType, 'timestamp'>, TextValue> = {
  boolean: booleanValue,
  tinyint: integerValue(8n),
  smallint: integerValue(16n),
  int: integerValue(32n),
  bigint: integerValue(64n),
  float: floatValue(Math.fround),
  double: floatValue((value) => value),
  varchar: (text) => JSON.stringify(text),
  binary: binaryValue,
  date: (text) => {
    const days = daysOfDate(text.trim())
    return days === undefined ? undefined : `"${dateText(days)}"`
  },
}

function booleanValue(text: string): string | undefined {
  if (text.length > 5) return undefined
  const lower = text.toLowerCase()
  return lower === 'true' || lower === 'false' ? lower : undefined
}

/** What a double holds, so that no BigInt is needed. */
const SHORT_DIGITS = 15
/** Of an int64, with its sign. */
const LONG_DIGITS = 20
const INTEGER = /^([+-]?\d*)(?:\.\d*)?$/

/** As LazyInteger: a fraction is cut off, blanks are not. */
function integerValue(bits: bigint): TextValue {
  const limit = 2n ** (bits - 1n)
  const numberLimit = Number(limit)
  return (text) => {
    const match = INTEGER.exec(text)
    if (match === null || !/\d/.test(text)) return undefined
    const whole = match[1]!
    if (whole.length <= SHORT_DIGITS) {
      const value = whole === '+' || whole === '-' ? 0 : Number(whole) + 0
      return value >= -numberLimit && value < numberLimit ? String(value) : undefined
    }
    const digits = whole.replace(/^([+-]?)0+(?=\d)/, '$1')
    // A BigInt of megabytes would take its time, and there is a longest one.
    if (digits.length > LONG_DIGITS) return undefined
    const value = BigInt(digits.startsWith('+') ? digits.slice(1) : digits)
    return value >= -limit && value < limit ? String(value) : undefined
  }
}

const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?=[dDfF]?\s*$)/
const NO_NUMBERS = new Map([
  ['NaN', '"NaN"'],
  ['Infinity', '"Infinity"'],
  ['+Infinity', '"Infinity"'],
  ['-Infinity', '"-Infinity"'],
])

/** As Double.parseDouble behind LazyDouble, which takes no blanks in front. Past the range is Infinity. */
function floatValue(rounded: (value: number) => number): TextValue {
  return (text) => {
    const match = FLOAT.exec(text)
    if (match === null) return NO_NUMBERS.get(text)
    const value = rounded(Number(match[0]))
    if (!Number.isFinite(value)) return NO_NUMBERS.get(String(value))
    return Object.is(value, -0) ? '-0.0' : String(value)
  }
}

/** Digits past the scale are rounded half up; what has too many before the point is NULL. */
function decimalValue({ precision, scale }: { precision: number; scale: number }): TextValue {
  const limit = 10n ** BigInt(precision)
  return (text) => {
    const number = parseDecimal(text.trim())
    if (number === undefined || wholeDigits(number) > precision - scale) return undefined
    const value = scaled(number, scale, 'half up')
    return value < limit && value > -limit ? `"${decimalText(value, scale)}"` : undefined
  }
}

/** As LazyBinary: Base64 where it is that, else the bytes themselves. */
function binaryValue(text: string): string {
  const bytes = /^[A-Za-z0-9+/=\s]*$/.test(text) ? Buffer.from(text, 'base64') : Buffer.from(text)
  return JSON.stringify(blobText(bytes))
}

function timestampValue(formats: readonly string[]): TextValue {
  const readers = formats.map((format) => (format === 'millis' ? microsOfMillis : knownReader(format)))
  if (readers.length === 0) readers.push(microsOfSqlTimestamp)
  return (text) => {
    let micros: bigint | undefined
    for (const reader of readers) micros ??= reader(text)
    return micros === undefined ? undefined : `"${timestampText(micros)}"`
  }
}

function knownReader(format: string): (text: string) => bigint | undefined {
  const reader = jodaReader(format)
  if (reader !== undefined) return reader
  throw new BadTable(
    `HIVE_INVALID_METADATA: timestamp.formats: "${format}" is no pattern that times can be read by`,
    'write it as for Joda, e.g. yyyy-MM-dd HH:mm:ss',
  )
}

/** Characters outside the BMP count once. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : Array.from(text).slice(0, length).join('')
}

/** Patterns are separated by commas, which quoted parts of them may hold as well. */
export function timestampFormats(parameters: Readonly<Record<string, string>>): string[] {
  const text = parameters['timestamp.formats']
  return text === undefined || text.trim() === '' ? [] : text.split(/,(?=(?:[^']*'[^']*')*[^']*$)/)
}
