/** Blocks of memory for reading: at most `bytesMax` in use, whole blocks reused. */
export interface BlockPool {
  /** Waits for room; first come, first served. */
  take(bytes: number): Promise<Buffer>
  /** The buffer that take() gave. */
  release(block: Buffer): void
}

export function blockPool(bytesMax: number, blockBytes: number): BlockPool {
  const free: Buffer[] = []
  const waiting: { bytes: number; give: (block: Buffer) => void }[] = []
  let used = 0

  function allocate(bytes: number): Buffer {
    used += bytes
    return (bytes === blockBytes ? free.pop() : undefined) ?? Buffer.allocUnsafe(bytes)
  }

  // A request larger than the whole budget is served alone, so that a small budget can not stop a file.
  const hasRoom = (bytes: number) => used === 0 || used + bytes <= bytesMax

  return {
    take(bytes) {
      if (waiting.length === 0 && hasRoom(bytes)) return Promise.resolve(allocate(bytes))
      return new Promise((give) => waiting.push({ bytes, give }))
    },
    release(block) {
      used -= block.length
      if (block.length === blockBytes && free.length * blockBytes < bytesMax) free.push(block)
      for (let next = waiting[0]; next !== undefined && hasRoom(next.bytes); next = waiting[0]) {
        waiting.shift()
        next.give(allocate(next.bytes))
      }
    },
  }
}
