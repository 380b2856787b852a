/** Streams of chunks: cut to even sizes, read by exact counts, sent through Node's transform streams. */
import { Readable, pipeline, type Duplex } from 'node:stream'
import { HozonError } from '../../base/errors.ts'
import type { Chunks } from './encoding.ts'

/** All chunks have `size` bytes but the last; none is empty. Chunks are copied, so that the source may reuse its buffers. */
export async function* evenChunks(chunks: Chunks, size: number): AsyncGenerator<Buffer> {
  let current = Buffer.allocUnsafe(size)
  let filled = 0
  for await (const chunk of chunks) {
    let from = 0
    while (from < chunk.length) {
      const copied = chunk.copy(current, filled, from)
      filled += copied
      from += copied
      if (filled < size) continue
      yield current
      current = Buffer.allocUnsafe(size)
      filled = 0
    }
  }
  if (filled > 0) yield current.subarray(0, filled)
}

/** zlib's own buffer size; even chunks also make its output independent of how the input was cut. */
const TRANSFORM_CHUNK_BYTES = 64 * 1024

export async function* throughTransform(chunks: Chunks, transform: Duplex): AsyncGenerator<Buffer> {
  const source = Readable.from(evenChunks(chunks, TRANSFORM_CHUNK_BYTES), { objectMode: false })
  // Failures of either end destroy both and come out of the loop below.
  pipeline(source, transform, () => {})
  for await (const chunk of transform) yield chunk as Buffer
}

/** Reads a stream by exact counts. */
export class ChunkReader {
  readonly #source: AsyncIterator<Buffer> | Iterator<Buffer>
  #pending: Buffer = Buffer.alloc(0)

  constructor(chunks: Chunks) {
    this.#source = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
  }

  /** Exactly `count` bytes; undefined when the stream is at its end; an error when it ends in the middle. */
  async read(count: number): Promise<Buffer | undefined> {
    const pieces = [this.#pending]
    let have = this.#pending.length
    while (have < count) {
      const next = await this.#source.next()
      if (next.done === true) break
      pieces.push(next.value)
      have += next.value.length
    }
    const all = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
    if (have === 0 && count > 0) return undefined
    if (have < count) throw damaged('the data ends in the middle of a block')
    this.#pending = all.subarray(count)
    return all.subarray(0, count)
  }
}

export function damaged(problem: string, cause?: unknown): HozonError {
  return new HozonError('HOZON_ENCODING_DAMAGED', problem, {
    op: 'decompress',
    hint: 'the object is cut, damaged, or not compressed in the way that its name says',
    ...(cause === undefined ? {} : { cause }),
  })
}
