/**
 * Buffers that are used again. V8 collects its whole heap whenever 64 MB of fresh Buffers have come together, however small the heap is:
 * with half a megabyte per request that took as long as all the rest of the request.
 */

export interface Memory {
  /** Not cleared. Not to be touched any more once its owner has given all of it back. */
  take(bytes: number): Buffer
}

export interface LentMemory extends Memory {
  /** All that was taken. Once, and only when nobody reads or writes it any more; without it the garbage collector takes it. */
  giveBack(): void
}

export interface MemoryPool {
  lend(): LentMemory
}

/** Smaller ones are left to Node: they do not count for much. */
const POOLED_BYTES_MIN = 16 * 1024
/** The largest body. */
const POOLED_BYTES_MAX = 8 * 1024 * 1024
/** What may lie there unused: three pieces of 64 requests of 100 KB each, which is more than are served at once. */
const IDLE_BYTES_MAX = 32 * 1024 * 1024

/** Sizes are powers of two: what is behind the wanted length is never touched, and so costs no memory but addresses. */
export function openMemoryPool(): MemoryPool {
  const idle = new Map<number, Buffer[]>()
  let idleBytes = 0

  function take(size: number): Buffer {
    const found = idle.get(size)?.pop()
    if (found === undefined) return Buffer.allocUnsafeSlow(size)
    idleBytes -= size
    return found
  }

  function giveBack(piece: Buffer): void {
    const { length } = piece
    if (idleBytes + length > IDLE_BYTES_MAX) return
    idleBytes += length
    const pieces = idle.get(length)
    if (pieces === undefined) idle.set(length, [piece])
    else pieces.push(piece)
  }

  return {
    lend() {
      const taken: Buffer[] = []
      return {
        take(bytes) {
          if (bytes < POOLED_BYTES_MIN || bytes > POOLED_BYTES_MAX) return Buffer.allocUnsafe(bytes)
          const piece = take(2 ** Math.ceil(Math.log2(bytes)))
          taken.push(piece)
          return piece.subarray(0, bytes)
        },
        giveBack() {
          for (const piece of taken.splice(0)) giveBack(piece)
        },
      }
    },
  }
}
