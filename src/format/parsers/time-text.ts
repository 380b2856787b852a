/** Times of log lines as ISO 8601 in UTC, with as many fraction digits as the line had. */
import { DAY_MS } from '../../base/civil-date.ts'
import { skipDigits } from '../digits.ts'
import { parseEventTime } from '../event-time.ts'
import type { LineJob } from './line-parser.ts'
import { writeName, writeText } from './members.ts'
import type { ParserOptions } from './parser.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const DOT = 0x2e
const COLON = 0x3a
const UPPER_Z = 0x5a

/** No time in any log is longer, and no text that this file makes. */
const MAX_TIME_BYTES = 64
const YEAR_1_MS = -62_135_596_800_000
const YEAR_10000_MS = 253_402_300_800_000

export type TimeWriter = (job: LineJob, name: Uint8Array, start: number, end: number) => boolean

/**
 * Writes the member, or nothing and returns false when the text is no time. Lines of the same second follow one
 * another in logs: the last answer is kept.
 */
export function timeWriter({ timezone, now }: ParserOptions): TimeWriter {
  const known = Buffer.alloc(MAX_TIME_BYTES)
  let knownLength = -1
  const iso = new IsoText()
  return (job, name, start, end) => {
    const length = end - start
    if (length > MAX_TIME_BYTES) return false
    if (length !== knownLength || !sameBytes(known, job.source, start, length)) {
      // Unset while the text is made anew: a text that is no time leaves nothing behind.
      knownLength = -1
      if (!iso.set(job.source, start, end, timezone, now())) return false
      job.source.copy(known, 0, start, end)
      knownLength = length
    }
    writeName(job, name)
    job.sink.copy(iso.bytes, 0, iso.length)
    return true
  }
}

/** As the source has it where it is no time. */
export function writeTimeOrText(
  write: TimeWriter,
  job: LineJob,
  name: Uint8Array,
  start: number,
  end: number,
): void {
  if (!write(job, name, start, end)) writeText(job, name, start, end)
}

/** `"2026-11-23T01:02:03.456Z"` with its quotes, made in place: a Date and a string for each line would cost more. */
export class IsoText {
  readonly bytes = Buffer.alloc(MAX_TIME_BYTES, QUOTE)
  length = 0
  #day = NaN

  /** false: the source's bytes are no time, and `bytes` is of no use. */
  set(source: Buffer, start: number, end: number, timezone: string, nowMs: number): boolean {
    const epochMs = parseEventTime(source, start, end, timezone, nowMs)
    if (epochMs === undefined || epochMs < YEAR_1_MS || epochMs >= YEAR_10000_MS) return false
    const day = Math.floor(epochMs / DAY_MS)
    if (day !== this.#day) {
      this.bytes.write(new Date(day * DAY_MS).toISOString().slice(0, 11), 1, 'latin1')
      this.#day = day
    }
    const milliOfDay = epochMs - day * DAY_MS
    this.#digits(12, 2, Math.floor(milliOfDay / 3_600_000))
    this.#digits(15, 2, Math.floor(milliOfDay / 60_000) % 60)
    this.#digits(18, 2, Math.floor(milliOfDay / 1000) % 60)
    this.bytes[14] = COLON
    this.bytes[17] = COLON
    this.length = 20
    this.#fraction(source, start, end, milliOfDay % 1000)
    this.bytes[this.length++] = UPPER_Z
    this.bytes[this.length++] = QUOTE
    return true
  }

  /** The source's own digits, which may be finer than milliseconds. */
  #fraction(source: Buffer, start: number, end: number, millisecond: number): void {
    const at = fractionAt(source, start, end)
    if (at > 0) {
      const digitsEnd = skipDigits(source, at, end)
      this.bytes[this.length++] = DOT
      this.length += source.copy(this.bytes, this.length, at, digitsEnd)
    } else if (millisecond !== 0) {
      this.bytes[this.length++] = DOT
      this.#digits(this.length, 3, millisecond)
      this.length += 3
    }
  }

  #digits(at: number, count: number, value: number): void {
    let left = value
    for (let i = at + count - 1; i >= at; i--) {
      this.bytes[i] = 0x30 + (left % 10)
      left = Math.floor(left / 10)
    }
  }
}

/** After `:ss.` or `:ss,`; -1 when there is none (the dot of an epoch number is not one of these). */
function fractionAt(source: Uint8Array, start: number, end: number): number {
  for (let at = start + 3; at < end - 1; at++) {
    const byte = source[at]
    if ((byte === DOT || byte === COMMA) && source[at - 3] === COLON) return at + 1
  }
  return -1
}

function sameBytes(known: Uint8Array, source: Uint8Array, start: number, length: number): boolean {
  // From the end: seconds change before years do.
  for (let i = length - 1; i >= 0; i--) if (known[i] !== source[start + i]) return false
  return true
}
