/** Bytes appended to a buffer that grows; what was appended last can be taken back. */
export interface ByteWriter {
  readonly length: number
  /** Bytes [from, to) of `source`. */
  slice(source: Buffer, from: number, to: number): void
  byte(value: number): void
  text(value: string): void
  /** [from, to) of another writer, as the content of a JSON string. */
  quoted(source: ByteWriter, from: number, to: number): void
  truncate(length: number): void
  /** Valid until the next change. */
  view(): Buffer
}

import { BACKSLASH, QUOTE } from './json-bytes.ts'

const FIRST_SIZE = 64 * 1024

export function createByteWriter(): ByteWriter {
  let bytes = Buffer.allocUnsafe(FIRST_SIZE)
  let length = 0
  const reserve = (more: number): void => {
    if (length + more <= bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(bytes.length * 2, length + more))
    bytes.copy(larger, 0, 0, length)
    bytes = larger
  }
  return {
    get length() {
      return length
    },
    slice(source, from, to) {
      reserve(to - from)
      length += source.copy(bytes, length, from, to)
    },
    byte(value) {
      reserve(1)
      bytes[length++] = value
    },
    text(value) {
      reserve(value.length * 3)
      length += bytes.write(value, length)
    },
    quoted(source, from, to) {
      const view = source.view()
      reserve((to - from) * 6)
      for (let at = from; at < to; at++) {
        const byte = view[at]!
        if (byte < 0x20) length += bytes.write(`\\u${byte.toString(16).padStart(4, '0')}`, length, 'latin1')
        else {
          if (byte === QUOTE || byte === BACKSLASH) bytes[length++] = BACKSLASH
          bytes[length++] = byte
        }
      }
    },
    truncate(to) {
      length = to
    },
    view: () => bytes.subarray(0, length),
  }
}
