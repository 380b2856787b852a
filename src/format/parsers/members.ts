/** The members of the JSON object that a line becomes, written straight from the line's bytes. */
import { skipDigits } from '../digits.ts'
import { writeEscaped, writeString } from './json-text.ts'
import type { LineJob } from './line-parser.ts'

const COMMA = 0x2c
const OPEN_BRACE = 0x7b
const ZERO = 0x30
const MINUS = 0x2d
const DOT = 0x2e
/** Integers up to this many digits are exact in every reader, doubles included. */
const MAX_NUMBER_DIGITS = 15

/** A member's name as it stands in JSON, made once. */
export function member(name: string): Uint8Array {
  return Buffer.from(`${JSON.stringify(name)}:`)
}

export function writeName(job: LineJob, name: Uint8Array): void {
  const { sink } = job
  if (sink.bytes[sink.length - 1] !== OPEN_BRACE) sink.byte(COMMA)
  sink.copy(name, 0, name.length)
}

/** A name out of the line itself. */
export function writeNameText(job: LineJob, name: string): void {
  const { sink } = job
  if (sink.bytes[sink.length - 1] !== OPEN_BRACE) sink.byte(COMMA)
  sink.utf8(JSON.stringify(name))
  sink.byte(0x3a)
}

export function writeText(job: LineJob, name: Uint8Array, start: number, end: number): void {
  writeName(job, name)
  if (!job.valid) {
    writeString(job.sink, job.source, start, end, false)
    return
  }
  job.sink.byte(0x22)
  writeEscaped(job.sink, job.source, start, end)
  job.sink.byte(0x22)
}

/** `-` is how logs write "nothing": the member is left out. */
export function writeTextUnlessDash(job: LineJob, name: Uint8Array, start: number, end: number): void {
  if (end - start === 1 && job.source[start] === MINUS) return
  writeText(job, name, start, end)
}

/** Digits as a number (leading zeros, which JSON does not allow, left out); anything else as text. */
export function writeInteger(job: LineJob, name: Uint8Array, start: number, end: number): void {
  if (end === start || end - start > MAX_NUMBER_DIGITS || skipDigits(job.source, start, end) !== end) {
    writeText(job, name, start, end)
    return
  }
  writeName(job, name)
  let from = start
  while (from < end - 1 && job.source[from] === ZERO) from++
  job.sink.copy(job.source, from, end)
}

/** A number in JSON's own notation, without exponent, that no reader rounds. */
export function isPlainNumber(bytes: Uint8Array, start: number, end: number): boolean {
  const from = bytes[start] === MINUS ? start + 1 : start
  const whole = skipDigits(bytes, from, end)
  if (whole === from || whole - from > MAX_NUMBER_DIGITS) return false
  if (bytes[from] === ZERO && whole - from > 1) return false
  if (whole === end) return true
  if (bytes[whole] !== DOT || end - from > MAX_NUMBER_DIGITS + 1) return false
  return whole + 1 < end && skipDigits(bytes, whole + 1, end) === end
}

/** The n-th occurrence of a name in one line is `name_n`: JSON objects have each name once. */
export class UniqueNames {
  readonly #counts = new Map<string, number>()

  clear(): void {
    this.#counts.clear()
  }

  of(name: string): string {
    const count = (this.#counts.get(name) ?? 0) + 1
    this.#counts.set(name, count)
    if (count === 1) return name
    return this.of(`${name}_${count}`)
  }
}
