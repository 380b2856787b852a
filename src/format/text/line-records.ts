/**
 * The lines of a text in batches, in bounded memory. As Hadoop's reader: a line ends in a newline, a carriage return or
 * both, a byte order mark in front is none of the text, and what follows the last end is a line unless it is empty.
 */
import { BadRow } from '../serde/text-serde.ts'
import type { Chunks } from '../encodings/encoding.ts'

/** As much as is worked on without a look around. */
const BATCH_BYTES = 512 * 1024
/** The engine that reads the rows takes no longer ones. */
export const RECORD_BYTES_MAX = 8 * 1024 * 1024

const NEWLINE = 0x0a
const RETURN = 0x0d
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

export async function* lineRecords(chunks: Chunks, encoding: 'utf8' | 'latin1'): AsyncGenerator<string[]> {
  for await (const block of wholeLines(withoutMark(chunks))) yield linesOf(block, encoding)
}

function linesOf(block: Buffer, encoding: 'utf8' | 'latin1'): string[] {
  const text = block.toString(encoding)
  const lines = block.includes(RETURN) ? text.split(/\r\n|\r|\n/) : text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Blocks that end where a line ends. */
async function* wholeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    held.push(chunk)
    bytes += chunk.length
    if (bytes < BATCH_BYTES || !(chunk.includes(NEWLINE) || chunk.includes(RETURN))) {
      if (bytes > RECORD_BYTES_MAX + chunk.length) throw tooLong()
      continue
    }
    const all = held.length === 1 ? chunk : Buffer.concat(held)
    const end = endOfLines(all)
    if (end > 0) yield* pieces(all.subarray(0, end))
    held = [all.subarray(end)]
    bytes = all.length - end
    if (bytes > RECORD_BYTES_MAX) throw tooLong()
  }
  if (bytes > 0) yield* pieces(Buffer.concat(held))
}

/** A chunk of a compressed file may be large: of it come several blocks. */
function* pieces(block: Buffer): Generator<Buffer> {
  let from = 0
  while (block.length - from > 2 * BATCH_BYTES) {
    const end = from + endOfLines(block.subarray(from, from + BATCH_BYTES))
    if (end === from) break
    yield block.subarray(from, end)
    from = end
  }
  yield block.subarray(from)
}

/** Behind the last end of a line that is known to be whole: the newline of a return may be in the next chunk. */
function endOfLines(bytes: Buffer): number {
  const newline = bytes.lastIndexOf(NEWLINE) + 1
  return newline > 0 || bytes.length < 2 ? newline : bytes.lastIndexOf(RETURN, bytes.length - 2) + 1
}

async function* withoutMark(chunks: Chunks): AsyncGenerator<Buffer> {
  let beginning: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of chunks) {
    if (beginning === undefined) {
      yield chunk
      continue
    }
    beginning = Buffer.concat([beginning, chunk])
    if (beginning.length < BYTE_ORDER_MARK.length) continue
    yield afterMark(beginning)
    beginning = undefined
  }
  if (beginning !== undefined) yield afterMark(beginning)
}

function afterMark(bytes: Buffer): Buffer {
  const hasMark = bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
  return hasMark ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes
}

export function tooLong(): BadRow {
  return new BadRow(`HIVE_BAD_DATA: Line too long in text file: more than ${RECORD_BYTES_MAX} bytes`)
}
