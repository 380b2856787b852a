/**
 * Records that were sent to a stream of the pipeline file become its lines, as if they had been read from a file: a JSON
 * object each, or for raw streams whatever they are. Lines that are no JSON objects are left to preparation, which
 * gives them to the errors with the reason; so nothing that was accepted is ever missing.
 *
 * Records that are clean lines already are passed on as one piece, looked at by two native searches each. All rules: docs/formats/records.md.
 */
import { recordsOf, type RecordBlock } from '../../base/record-block.ts'
import type { Batch } from '../../buffer/buffer.ts'
import type { DeliverConfig } from '../../base/stream.ts'
import { CLOSE_BRACE, NEWLINE, OPEN_BRACE, RETURN, skipSpace } from '../../format/json-bytes.ts'
import { ByteSink } from '../../format/parsers/byte-sink.ts'
import { rejectedLine } from '../../format/parsers/rejected-line.ts'
import { isPlainObject, RecordDecoder } from './decode-record.ts'
import { gunzipBlock } from './gunzip-block.ts'
import { writeDocuments } from './json-documents.ts'
import { countObjectLines } from './object-lines.ts'
import { DEFAULT_RECORD_LIMITS, type RecordLimits } from './record-limits.ts'

export interface LinesOptions {
  format: DeliverConfig['format']
  limits?: RecordLimits
}

/** Whole lines and their number. Of JSON streams blank lines are left out: senders put them between what they pack. */
export type RecordLines = Required<Pick<Batch, 'chunks' | 'records'>>

interface Sink {
  chunks: Buffer[]
  records: number
}

/** A line with more closing braces is looked at byte by byte: a native search for each would be slower. */
const SEARCHES_MAX = 50
/** Text with more blank lines in it is copied: a chunk for what is between any two would take more memory. */
const RUNS_MAX = 100

const LINE_END = Buffer.from('\n')

/** Never throws, whatever the records hold. */
export function linesOf(
  block: RecordBlock,
  { format, limits = DEFAULT_RECORD_LIMITS }: LinesOptions,
): RecordLines {
  const gunzipped = gunzipBlock(block, limits)
  const texts = gunzipped ?? (hasOnlyObjects(block) ? block : undefined)
  const clean = texts === undefined ? undefined : cleanLinesOf(texts, format, limits)
  return clean ?? linesOfEach(recordsOf(block), gunzipped && recordsOf(gunzipped), { format, limits })
}

/** What no record that is compressed begins with (decode-record.ts), as all records of most requests do. */
function hasOnlyObjects({ bytes, ends }: RecordBlock): boolean {
  let from = 0
  for (let index = 0; index < ends.length; index++) {
    if (ends[index]! - from < 2 || !isPlainObject(bytes[from], bytes[from + 1])) return false
    from = ends[index]!
  }
  return true
}

/** Undefined when some record has to be looked at by itself. */
function cleanLinesOf(
  texts: RecordBlock,
  format: LinesOptions['format'],
  limits: RecordLimits,
): Sink | undefined {
  const sink: Sink = { chunks: [], records: 0 }
  const lines = terminated(texts)
  if (format !== 'raw') return addCleanLines(lines, sink, limits.lineBytesMax) ? sink : undefined
  if (hasLongLine(lines, limits.lineBytesMax)) return undefined
  addText(lines, sink)
  return sink
}

/** With a newline behind each record that has none; copied only if there is such a one. */
function terminated({ bytes, ends }: RecordBlock): Buffer {
  const isOpen = (from: number, to: number): boolean => to > from && bytes[to - 1] !== NEWLINE
  let open = 0
  for (let index = 0, from = 0; index < ends.length; from = ends[index++]!)
    if (isOpen(from, ends[index]!)) open++
  if (open === 0) return bytes
  const lines = Buffer.allocUnsafe(bytes.length + open)
  let at = 0
  for (let index = 0, from = 0; index < ends.length; from = ends[index++]!) {
    const to = ends[index]!
    at += bytes.copy(lines, at, from, to)
    if (isOpen(from, to)) lines[at++] = NEWLINE
  }
  return lines
}

