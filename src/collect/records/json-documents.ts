/**
 * Lines of a record that is not one JSON object a line: objects glued together are taken apart, an object over several
 * lines becomes one, everything else stays the line that it is. Linear in the record's length, whatever it holds.
 */
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  RETURN,
  SPACE,
  TAB,
} from '../../format/json-bytes.ts'
import { invalidReason } from '../../format/json-validate.ts'
import type { ByteSink } from '../../format/parsers/byte-sink.ts'
import { REJECT_MARK } from '../../format/parsers/parser.ts'

/** What stands before a line that would be taken for one with a mark: a mark whose reason is what it begins with. */
const MARKED = '\x150x15\x15'

const NO_END = -1

/** Writes the lines and returns how many; blank ones are left out. */
export function writeDocuments(text: Buffer, sink: ByteSink): number {
  // Once an object was found not to end, no later one is looked for across lines: else each line of a record that is
  // nothing but `{` would be searched to the end of the record.
  let mayJoin = true
  let lines = 0
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf(NEWLINE, start)
    const end = newline < 0 ? text.length : newline
    const before = sink.length
    const { objects, at } = writeObjects(text, start, end, sink)
    const spread = mayJoin && at < end && text[at] === OPEN_BRACE ? spreadEnd(text, at) : at
    if (spread === NO_END) mayJoin = false
    if (at === end || spread > end) {
      if (spread > end) writeJoined(text, at, spread, sink)
      lines += spread > end ? objects + 1 : objects
      start = spread > end ? spread : end + 1
      continue
    }
    sink.length = before
    if (text[start] === REJECT_MARK) sink.ascii(MARKED)
    writeLine(text, start, end, sink)
    lines++
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
): { objects: number; at: number } {
  let objects = 0
  let at = skipSpaces(text, start, end)
  while (at < end && text[at] === OPEN_BRACE) {
    const objectAt = objectEnd(text, at, end)
    if (objectAt === NO_END) break
    writeLine(text, at, objectAt, sink)
    objects++
    at = skipSpaces(text, objectAt, end)
  }
  return { objects, at }
}

/** Where an object ends that goes on behind its line, if it is valid JSON. */
function spreadEnd(text: Buffer, start: number): number {
  const end = objectEnd(text, start, text.length)
  return end !== NO_END && invalidReason(text, start, end) === undefined ? end : NO_END
}

/** Of valid JSON: newlines and the spaces around them are between tokens. */
function writeJoined(text: Buffer, first: number, end: number, sink: ByteSink): void {
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
}

function writeLine(text: Buffer, start: number, end: number, sink: ByteSink): void {
  sink.copy(text, start, end)
  sink.byte(NEWLINE)
}

/** Behind the bracket that closes the one at `start`. */
function objectEnd(text: Buffer, start: number, end: number): number {
  let depth = 0
  for (let at = start; at < end; at++) {
    const byte = text[at]
    if (byte === QUOTE) {
      at = stringEnd(text, at + 1, end)
      if (at === NO_END) return NO_END
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at + 1
  }
  return NO_END
}

/** The closing quote; a string has no newline in it. */
function stringEnd(text: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = text[at]
    if (byte === QUOTE) return at
    if (byte === NEWLINE) return NO_END
    if (byte === BACKSLASH) at++
  }
  return NO_END
}

function skipSpaces(text: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && (text[at] === SPACE || text[at] === TAB || text[at] === RETURN)) at++
  return at
}
