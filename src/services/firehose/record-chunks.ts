/** Records as few pieces: those that lie one behind the other in memory, as put-body.ts leaves them, are one. */
export function chunksOf(records: readonly Buffer[]): Buffer[] {
  const chunks: Buffer[] = []
  let from = 0
  for (let index = 1; index <= records.length; index++) {
    const before = records[index - 1]!
    const next = records[index]
    const isAdjacent =
      next !== undefined &&
      next.buffer === before.buffer &&
      next.byteOffset === before.byteOffset + before.length
    if (isAdjacent) continue
    const first = records[from]!
    const length = before.byteOffset + before.length - first.byteOffset
    chunks.push(from === index - 1 ? first : Buffer.from(first.buffer, first.byteOffset, length))
    from = index
  }
  return chunks
}
