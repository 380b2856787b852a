/** zstd as others write it: any number of frames behind one another, of which Node's decompressor reads one at a time. */
import { createZstdDecompress } from 'node:zlib'
import { damaged, throughTransform } from './chunks.ts'
import type { Chunks } from './encoding.ts'

export async function* decodeZstdFrames(chunks: Chunks): AsyncGenerator<Buffer> {
  const input = new FrameInput(chunks)
  while (await input.hasMore()) {
    const frame = createZstdDecompress()
    yield* throughTransform(input.feed(), frame)
    input.give(frame.bytesWritten)
  }
}

/** Keeps what a decompressor was given until it is known how much of it belonged to its frame. */
class FrameInput {
  readonly #source: AsyncIterator<Buffer> | Iterator<Buffer>
  #ahead: Buffer[] = []
  #fed: Buffer[] = []

  constructor(chunks: Chunks) {
    this.#source = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
  }

  async hasMore(): Promise<boolean> {
    while (this.#ahead.length === 0) {
      const next = await this.#source.next()
      if (next.done === true) return false
      if (next.value.length > 0) this.#ahead.push(next.value)
    }
    return true
  }

  async *feed(): AsyncGenerator<Buffer> {
    while (await this.hasMore()) {
      const chunk = this.#ahead.shift()!
      this.#fed.push(chunk)
      // Of a long frame only the end may belong to the next: what is long behind is let go.
      if (this.#fed.length > FED_MAX) this.#fed.shift()
      this.#fedBytes += chunk.length
      yield chunk
    }
  }

  #fedBytes = 0

  /** Of what was fed, `used` bytes were of the frame. */
  give(used: number): void {
    const unused = this.#fedBytes - used
    const kept = Buffer.concat(this.#fed)
    if (unused > kept.length) throw damaged('what follows a zstd frame is out of reach')
    this.#ahead = [kept.subarray(kept.length - unused), ...this.#ahead].filter((chunk) => chunk.length > 0)
    this.#fed = []
    this.#fedBytes = 0
  }
}

/** More than Node's streams ever hold of chunks of a megabyte in front of the decompressor. */
const FED_MAX = 8
