/** Strings and numbers of JSON text: where they end, whether they are valid, and of what kind they are. */
import {
  BACKSLASH,
  DOT,
  LOWER_E,
  LOWER_U,
  MINUS,
  PLUS,
  QUOTE,
  SPACE,
  UPPER_E,
  ZERO,
  isDigit,
} from './json-bytes.ts'
import { BIG_INTEGER, FLOAT, INTEGER, LONG_NUMBER } from './json-kinds.ts'

/** 17 significant digits name every double; with more, a double may not hold what was written. */
const FLOAT_DIGITS_MAX = 17
const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)

/** `end` is behind the scalar, or negative: -1 - the position of the byte that is wrong. */
export interface StringEnd {
  end: number
  /** Holds a lone surrogate or NUL, so that it is no text that a column could hold. */
  opaque: boolean
  escaped: boolean
}

/** The string whose opening quote is at `from`. */
export function scanString(bytes: Uint8Array, from: number, limit: number): StringEnd {
  let at = from + 1
  let opaque = false
  let escaped = false
  while (at < limit) {
    const byte = bytes[at]!
    if (byte === QUOTE) return { end: at + 1, opaque, escaped }
    if (byte < SPACE) break
    if (byte !== BACKSLASH) {
      at++
      continue
    }
    escaped = true
    const size = escapeSize(bytes, at, limit)
    if (size < 0) return { end: -1 - at, opaque, escaped }
    if (size === 6) {
      const unit = hexAt(bytes, at + 2)
      if (isHighSurrogate(unit) && isLowSurrogateEscape(bytes, at + 6, limit)) at += 6
      else if (unit === 0 || (unit >= 0xd800 && unit <= 0xdfff)) opaque = true
    }
    at += size
  }
  return { end: -1 - at, opaque, escaped }
}

const SIMPLE_ESCAPES = new Set(Buffer.from('"\\/bfnrt'))

function escapeSize(bytes: Uint8Array, at: number, limit: number): number {
  if (at + 1 >= limit) return -1
  const kind = bytes[at + 1]!
  if (SIMPLE_ESCAPES.has(kind)) return 2
  return kind === LOWER_U && at + 6 <= limit && hexAt(bytes, at + 2) >= 0 ? 6 : -1
}

/** The value of four hex digits, or -1. */
function hexAt(bytes: Uint8Array, at: number): number {
  let value = 0
  for (let i = at; i < at + 4; i++) {
    const byte = bytes[i]!
    const lower = byte | 0x20
    if (isDigit(byte)) value = value * 16 + byte - ZERO
    else if (lower >= 0x61 && lower <= 0x66) value = value * 16 + lower - 0x57
    else return -1
  }
  return value
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isLowSurrogateEscape(bytes: Uint8Array, at: number, limit: number): boolean {
  if (at + 6 > limit || bytes[at] !== BACKSLASH || bytes[at + 1] !== LOWER_U) return false
  const unit = hexAt(bytes, at + 2)
  return unit >= 0xdc00 && unit <= 0xdfff
}

/** The position behind the number at `from`, or -1 - the position of the byte that is wrong. */
export function scanNumber(bytes: Uint8Array, from: number): number {
  let at = bytes[from] === MINUS ? from + 1 : from
  if (!isDigit(bytes[at])) return -1 - at
  if (bytes[at] === ZERO) at++
  else while (isDigit(bytes[at])) at++
  if (bytes[at] === DOT) {
    at++
    if (!isDigit(bytes[at])) return -1 - at
    while (isDigit(bytes[at])) at++
  }
  if (bytes[at] === LOWER_E || bytes[at] === UPPER_E) {
    at++
    if (bytes[at] === PLUS || bytes[at] === MINUS) at++
    if (!isDigit(bytes[at])) return -1 - at
    while (isDigit(bytes[at])) at++
  }
  return at
}

/** The kind of the valid number [from, end). */
export function numberKind(bytes: Buffer, from: number, end: number): number {
  const text = bytes.toString('latin1', from, end)
  if (/^-?\d+$/.test(text) && text !== '-0') return integerKind(text)
  const [mantissa] = text.split(/[eE]/) as [string]
  const digits = mantissa.replace(/^-?0*\.?0*/, '').replace('.', '')
  if (digits.length > FLOAT_DIGITS_MAX) return LONG_NUMBER
  const value = Number(text)
  // Past the range of a double: too large, or so small that it would become 0.
  if (!Number.isFinite(value) || (value === 0 && digits.length > 0)) return LONG_NUMBER
  return FLOAT
}

function integerKind(text: string): number {
  if (Number.isSafeInteger(Number(text))) return INTEGER
  // Longer ones are beyond 64 bits, and BigInt of a megabyte of digits would take minutes.
  if (text.length > 20) return LONG_NUMBER
  const value = BigInt(text)
  return value >= INT64_MIN && value <= INT64_MAX ? BIG_INTEGER : LONG_NUMBER
}
