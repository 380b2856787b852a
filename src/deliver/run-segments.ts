/** How many of the segments that wait become one run. */
import type { Segment } from '../buffer/buffer.ts'

/**
 * The oldest ones whose sum is nearest to the buffer size; at least one. Segments end a little before they are full, so
 * one more until the size is passed would often double it.
 */
export function segmentsOfRun(waiting: readonly Segment[], sizeBytes: number): Segment[] {
  const taken: Segment[] = []
  let bytes = 0
  for (const segment of waiting) {
    const missing = sizeBytes - bytes
    const beyond = bytes + segment.bytes - sizeBytes
    if (taken.length > 0 && beyond >= missing) break
    taken.push(segment)
    bytes += segment.bytes
  }
  return taken
}
