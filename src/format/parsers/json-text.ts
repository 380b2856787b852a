/** Bytes of a log line as the content of a JSON string. */
import type { ByteSink } from './byte-sink.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const SPACE = 0x20

/** What follows the backslash, or 0 where only the long form will do. */
const SHORT_ESCAPES: Record<number, number> = {
  8: 0x62,
  9: 0x74,
  10: 0x6e,
  12: 0x66,
  13: 0x72,
  34: 0x22,
  92: 0x5c,
}
const HEX = Buffer.from('0123456789abcdef')

const NEEDS_ESCAPE = new Uint8Array(256)
for (let byte = 0; byte < SPACE; byte++) NEEDS_ESCAPE[byte] = 1
NEEDS_ESCAPE[QUOTE] = 1
NEEDS_ESCAPE[BACKSLASH] = 1

/** Writes valid UTF-8 bytes, escaped, without the quotes around them. */
export function writeEscaped(sink: ByteSink, source: Uint8Array, start: number, end: number): void {
  sink.reserve((end - start) * 6)
  const { bytes } = sink
  let to = sink.length
  for (let i = start; i < end; i++) {
    const byte = source[i]!
    if (NEEDS_ESCAPE[byte] === 0) bytes[to++] = byte
    else to = writeEscape(bytes, to, byte)
  }
  sink.length = to
}

/** One control character, quote or backslash; returns the position after it. */
export function writeEscape(bytes: Uint8Array, to: number, byte: number): number {
  bytes[to] = BACKSLASH
  const short = SHORT_ESCAPES[byte]
  if (short !== undefined) {
    bytes[to + 1] = short
    return to + 2
  }
  bytes[to + 1] = 0x75
  bytes[to + 2] = 0x30
  bytes[to + 3] = 0x30
  bytes[to + 4] = HEX[byte >> 4]!
  bytes[to + 5] = HEX[byte & 15]!
  return to + 6
}

/** As a whole JSON string with its quotes; what is not UTF-8 becomes U+FFFD. */
export function writeString(
  sink: ByteSink,
  source: Buffer,
  start: number,
  end: number,
  valid: boolean,
): void {
  sink.byte(QUOTE)
  if (valid) writeEscaped(sink, source, start, end)
  else {
    const repaired = Buffer.from(source.toString('utf8', start, end))
    writeEscaped(sink, repaired, 0, repaired.length)
  }
  sink.byte(QUOTE)
}
