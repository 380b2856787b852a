/** zstd as others write it: any number of frames behind one another, of which Node's decompressor reads one at a time. */
import { createZstdDecompress, type ZstdDecompress } from 'node:zlib'
import { throughTransform } from './chunks.ts'
import type { Chunks } from './encoding.ts'

export async function* decodeZstdFrames(chunks: Chunks): AsyncGenerator<Buffer> {
  const input = new FrameInput(chunks)
  while (await input.hasMore()) {
    const frame = createZstdDecompress()
    yield* throughTransform(input.feed(frame), frame)
    input.takeBack(frame)
  }
}

/** Keeps what a decompressor was given until it is known to belong to its frame: streams read ahead. */
class FrameInput {
  readonly #source: AsyncIterator<Buffer> | Iterator<Buffer>
  #ahead: Buffer[] = []
  #given: Buffer[] = []
  /** Of the frame at hand. */
  #givenBytes = 0

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

  async *feed(frame: ZstdDecompress): AsyncGenerator<Buffer> {
    while (await this.hasMore()) {
      const chunk = this.#ahead.shift()!
      this.#given.push(chunk)
      this.#givenBytes += chunk.length
      this.#forget(frame.bytesWritten)
      yield chunk
    }
  }

  /** What the frame did not need is the beginning of the next. */
  takeBack(frame: ZstdDecompress): void {
    const unused = this.#givenBytes - frame.bytesWritten
    const kept = Buffer.concat(this.#given)
    this.#ahead.unshift(...(unused === 0 ? [] : [kept.subarray(kept.length - unused)]))
    this.#given = []
    this.#givenBytes = 0
  }

  #forget(used: number): void {
    let from = this.#givenBytes
    for (const chunk of this.#given) from -= chunk.length
    while (this.#given.length > 0 && from + this.#given[0]!.length <= used)
      from += this.#given.shift()!.length
  }
}
