/**
 * Records that are all gzip, decompressed by one call: gzip members that follow each other are gzip as well. A call for each takes longer
 * than the decompression itself when records are small, as those of Fluent Bit are, which compresses each line.
 */
import { crc32, gunzipSync } from 'node:zlib'
import type { RecordBlock } from '../../base/record-block.ts'
import type { WithInfo } from './decode-record.ts'
import type { RecordLimits } from './record-limits.ts'

/** Header of 10 bytes, the shortest content, checksum and length. */
const MEMBER_BYTES_MIN = 18
/** Deflate makes nothing smaller than a 1032nd: who announces more gets no memory for it. */
const RATIO_MAX = 1032

/**
 * The texts of the records. Undefined when they are not one whole member each, or too much: they are to be looked at one by
 * one then, which tells what is wrong with which.
 */
export function gunzipBlock(block: RecordBlock, limits: RecordLimits): RecordBlock | undefined {
  const ends = announcedEnds(block, limits)
  const length = ends?.at(-1)
  if (ends === undefined || length === undefined) return undefined
  const chunkSize = Math.max(64, Math.min(length + 1, block.bytes.length * RATIO_MAX))
  try {
    const options = { chunkSize, maxOutputLength: Math.max(length, 1), info: true }
    const { buffer: bytes, engine } = gunzipSync(block.bytes, options) as unknown as WithInfo
    const texts = { bytes, ends }
    // zlib stops at a zero between members without an error.
    const isWhole = engine.bytesWritten === block.bytes.length
    return isWhole && isAsAnnounced(texts, block) ? texts : undefined
  } catch {
    // Damaged, or longer than announced: see above.
    return undefined
  }
}

/** A member ends with the length of what it becomes. */
function announcedEnds({ bytes, ends }: RecordBlock, limits: RecordLimits): Uint32Array | undefined {
  const announced = new Uint32Array(ends.length)
  let from = 0
  let total = 0
  for (let index = 0; index < ends.length; index++) {
    const to = ends[index]!
    if (
      to - from < MEMBER_BYTES_MIN ||
      bytes[from] !== 0x1f ||
      bytes[from + 1] !== 0x8b ||
      bytes[from + 2] !== 8
    )
      return undefined
    const length = bytes.readUInt32LE(to - 4)
    total += length
    if (length > limits.recordBytesMax || total > limits.requestBytesMax) return undefined
    announced[index] = total
    from = to
  }
  return announced
}

/** Each record became what its own checksum says: no member began in one and ended in another. */
function isAsAnnounced(texts: RecordBlock, packed: RecordBlock): boolean {
  let from = 0
  for (let index = 0; index < texts.ends.length; index++) {
    const to = texts.ends[index]!
    if (crc32(texts.bytes.subarray(from, to)) !== packed.bytes.readUInt32LE(packed.ends[index]! - 8))
      return false
    from = to
  }
  return true
}
