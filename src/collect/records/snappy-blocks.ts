/**
 * Raw snappy blocks, one behind the other: they have neither a magic number nor their compressed length, so the only way
 * to know where one ends, or whether there is one at all, is to walk through its elements.
 *
 *   varint: bytes when decompressed; then elements until these are complete, by the low 2 bits of the first byte:
 *     0 literal: length - 1 in the upper 6 bits, from 60 on in the next 1–4 bytes; then the bytes
 *     1 copy: length - 4 in bits 2–4, offset: upper 3 bits of it in bits 5–7, and 1 byte
 *     2 and 3 copy: length - 1 in the upper 6 bits, offset: 2 or 4 bytes
 */
import { assert } from '../../base/errors.ts'

/** Bytes that the blocks become, or undefined where the record is not whole blocks and nothing else. */
export function snappyLength(record: Buffer): number | undefined {
  let length = 0
  for (let at = 0; at < record.length;) {
    const walked = walkBlock(record, at, undefined, 0)
    if (walked === undefined) return undefined
    at = walked.end
    length += walked.length
  }
  return length
}

/** `length` from snappyLength(). */
export function uncompressSnappy(record: Buffer, length: number): Buffer {
  const text = Buffer.allocUnsafe(length)
  let to = 0
  for (let at = 0; at < record.length;) {
    const walked = walkBlock(record, at, text, to)
    assert(walked !== undefined, 'snappyLength() has looked at every element')
    at = walked.end
    to += walked.length
  }
  return text
}

interface Walked {
  end: number
  length: number
}

/** Writes into `text` from `to` on, if it is given. */
function walkBlock(record: Buffer, start: number, text: Buffer | undefined, to: number): Walked | undefined {
  const announced = readVarint(record, start)
  if (announced === undefined) return undefined
  const { value: length } = announced
  let at = announced.end
  let made = 0
  while (made < length) {
    const tag = record[at++]
    if (tag === undefined) return undefined
    if ((tag & 3) === 0) {
      const sizeBytes = Math.max(0, (tag >> 2) - 59)
      if (at + sizeBytes > record.length) return undefined
      const size = 1 + (sizeBytes === 0 ? tag >> 2 : record.readUIntLE(at, sizeBytes))
      at += sizeBytes
      if (at + size > record.length || made + size > length) return undefined
      if (text !== undefined) record.copy(text, to + made, at, at + size)
      at += size
      made += size
    } else {
      const offsetBytes = (tag & 3) === 3 ? 4 : tag & 3
      const size = offsetBytes === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2)
      if (at + offsetBytes > record.length || made + size > length) return undefined
      const low = record.readUIntLE(at, offsetBytes)
      const offset = offsetBytes === 1 ? ((tag >> 5) << 8) | low : low
      if (offset === 0 || offset > made) return undefined
      // Byte by byte: what is copied may begin to repeat within itself.
      if (text !== undefined)
        for (let from = to + made - offset, end = from + size; from < end; from++)
          text[from + offset] = text[from]!
      at += offsetBytes
      made += size
    }
  }
  return { end: at, length }
}

function readVarint(record: Buffer, start: number): { value: number; end: number } | undefined {
  let value = 0
  for (let at = start, scale = 1; at < start + 5; at++, scale *= 128) {
    const byte = record[at]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return { value, end: at + 1 }
  }
  return undefined
}
