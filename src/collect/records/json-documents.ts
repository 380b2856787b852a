/**
 * Lines of a record that is not one JSON object a line: objects glued together are taken apart, an object over several
 * lines becomes one, everything else stays the line that it is. Linear in the record's length, whatever it holds.
 */
import { balancedEnd } from '../../format/balanced-end.ts'
import { NEWLINE, OPEN_BRACE, RETURN, SPACE, TAB } from '../../format/json-bytes.ts'
import { invalidReason } from '../../format/json-validate.ts'
import type { ByteSink } from '../../format/parsers/byte-sink.ts'
import { REJECT_MARK } from '../../format/parsers/parser.ts'

/** What stands before a line that would be taken for one with a mark: a mark whose reason is what it begins with. */
const MARKED = '\x150x15\x15'

const NO_END = -1

/** Writes the lines and returns how many; blank ones are left out. */
export function writeDocuments(text: Buffer, sink: ByteSink, lineBytesMax: number): number {
  // Once an object was found not to end, no later one is looked for across lines: else each line of a record that is
  // nothing but `{` would be searched to the end of the record.
  let mayJoin = true
  let lines = 0
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf(NEWLINE, start)
    const end = newline < 0 ? text.length : newline
    const before = sink.length
    const { objects, at } = writeObjects(text, start, end, sink, lineBytesMax)
    const spread = mayJoin && at < end && text[at] === OPEN_BRACE ? spreadEnd(text, at) : at
    if (spread === NO_END) mayJoin = false
    if (at === end || spread > end) {
      lines += spread > end ? objects + writeJoined(text, at, spread, sink, lineBytesMax) : objects
      start = spread > end ? spread : end + 1
      continue
    }
    sink.length = before
    if (text[start] === REJECT_MARK && end - start <= lineBytesMax) sink.ascii(MARKED)
    lines += writeLine(text, start, end, sink, lineBytesMax)
    start = end + 1
  }
  return lines
}

/** The whole objects that a line begins with, and where something else begins: its end if there is nothing else. */
function writeObjects(
  text: Buffer,
  start: number,
  end: number,
  sink: ByteSink,
  lineBytesMax: number,
): { objects: number; at: number } {
  let objects = 0
  let at = skipSpaces(text, start, end)
  while (at < end && text[at] === OPEN_BRACE) {
    const objectAt = balancedEnd(text, at, end)
    if (objectAt === NO_END) break
    objects += writeLine(text, at, objectAt, sink, lineBytesMax)
    at = skipSpaces(text, objectAt, end)
  }
  return { objects, at }
}

/** Where an object ends that goes on behind its line, if it is valid JSON. */
function spreadEnd(text: Buffer, start: number): number {
  const end = balancedEnd(text, start, text.length)
  return end !== NO_END && invalidReason(text, start, end) === undefined ? end : NO_END
}

/** Of valid JSON: newlines and the spaces around them are between tokens. */
function writeJoined(text: Buffer, first: number, end: number, sink: ByteSink, lineBytesMax: number): number {
  const before = sink.length
  for (let start = first; start < end;) {
    const newline = text.indexOf(NEWLINE, start)
    const pieceEnd = newline < 0 || newline > end ? end : newline
    sink.copy(
      text,
      skipSpaces(text, start, pieceEnd),
      text[pieceEnd - 1] === RETURN ? pieceEnd - 1 : pieceEnd,
    )
    start = pieceEnd + 1
  }
  sink.byte(NEWLINE)
  const bytes = sink.length - 1 - before
  if (bytes <= lineBytesMax) return 1
  const joined = Buffer.from(sink.bytes.subarray(before, before + bytes))
  sink.length = before
  return writeLine(joined, 0, bytes, sink, lineBytesMax)
}

/** One line, or the parts of one that is too long; returns how many. */
function writeLine(text: Buffer, start: number, end: number, sink: ByteSink, lineBytesMax: number): number {
  const parts = Math.ceil((end - start) / lineBytesMax)
  for (let part = 0; part < parts; part++) {
    const from = start + part * lineBytesMax
    if (parts > 1) sink.ascii(`\x15part ${part + 1} of ${parts} of a line of ${end - start} bytes\x15`)
    sink.copy(text, from, Math.min(from + lineBytesMax, end))
    sink.byte(NEWLINE)
  }
  return parts
}

function skipSpaces(text: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && (text[at] === SPACE || text[at] === TAB || text[at] === RETURN)) at++
  return at
}
