/** Does a file hold what was read of another one (or of itself, earlier)? */
import { crc32 } from 'node:zlib'
import type { OpenFile } from '../../sys/sys.ts'
import {
  advance,
  CRC_BYTES_MAX,
  digest,
  HEAD_BYTES_MAX,
  MARKER_BYTES_MAX,
  START,
  type Position,
  type SavedState,
} from './identity.ts'

export type Proof = Pick<SavedState, 'headBytes' | 'head' | 'marker' | 'crc' | 'crcFrom'> & { offset: number }

type Content = Pick<OpenFile, 'read'>

const BLOCK_BYTES = 256 * 1024

/** The position that the proof speaks of, if the content up to it is the same. Looks at its head and its last bytes. */
export async function positionAt(
  content: Content,
  size: number,
  proof: Proof,
): Promise<Position | undefined> {
  const { offset, crc, crcFrom } = proof
  if (size < offset) return undefined
  const head = await readFully(content, 0, Math.min(offset, HEAD_BYTES_MAX))
  if (head === undefined || digest(head.subarray(0, proof.headBytes)) !== proof.head) return undefined
  const markerBytes = Math.min(offset, MARKER_BYTES_MAX)
  const marker = await readFully(content, offset - markerBytes, markerBytes)
  if (marker === undefined || digest(marker) !== proof.marker) return undefined
  return { offset, head, marker, crc, crcFrom, flushed: false }
}

/** As positionAt, and proves the CRC of what was read (up to its limit) too: a copy, not a file that begins alike. */
export async function copyPositionAt(
  content: Content,
  size: number,
  proof: Proof,
): Promise<Position | undefined> {
  const position = await positionAt(content, size, proof)
  if (position === undefined) return undefined
  const end = Math.min(proof.offset, proof.crcFrom + CRC_BYTES_MAX)
  return (await crcOf(content, proof.crcFrom, end)) === proof.crc ? position : undefined
}

/**
 * The same for content that can only be read forwards: one pass over it, up to the furthest proof. Gives the furthest
 * one that holds, and how long the content is if it ended before.
 */
export async function furthestPosition<Candidate extends { proof: Proof }>(
  content: Content,
  candidates: readonly Candidate[],
): Promise<{ candidate: Candidate; position: Position } | undefined> {
  const block = Buffer.allocUnsafe(BLOCK_BYTES)
  let at = START
  let found: { candidate: Candidate; position: Position } | undefined
  for (const candidate of candidates.toSorted((a, b) => a.proof.offset - b.proof.offset)) {
    while (at.offset < candidate.proof.offset) {
      const wanted = Math.min(block.length, candidate.proof.offset - at.offset)
      const count = await content.read(block.subarray(0, wanted), at.offset)
      if (count === 0) return found
      at = advance(at, block.subarray(0, count))
    }
    if (isSame(at, candidate.proof)) found = { candidate, position: at }
  }
  return found
}

function isSame(at: Position, proof: Proof): boolean {
  if (digest(at.head.subarray(0, proof.headBytes)) !== proof.head) return false
  if (digest(at.marker) !== proof.marker) return false
  // A position that did not begin at 0 has a CRC that did not either.
  return proof.crcFrom > 0 || at.crc === proof.crc
}

async function crcOf(content: Content, from: number, to: number): Promise<number | undefined> {
  const block = Buffer.allocUnsafe(Math.max(1, Math.min(BLOCK_BYTES, to - from)))
  let crc = 0
  for (let at = from; at < to;) {
    const count = await content.read(block.subarray(0, Math.min(block.length, to - at)), at)
    if (count === 0) return undefined
    crc = crc32(block.subarray(0, count), crc)
    at += count
  }
  return crc
}

export async function readFully(content: Content, from: number, bytes: number): Promise<Buffer | undefined> {
  const buffer = Buffer.alloc(bytes)
  let filled = 0
  while (filled < bytes) {
    const count = await content.read(buffer.subarray(filled), from + filled)
    if (count === 0) return undefined
    filled += count
  }
  return buffer
}
