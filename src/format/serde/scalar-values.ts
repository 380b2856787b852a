/**
 * Values of simple types: JSON in, the one spelling out in which json-columns.ts reads them back exactly. Decimals are
 * texts with all digits of their scale, bytes DuckDB's notation (`a\x00`), times have a `Z`.
 */
import type { ColumnType, ScalarType, SizedType } from '../../base/schema.ts'
import { decimalText, parseDecimal, scaled, wholeDigits } from './decimal-number.ts'
import { jodaReader } from './joda-time.ts'
import { JsonNumber, printJson, type JsonTree } from './json-tree.ts'
import { forInput, Malformed, mismatch } from './malformed.ts'
import type { SerdeRules } from './rules.ts'
import {
  dateText,
  daysOfDate,
  microsOfMillis,
  microsOfOpenxTimestamp,
  microsOfSqlTimestamp,
  timestampText,
} from './time-value.ts'

/** The canonical JSON of a value that is not null. Throws Malformed. */
export type Value = (tree: Exclude<JsonTree, null>) => string

/** The column, for messages, and its type in Glue's words. */
export interface Place {
  path: string
  type: string
}

export function scalarValue(type: ScalarType | SizedType, rules: SerdeRules, place: Place): Value {
  return typeof type === 'string' ? SCALARS[type](rules, place) : sizedValue(type, rules, place)
}

const SCALARS: Record<ScalarType, (rules: SerdeRules, place: Place) => Value> = {
  boolean: (_rules, place) => (tree) => booleanText(textOf(tree, place)),
  tinyint: integers(8n),
  smallint: integers(16n),
  int: integers(32n),
  bigint: integers(64n),
  float: floats(Math.fround),
  double: floats((value) => value),
  varchar: (rules) => (tree) => quoted(characters(tree, rules)),
  binary: (_rules, place) => (tree) => quoted(bytesText(textOf(tree, place), place)),
  date: (_rules, place) => (tree) => dateValue(textOf(tree, place)),
  timestamp: timestampValue,
}

function sizedValue(type: SizedType, rules: SerdeRules, place: Place): Value {
  if ('decimal' in type) return decimalValue(type.decimal, rules, place)
  // As Hive stores them: longer texts are cut, and the padding of a char is none of its value.
  if ('varchar' in type) return (tree) => quoted(first(characters(tree, rules), type.varchar))
  return (tree) => quoted(first(characters(tree, rules), type.char).replace(/ +$/, ''))
}

/** Is it a type whose values are made here? */
export function isSimple(type: ColumnType): type is ScalarType | SizedType {
  return typeof type === 'string' || !('list' in type || 'map' in type || 'struct' in type)
}

/** A lone surrogate is no text that a file could hold. */
function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed())
}

/** `length` characters; a character outside the BMP counts once. */
function first(text: string, length: number): string {
  return text.length <= length ? text : Array.from(text).slice(0, length).join('')
}

function textOf(tree: Exclude<JsonTree, null>, place: Place): string {
  if (typeof tree === 'object' && !(tree instanceof JsonNumber)) {
    const kind = Array.isArray(tree) ? 'array' : 'object'
    throw mismatch(`Column ${place.path} cannot hold a JSON ${kind}.`)
  }
  return tree instanceof JsonNumber ? tree.text : String(tree)
}

function characters(tree: Exclude<JsonTree, null>, rules: SerdeRules): string {
  if (typeof tree === 'string') return tree
  if (tree instanceof JsonNumber) return tree.text
  if (typeof tree === 'boolean') return String(tree)
  if (!rules.isLenient) throw new Malformed('DataFormatConversion.MalformedData', HIVE_NO_TEXT)
  return printJson(tree, (key) => (rules.lowercasesKeys ? key.toLowerCase() : key))
}

/** Of a validator before the deserializer, hence without its sentence. */
const HIVE_NO_TEXT = 'One or more fields have incorrect format. Exception when validating field (root)'

/** The text of a number; Hive takes none from strings. */
function numberText(tree: Exclude<JsonTree, null>, rules: SerdeRules, place: Place): string {
  if (tree instanceof JsonNumber) return tree.text
  if (!rules.isLenient)
    throw mismatch(`Current token (${tokenOf(tree)}) not numeric, can not use numeric value accessors`)
  return textOf(tree, place).trim()
}

function tokenOf(tree: Exclude<JsonTree, null>): string {
  if (typeof tree === 'boolean') return tree ? 'VALUE_TRUE' : 'VALUE_FALSE'
  if (typeof tree === 'string') return 'VALUE_STRING'
  return Array.isArray(tree) ? 'START_ARRAY' : 'START_OBJECT'
}

