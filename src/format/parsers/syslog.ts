/**
 * Syslog lines, as files and sockets have them, each line recognised by itself:
 *
 *     RFC 3164   <34>Oct 11 22:14:15 mymachine su[230]: 'su root' failed
 *     with ISO   2026-11-23T01:02:03.123456+09:00 mymachine su[230]: 'su root' failed       (rsyslog, systemd)
 *     RFC 5424   <165>1 2003-10-11T22:14:15.003Z mymachine app 230 ID47 [x@1 k="v"] message
 *
 * The <PRI> may be missing in all of them: files do not have it.
 */
import { skipDigits } from '../digits.ts'
import { lineParser, type LineJob } from './line-parser.ts'
import { UniqueNames, isPlainNumber, member, writeName, writeText, writeTextUnlessDash } from './members.ts'
import type { Parser, ParserOptions } from './parser.ts'
import { timeWriter, type TimeWriter } from './time-text.ts'
import { skipStructuredData, writeStructuredData } from './syslog-structured-data.ts'

const SPACE = 0x20
const LESS = 0x3c
const GREATER = 0x3e
const ONE = 0x31
const COLON = 0x3a
const MINUS = 0x2d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

const PRI = member('pri')
const TIME = member('time')
const HOST = member('host')
const IDENT = member('ident')
const PID = member('pid')
const MSGID = member('msgid')
const EXTRADATA = member('extradata')
const MESSAGE = member('message')

/** `Oct 11 22:14:15` */
const YEARLESS_BYTES = 15
const BOM = [0xef, 0xbb, 0xbf]

export function syslogParser(options: ParserOptions): Parser {
  const writeTime = timeWriter(options)
  const names = new UniqueNames()
  return lineParser((job) => {
    const afterPri = writePri(job)
    if (isVersionOne(job.source, afterPri, job.end)) {
      return write5424(job, afterPri + 2, writeTime, names)
    }
    return write3164(job, afterPri, writeTime)
  })
}

/** `<0>` to `<191>`; returns the position after it. */
function writePri(job: LineJob): number {
  const { source, start, end } = job
  if (source[start] !== LESS) return start
  const digitsEnd = skipDigits(source, start + 1, Math.min(end, start + 5))
  const digits = digitsEnd - start - 1
  if (digits < 1 || digits > 3 || source[digitsEnd] !== GREATER || digitsEnd === end) return start
  // `<007>` is no number in JSON; such a PRI is not one of syslog's either.
  if (!isPlainNumber(source, start + 1, digitsEnd)) return start
  writeName(job, PRI)
  job.sink.copy(source, start + 1, digitsEnd)
  return digitsEnd + 1
}

/** `1 ` and then a time or the sign that there is none. */
function isVersionOne(source: Uint8Array, at: number, end: number): boolean {
  if (at + 3 > end || source[at] !== ONE || source[at + 1] !== SPACE) return false
  const next = source[at + 2]!
  return next === MINUS || (next >= 0x30 && next <= 0x39)
}

const FIELDS_5424 = [HOST, IDENT, PID, MSGID]

function write5424(
  job: LineJob,
  from: number,
  writeTime: TimeWriter,
  names: UniqueNames,
): string | undefined {
  const { source, end } = job
  let at = tokenEnd(source, from, end)
  const hasTime = !(at - from === 1 && source[from] === MINUS)
  if (hasTime && !writeTime(job, TIME, from, at)) return 'no RFC 5424 time after the version'
  for (const name of FIELDS_5424) {
    const start = at + 1
    at = tokenEnd(source, start, end)
    if (start >= end || at === start) return 'an RFC 5424 line with too few fields'
    if (name === PID) writePid(job, start, at)
    else writeTextUnlessDash(job, name, start, at)
  }
  const dataEnd = skipStructuredData(source, at + 1, end)
  if (dataEnd < 0) return 'structured data that RFC 5424 does not allow'
  if (source[at + 1] === OPEN_BRACKET) {
    writeName(job, EXTRADATA)
    writeStructuredData(job, at + 1, dataEnd, names)
  }
  if (dataEnd < end) writeText(job, MESSAGE, skipBom(source, dataEnd + 1, end), end)
  return undefined
}

function skipBom(source: Uint8Array, at: number, end: number): number {
  if (end - at < BOM.length) return at
  return BOM.every((byte, i) => source[at + i] === byte) ? at + BOM.length : at
}

function write3164(job: LineJob, from: number, writeTime: TimeWriter): string | undefined {
  const { source, end } = job
  const timeEnd = writeLeadingTime(job, from, writeTime)
  if (timeEnd < 0) return 'no syslog time at the beginning'
  let at = timeEnd + 1
  const hostEnd = tokenEnd(source, at, end)
  // Lines of a local socket have no host: the first word is the program already.
  if (hostEnd < end && source[hostEnd - 1] !== COLON) {
    writeText(job, HOST, at, hostEnd)
    at = hostEnd + 1
  }
  at = writeIdent(job, at)
  writeText(job, MESSAGE, Math.min(at, end), end)
  return undefined
}

/** Returns the position after the time, or -1. */
function writeLeadingTime(job: LineJob, from: number, writeTime: TimeWriter): number {
  const { source, end } = job
  const yearlessEnd = from + YEARLESS_BYTES
  if (yearlessEnd < end && source[yearlessEnd] === SPACE && source[from + 3] === SPACE) {
    if (writeTime(job, TIME, from, yearlessEnd)) return yearlessEnd
  }
  const wordEnd = tokenEnd(source, from, end)
  // Epoch numbers are times elsewhere; here they would make one of any line that begins with a number.
  if (source[from + 4] !== MINUS || wordEnd === end) return -1
  return writeTime(job, TIME, from, wordEnd) ? wordEnd : -1
}

/** `su[230]: `, `su: `; returns where the message begins: at the same place when there is no such word. */
function writeIdent(job: LineJob, start: number): number {
  const { source, end } = job
  const colon = identEnd(source, start, end)
  if (colon <= start) return start
  const bracket = source[colon - 1] === CLOSE_BRACKET ? lastBracket(source, start, colon) : -1
  if (bracket > start) {
    writeText(job, IDENT, start, bracket)
    writePid(job, bracket + 1, colon - 1)
  } else {
    writeText(job, IDENT, start, colon)
  }
  return source[colon + 1] === SPACE ? colon + 2 : colon + 1
}

/** The colon that ends the first word, or that follows a `]` in it; -1 when there is none. */
function identEnd(source: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end && source[at] !== SPACE; at++) {
    if (source[at] !== COLON) continue
    if (at + 1 === end || source[at + 1] === SPACE || (at > start && source[at - 1] === CLOSE_BRACKET))
      return at
  }
  return -1
}

function lastBracket(source: Uint8Array, start: number, end: number): number {
  let at = end - 1
  while (at >= start && source[at] !== OPEN_BRACKET) at--
  return at
}

/** A number almost always; RFC 5424 allows any text. */
function writePid(job: LineJob, start: number, end: number): void {
  const { source } = job
  if (end === start) return
  if (
    source[start] === MINUS ||
    !isPlainNumber(source, start, end) ||
    skipDigits(source, start, end) !== end
  ) {
    writeTextUnlessDash(job, PID, start, end)
    return
  }
  writeName(job, PID)
  job.sink.copy(source, start, end)
}

function tokenEnd(source: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && source[at] !== SPACE) at++
  return at
}
