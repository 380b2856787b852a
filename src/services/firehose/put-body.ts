/**
 * Bodies of PutRecord and PutRecordBatch without JSON.parse: the base64 of all records is decoded straight from the body. Only what AWS's clients write is read this way, with or without spaces: the known
 * members, each once, no escapes, strict base64, within AWS's limits. Anything else is left to JSON.parse and the shapes, so that
 * there is one place where it is decided what is right, and this one can not differ.
 */
import type { Memory } from '../../base/lent-memory.ts'
import type { RecordBlock } from '../../base/record-block.ts'
import { openTexts, RECORDS_MAX, setBetween, type Texts } from './base64-texts.ts'

/** As AWS takes them; what goes beyond is left to the shapes, which know the error. */
const RECORD_BYTES_MAX = 1_024_000
const NAME = /^[a-zA-Z0-9_.-]{1,64}$/

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const SPACE = 0x20
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
  texts: Texts
}

/** Undefined: not written the usual way. */
export function readPutRecordBatch(body: Buffer, memory: Memory): ReadPut | undefined {
  return readPut(body, memory, RECORDS_KEY, readRecords)
}

/** Undefined: not written the usual way. */
export function readPutRecord(body: Buffer, memory: Memory): ReadPut | undefined {
  return readPut(body, memory, RECORD_KEY, readRecord)
}

/** The two members, in either order. */
function readPut(
  body: Buffer,
  memory: Memory,
  recordsKey: Buffer,
  read: (reader: Reader) => boolean,
): ReadPut | undefined {
  const reader: Reader = { body, at: 0, texts: openTexts(body) }
  const { texts } = reader
  let name: string | undefined
  if (!take(reader, OPEN_OBJECT)) return undefined
  do {
    if (name === undefined && takeKey(reader, NAME_KEY)) {
      name = readName(reader)
      if (name === undefined) return undefined
    } else if (texts.count() === 0 && takeKey(reader, recordsKey)) {
      if (!read(reader)) return undefined
    } else return undefined
  } while (take(reader, COMMA))
  if (!take(reader, CLOSE_OBJECT)) return undefined
  skipSpaces(reader)
  if (reader.at !== body.length || name === undefined || texts.count() === 0) return undefined
  const block = texts.block(memory)
  return hasLongRecord(block) ? undefined : { DeliveryStreamName: name, block }
}

function hasLongRecord({ bytes, ends }: RecordBlock): boolean {
  if (bytes.length <= RECORD_BYTES_MAX) return false
  return ends.some((end, index) => end - (index === 0 ? 0 : ends[index - 1]!) > RECORD_BYTES_MAX)
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
  const { body, texts } = reader
  if (!take(reader, OPEN_LIST) || !openRecord(reader)) return false
  for (;;) {
    if (!decodeTexts(reader)) return false
    const from = reader.at
    if (!take(reader, CLOSE_OBJECT)) return false
    if (!take(reader, COMMA)) return take(reader, CLOSE_LIST)
    if (texts.count() === RECORDS_MAX || !openRecord(reader)) return false
    setBetween(body.subarray(from, reader.at))
  }
}

function readRecord(reader: Reader): boolean {
  return openRecord(reader) && decodeTexts(reader) && reader.texts.count() === 1 && take(reader, CLOSE_OBJECT)
}

/** Up to the first letter of its data. */
function openRecord(reader: Reader): boolean {
  return take(reader, OPEN_OBJECT) && takeKey(reader, DATA_KEY) && take(reader, QUOTE)
}

/** Of this record, and of those behind it that are written alike. */
function decodeTexts(reader: Reader): boolean {
  const behind = reader.texts.decode(reader.at)
  if (behind === undefined) return false
  reader.at = behind
  return true
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
