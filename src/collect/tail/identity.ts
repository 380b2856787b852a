/**
 * How a file is known again: its device and inode (and birth time where the file system has one), the hash of its
 * head, the hash of the bytes just before the position, and a CRC of what was read. The first two find it, the hashes
 * prove that it still holds what was read, the CRC tells a copy from a file that merely begins alike.
 */
import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Json } from '../../base/json.ts'

/** Enough to tell log files apart, and what other agents use; a shorter file is known by what it has. */
export const HEAD_BYTES_MAX = 1024

/**
 * Re-read before each block in the same read: a rewritten file is noticed before one of its bytes is taken. 64 bytes
 * were too few: lines of one width that end alike put the same bytes at the same place in each generation.
 */
export const MARKER_BYTES_MAX = 1024

/** The CRC stops here: further bytes would cost time and tell nothing more. */
export const CRC_BYTES_MAX = 16 * 1024 * 1024

const NO_BYTES = Buffer.alloc(0)

/** A place in a file's content and what proves it. Immutable; each block handed over makes the next one. */
export interface Position {
  readonly offset: number
  /** First min(1024, offset) bytes of the content. */
  readonly head: Buffer
  /** Last min(1024, offset) bytes before the offset. */
  readonly marker: Buffer
  /** Of the bytes [crcFrom, min(offset, crcFrom + CRC_BYTES_MAX)). */
  readonly crc: number
  readonly crcFrom: number
  /** The last line was handed over without its newline; one that comes now only ends it. */
  readonly flushed: boolean
}

export const START: Position = {
  offset: 0,
  head: NO_BYTES,
  marker: NO_BYTES,
  crc: 0,
  crcFrom: 0,
  flushed: false,
}

/** The position after `bytes`, which follow `at` directly. */
export function advance(at: Position, bytes: Buffer, flushed = false): Position {
  if (bytes.length === 0) return flushed === at.flushed ? at : { ...at, flushed }
  const crcRoom = Math.max(0, at.crcFrom + CRC_BYTES_MAX - at.offset)
  const headRoom = at.head.length === at.offset ? HEAD_BYTES_MAX - at.head.length : 0
  return {
    offset: at.offset + bytes.length,
    head: headRoom > 0 ? Buffer.concat([at.head, bytes.subarray(0, headRoom)]) : at.head,
    marker: lastBytes(at.marker, bytes),
    crc: crcRoom > 0 ? crc32(bytes.subarray(0, crcRoom), at.crc) : at.crc,
    crcFrom: at.crcFrom,
    flushed,
  }
}

function lastBytes(before: Buffer, bytes: Buffer): Buffer {
  // Copies: the block is reused while the position lives on.
  if (bytes.length >= MARKER_BYTES_MAX) return Buffer.from(bytes.subarray(-MARKER_BYTES_MAX))
  return Buffer.concat([before, bytes]).subarray(-MARKER_BYTES_MAX)
}

/** What is saved with each batch. Its size matters: it is in every journal entry. */
export interface SavedState {
  dev: string
  ino: string
  /** Birth time in ns, believed under the condition of birth-times.ts. */
  birth: string
  headBytes: number
  head: string
  marker: string
  crc: number
  crcFrom: number
  flushed?: true
  /** The content is the decompressed one. */
  gzip?: true
  /** The file began as the rest of a truncated one: a hole at its start is skipped. */
  truncated?: true
  /** Name that the file is followed under, and epoch ms since when that name is followed. */
  name: string
  since: number
  /** Epoch ms, for forgetting sources whose files vanished. */
  seen: number
}

export function proofOf(at: Position): Pick<SavedState, 'headBytes' | 'head' | 'marker' | 'crc' | 'crcFrom'> {
  return {
    headBytes: at.head.length,
    head: digest(at.head),
    marker: digest(at.marker),
    crc: at.crc,
    crcFrom: at.crcFrom,
  }
}

export function toJson(state: SavedState): Json {
  return { ...state }
}

/** undefined: not a state of this source kind (another version, another kind). */
export function fromJson(json: Json): SavedState | undefined {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return undefined
  const {
    dev,
    ino,
    birth,
    headBytes,
    head,
    marker,
    crc,
    crcFrom,
    flushed,
    gzip,
    truncated,
    name,
    since,
    seen,
  } = json
  if (typeof dev !== 'string' || typeof ino !== 'string' || typeof birth !== 'string') return undefined
  if (typeof head !== 'string') return undefined
  if (typeof headBytes !== 'number' || typeof marker !== 'string' || typeof name !== 'string')
    return undefined
  if (typeof crc !== 'number' || typeof crcFrom !== 'number') return undefined
  if (typeof since !== 'number' || typeof seen !== 'number') return undefined
  return {
    dev,
    ino,
    birth,
    headBytes,
    head,
    marker,
    crc,
    crcFrom,
    name,
    since,
    seen,
    ...(flushed === true ? { flushed } : {}),
    ...(gzip === true ? { gzip } : {}),
    ...(truncated === true ? { truncated } : {}),
  }
}

export function digest(bytes: Buffer): string {
  return hash('sha256', bytes, 'base64url').slice(0, 16)
}

export function inodeKey(at: { dev: bigint | string; ino: bigint | string }): string {
  return `${at.dev}:${at.ino}`
}
