/**
 * The one pass over the bytes of JSON lines. It finds where lines end, which are valid, which fields they have with
 * which kinds of values, and where their event time is, without making an object of anything: each step compares the
 * bytes that were seen at this place before (see json-fields.ts) and then finds the end of one scalar. What does not
 * match is looked at slowly, once, and known from then on.
 */
import { isUtf8 } from 'node:buffer'
import { assert } from '../base/errors.ts'
import {
  DOT,
  LOWER_E,
  LOWER_F,
  LOWER_N,
  LOWER_T,
  NEWLINE,
  NINE,
  QUOTE,
  RETURN,
  SPACE,
  TAB,
  UPPER_E,
  ZERO,
} from './json-bytes.ts'
import { isTimestampText } from './event-time.ts'
import { NOT_A_TIME, addKind, rootField, type Edge, type Field } from './json-fields.ts'
import { createLearner, type Learner } from './json-learn.ts'
import { BOOLEAN, FLOAT, INTEGER, NULL, OPAQUE_STRING, STRING, TIMESTAMP } from './json-kinds.ts'
import { numberKind, scanNumber, scanString } from './json-scalar.ts'
import { invalidReason } from './json-validate.ts'
import { REJECT_MARK } from './parsers/parser.ts'

/** Bytes behind the data that may be read (four at a time) and must not be a newline. */
export const SCAN_PADDING = 16

/** What a line is: a row that fits, a row that has to be looked at by itself, an empty line, a rejected one. */
export const ROW = 0
export const ODD_ROW = 1
export const BLANK = 2
export const REJECTED = 3

export interface Lines {
  count: number
  /** Behind the newline of each line; the last line may lack one. */
  ends: Uint32Array
  status: Uint8Array
  /** Event-time value of each row, quotes included; from = to: none. */
  timeFrom: Uint32Array
  timeTo: Uint32Array
}

export interface Scan {
  root: Field
  lines: Lines
  /** Recomputes which rows are ODD_ROW from the `misfits` of fields and edges. */
  findMisfits(): void
}

export function scanLines(buffer: Buffer, size: number, timeFields: readonly string[]): Scan {
  assert(buffer.length >= size + SCAN_PADDING, 'the buffer has room for reading past its end')
  buffer.fill(0, size, size + SCAN_PADDING)
  const root = rootField()
  const learner = createLearner(root, timeFields)
  const lines = newLines(size)
  const utf8 = isUtf8(buffer.subarray(0, size))
  walkLines(buffer, size, learner, lines, utf8)
  return { root, lines, findMisfits: () => walkLines(buffer, size, learner, lines, utf8) }
}

function newLines(size: number): Lines {
  const guess = Math.max(16, size >> 7)
  return {
    count: 0,
    ends: new Uint32Array(guess),
    status: new Uint8Array(guess),
    timeFrom: new Uint32Array(guess),
    timeTo: new Uint32Array(guess),
  }
}

function grow(lines: Lines): void {
  const size = lines.ends.length * 2
  const larger = <T extends Uint32Array | Uint8Array>(made: T, old: T): T => {
    made.set(old)
    return made
  }
  lines.ends = larger(new Uint32Array(size), lines.ends)
  lines.status = larger(new Uint8Array(size), lines.status)
  lines.timeFrom = larger(new Uint32Array(size), lines.timeFrom)
  lines.timeTo = larger(new Uint32Array(size), lines.timeTo)
}

/** Set by walkLine, beside the position that it returns: one number is what a function returns without making an object. */
let walkedOdd = false
let walkedKind = 0
let walkedTimeFrom = 0
let walkedTimeTo = 0
let instances = 0
/** Kinds that the line at hand was the first to have: taken back when it turns out not to be a row. */
const additions: { field: Field; kinds: number; tellsTimestamps: boolean }[] = []

function takeBackAdditions(): void {
  for (const { field, kinds, tellsTimestamps } of additions.reverse()) {
    field.kinds = kinds
    field.tellsTimestamps = tellsTimestamps
  }
  additions.length = 0
}

