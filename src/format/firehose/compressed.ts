/**
 * Content that producers compressed by themselves: Fluent Bit makes each record a gzip member, a zstd frame or a raw
 * snappy block of its own, and an object holds them one behind the other. They are told by their content alone.
 */
import { isUtf8 } from 'node:buffer'
import { crc32, inflateRawSync, zstdDecompressSync } from 'node:zlib'
import { uncompressBlock } from '../encodings/snappy-block.ts'
import { snappyBlockEnd } from '../encodings/snappy-raw.ts'
import { NEWLINE, OPEN_BRACE } from '../json-bytes.ts'
import { objectEnd } from '../json-validate.ts'

/** What one member or frame may become; a record that is sent has a megabyte at most. */
export const CONTENT_BYTES_MAX = 16 * 1024 * 1024
/** Snappy has no mark: only what a record can hold is tried. */
const SNAPPY_BYTES_MAX = 2 * 1024 * 1024

export interface Content {
  content: Buffer
  /** Behind what it was in. */
  end: number
}

/** `vainBytes`: it only looked so, and to find that out took the work of so many bytes. */
export type Found = Content | { vainBytes: number } | 'more' | undefined

/** What begins at `at`; 'more': that can only be told with bytes behind the end. */
export function compressedAt(bytes: Buffer, at: number, isLast: boolean): Found {
  if (bytes[at] === 0x1f && bytes[at + 1] === 0x8b) return gzipAt(bytes, at, isLast)
  if (bytes[at] === 0x28 && bytes[at + 1] === 0xb5 && bytes[at + 2] === 0x2f && bytes[at + 3] === 0xfd) {
    return inflated(bytes, at, isLast, zstdDecompressSync)
  }
  return undefined
}

/** A damaged member shows at once, or after all that it could become. */
const IN_VAIN: Found = { vainBytes: 1024 * 1024 }

const GZIP_HEAD_BYTES = 10
/** Writers put a file's name into it, or nothing. */
const GZIP_TEXT_BYTES_MAX = 1024
const GZIP_TAIL_BYTES = 8
const HAS_CRC = 2
const HAS_EXTRA = 4
const HAS_NAME = 8
const HAS_COMMENT = 16

/** Member by member: what gunzip makes of several does not say where one ends. */
function gzipAt(bytes: Buffer, at: number, isLast: boolean): Found {
  const dataAt = gzipDataAt(bytes, at)
  if (dataAt === undefined) return isLast ? undefined : 'more'
  if (bytes[at + 2] !== 8 || (bytes[at + 3]! & 0xe0) !== 0) return undefined
  const found = inflated(bytes, dataAt, isLast, inflateRawSync)
  if (typeof found !== 'object' || !('content' in found)) return found
  const end = found.end + GZIP_TAIL_BYTES
  if (end > bytes.length) return isLast ? IN_VAIN : 'more'
  const whole =
    bytes.readUInt32LE(found.end) === crc32(found.content) &&
    bytes.readUInt32LE(found.end + 4) === found.content.length
  return whole ? { content: found.content, end } : IN_VAIN
}

/** Behind the member's header, or undefined where it is cut. */
function gzipDataAt(bytes: Buffer, start: number): number | undefined {
  let at = start + GZIP_HEAD_BYTES
  const flags = bytes[start + 3] ?? 0
  if ((flags & HAS_EXTRA) !== 0) {
    if (at + 2 > bytes.length) return undefined
    at += 2 + bytes.readUInt16LE(at)
  }
  for (const text of [HAS_NAME, HAS_COMMENT]) {
    if ((flags & text) === 0) continue
    const zero = bytes.subarray(at, at + GZIP_TEXT_BYTES_MAX).indexOf(0)
    if (zero < 0) return undefined
    at += zero + 1
  }
  if ((flags & HAS_CRC) !== 0) at += 2
  return at < bytes.length ? at : undefined
}

type Inflate = typeof inflateRawSync | typeof zstdDecompressSync

function inflated(bytes: Buffer, at: number, isLast: boolean, inflate: Inflate): Found {
  // No member is longer than this, since its content is not: the bytes behind it need not be waited for.
  const window = bytes.subarray(at, at + CONTENT_BYTES_MAX)
  try {
    const { buffer, engine } = inflate(window, {
      info: true,
      maxOutputLength: CONTENT_BYTES_MAX,
      chunkSize: 4096,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } }
    return { content: buffer, end: at + engine.bytesWritten }
  } catch (error) {
    const isCut = error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR'
    return isCut && !isLast && window.length < CONTENT_BYTES_MAX ? 'more' : IN_VAIN
  }
}

/**
 * A raw snappy block is taken for one when its content ends in a newline, as each of Fluent Bit's records does, and its
 * bytes are no text by themselves, or its content is a JSON object.
 */
export function snappyAt(bytes: Buffer, at: number, isLast: boolean): Found {
  // A zero byte would be an empty block.
  if (bytes[at] === 0) return undefined
  const block = snappyBlockEnd(bytes, at, SNAPPY_BYTES_MAX)
  if (block === 'more' && isLast) return { vainBytes: Math.min(bytes.length - at, SNAPPY_BYTES_MAX) }
  if (typeof block !== 'object' || 'vainBytes' in block) return block
  const raw = bytes.subarray(at, block.end)
  const content = uncompressBlock(raw)
  const inVain = { vainBytes: content.length }
  if (content[content.length - 1] !== NEWLINE || !isUtf8(content)) return inVain
  const isObject = content[0] === OPEN_BRACE && objectEnd(content, 0, content.length) === content.length - 1
  return isObject || !isText(raw) ? { content, end: block.end } : inVain
}

function isText(bytes: Buffer): boolean {
  return (
    isUtf8(bytes) && !bytes.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)
  )
}
