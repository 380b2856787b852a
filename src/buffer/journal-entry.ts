/**
 * One journal entry: 20 bytes of header, a JSON part, and a binary tail (docs/formats/buffer.md).
 *
 *   0  u32  magic "HzJ1"
 *   4  u32  number: 0, 1, 2 … within the file
 *   8  u32  bytes of the JSON part
 *  12  u32  bytes of the tail
 *  16  u32  CRC-32 of bytes 4–15, the JSON part and the tail
 */
import { crc32 } from 'node:zlib'
import type { SourceRange } from '../base/source-range.ts'
import type { SavedSource, SourceProgress } from './buffer.ts'

/** 2: `requests`. What wrote version 1 refuses it; version 1 is read. */
export const JOURNAL_VERSION = 2
export const ENTRY_HEADER_BYTES = 20
const MAGIC = 0x314a7a48
const MAGIC_BYTES = Buffer.from('HzJ1')

/** Far above any real entry (a commit's sources, a segment's record lengths); stops a damaged length early. */
const ENTRY_BYTES_MAX = 512 * 1024 * 1024

/** A sealed segment as a snapshot holds it. Record lengths, if any, are the entry's tail. */
export interface SegmentRecord {
  id: number
  bytes: number
  records: number
  crc: number
  firstArrivalMs: number
  lastArrivalMs: number
  lines: boolean
  sources: SourceRange[]
}

/** Bytes that one commit added to a segment. Record lengths, if any, are the entry's tail. */
export interface CommittedData {
  from: number
  to: number
  /** CRC-32 of the segment from its first byte to `to`. */
  crc: number
  records: number
  firstArrivalMs: number
  lastArrivalMs: number
  lines: boolean
}

export interface CommitEntry {
  kind: 'commit'
  /** The active segment: gets `data` and the ranges of `sources`. All before it are sealed: complete and durable. */
  segment: number
  forgottenThrough: number
  data?: CommittedData
  /** Identities of the requests that brought the data; they are the last 16 × count bytes of the entry's tail. */
  requests?: { count: number; atMs: number }
  sources: SourceProgress[]
  forgetSources?: string[]
}

export type JournalEntry =
  | {
      kind: 'begin'
      version: 1 | typeof JOURNAL_VERSION
      stream: string
      /** Id of the active segment; all below it are sealed or gone. */
      active: number
      /** Ranges without bytes that wait for the active segment's first bytes. */
      activeSources: SourceRange[]
      forgottenThrough: number
    }
  | { kind: 'segment'; segment: SegmentRecord }
  | { kind: 'sources'; sources: SavedSource[] }
  /** A generation of remembered requests (request-memory.ts); their identities are the entry's tail. */
  | { kind: 'requests'; firstMs: number; lastMs: number }
  /** End of the snapshot: from here on this journal replaces all older ones. */
  | { kind: 'ready' }
  | CommitEntry

export interface DecodedEntry {
  entry: JournalEntry
  tail: Buffer
  number: number
  /** Position of the next entry. */
  end: number
}

export function encodeEntry(number: number, entry: JournalEntry, tail: Buffer = Buffer.alloc(0)): Buffer {
  const json = JSON.stringify(entry)
  const jsonBytes = Buffer.byteLength(json)
  const bytes = Buffer.allocUnsafe(ENTRY_HEADER_BYTES + jsonBytes + tail.length)
  bytes.writeUInt32LE(MAGIC, 0)
  bytes.writeUInt32LE(number, 4)
  bytes.writeUInt32LE(jsonBytes, 8)
  bytes.writeUInt32LE(tail.length, 12)
  bytes.write(json, ENTRY_HEADER_BYTES)
  tail.copy(bytes, ENTRY_HEADER_BYTES + jsonBytes)
  bytes.writeUInt32LE(checksum(bytes), 16)
  return bytes
}

/** The entry at `position`, or undefined when the bytes there are not a whole, undamaged one. */
export function decodeEntry(journal: Buffer, position: number): DecodedEntry | undefined {
  if (position + ENTRY_HEADER_BYTES > journal.length || journal.readUInt32LE(position) !== MAGIC)
    return undefined
  const jsonBytes = journal.readUInt32LE(position + 8)
  const tailBytes = journal.readUInt32LE(position + 12)
  const end = position + ENTRY_HEADER_BYTES + jsonBytes + tailBytes
  if (jsonBytes + tailBytes > ENTRY_BYTES_MAX || end > journal.length) return undefined
  const bytes = journal.subarray(position, end)
  if (checksum(bytes) !== bytes.readUInt32LE(16)) return undefined
  const tailStart = ENTRY_HEADER_BYTES + jsonBytes
  return {
    entry: JSON.parse(bytes.toString('utf8', ENTRY_HEADER_BYTES, tailStart)) as JournalEntry,
    tail: bytes.subarray(tailStart),
    number: bytes.readUInt32LE(4),
    end,
  }
}

/** Position of the first undamaged commit after `position`: it tells damage in the middle from a torn tail. */
export function findCommitAfter(journal: Buffer, position: number): number | undefined {
  let at = journal.indexOf(MAGIC_BYTES, position + 1)
  while (at !== -1) {
    if (decodeEntry(journal, at)?.entry.kind === 'commit') return at
    at = journal.indexOf(MAGIC_BYTES, at + 1)
  }
  return undefined
}

function checksum(bytes: Buffer): number {
  return crc32(bytes.subarray(ENTRY_HEADER_BYTES), crc32(bytes.subarray(4, 16)))
}
