import type { OpenFile } from '../../sys/sys.ts'
import { readFully } from './content-proof.ts'
import { HEAD_BYTES_MAX, MARKER_BYTES_MAX, START, type Position } from './identity.ts'
import { wholeLinesEnd } from './line-block.ts'

/** A line under way is looked for this far back; in a longer one reading begins in its middle. */
const LAST_LINE_BYTES_MAX = 1024 * 1024

/** The position behind the last whole line: the line that is being written is read whole. */
export async function startAtEnd(file: OpenFile, size: number): Promise<Position> {
  const tailBytes = Math.min(size, LAST_LINE_BYTES_MAX)
  const tail = await readFully(file, size - tailBytes, tailBytes)
  if (tail === undefined) return START
  const end = wholeLinesEnd(tail)
  const offset = end === 0 && tailBytes < size ? size : size - tailBytes + end
  const head = await readFully(file, 0, Math.min(offset, HEAD_BYTES_MAX))
  const markerBytes = Math.min(offset, MARKER_BYTES_MAX)
  const marker = await readFully(file, offset - markerBytes, markerBytes)
  // Rewritten meanwhile: what is there now was not there before.
  if (head === undefined || marker === undefined) return START
  return { offset, head, marker, crc: 0, crcFrom: offset, flushed: false }
}