function outOfRange(text: string, { path, type }: Place): Malformed {
  return mismatch(`Value ${text} is out of range for column ${path} of type ${type}.`)
}

/** Of int64. */
const INTEGER_DIGITS_MAX = 19

/** `1.0` and `1e3` are integers too; `1.5` is none, and is not cut. */
function integers(bits: bigint): (rules: SerdeRules, place: Place) => Value {
  const limit = 2n ** (bits - 1n)
  const numberLimit = Number(limit)
  return (rules, place) => (tree) => {
    const text = numberText(tree, rules, place)
    const short = shortInteger(text)
    if (short !== undefined && short >= -numberLimit && short < numberLimit) return String(short)
    const number = /^[+-]?0[xX][0-9a-fA-F]{1,16}$/.test(text) ? hexNumber(text) : parseDecimal(text)
    if (number === undefined) throw forInput(text)
    if (wholeDigits(number) > INTEGER_DIGITS_MAX) throw outOfRange(text, place)
    const hasFraction = number.scale > 0 && /[1-9]/.test(number.digits.slice(-number.scale))
    if (hasFraction) throw forInput(text)
    const value = scaled(number, 0, 'cut')
    if (value < -limit || value >= limit) throw outOfRange(text, place)
    return String(value)
  }
}

/** What most are: digits that a double holds. */
function shortInteger(text: string): number | undefined {
  return text.length <= SHORT_LENGTH && /^-?\d+$/.test(text) ? Number(text) + 0 : undefined
}

const SHORT_LENGTH = 15

function hexNumber(text: string): ReturnType<typeof parseDecimal> {
  return parseDecimal(text.replace(/0[xX].*/, (digits) => String(BigInt(digits))))
}

function floats(rounded: (value: number) => number): (rules: SerdeRules, place: Place) => Value {
  return (rules, place) => (tree) => {
    const text = numberText(tree, rules, place)
    // Number would also read '', '0x1' and 'Infinity'.
    if (parseDecimal(text) === undefined) throw forInput(text)
    const value = rounded(Number(text))
    if (!Number.isFinite(value)) throw outOfRange(text, place)
    return Object.is(value, -0) ? '-0.0' : String(value)
  }
}

function decimalValue(
  { precision, scale }: { precision: number; scale: number },
  rules: SerdeRules,
  place: Place,
): Value {
  const limit = 10n ** BigInt(precision)
  return (tree) => {
    const text = numberText(tree, rules, place)
    const number = parseDecimal(text)
    if (number === undefined) throw forInput(text)
    if (wholeDigits(number) > precision - scale) throw outOfRange(text, place)
    const value = scaled(number, scale, 'half up')
    if (value >= limit || value <= -limit) throw outOfRange(text, place)
    return `"${decimalText(value, scale)}"`
  }
}

function booleanText(text: string): string {
  const lower = text.toLowerCase()
  if (lower !== 'true' && lower !== 'false') throw forInput(text)
  return lower
}

function dateValue(text: string): string {
  const days = daysOfDate(text)
  if (days === undefined) throw forInput(text)
  return `"${dateText(days)}"`
}

const SQL_TIMESTAMP = 'Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff]'

function timestampValue(rules: SerdeRules, place: Place): Value {
  const { timestampFormats } = rules
  const readers = timestampFormats.map((format) =>
    format === 'millis' ? microsOfMillis : jodaReader(format),
  )
  return (tree) => {
    const text = textOf(tree, place)
    let micros: bigint | undefined
    if (rules.isLenient) micros = microsOfOpenxTimestamp(text)
    else if (readers.length === 0) micros = microsOfSqlTimestamp(text)
    else for (const reader of readers) micros ??= reader?.(text)
    if (micros !== undefined) return `"${timestampText(micros)}"`
    if (rules.isLenient) throw forInput(text)
    throw mismatch(readers.length === 0 ? SQL_TIMESTAMP : `Invalid format: "${text}"`)
  }
}

/** Base64, as Athena's readers of JSON take it too. */
function bytesText(text: string, { path }: Place): string {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(text))
    throw mismatch(`Column ${path} of type binary takes Base64.`)
  return blobText(Buffer.from(text, 'base64'))
}

/** In DuckDB's notation. */
export function blobText(bytes: Uint8Array): string {
  let written = ''
  for (const byte of bytes) written += byteText(byte)
  return written
}

/** Letters and digits as they are: all else could mean something to the reader. */
function byteText(byte: number): string {
  const sign = String.fromCharCode(byte)
  return /[0-9A-Za-z]/.test(sign) ? sign : `\\x${byte.toString(16).padStart(2, '0')}`
}
