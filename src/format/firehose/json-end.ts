/** Where a JSON value of any kind ends, as strict as JSON.parse, and in no more memory than its depth. */
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  LOWER_F,
  LOWER_N,
  LOWER_T,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipSpace,
} from '../json-bytes.ts'
import { scanNumber, scanString } from '../json-scalar.ts'

export const INVALID = -1
/** JSON.parse has no limit, but a place in the heap for each level; nothing that is written on purpose comes near. */
export const DEPTH_MAX = 10_000

/** The position behind the value that begins at or after `from`. */
export function jsonEnd(bytes: Buffer, from: number): number {
  const closers: number[] = []
  let at = from
  for (;;) {
    at = skipSpace(bytes, at)
    const closer = CLOSERS[bytes[at] ?? 0]
    if (closer === undefined) at = scalarEnd(bytes, at)
    else {
      at = skipSpace(bytes, at + 1)
      if (bytes[at] !== closer) {
        if (closers.push(closer) > DEPTH_MAX) return INVALID
        if (closer === CLOSE_BRACE) at = keyEnd(bytes, at)
        if (at === INVALID) return INVALID
        continue
      }
      at++
    }
    if (at === INVALID) return INVALID
    at = behindValue(bytes, at, closers)
    if (at === INVALID || closers.length === 0) return at
  }
}

const CLOSERS: Readonly<Record<number, number>> = { [OPEN_BRACE]: CLOSE_BRACE, [OPEN_BRACKET]: CLOSE_BRACKET }

/** Closes what ends here; then where the next value is, or the end when nothing is open any more. */
function behindValue(bytes: Buffer, from: number, closers: number[]): number {
  for (let at = from; closers.length > 0;) {
    const closer = closers.at(-1)!
    at = skipSpace(bytes, at)
    if (bytes[at] === COMMA) {
      at = skipSpace(bytes, at + 1)
      return closer === CLOSE_BRACE ? keyEnd(bytes, at) : at
    }
    if (bytes[at] !== closer) return INVALID
    closers.pop()
    at++
    if (closers.length === 0) return at
  }
  return from
}

/** The position behind the key that begins at `at`, and its colon. */
export function keyEnd(bytes: Buffer, at: number): number {
  if (bytes[at] !== QUOTE) return INVALID
  const end = stringEnd(bytes, at)
  if (end === INVALID) return INVALID
  const colon = skipSpace(bytes, end)
  return bytes[colon] === COLON ? colon + 1 : INVALID
}

function scalarEnd(bytes: Buffer, at: number): number {
  switch (bytes[at] ?? 0) {
    case QUOTE:
      return stringEnd(bytes, at)
    case LOWER_T:
      return wordEnd(bytes, at, 'true')
    case LOWER_F:
      return wordEnd(bytes, at, 'false')
    case LOWER_N:
      return wordEnd(bytes, at, 'null')
    default:
      return Math.max(INVALID, scanNumber(bytes, at))
  }
}

function wordEnd(bytes: Buffer, at: number, word: string): number {
  const end = at + word.length
  return bytes.toString('latin1', at, end) === word ? end : INVALID
}

/** The position behind the string whose opening quote is at `quote`. */
export function stringEnd(bytes: Buffer, quote: number): number {
  return Math.max(INVALID, scanString(bytes, quote, bytes.length).end)
}
