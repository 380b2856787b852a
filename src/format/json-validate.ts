/** Is a line one valid JSON object? Strict: RFC 8259, nothing else, and says where it goes wrong. */
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  LOWER_F,
  LOWER_N,
  LOWER_T,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  isDigit,
  skipSpace,
} from './json-bytes.ts'
import { scanNumber, scanString } from './json-scalar.ts'

/** No log nests deeper on purpose, and every reader of JSON has its own limit somewhere above. */
export const NESTING_MAX = 64

/** Undefined when [start, end) (without the newline) is one JSON object, else the reason. Positions count from the line's start, from 0. */
export function invalidReason(bytes: Uint8Array, start: number, end: number): string | undefined {
  const from = skipSpaceTo(bytes, start, end)
  if (bytes[from] !== OPEN_BRACE) return `not a JSON object: ${found(bytes, from, start, end)}`
  const at = skipValue(bytes, from, end, 1)
  if (at === TOO_DEEP) return `JSON nests more than ${NESTING_MAX} levels deep`
  if (at < 0) return `invalid JSON: ${found(bytes, -1 - at, start, end)}`
  const rest = skipSpaceTo(bytes, at, end)
  return rest === end ? undefined : `more after the JSON object: ${found(bytes, rest, start, end)}`
}

/** The position behind the JSON object that begins at `from` and ends before `end`; negative when there is none. */
export function objectEnd(bytes: Uint8Array, from: number, end: number): number {
  return bytes[from] === OPEN_BRACE ? skipValue(bytes, from, end, 1) : -1 - from
}

const TOO_DEEP = Number.MIN_SAFE_INTEGER

function skipSpaceTo(bytes: Uint8Array, from: number, end: number): number {
  return Math.min(skipSpace(bytes, from), end)
}

function found(bytes: Uint8Array, at: number, start: number, end: number): string {
  if (at >= end) return `the line ends at byte ${end - start}`
  const byte = bytes[at]!
  const shown =
    byte > 0x20 && byte < 0x7f ? `'${String.fromCharCode(byte)}'` : `0x${byte.toString(16).padStart(2, '0')}`
  return `unexpected ${shown} at byte ${at - start}`
}

/** The position behind the value, or -1 - the position of the wrong byte, or TOO_DEEP. */
function skipValue(bytes: Uint8Array, at: number, end: number, depth: number): number {
  const byte = at < end ? bytes[at] : undefined
  if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
    if (depth > NESTING_MAX) return TOO_DEEP
    return byte === OPEN_BRACE ? skipObject(bytes, at, end, depth) : skipArray(bytes, at, end, depth)
  }
  if (byte === QUOTE) return scanString(bytes, at, end).end
  if (byte === MINUS || isDigit(byte)) return scanNumber(bytes, at)
  if (byte === LOWER_T) return skipWord(bytes, at, 'true')
  if (byte === LOWER_F) return skipWord(bytes, at, 'false')
  if (byte === LOWER_N) return skipWord(bytes, at, 'null')
  return -1 - at
}

function skipObject(bytes: Uint8Array, open: number, end: number, depth: number): number {
  let at = skipSpaceTo(bytes, open + 1, end)
  if (bytes[at] === CLOSE_BRACE) return at + 1
  for (;;) {
    if (at >= end || bytes[at] !== QUOTE) return -1 - at
    const keyEnd = scanString(bytes, at, end).end
    if (keyEnd < 0) return keyEnd
    at = skipSpaceTo(bytes, keyEnd, end)
    if (bytes[at] !== COLON) return -1 - at
    at = skipValue(bytes, skipSpaceTo(bytes, at + 1, end), end, depth + 1)
    if (at < 0) return at
    at = skipSpaceTo(bytes, at, end)
    if (bytes[at] === CLOSE_BRACE) return at + 1
    if (bytes[at] !== COMMA) return -1 - at
    at = skipSpaceTo(bytes, at + 1, end)
  }
}

function skipArray(bytes: Uint8Array, open: number, end: number, depth: number): number {
  let at = skipSpaceTo(bytes, open + 1, end)
  if (bytes[at] === CLOSE_BRACKET) return at + 1
  for (;;) {
    at = skipValue(bytes, at, end, depth + 1)
    if (at < 0) return at
    at = skipSpaceTo(bytes, at, end)
    if (bytes[at] === CLOSE_BRACKET) return at + 1
    if (bytes[at] !== COMMA) return -1 - at
    at = skipSpaceTo(bytes, at + 1, end)
  }
}

function skipWord(bytes: Uint8Array, at: number, word: string): number {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return -1 - (at + i)
  return at + word.length
}
