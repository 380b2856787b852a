/** Where a JSON object ends, by its braces and quotes only: whether it is valid is for others to say. */
import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-bytes.ts'

/** The position behind the object or array that begins at `open`, or -1 when it does not end before `end`. */
export function balancedEnd(bytes: Buffer, open: number, end: number): number {
  let depth = 0
  for (let at = open; at < end; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) {
      at = quoteEnd(bytes, at + 1, end)
      if (at < 0) return -1
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at + 1
  }
  return -1
}

/** The closing quote, or -1. */
function quoteEnd(bytes: Buffer, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const byte = bytes[at]
    if (byte === BACKSLASH) at++
    else if (byte === QUOTE) return at
  }
  return -1
}
