/**
 * Bodies of PutRecord and PutRecordBatch without JSON.parse: the base64 of each record is found by its closing quote and
 * decoded straight from the body. Only what AWS's clients write is read this way, with or without spaces: the known
 * members, each once, no escapes, strict base64, within AWS's limits. Anything else is left to JSON.parse and the shapes, so that
 * there is one place where it is decided what is right, and this one can not differ.
 */
import type { Memory } from '../../base/lent-memory.ts'
import type { RecordBlock } from '../../base/record-block.ts'

/** As AWS takes them; what goes beyond is left to the shapes, which know the error. */
const RECORDS_MAX = 500
const RECORD_BYTES_MAX = 1_024_000
const NAME = /^[a-zA-Z0-9_.-]{1,64}$/

/**
 * The body is made a string piece by piece, and records are parts of these: a string for each record by itself takes twice as long with records
 * of 200 bytes, and one of the whole body is too large for V8's young generation, which takes longer still.
 */
const WINDOW_BYTES = 16 * 1024

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const SPACE = 0x20
const PAD = 0x3d
/** The decoder takes them for `+` and `/`, AWS does not. */
const URL_SAFE = [0x2d, 0x5f]
const NAME_KEY = Buffer.from('"DeliveryStreamName"')
const RECORDS_KEY = Buffer.from('"Records"')
const RECORD_KEY = Buffer.from('"Record"')
const DATA_KEY = Buffer.from('"Data"')

/** What both operations are handed once it is known to be right. */
export interface ReadPut {
  DeliveryStreamName: string
  block: RecordBlock
}

interface Reader {
  body: Buffer
  at: number
  /** The part of the body that is a string at the moment, and where it begins. */
  window: string
  windowAt: number
  /** Where the decoded records go; never too short, since base64 is longer. */
  out: Buffer
  ends: Uint32Array
  count: number
}

/** Undefined: not written the usual way. */
export function readPutRecordBatch(body: Buffer, memory: Memory): ReadPut | undefined {
  return readBody(openReader(body, memory), RECORDS_KEY, readRecords)
}

/** Undefined: not written the usual way. */
export function readPutRecord(body: Buffer, memory: Memory): ReadPut | undefined {
  return readBody(openReader(body, memory), RECORD_KEY, readRecord)
}

/** The two members, in either order. */
function readBody(
  reader: Reader,
  recordsKey: Buffer,
  read: (reader: Reader) => boolean,
): ReadPut | undefined {
  let name: string | undefined
  if (!take(reader, OPEN_OBJECT)) return undefined
  do {
    if (name === undefined && takeKey(reader, NAME_KEY)) {
      name = readName(reader)
      if (name === undefined) return undefined
    } else if (reader.count === 0 && takeKey(reader, recordsKey)) {
      const from = reader.at
      if (!read(reader) || isUrlSafe(reader.body, from, reader.at)) return undefined
    } else return undefined
  } while (take(reader, COMMA))
  if (!take(reader, CLOSE_OBJECT)) return undefined
  skipSpaces(reader)
  const { body, at, out, ends, count } = reader
  if (at !== body.length || name === undefined || count === 0) return undefined
  return {
    DeliveryStreamName: name,
    block: { bytes: out.subarray(0, ends[count - 1]), ends: ends.subarray(0, count) },
  }
}

function openReader(body: Buffer, memory: Memory): Reader {
  const out = memory.take(Math.ceil((body.length * 3) / 4))
  const ends = new Uint32Array(RECORDS_MAX)
  return { body, at: 0, window: '', windowAt: 0, out, ends, count: 0 }
}

function readName(reader: Reader): string | undefined {
  if (!take(reader, QUOTE)) return undefined
  const end = reader.body.indexOf(QUOTE, reader.at)
  if (end < 0) return undefined
  const name = reader.body.toString('latin1', reader.at, end)
  reader.at = end + 1
  return NAME.test(name) ? name : undefined
}

function readRecords(reader: Reader): boolean {
  if (!take(reader, OPEN_LIST)) return false
  do {
    if (!readRecord(reader)) return false
  } while (take(reader, COMMA))
  return take(reader, CLOSE_LIST)
}

function readRecord(reader: Reader): boolean {
  const { out, ends, count } = reader
  if (count === RECORDS_MAX) return false
  if (!take(reader, OPEN_OBJECT) || !takeKey(reader, DATA_KEY) || !take(reader, QUOTE)) return false
  const text = textToQuote(reader)
  const length = text === undefined ? undefined : decodedLength(text)
  if (text === undefined || length === undefined || length > RECORD_BYTES_MAX) return false
  const from = count === 0 ? 0 : ends[count - 1]!
  // The decoder passes over what it does not know; what is left is then shorter.
  if (out.write(text, from, 'base64') !== length) return false
  ends[count] = from + length
  reader.count++
  return take(reader, CLOSE_OBJECT)
}

/** Up to the closing quote, and goes on behind it. */
function textToQuote(reader: Reader): string | undefined {
  const { body, at } = reader
  let from = at - reader.windowAt
  let end = reader.window.indexOf('"', from)
  if (end < 0) {
    reader.window = body.toString('latin1', at, at + WINDOW_BYTES)
    reader.windowAt = at
    from = 0
    end = reader.window.indexOf('"')
  }
  if (end >= 0) {
    reader.at = reader.windowAt + end + 1
    return reader.window.slice(from, end)
  }
  const far = body.indexOf(QUOTE, at)
  if (far < 0) return undefined
  reader.at = far + 1
  return body.toString('latin1', at, far)
}

function isUrlSafe(body: Buffer, from: number, to: number): boolean {
  return URL_SAFE.some((byte) => {
    const found = body.indexOf(byte, from)
    return found >= 0 && found < to
  })
}

/** Undefined: not strict base64, as far as its length and its end tell. */
function decodedLength(text: string): number | undefined {
  const { length } = text
  if (length % 4 !== 0) return undefined
  if (length === 0) return 0
  const whole = (length / 4) * 3
  if (text.charCodeAt(length - 1) !== PAD) return whole
  const letter = text.charCodeAt(length - 2)
  if (letter !== PAD) return endsWithZeroBits(letter, 2) ? whole - 1 : undefined
  return endsWithZeroBits(text.charCodeAt(length - 3), 4) ? whole - 2 : undefined
}

const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
/** By letter: the bits that are zero at its end; none for what is no letter. */
const ZERO_BITS = new Uint8Array(256)
ALPHABET.forEach((letter, value) => {
  ZERO_BITS[letter] = value === 0 ? 6 : Math.clz32(1) - Math.clz32(value & -value)
})

/** The bits of the last letter that belong to no byte: another letter would decode to the same bytes. */
function endsWithZeroBits(letter: number, bits: number): boolean {
  return ZERO_BITS[letter]! >= bits
}

function take(reader: Reader, byte: number): boolean {
  skipSpaces(reader)
  if (reader.body[reader.at] !== byte) return false
  reader.at++
  return true
}

/** With its colon. */
function takeKey(reader: Reader, key: Buffer): boolean {
  skipSpaces(reader)
  const { body, at } = reader
  for (let index = 0; index < key.length; index++) if (body[at + index] !== key[index]) return false
  reader.at = at + key.length
  return take(reader, COLON)
}

function skipSpaces(reader: Reader): void {
  while (reader.body[reader.at] === SPACE) reader.at++
}
