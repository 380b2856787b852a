/** What all text parsers share: lines out of blocks, rejected lines, cut lines, bytes that are not UTF-8. */
import { isUtf8 } from 'node:buffer'
import { ByteSink } from './byte-sink.ts'
import { REJECT_MARK, type Parser } from './parser.ts'
import { cutReason, rejectedLine } from './rejected-line.ts'

const NEWLINE = 0x0a
const RETURN = 0x0d
/** JSON of a line is about twice as long as the line; a guess that is too small costs one copy. */
const GROWTH = 2.25

export interface LineJob {
  source: Buffer
  start: number
  /** Without \r\n or \n. */
  end: number
  /** Are the line's bytes valid UTF-8? Where not, fields are repaired and `line_base64` is added by the frame. */
  valid: boolean
  sink: ByteSink
}

/**
 * Writes the members of the line's JSON object without the braces; or, having written whatever it likes, returns the
 * reason why the line does not parse (what it wrote is taken back).
 */
export type LineWriter = (job: LineJob) => string | undefined

export function lineParser(write: LineWriter): Parser {
  return {
    passthrough: false,
    parseBlock: (block) => parseLines(block, write),
    // Half a line would give wrong fields.
    parseCut: (line, fullBytes) => rejectedLine(cutReason(fullBytes, line.length), line),
  }
}

function parseLines(block: Buffer, write: LineWriter): Buffer {
  const sink = new ByteSink(block.length * GROWTH)
  const allValid = isUtf8(block)
  const job: LineJob = { source: block, start: 0, end: 0, valid: true, sink }
  let start = 0
  while (start < block.length) {
    const newline = block.indexOf(NEWLINE, start)
    const end = newline < 0 ? block.length : newline
    job.start = start
    job.end = end > start && block[end - 1] === RETURN ? end - 1 : end
    job.valid = allValid || isUtf8(block.subarray(start, end))
    parseLine(job, end, write)
    start = end + 1
  }
  return sink.done()
}

function parseLine(job: LineJob, lineEnd: number, write: LineWriter): void {
  const { sink, source, start } = job
  const before = sink.length
  // An empty line says nothing: it stays empty, and preparation counts it.
  if (job.end > start) {
    sink.byte(0x7b)
    const reason = write(job)
    if (reason === undefined) {
      if (!job.valid) writeLineBytes(sink, source, start, lineEnd)
      sink.byte(0x7d)
    } else {
      sink.length = before
      sink.byte(REJECT_MARK)
      sink.utf8(reason)
      sink.byte(REJECT_MARK)
      sink.copy(source, start, lineEnd)
    }
  }
  sink.byte(NEWLINE)
}

function writeLineBytes(sink: ByteSink, source: Buffer, start: number, end: number): void {
  sink.ascii(',"line_base64":"')
  sink.ascii(source.toString('base64', start, end))
  sink.byte(0x22)
}
