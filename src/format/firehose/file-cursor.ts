/** A file of frames read from front to back, in pieces: what is held is a piece, or a frame that is longer. */
import type { OpenFile } from '../../sys/sys.ts'

const PIECE_BYTES = 256 * 1024

export interface FileCursor {
  /** Of the next byte that take() gives. */
  readonly position: number
  /** To be awaited before take() of as many bytes; cheap until there is something to read. */
  fill(bytes: number): Promise<void> | undefined
  /** A view that stays valid. */
  take(bytes: number): Buffer
}

/** Reads [from, to). Asking for more than that rejects. */
export function createFileCursor(file: OpenFile, from: number, to: number): FileCursor {
  let piece: Buffer = Buffer.alloc(0)
  let at = 0
  let readTo = from

  async function read(bytes: number): Promise<void> {
    const rest = piece.subarray(at)
    const wanted = Math.min(Math.max(bytes, PIECE_BYTES), rest.length + to - readTo)
    if (wanted < bytes) throw new RangeError(`${file.path} has no ${bytes} bytes at ${readTo - rest.length}`)
    const next = Buffer.allocUnsafeSlow(wanted)
    rest.copy(next)
    for (let have = rest.length; have < wanted;) {
      const count = await file.read(next.subarray(have), readTo)
      if (count === 0) throw new RangeError(`${file.path} ends at byte ${readTo}`)
      have += count
      readTo += count
    }
    piece = next
    at = 0
  }

  return {
    get position() {
      return readTo - (piece.length - at)
    },
    fill: (bytes) => (piece.length - at >= bytes ? undefined : read(bytes)),
    take(bytes) {
      at += bytes
      return piece.subarray(at - bytes, at)
    },
  }
}
