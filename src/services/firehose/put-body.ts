/**
 * Bodies of PutRecord and PutRecordBatch without JSON.parse: the base64 of each record is found by its closing quote and
 * decoded straight from the body. Only what AWS's clients write is read this way, with or without spaces: the known
 * members, each once, no escapes, strict base64. Anything else is left to JSON.parse, so that there is one place where it is
 * decided what is right, and this one can not differ.
 *
 * All records of a body lie one behind the other in one allocation, so that they can be written as one piece.
 */
import { parseJsonBody } from '../../aws/json-body.ts'

/** As many as AWS takes; of more the shape says which error that is. */
const RECORDS_READ_MAX = 500

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
const NAME = /^[a-zA-Z0-9_.-]+$/

interface Record {
  Data: Buffer
}

interface Reader {
  body: Buffer
  at: number
  /** Where the decoded records go; never too short, since base64 is longer. */
  out: Buffer
  outAt: number
}

/** For parse of an operation. Throws SerializationException. */
export function parsePutRecordBatch(body: Buffer): unknown {
  return readPutRecordBatch(body) ?? parseJsonBody(body)
}

/** For parse of an operation. Throws SerializationException. */
export function parsePutRecord(body: Buffer): unknown {
  return readPutRecord(body) ?? parseJsonBody(body)
}

/** Undefined: not written the usual way. */
export function readPutRecordBatch(
  body: Buffer,
): { DeliveryStreamName: string; Records: Record[] } | undefined {
  const read = readBody(body, RECORDS_KEY, readRecords)
  return read === undefined ? undefined : { DeliveryStreamName: read.name, Records: read.value }
}

/** Undefined: not written the usual way. */
export function readPutRecord(body: Buffer): { DeliveryStreamName: string; Record: Record } | undefined {
  const read = readBody(body, RECORD_KEY, readRecord)
  return read === undefined ? undefined : { DeliveryStreamName: read.name, Record: read.value }
}

/** The two members, in either order. */
function readBody<Value>(
  body: Buffer,
  valueKey: Buffer,
  readValue: (reader: Reader) => Value | undefined,
): { name: string; value: Value } | undefined {
  const out = Buffer.allocUnsafeSlow(Math.ceil((body.length * 3) / 4))
  const reader: Reader = { body, at: 0, out, outAt: 0 }
  let name: string | undefined
  let value: Value | undefined
  if (!take(reader, OPEN_OBJECT)) return undefined
  do {
    if (name === undefined && takeKey(reader, NAME_KEY)) {
      name = readName(reader)
      if (name === undefined) return undefined
    } else if (value === undefined && takeKey(reader, valueKey)) {
      const from = reader.at
      value = readValue(reader)
      if (value === undefined || isUrlSafe(body, from, reader.at)) return undefined
    } else return undefined
  } while (take(reader, COMMA))
  if (!take(reader, CLOSE_OBJECT)) return undefined
  skipSpaces(reader)
  if (reader.at !== body.length || name === undefined || value === undefined) return undefined
  return { name, value }
}

function readName(reader: Reader): string | undefined {
  if (!take(reader, QUOTE)) return undefined
  const end = reader.body.indexOf(QUOTE, reader.at)
  if (end < 0) return undefined
  const name = reader.body.toString('latin1', reader.at, end)
  reader.at = end + 1
  return NAME.test(name) ? name : undefined
}

function readRecords(reader: Reader): Record[] | undefined {
  const records: Record[] = []
  if (!take(reader, OPEN_LIST)) return undefined
  do {
    const record = readRecord(reader)
    if (record === undefined || records.length === RECORDS_READ_MAX) return undefined
    records.push(record)
  } while (take(reader, COMMA))
  return take(reader, CLOSE_LIST) ? records : undefined
}

function readRecord(reader: Reader): Record | undefined {
  if (!take(reader, OPEN_OBJECT) || !takeKey(reader, DATA_KEY) || !take(reader, QUOTE)) return undefined
  const { body, at, out, outAt } = reader
  const end = body.indexOf(QUOTE, at)
  const length = end < 0 ? undefined : decodedLength(body, at, end)
  if (length === undefined) return undefined
  const text = body.toString('latin1', at, end)
  // The decoder passes over what it does not know; what is left is then shorter.
  if (out.write(text, outAt, 'base64') !== length) return undefined
  reader.at = end + 1
  reader.outAt = outAt + length
  return take(reader, CLOSE_OBJECT) ? { Data: out.subarray(outAt, outAt + length) } : undefined
}

function isUrlSafe(body: Buffer, from: number, to: number): boolean {
  return URL_SAFE.some((byte) => {
    const found = body.indexOf(byte, from)
    return found >= 0 && found < to
  })
}

/** Undefined: not strict base64, as far as its length and its end tell. */
function decodedLength(body: Buffer, from: number, to: number): number | undefined {
  const length = to - from
  if (length % 4 !== 0) return undefined
  if (length === 0) return 0
  const whole = (length / 4) * 3
  if (body[to - 1] !== PAD) return whole
  if (body[to - 2] !== PAD) return endsWithZeroBits(body[to - 2]!, 2) ? whole - 1 : undefined
  return endsWithZeroBits(body[to - 3]!, 4) ? whole - 2 : undefined
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
