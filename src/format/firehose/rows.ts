/**
 * What queries see of delivered bytes, told by the bytes alone, so that a segment's part and the object that it becomes
 * give the same rows: JSON objects are rows wherever they stand (one per line, glued, over several lines); any other
 * line is {"line": …}, or {"line_base64": …} where it is no UTF-8; compressed content is read as if it were not; empty
 * lines are nothing. A line of text that ends with its part and not with a newline is where the two can differ.
 */
import { isUtf8 } from 'node:buffer'
import type { ByteWriter } from '../byte-writer.ts'
import { NEWLINE, OPEN_BRACE, RETURN, SPACE, TAB } from '../json-bytes.ts'
import { objectEnd } from '../json-validate.ts'
import { compressedAt, snappyAt, type Content, type Found } from './compressed.ts'

/** An object is held as a whole: what is longer is lines. */
const OBJECT_BYTES_MAX = 16 * 1024 * 1024
/** A line becomes text of the engine's heap, some ten times over: what is longer is several rows. */
const LINE_BYTES_MAX = 1024 * 1024
/** What all compressed content of a part or an object may become: a disk's room, not memory. */
const DECODED_BYTES_MAX = 2 * 1024 * 1024 * 1024
/** What is tried in vain as compressed content: bytes that only look like it must not cost more than time. */
const VAIN_BYTES_MAX = 2 * 1024 * 1024 * 1024
/** Enough for every mark and for the escape that a cut JSON string may end with. */
const LOOKAHEAD_BYTES = 16

export interface RowReader {
  /**
   * Reads one item at `at` and appends its rows, each with a newline. Returns the position behind it, or `at` when more
   * bytes are needed to tell, which never happens when the bytes are the last ones or more than MAX_ITEM_BYTES.
   */
  step(bytes: Buffer, at: number, isLast: boolean, out: ByteWriter): number
  readonly rows: number
}

/** So many bytes always hold an item. */
export const MAX_ITEM_BYTES = 2 * OBJECT_BYTES_MAX

export function createRowReader(): RowReader {
  let rows = 0
  let roomBytes = DECODED_BYTES_MAX
  let vainBytes = 0

  function step(bytes: Buffer, at: number, isLast: boolean, out: ByteWriter): number {
    const last = isLast || bytes.length - at >= MAX_ITEM_BYTES
    if (!last && bytes.length - at < LOOKAHEAD_BYTES) return at
    const marked = found(compressedAt, bytes, at, last)
    if (marked !== undefined) return marked === 'more' ? at : take(bytes, at, marked, out)
    const end = plainObject(bytes, at, last, out)
    if (end !== undefined) return end
    const block = found(snappyAt, bytes, at, last)
    if (block !== undefined) return block === 'more' ? at : take(bytes, at, block, out)
    return textOrSpace(bytes, at, last, out)
  }

  function found(look: Look, bytes: Buffer, at: number, isLast: boolean): Content | 'more' | undefined {
    if (vainBytes > VAIN_BYTES_MAX) return undefined
    const result = look(bytes, at, isLast)
    if (typeof result !== 'object') return result
    if ('content' in result) return result
    vainBytes += result.vainBytes
    return undefined
  }

  /** What is in a member is read to its end; what is compressed twice is a line. */
  function take(bytes: Buffer, at: number, { content, end }: Content, out: ByteWriter): number {
    if (content.length > roomBytes) return addLine(bytes, at, end, end, out)
    roomBytes -= content.length
    for (let inner = 0; inner < content.length;) {
      inner = plainObject(content, inner, true, out) ?? textOrSpace(content, inner, true, out)
    }
    return end
  }

  /** Undefined: no JSON object begins here. */
  function plainObject(bytes: Buffer, at: number, isLast: boolean, out: ByteWriter): number | undefined {
    const open = blanksEnd(bytes, at)
    if (open === bytes.length && !isLast) return at
    if (bytes[open] !== OPEN_BRACE) return undefined
    const limit = Math.min(bytes.length, open + OBJECT_BYTES_MAX)
    const end = objectEnd(bytes, open, limit)
    const isCut = end < 0 && -1 - end >= limit - LOOKAHEAD_BYTES && limit === bytes.length
    if (isCut && !isLast) return at
    if (end < 0 || end > limit || !isUtf8(bytes.subarray(open, end))) return undefined
    addObject(bytes, open, end, out)
    rows++
    return end
  }

  /** One line break at a time: a snappy block may begin with what looks like one. */
  function textOrSpace(bytes: Buffer, at: number, isLast: boolean, out: ByteWriter): number {
    if (bytes[at] === NEWLINE || bytes[at] === RETURN) return at + 1
    const text = blanksEnd(bytes, at)
    if (bytes[text] === NEWLINE || bytes[text] === RETURN) return text + 1
    if (text === bytes.length) return isLast ? text : at
    const limit = Math.min(bytes.length, at + LINE_BYTES_MAX)
    const newline = bytes.subarray(at, limit).indexOf(NEWLINE)
    if (newline >= 0) return addLine(bytes, at, at + newline, at + newline + 1, out)
    if (!isLast && limit === bytes.length) return at
    return addLine(bytes, at, limit, limit, out)
  }

  function addLine(bytes: Buffer, from: number, to: number, next: number, out: ByteWriter): number {
    const line = bytes.subarray(from, bytes[to - 1] === RETURN ? to - 1 : to)
    const row = isUtf8(line) ? { line: line.toString() } : { line_base64: line.toString('base64') }
    out.text(`${JSON.stringify(row)}\n`)
    rows++
    return next
  }

  return {
    step,
    get rows() {
      return rows
    },
  }
}

type Look = (bytes: Buffer, at: number, isLast: boolean) => Found

/** On one line: newlines are white space in JSON, and never inside of its strings. */
function addObject(bytes: Buffer, from: number, end: number, out: ByteWriter): void {
  for (let at = from; at < end;) {
    const newline = bytes.subarray(at, end).indexOf(NEWLINE)
    const to = newline < 0 ? end : at + newline
    out.slice(bytes, at, to)
    if (newline >= 0) out.byte(SPACE)
    at = to + 1
  }
  out.byte(NEWLINE)
}

function blanksEnd(bytes: Buffer, from: number): number {
  let at = from
  while (bytes[at] === SPACE || bytes[at] === TAB) at++
  return at
}
