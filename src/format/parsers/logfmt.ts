/** `level=info msg="user logged in" took=12.5 cached`: Heroku's and Go's key=value lines. */
import { writeEscape, writeString } from './json-text.ts'
import { lineParser, type LineJob } from './line-parser.ts'
import { LogfmtKeys } from './logfmt-keys.ts'
import { isPlainNumber, writeName } from './members.ts'
import type { Parser } from './parser.ts'

const SPACE = 0x20
const TAB = 0x09
const QUOTE = 0x22
const EQUALS = 0x3d
const BACKSLASH = 0x5c
const LOWER_U = 0x75
const LOWER_D = 0x64

const TRUE = Buffer.from('true')
const FALSE = Buffer.from('false')

/** The escapes that mean the same in logfmt and in JSON: b f n r t " \ / */
const SHARED_ESCAPES = new Set([0x62, 0x66, 0x6e, 0x72, 0x74, QUOTE, BACKSLASH, 0x2f])

export function logfmtParser(): Parser {
  const keys = new LogfmtKeys()
  return lineParser((job) => {
    keys.startLine()
    return writePairs(job, keys)
  })
}

function writePairs(job: LineJob, keys: LogfmtKeys): string | undefined {
  const { source, start, end } = job
  let pairs = 0
  let at = skipBlanks(source, start, end)
  while (at < end) {
    const nameEnd = skipName(source, at, end)
    if (nameEnd === at) return `a value without a key at byte ${at - start + 1}`
    writeName(job, keys.next(source, at, nameEnd))
    if (source[nameEnd] !== EQUALS || nameEnd === end) {
      job.sink.ascii('true')
      at = skipBlanks(source, nameEnd, end)
      continue
    }
    pairs++
    const next = writeValue(job, nameEnd + 1)
    if (next < 0) return `a quote is not closed at byte ${nameEnd + 2 - start}`
    at = skipBlanks(source, next, end)
  }
  // Plain prose would otherwise become a column for each of its words.
  return pairs === 0 ? 'no key=value pair' : undefined
}

/** Returns the position after the value, or -1 when its quote is not closed. */
function writeValue(job: LineJob, start: number): number {
  const { source, end, sink } = job
  if (start < end && source[start] === QUOTE) return writeQuoted(job, start + 1)
  let to = start
  while (to < end && !isBlank(source[to]!)) to++
  if (isPlainNumber(source, start, to) || isBoolean(source, start, to)) sink.copy(source, start, to)
  else writeString(sink, source, start, to, job.valid)
  return to
}

function writeQuoted(job: LineJob, start: number): number {
  const { source, end, sink } = job
  let close = start
  while (close < end && source[close] !== QUOTE) close += source[close] === BACKSLASH ? 2 : 1
  if (close >= end) return -1
  sink.byte(QUOTE)
  const text = job.valid ? source : Buffer.from(source.toString('utf8', start, close))
  const [from, to] = job.valid ? [start, close] : [0, text.length]
  sink.reserve((to - from) * 6)
  let at = from
  while (at < to) {
    const byte = text[at]!
    if (byte === BACKSLASH && isSharedEscape(text, at + 1, to)) {
      sink.bytes[sink.length++] = BACKSLASH
      sink.bytes[sink.length++] = text[at + 1]!
      at += 2
      continue
    }
    if (byte < SPACE || byte === BACKSLASH || byte === QUOTE)
      sink.length = writeEscape(sink.bytes, sink.length, byte)
    else sink.bytes[sink.length++] = byte
    at++
  }
  sink.byte(QUOTE)
  return close + 1
}

function isSharedEscape(text: Uint8Array, at: number, end: number): boolean {
  if (at >= end) return false
  if (text[at] !== LOWER_U) return SHARED_ESCAPES.has(text[at]!)
  for (let i = at + 1; i <= at + 4; i++) if (i >= end || !isHex(text[i]!)) return false
  // Half of a surrogate pair alone is no text; such escapes stay as they are written.
  return (text[at + 1]! | 0x20) !== LOWER_D || text[at + 2]! < 0x38
}

function isHex(byte: number): boolean {
  const lower = byte | 0x20
  return (byte >= 0x30 && byte <= 0x39) || (lower >= 0x61 && lower <= 0x66)
}

function isBoolean(source: Buffer, start: number, end: number): boolean {
  return isWord(source, start, end, TRUE) || isWord(source, start, end, FALSE)
}

function isWord(source: Buffer, start: number, end: number, word: Uint8Array): boolean {
  if (end - start !== word.length) return false
  for (let i = 0; i < word.length; i++) if (source[start + i] !== word[i]) return false
  return true
}

function skipName(source: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && source[at] !== EQUALS && !isBlank(source[at]!)) at++
  return at
}

function skipBlanks(source: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && isBlank(source[at]!)) at++
  return at
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB
}
