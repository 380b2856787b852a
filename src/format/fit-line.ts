/**
 * A line made to fit a schema from its own bytes: what fits stays byte for byte, what does not moves into `_extra`, a
 * JSON string whose text is an object with the same keys and nesting. An array moves as a whole: a part of it would
 * lose its place. Of a key that is there twice in an object the first goes to the column, the others to `_extra`.
 */
import { EXTRA_COLUMN, type Column, type ColumnType } from '../base/schema.ts'
import { createByteWriter, type ByteWriter } from './byte-writer.ts'
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipSpace,
} from './json-bytes.ts'
import { scalarAt } from './json-learn.ts'
import { NULL, STRINGS } from './json-kinds.ts'
import { scanString } from './json-scalar.ts'
import { FITS } from './schema.ts'

export interface LineFitter {
  /** Appends the valid line at `start`, with a newline, to `out`. */
  fit(bytes: Buffer, start: number, out: ByteWriter): void
}

/** Columns by key, with those of structs below them. */
type Place = ScalarPlace | { members: Map<string, Place> } | { element: Place }
interface ScalarPlace {
  scalar: number
  isText: boolean
}

export function createLineFitter(columns: readonly Column[]): LineFitter {
  const root = membersOf(columns)
  const extra = createByteWriter()

  function fit(bytes: Buffer, start: number, out: ByteWriter): void {
    extra.truncate(0)
    fitObject(bytes, skipSpace(bytes, start), root, out, extra)
    if (extra.length > 0) {
      // Behind the other members: take the closing brace back.
      out.truncate(out.length - 1)
      if (out.view()[out.length - 1] !== OPEN_BRACE) out.byte(COMMA)
      out.text(`"${EXTRA_COLUMN}":"{`)
      out.quoted(extra, 0, extra.length)
      out.text('}"}')
    }
    out.byte(NEWLINE)
  }
  return { fit }
}

function membersOf(columns: readonly Column[]): Map<string, Place> {
  return new Map(columns.map(({ key, type }) => [key, placeOf(type)]))
}

function placeOf(type: ColumnType): Place {
  if (typeof type === 'string') return { scalar: FITS[type], isText: type === 'varchar' }
  if ('struct' in type) return { members: membersOf(type.struct) }
  return 'list' in type ? { element: placeOf(type.list) } : { scalar: 0, isText: false }
}

/** Returns the position behind the object. Members that do not fit are appended to `extra`, without braces. */
function fitObject(
  bytes: Buffer,
  open: number,
  places: Map<string, Place>,
  out: ByteWriter,
  extra: ByteWriter,
): number {
  const seen = new Set<string>()
  out.byte(OPEN_BRACE)
  const first = out.length
  let at = skipSpace(bytes, open + 1)
  while (bytes[at] !== CLOSE_BRACE) {
    const key = keyAt(bytes, at)
    const value = skipSpace(bytes, skipSpace(bytes, key.end) + 1)
    const place = seen.has(key.name) ? undefined : places.get(key.name)
    const isTwice = seen.has(key.name)
    seen.add(key.name)
    const before = out.length
    if (before > first) out.byte(COMMA)
    out.slice(bytes, at, key.end)
    out.byte(COLON)
    const end = fitMember(bytes, { keyFrom: at, keyEnd: key.end, value }, place, out, extra)
    if (end >= 0) at = end
    else {
      out.truncate(before)
      const raw = -1 - end
      // A null that fits nowhere says nothing, unless it is one of two or its key is all there is to keep.
      if (isTwice || key.opaque || !isNull(bytes, value)) addRaw(bytes, at, key.end, value, raw, extra)
      at = raw
    }
    at = skipSpace(bytes, at)
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1)
  }
  out.byte(CLOSE_BRACE)
  return at + 1
}

interface Member {
  keyFrom: number
  keyEnd: number
  value: number
}

/** Behind the value when it was written to `out`, else -1 - that position. */
function fitMember(
  bytes: Buffer,
  { keyFrom, keyEnd, value }: Member,
  place: Place | undefined,
  out: ByteWriter,
  extra: ByteWriter,
): number {
  if (place === undefined) return -1 - skipValid(bytes, value)
  if (bytes[value] !== OPEN_BRACE || !('members' in place)) return fitWhole(bytes, value, place, out)
  const outer = extra.length
  if (outer > 0 && extra.view()[outer - 1] !== OPEN_BRACE) extra.byte(COMMA)
  extra.slice(bytes, keyFrom, keyEnd)
  extra.byte(COLON)
  extra.byte(OPEN_BRACE)
  const inner = extra.length
  const end = fitObject(bytes, value, place.members, out, extra)
  if (extra.length === inner) extra.truncate(outer)
  else extra.byte(CLOSE_BRACE)
  return end
}

