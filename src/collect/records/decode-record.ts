/**
 * What a record is when its compression is taken off: gzip and zstd by their magic numbers (members and frames may
 * follow each other), raw snappy blocks by their structure. Senders such as Fluent Bit compress without saying so.
 */
import { isUtf8 } from 'node:buffer'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { systemCode } from '../../base/errors.ts'
import { OPEN_BRACE, SPACE, skipSpace } from '../../format/json-bytes.ts'
import type { RecordLimits } from './record-limits.ts'
import { snappyLength, uncompressSnappy } from './snappy-blocks.ts'

export type DecodedRecord = { text: Buffer } | { rejected: string }

/** zlib takes memory in these steps; small for small records, since each is allocated before it is filled. */
const CHUNK_BYTES_MIN = 1024
const CHUNK_BYTES_MAX = 256 * 1024

/** A JSON object by its first two bytes, unless the second could be the tag of a literal: snappy of 123 bytes begins so too. */
export function isPlainObject(first: number | undefined, second: number | undefined): boolean {
  return first === OPEN_BRACE && (second! & 3) !== 0
}

export class RecordDecoder {
  readonly #limits: RecordLimits
  #decodedBytes = 0

  /** For one request: the limit of all its records is counted here. */
  constructor(limits: RecordLimits) {
    this.#limits = limits
  }

  decode(record: Buffer): DecodedRecord {
    const first = record[0]
    if (isPlainObject(first, record[1])) return { text: record }
    if (first === 0x1f && record[1] === 0x8b && record[2] === 8) return this.#inflate(record, 'gzip', gunzip)
    if (first === 0x28 && record.length >= 4 && record.readUInt32LE(0) === 0xfd2fb528)
      return this.#inflate(record, 'zstd', unzstd)
    return this.#fromSnappy(record) ?? { text: record }
  }

  #inflate(
    record: Buffer,
    name: string,
    decompress: (record: Buffer, bytesMax: number) => Buffer,
  ): DecodedRecord {
    const bytesMax = this.#room()
    if (bytesMax === 0) return this.#tooLarge(name)
    try {
      return this.#taken(decompress(record, bytesMax))
    } catch (error) {
      if (systemCode(error) === 'ERR_BUFFER_TOO_LARGE') return this.#tooLarge(name)
      return { rejected: `${name} record does not decompress: ${(error as Error).message}` }
    }
  }

  /**
   * Nothing announces snappy, so it must decompress exactly, into text. Where the record could be text as it is (snappy
   * leaves up to 32 bytes readable), it is believed only if it does not look like any.
   */
  #fromSnappy(record: Buffer): DecodedRecord | undefined {
    const length = snappyLength(record)
    if (length === undefined || length === 0) return undefined
    if (length > this.#room()) return isUtf8(record) ? undefined : this.#tooLarge('snappy')
    const text = uncompressSnappy(record, length)
    if (!isUtf8(text)) return undefined
    if (isUtf8(record) && !looksPacked(record, text)) return undefined
    return this.#taken(text)
  }

  #room(): number {
    const { recordBytesMax, requestBytesMax } = this.#limits
    return Math.min(recordBytesMax, requestBytesMax - this.#decodedBytes)
  }

  #taken(text: Buffer): DecodedRecord {
    this.#decodedBytes += text.length
    return { text }
  }

  #tooLarge(name: string): DecodedRecord {
    const { recordBytesMax, requestBytesMax } = this.#limits
    const limits = `${recordBytesMax} bytes, or its request more than ${requestBytesMax}`
    return { rejected: `${name} record becomes more than ${limits}` }
  }
}

/** What `info: true` makes of the result; Node's types do not know. */
export interface WithInfo {
  buffer: Buffer
  engine: { bytesWritten: number }
}

function gunzip(record: Buffer, bytesMax: number): Buffer {
  // The last four bytes say how long the last member becomes: with one member, all fits into one chunk.
  const announced = record.length >= 18 ? record.readUInt32LE(record.length - 4) + 1 : 0
  const chunkSize = Math.max(CHUNK_BYTES_MIN, Math.min(CHUNK_BYTES_MAX, announced))
  const options = { chunkSize, maxOutputLength: bytesMax, info: true }
  const { buffer, engine } = gunzipSync(record, options) as unknown as WithInfo
  // zlib stops at a zero between members without an error; only padding may follow.
  if (record.subarray(engine.bytesWritten).some((byte) => byte !== 0))
    throw new Error('something follows the last member')
  return buffer
}

/** Node's decompressor stops behind the first frame and says nothing about the rest. */
function unzstd(record: Buffer, bytesMax: number): Buffer {
  const frames: Buffer[] = []
  let bytes = 0
  for (let at = 0; at < record.length;) {
    const options = {
      chunkSize: CHUNK_BYTES_MIN * 4,
      maxOutputLength: Math.max(1, bytesMax - bytes),
      info: true,
    }
    const { buffer, engine } = zstdDecompressSync(record.subarray(at), options) as unknown as WithInfo
    frames.push(buffer)
    bytes += buffer.length
    at += engine.bytesWritten
  }
  return frames.length === 1 ? frames[0]! : Buffer.concat(frames, bytes)
}

/** A control character, which begins no text, is the length of a short one; else only JSON is believed. */
function looksPacked(record: Buffer, text: Buffer): boolean {
  const isControl = record[0]! < SPACE && skipSpace(record, 0) === 0
  return isControl || text[skipSpace(text, 0)] === OPEN_BRACE
}
