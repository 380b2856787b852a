/**
 * Access logs of web servers: the common and combined formats that Apache and nginx share, scanned by hand.
 *
 *     remote ident user [time] "request" status size "referer" "agent" rest
 *
 * Servers escape quotes and control characters in the quoted fields (`\"`, `\x22`): the escapes are kept as they are
 * written, so that nothing is lost and nothing is decoded into bytes that were never valid text.
 */
import type { LineJob, LineWriter } from './line-parser.ts'
import { writeInteger, writeText, writeTextUnlessDash, member } from './members.ts'
import { writeRequest } from './request-line.ts'
import { writeTimeOrText, type TimeWriter } from './time-text.ts'

const SPACE = 0x20
const QUOTE = 0x22
const MINUS = 0x2d
const BACKSLASH = 0x5c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const COLON = 0x3a

const TIME = member('time')
const CODE = member('code')
const SIZE = member('size')
const REFERER = member('referer')
const AGENT = member('agent')
const REST = member('rest')
const VHOST = member('vhost')
const USER = member('user')

/** What the first two fields are called: Fluent Bit's names, which people query by. */
export interface AccessLogNames {
  first: Uint8Array
  second: Uint8Array
}

export function accessLogWriter(names: AccessLogNames, writeTime: TimeWriter): LineWriter {
  return (job) => {
    const { source, end } = job
    const bracket = findTime(source, job.start, end)
    if (bracket < 0) return 'no [time] in an access log line'
    if (!writeClient(job, names, bracket - 1)) return 'no client, identity and user before the [time]'
    const timeEnd = indexOf(source, CLOSE_BRACKET, bracket, end)
    if (timeEnd < 0) return 'the [time] is not closed'
    writeTimeOrText(writeTime, job, TIME, bracket + 1, timeEnd)
    if (source[timeEnd + 1] !== SPACE || source[timeEnd + 2] !== QUOTE) return 'no "request" after the [time]'
    const requestEnd = findRequestEnd(source, timeEnd + 3, end)
    if (requestEnd < 0) return 'no status after the "request"'
    writeRequest(job, timeEnd + 3, requestEnd)
    writeTail(job, requestEnd + 2)
    return undefined
  }
}

/** The bracket of ` [17/May/…` or ` [2026-…`: users may have brackets in their names, not followed by two digits. */
function findTime(source: Uint8Array, start: number, end: number): number {
  for (let at = start + 1; at < end - 2; at++) {
    if (source[at] !== OPEN_BRACKET || source[at - 1] !== SPACE) continue
    if (isDigit(source[at + 1]!) && isDigit(source[at + 2]!)) return at
  }
  return -1
}

/** `client identity user`, the user with spaces in it if need be; with `name:port` before it in vhost_combined. */
function writeClient(job: LineJob, names: AccessLogNames, end: number): boolean {
  const { source } = job
  let start = job.start
  let firstEnd = indexOf(source, SPACE, start, end)
  let secondEnd = firstEnd < 0 ? -1 : indexOf(source, SPACE, firstEnd + 1, end)
  if (secondEnd < 0 || firstEnd === start) return false
  const thirdEnd = indexOf(source, SPACE, secondEnd + 1, end)
  if (thirdEnd >= 0 && isHostAndPort(source, start, firstEnd)) {
    writeText(job, VHOST, start, firstEnd)
    start = firstEnd + 1
    firstEnd = secondEnd
    secondEnd = thirdEnd
  }
  writeTextUnlessDash(job, names.first, start, firstEnd)
  writeTextUnlessDash(job, names.second, firstEnd + 1, secondEnd)
  writeTextUnlessDash(job, USER, secondEnd + 1, end)
  return true
}

/** `example.com:443`; an IPv6 address has more than one colon. */
function isHostAndPort(source: Uint8Array, start: number, end: number): boolean {
  const colon = indexOf(source, COLON, start, end)
  if (colon < 0 || colon === end - 1) return false
  for (let at = colon + 1; at < end; at++) if (!isDigit(source[at]!)) return false
  return true
}

/**
 * The quote that ends the request is followed by a status: requests may have quotes in them, escaped or (old servers,
 * `escape=none`) not.
 */
function findRequestEnd(source: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = source[at]
    if (byte === BACKSLASH) at++
    else if (byte === QUOTE && source[at + 1] === SPACE && isStatus(source, at + 2, end)) return at
  }
  return -1
}

/** Three digits or a dash, then a space or the end. */
function isStatus(source: Uint8Array, at: number, end: number): boolean {
  if (at < end && source[at] === MINUS) return at + 1 === end || source[at + 1] === SPACE
  if (at + 3 > end || !isDigit(source[at]!) || !isDigit(source[at + 1]!) || !isDigit(source[at + 2]!))
    return false
  return at + 3 === end || source[at + 3] === SPACE
}

/** Status, size, and what formats have after them. */
function writeTail(job: LineJob, from: number): void {
  let at = writeNumberOrDash(job, CODE, from)
  at = writeNumberOrDash(job, SIZE, at)
  at = writeQuoted(job, REFERER, at)
  at = writeQuoted(job, AGENT, at)
  if (at < job.end) writeText(job, REST, at, job.end)
}

/** Returns the beginning of the next field; the same position when this is no number. */
function writeNumberOrDash(job: LineJob, name: Uint8Array, start: number): number {
  const { source, end } = job
  if (start >= end) return start
  const space = indexOf(source, SPACE, start, end)
  const to = space < 0 ? end : space
  if (to - start === 1 && source[start] === MINUS) return to + 1
  for (let at = start; at < to; at++) if (!isDigit(source[at]!)) return start
  if (to > start) writeInteger(job, name, start, to)
  return to + 1
}

/** A quoted field; where the line was cut before its closing quote, what is there of it. */
function writeQuoted(job: LineJob, name: Uint8Array, start: number): number {
  const { source, end } = job
  if (start >= end || source[start] !== QUOTE) return start
  let at = start + 1
  while (at < end && source[at] !== QUOTE) at += source[at] === BACKSLASH ? 2 : 1
  const to = Math.min(at, end)
  writeTextUnlessDash(job, name, start + 1, to)
  // Past the quote and the space; a quote that is followed by something else leaves that to `rest`.
  return source[to + 1] === SPACE ? to + 2 : to + 1
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

function indexOf(source: Uint8Array, byte: number, start: number, end: number): number {
  for (let at = start; at < end; at++) if (source[at] === byte) return at
  return -1
}