function addRaw(
  bytes: Buffer,
  keyFrom: number,
  keyEnd: number,
  value: number,
  end: number,
  extra: ByteWriter,
): void {
  if (extra.length > 0 && extra.view()[extra.length - 1] !== OPEN_BRACE) extra.byte(COMMA)
  extra.slice(bytes, keyFrom, keyEnd)
  extra.byte(COLON)
  extra.slice(bytes, value, end)
}

/** All or nothing: behind the value when it was written, else -1 - that position with `out` as it was. */
function fitWhole(bytes: Buffer, value: number, place: Place, out: ByteWriter): number {
  const before = out.length
  const byte = bytes[value]!
  if (byte !== OPEN_BRACE && byte !== OPEN_BRACKET) return fitScalar(bytes, value, place, out)
  const fits =
    byte === OPEN_BRACE
      ? 'members' in place && objectFits(bytes, value, place.members, out)
      : 'element' in place && arrayFits(bytes, value, place.element, out)
  const end = skipValid(bytes, value)
  if (fits) return end
  out.truncate(before)
  return -1 - end
}

function fitScalar(bytes: Buffer, value: number, place: Place, out: ByteWriter): number {
  const { end, kind } = scalarAt(bytes, value)
  const scalar = 'scalar' in place ? place.scalar : 0
  if (kind !== NULL && (kind & scalar) === 0) return -1 - end
  const quotes = kind !== NULL && (kind & STRINGS) === 0 && 'isText' in place && place.isText
  if (quotes) out.byte(QUOTE)
  out.slice(bytes, value, end)
  if (quotes) out.byte(QUOTE)
  return end
}

function arrayFits(bytes: Buffer, open: number, place: Place, out: ByteWriter): boolean {
  out.byte(OPEN_BRACKET)
  let at = skipSpace(bytes, open + 1)
  while (bytes[at] !== CLOSE_BRACKET) {
    at = fitWhole(bytes, at, place, out)
    if (at < 0) return false
    at = skipSpace(bytes, at)
    if (bytes[at] !== COMMA) continue
    out.byte(COMMA)
    at = skipSpace(bytes, at + 1)
  }
  out.byte(CLOSE_BRACKET)
  return true
}

function objectFits(bytes: Buffer, open: number, places: Map<string, Place>, out: ByteWriter): boolean {
  const seen = new Set<string>()
  out.byte(OPEN_BRACE)
  let at = skipSpace(bytes, open + 1)
  while (bytes[at] !== CLOSE_BRACE) {
    const key = keyAt(bytes, at)
    const value = skipSpace(bytes, skipSpace(bytes, key.end) + 1)
    const place = places.get(key.name)
    if (seen.has(key.name) || (place === undefined && (key.opaque || !isNull(bytes, value)))) return false
    seen.add(key.name)
    if (out.view()[out.length - 1] !== OPEN_BRACE) out.byte(COMMA)
    out.slice(bytes, at, key.end)
    out.byte(COLON)
    at = fitWhole(bytes, value, place ?? ANY_NULL, out)
    if (at < 0) return false
    at = skipSpace(bytes, at)
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1)
  }
  out.byte(CLOSE_BRACE)
  return true
}

const ANY_NULL: Place = { scalar: 0, isText: false }

function isNull(bytes: Buffer, value: number): boolean {
  return bytes[value] === 0x6e
}

function keyAt(bytes: Buffer, from: number): { name: string; end: number; opaque: boolean } {
  const { end, opaque, escaped } = scanString(bytes, from, bytes.length)
  const raw = bytes.toString('utf8', from + 1, end - 1)
  const name = opaque ? `\ud800${raw}` : escaped ? (JSON.parse(`"${raw}"`) as string) : raw
  return { name, end, opaque }
}

/** The position behind a value that is known to be valid. */
function skipValid(bytes: Buffer, from: number): number {
  const first = bytes[from]!
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return scalarAt(bytes, from).end
  let depth = 0
  let at = from
  for (;;) {
    const byte = bytes[at]!
    if (byte === QUOTE) {
      at = scanString(bytes, at, bytes.length).end
      continue
    }
    at++
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at
  }
}
