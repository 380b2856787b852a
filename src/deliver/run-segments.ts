/** How many of the segments that wait become one run. */
/**
 * The oldest ones whose sum is nearest to the buffer size; at least one. Segments end a little before they are full, so
 * one more until the size is passed would often double it.
 */
export function segmentsOfRun<T extends { bytes: number }>(waiting: readonly T[], sizeBytes: number): T[] {
  const taken: T[] = []
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