function walkLines(buffer: Buffer, size: number, learner: Learner, lines: Lines, utf8: boolean): void {
  const view = viewOf(buffer)
  lines.count = 0
  let at = 0
  while (at < size) {
    const line = lines.count++
    if (line >= lines.ends.length) grow(lines)
    const walked = utf8 ? walkLine(buffer, view, at, learner.root) : -1
    if (walked >= 0 && walked <= size) {
      lines.ends[line] = walked
      lines.status[line] = walkedOdd ? ODD_ROW : ROW
      lines.timeFrom[line] = walkedTimeFrom
      lines.timeTo[line] = walkedTimeTo
      if (additions.length > 0) additions.length = 0
      at = walked
    } else at = lookAtLine(buffer, size, at, line, learner, lines, utf8)
  }
}

/** The way of everything that is not known, and of everything that is not a row. */
function lookAtLine(
  buffer: Buffer,
  size: number,
  start: number,
  line: number,
  learner: Learner,
  lines: Lines,
  utf8: boolean,
): number {
  takeBackAdditions()
  const newline = buffer.indexOf(NEWLINE, start)
  const end = newline < 0 || newline >= size ? size : newline
  const after = Math.min(end + 1, size)
  lines.ends[line] = after
  lines.timeFrom[line] = 0
  lines.timeTo[line] = 0
  if (isBlank(buffer, start, end)) {
    lines.status[line] = BLANK
    return after
  }
  if (rejectReason(buffer, start, end, utf8) !== undefined) {
    lines.status[line] = REJECTED
    return after
  }
  const learned = learner.learn(buffer, start, end)
  // Now it is known, unless it is past the limits of what is learned.
  const known = walkLine(buffer, viewOf(buffer), start, learner.root) >= 0
  additions.length = 0
  lines.status[line] = learned.odd || !known || walkedOdd ? ODD_ROW : ROW
  if (learned.timeFrom >= 0) {
    lines.timeFrom[line] = learned.timeFrom
    lines.timeTo[line] = learned.timeTo
  }
  return after
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}

/** Of a line that is REJECTED. Told when it is asked for: kept, those of a segment of text are more than the heap holds. */
export function reasonOf(buffer: Buffer, lines: Lines, line: number): string {
  const start = line === 0 ? 0 : lines.ends[line - 1]!
  const after = lines.ends[line]!
  const reason = rejectReason(buffer, start, buffer[after - 1] === NEWLINE ? after - 1 : after, false)
  assert(reason !== undefined, `line ${line} is rejected`)
  return reason
}

function rejectReason(buffer: Buffer, start: number, end: number, utf8: boolean): string | undefined {
  if (buffer[start] === REJECT_MARK) {
    const second = buffer.indexOf(REJECT_MARK, start + 1)
    return second < 0 || second >= end ? 'rejected' : buffer.toString('utf8', start + 1, second)
  }
  if (!utf8 && !isUtf8(buffer.subarray(start, end))) return 'invalid UTF-8'
  return invalidReason(buffer, start, end)
}

function isBlank(buffer: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = buffer[at]
    if (byte !== SPACE && byte !== TAB && byte !== RETURN) return false
  }
  return true
}

/** The position behind the line, or -1 when it is not known in every byte of its structure. */
function walkLine(bytes: Buffer, view: DataView, start: number, root: Field): number {
  let at = start
  let field = root
  let odd = false
  let bestRank = NOT_A_TIME
  let timeFrom = 0
  let timeTo = 0
  root.instance = ++instances
  for (;;) {
    let edge = field.likely
    if (edge === undefined) return -1
    if (!matches(edge, view, at)) {
      edge = otherEdge(field, view, at)
      if (edge === undefined) return -1
    }
    at += edge.length
    if (edge.misfit) odd = true
    if (edge.steps !== undefined && takeSteps(edge)) odd = true
    const to = edge.to
    if (to === undefined) break
    field = to
    if (field.seenIn === field.parent.instance) {
      if (!field.isElement) odd = true
    } else field.seenIn = field.parent.instance

    field.count++
    const first = bytes[at]!
    const from = at
    let kind = 0
    if (first === QUOTE) {
      at = plainStringEnd(bytes, view, at + 1)
      if (bytes[at] === QUOTE) {
        at++
        kind = field.tellsTimestamps && isTimestampText(bytes, from + 1, at - 1) ? TIMESTAMP : STRING
      } else {
        const string = scanString(bytes, from, bytes.length)
        if (string.end < 0) return -1
        at = string.end
        kind = string.opaque ? OPAQUE_STRING : STRING
      }
    } else {
      at = first <= NINE ? numberEnd(bytes, at, first) : wordEnd(view, at, first)
      if (at < 0) return -1
      kind = walkedKind
    }

    if ((field.kinds & kind) === 0) {
      additions.push({ field, kinds: field.kinds, tellsTimestamps: field.tellsTimestamps })
      addKind(field, kind)
    }
    if ((field.misfits & kind) !== 0) odd = true
    if (field.timeRank < bestRank && (kind & (NULL | BOOLEAN)) === 0) {
      bestRank = field.timeRank
      timeFrom = from
      timeTo = at
    }
  }
  walkedOdd = odd
  walkedTimeFrom = timeFrom
  walkedTimeTo = timeTo
  return at
}

