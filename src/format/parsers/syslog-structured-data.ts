/** RFC 5424's `[id name="value" …][id2 …]` as a JSON object of objects. */
import { writeString } from './json-text.ts'
import type { LineJob } from './line-parser.ts'
import { UniqueNames, writeNameText } from './members.ts'

const SPACE = 0x20
const QUOTE = 0x22
const MINUS = 0x2d
const EQUALS = 0x3d
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d

/** The position after the structured data (a space or the end), or -1 when it is not well-formed. */
export function skipStructuredData(source: Uint8Array, start: number, end: number): number {
  if (start >= end) return -1
  let at = start
  if (source[at] === MINUS) at++
  else while (at >= 0 && at < end && source[at] === OPEN_BRACKET) at = skipElement(source, at, end)
  if (at <= start) return -1
  return at === end || source[at] === SPACE ? at : -1
}

function skipElement(source: Uint8Array, start: number, end: number): number {
  let at = skipName(source, start + 1, end)
  if (at === start + 1) return -1
  while (at < end && source[at] === SPACE) {
    const nameEnd = skipName(source, at + 1, end)
    if (nameEnd === at + 1 || nameEnd + 1 >= end) return -1
    if (source[nameEnd] !== EQUALS || source[nameEnd + 1] !== QUOTE) return -1
    const close = closingQuote(source, nameEnd + 2, end)
    if (close < 0) return -1
    at = close + 1
  }
  return at < end && source[at] === CLOSE_BRACKET ? at + 1 : -1
}

/** [start, end) must be well-formed. */
export function writeStructuredData(job: LineJob, start: number, end: number, names: UniqueNames): void {
  const { source, sink } = job
  const ids = new UniqueNames()
  sink.byte(0x7b)
  let at = start
  while (at < end) {
    const idEnd = skipName(source, at + 1, end)
    writeNameText(job, ids.of(source.toString('utf8', at + 1, idEnd)))
    sink.byte(0x7b)
    names.clear()
    at = idEnd
    while (source[at] === SPACE) at = writeParameter(job, at + 1, end, names)
    sink.byte(0x7d)
    at++
  }
  sink.byte(0x7d)
}

function writeParameter(job: LineJob, start: number, end: number, names: UniqueNames): number {
  const { source } = job
  const nameEnd = skipName(source, start, end)
  const close = closingQuote(source, nameEnd + 2, end)
  writeNameText(job, names.of(source.toString('utf8', start, nameEnd)))
  const value = unescaped(source.subarray(nameEnd + 2, close))
  writeString(job.sink, value, 0, value.length, job.valid)
  return close + 1
}

/** `\"`, `\\` and `\]`; any other backslash is itself. */
function unescaped(value: Buffer): Buffer {
  if (!value.includes(BACKSLASH)) return value
  const plain = Buffer.allocUnsafe(value.length)
  let length = 0
  for (let at = 0; at < value.length; at++) {
    const next = value[at + 1]
    if (value[at] === BACKSLASH && (next === QUOTE || next === BACKSLASH || next === CLOSE_BRACKET)) at++
    plain[length++] = value[at]!
  }
  return plain.subarray(0, length)
}

function closingQuote(source: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    if (source[at] === BACKSLASH) at++
    else if (source[at] === QUOTE) return at
  }
  return -1
}

function skipName(source: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && isNameByte(source[at]!)) at++
  return at
}

function isNameByte(byte: number): boolean {
  return byte > SPACE && byte !== QUOTE && byte !== EQUALS && byte !== CLOSE_BRACKET && byte !== 0x7f
}
