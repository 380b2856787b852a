/** Lines of no known form: `{"message":"…"}`, so that every log can be kept and searched. */
import { isUtf8 } from 'node:buffer'
import { ByteSink } from './byte-sink.ts'
import { writeString } from './json-text.ts'
import type { Parser } from './parser.ts'

const NEWLINE = 0x0a
const RETURN = 0x0d
const OPENING = '{"message":'

export const noneParser: Parser = {
  passthrough: false,
  parseBlock: wrapLines,
  parseCut: (line, fullBytes) => {
    const sink = new ByteSink(line.length + 128)
    wrapLine(sink, line, 0, line.length, isUtf8(line))
    sink.length-- // the closing brace comes after the mark of the cut
    sink.ascii(`,"_cut":${fullBytes}}\n`)
    return sink.done()
  },
}

function wrapLines(block: Buffer): Buffer {
  const sink = new ByteSink(block.length * 1.3)
  const allValid = isUtf8(block)
  let start = 0
  while (start < block.length) {
    const newline = block.indexOf(NEWLINE, start)
    const end = newline < 0 ? block.length : newline
    wrapLine(sink, block, start, end, allValid || isUtf8(block.subarray(start, end)))
    sink.byte(NEWLINE)
    start = end + 1
  }
  return sink.done()
}

/** `message_base64` has all bytes between the newlines, the \r that `message` leaves out included. */
function wrapLine(sink: ByteSink, source: Buffer, start: number, end: number, valid: boolean): void {
  sink.ascii(OPENING)
  writeString(sink, source, start, end > start && source[end - 1] === RETURN ? end - 1 : end, valid)
  if (!valid) {
    sink.ascii(',"message_base64":"')
    sink.ascii(source.toString('base64', start, end))
    sink.byte(0x22)
  }
  sink.byte(0x7d)
}