/** Behind the number, with its kind in walkedKind, or negative. What is short and plain is told here, the rest by its text. */
function numberEnd(bytes: Buffer, from: number, first: number): number {
  let at = digitsEnd(bytes, from)
  const whole = at - from
  walkedKind = INTEGER
  let plain = whole > 0 && whole <= 15 && (first !== ZERO || whole === 1)
  if (plain && bytes[at] === DOT) {
    const fraction = at + 1
    at = digitsEnd(bytes, fraction)
    walkedKind = FLOAT
    plain = at > fraction && at - from <= 16
  }
  if (plain && bytes[at] !== LOWER_E && bytes[at] !== UPPER_E) return at
  at = scanNumber(bytes, from)
  if (at >= 0) walkedKind = numberKind(bytes, from, at)
  return at
}

/** Behind `true`, `false` or `null`, with its kind in walkedKind, or negative. */
function wordEnd(view: DataView, from: number, first: number): number {
  walkedKind = first === LOWER_N ? NULL : BOOLEAN
  if (first === LOWER_T && view.getInt32(from, true) === TRUE) return from + 4
  if (first === LOWER_F && view.getInt32(from + 1, true) === ALSE) return from + 5
  return first === LOWER_N && view.getInt32(from, true) === NULL_WORD ? from + 4 : -1
}

const TRUE = Buffer.from('true').readInt32LE()
const ALSE = Buffer.from('alse').readInt32LE()
const NULL_WORD = Buffer.from('null').readInt32LE()

function matches(edge: Edge, view: DataView, at: number): boolean {
  const words = edge.words
  const full = edge.full
  let position = at
  if (at + edge.length > view.byteLength - 4) return false
  for (let i = 0; i < full; i++, position += 4) {
    if (view.getInt32(position, true) !== words[i]) return false
  }
  if ((view.getInt32(position, true) & edge.tailMask) !== edge.tail) return false
  // `{"a":` is also the beginning of `{"a":{"b":` and of `{"a": `.
  return edge.to === undefined || STARTS_SCALAR[view.getUint8(at + edge.length)] === 1
}

const STARTS_SCALAR = new Uint8Array(256)
for (const byte of Buffer.from('"-0123456789tfn')) STARTS_SCALAR[byte] = 1

function otherEdge(field: Field, view: DataView, at: number): Edge | undefined {
  const edges = field.edges
  for (let i = 0; i < edges.length; i++) {
    const edge = edges[i]!
    if (matches(edge, view, at)) {
      field.likely = edge
      return edge
    }
  }
  return undefined
}

/** Objects and arrays that the edge goes into. True: one of them is there for the second time in its object. */
function takeSteps(edge: Edge): boolean {
  let twice = false
  for (const { field } of edge.steps!) {
    field.count++
    const parent = field.parent
    if (parent !== field && !field.isElement) {
      if (field.seenIn === parent.instance) twice = true
      field.seenIn = parent.instance
    }
    if (parent !== field) field.instance = ++instances
  }
  return twice
}

/** The position of the first byte that is a quote, a backslash or a control character, four bytes at a time. */
function plainStringEnd(bytes: Buffer, view: DataView, from: number): number {
  let at = from
  const last = bytes.length - 4
  while (at <= last) {
    const word = view.getInt32(at, true)
    const quote = word ^ 0x22222222
    const slash = word ^ 0x5c5c5c5c
    const hit =
      (((quote - 0x01010101) & ~quote) | ((slash - 0x01010101) & ~slash) | ((word - 0x20202020) & ~word)) &
      -0x7f7f7f80
    if (hit !== 0) return at + ((31 - Math.clz32(hit & -hit)) >> 3)
    at += 4
  }
  return at
}

function digitsEnd(bytes: Buffer, from: number): number {
  let at = from
  for (;;) {
    const byte = bytes[at]!
    if (byte < 0x30 || byte > 0x39) return at
    at++
  }
}
