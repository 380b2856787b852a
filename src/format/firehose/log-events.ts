/**
 * The messages in an envelope of CloudWatch Logs, found where they stand: an envelope of a few megabytes may hold
 * hundreds of thousands of values, and as JavaScript's they would be a hundred megabytes. What is found is what
 * JSON.parse would give, duplicate keys (the last one counts) and odd bytes (U+FFFD) included.
 */
import { isUtf8 } from 'node:buffer'
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipSpace,
} from '../json-bytes.ts'
import { INVALID, keyEnd, jsonEnd, stringEnd } from './json-end.ts'

export interface LogMessages {
  count: number
  /** Made one by one; those that were written without escapes are views of the envelope. */
  messages: Iterable<Buffer>
}

/** 'invalid': it is no envelope. 'too many': it has more than `eventsMax` log events. */
export function logMessages(envelope: Buffer, eventsMax: number): LogMessages | 'invalid' | 'too many' {
  const open = skipSpace(envelope, 0)
  if (envelope[open] !== OPEN_BRACE) return 'invalid'
  const { end, value } = lastMember(envelope, open, 'logEvents')
  if (end === INVALID || skipSpace(envelope, end) < envelope.length) return 'invalid'
  if (value === INVALID || envelope[value] !== OPEN_BRACKET) return 'invalid'
  const found = messagePositions(envelope, value, eventsMax)
  if (typeof found === 'string') return found
  return { count: found.length, messages: textsAt(envelope, found) }
}

/** Where the opening quotes are. */
function messagePositions(
  envelope: Buffer,
  bracket: number,
  eventsMax: number,
): Uint32Array | 'invalid' | 'too many' {
  let found = new Uint32Array(64)
  let count = 0
  let at = skipSpace(envelope, bracket + 1)
  while (envelope[at] !== CLOSE_BRACKET) {
    if (envelope[at] !== OPEN_BRACE) return 'invalid'
    const { end, value } = lastMember(envelope, at, 'message')
    if (value === INVALID || envelope[value] !== QUOTE) return 'invalid'
    if (count === eventsMax) return 'too many'
    if (count === found.length) {
      const larger = new Uint32Array(2 * count)
      larger.set(found)
      found = larger
    }
    found[count++] = value
    at = skipSpace(envelope, end)
    if (envelope[at] === COMMA) at = skipSpace(envelope, at + 1)
  }
  return found.subarray(0, count)
}

/** `value`: where the last member of this name has it. Both are INVALID when what begins at `open` is no object. */
function lastMember(bytes: Buffer, open: number, name: string): { end: number; value: number } {
  let value = INVALID
  let at = skipSpace(bytes, open + 1)
  if (bytes[at] === CLOSE_BRACE) return { end: at + 1, value }
  for (;;) {
    const from = at
    const valueAt = keyEnd(bytes, from)
    if (valueAt === INVALID) break
    const isIt = isKey(bytes, from, name)
    const end = jsonEnd(bytes, valueAt)
    if (end === INVALID) break
    if (isIt) value = skipSpace(bytes, valueAt)
    at = skipSpace(bytes, end)
    if (bytes[at] === CLOSE_BRACE) return { end: at + 1, value }
    if (bytes[at] !== COMMA) break
    at = skipSpace(bytes, at + 1)
  }
  return { end: INVALID, value: INVALID }
}

function isKey(bytes: Buffer, quote: number, name: string): boolean {
  const end = stringEnd(bytes, quote)
  const inner = bytes.subarray(quote + 1, end - 1)
  if (inner.includes(BACKSLASH)) return textAt(bytes, quote) === name
  return inner.length === name.length && inner.toString('latin1') === name
}

function* textsAt(envelope: Buffer, positions: Uint32Array): Generator<Buffer> {
  for (const quote of positions) {
    const inner = envelope.subarray(quote + 1, stringEnd(envelope, quote) - 1)
    if (!inner.includes(BACKSLASH) && isUtf8(inner)) yield inner
    else yield Buffer.from(textAt(envelope, quote))
  }
}

function textAt(bytes: Buffer, quote: number): string {
  return JSON.parse(bytes.toString('utf8', quote, stringEnd(bytes, quote))) as string
}