function linesOfEach(
  records: readonly Buffer[],
  texts: readonly Buffer[] | undefined,
  { format, limits }: Required<LinesOptions>,
): Sink {
  const decoder = new RecordDecoder(limits)
  const sink: Sink = { chunks: [], records: 0 }
  for (const [index, record] of records.entries()) {
    const decoded = texts === undefined ? decoder.decode(record) : { text: texts[index]! }
    if (format === 'raw') {
      const isReadable = 'text' in decoded && !hasLongLine(decoded.text, limits.lineBytesMax)
      addText(isReadable ? decoded.text : record, sink)
    } else if ('rejected' in decoded) addRejected(record, decoded.rejected, sink)
    else addJson(decoded.text, sink, limits.lineBytesMax)
  }
  return sink
}

/** Raw lines can not be cut: the record stays compressed then, which is never so long. */
function hasLongLine(text: Buffer, lineBytesMax: number): boolean {
  if (text.length <= lineBytesMax) return false
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf(NEWLINE, start)
    const end = newline < 0 ? text.length : newline
    if (end - start > lineBytesMax) return true
    start = end + 1
  }
  return false
}

function addText(text: Buffer, sink: Sink): void {
  if (text.length === 0) return
  for (let at = 0; (at = text.indexOf(NEWLINE, at) + 1) > 0;) sink.records++
  addChunk(text, text[text.length - 1] === NEWLINE, sink)
  if (text[text.length - 1] !== NEWLINE) sink.records++
}

/** In base64, since there may be newlines in it. */
function addRejected(record: Buffer, reason: string, sink: Sink): void {
  const line = Buffer.from(record.toString('base64'))
  sink.chunks.push(rejectedLine(`${reason}; the line is the record in base64`, line))
  sink.records++
}

function addJson(text: Buffer, sink: Sink, lineBytesMax: number): void {
  const { chunks, records } = sink
  const count = chunks.length
  if (addCleanLines(text, sink, lineBytesMax)) return
  chunks.length = count
  const written = new ByteSink(text.length + 1)
  sink.records = records + writeDocuments(text, written, lineBytesMax)
  if (written.length > 0) chunks.push(written.done())
}

/** False when some line does not look like one object; blank lines are left out. */
function addCleanLines(text: Buffer, sink: Sink, lineBytesMax: number): boolean {
  const count = countObjectLines(text, lineBytesMax)
  if (count !== undefined && count > 0) {
    sink.records += count
    addChunk(text, true, sink)
    return true
  }
  let runStart = 0
  let runs = 0
  for (let start = 0; start < text.length;) {
    if (text[start] === NEWLINE) {
      if (runStart < start) {
        if (++runs > RUNS_MAX) return false
        addChunk(text.subarray(runStart, start), true, sink)
      }
      runStart = ++start
      continue
    }
    const newline = text.indexOf(NEWLINE, start)
    const end = newline < 0 ? text.length : newline
    if (end - start > lineBytesMax || !isOneObject(text, start, end)) return false
    sink.records++
    start = end + 1
  }
  if (runStart < text.length)
    addChunk(runStart === 0 ? text : text.subarray(runStart), text[text.length - 1] === NEWLINE, sink)
  return true
}

/** Begins and ends with braces and has nowhere one that closes before one that opens. (Valid it need not be.) */
function isOneObject(text: Buffer, start: number, end: number): boolean {
  const last = text[end - 1] === RETURN ? end - 2 : end - 1
  if (text[start] !== OPEN_BRACE || text[last] !== CLOSE_BRACE) return false
  let brace = text.indexOf(CLOSE_BRACE, start)
  for (let searches = 0; brace < last;) {
    if (text[brace + 1] === CLOSE_BRACE) brace++
    else {
      if (++searches > SEARCHES_MAX || text[skipSpace(text, brace + 1)] === OPEN_BRACE) return false
      brace = text.indexOf(CLOSE_BRACE, brace + 1)
    }
  }
  return true
}

function addChunk(bytes: Buffer, isTerminated: boolean, { chunks }: Sink): void {
  chunks.push(bytes)
  if (!isTerminated) chunks.push(LINE_END)
}
