/** A new compressed file that grows by texts. The encoder takes what is written piece by piece; memory holds one piece. */
import type { Compression } from '../../../base/stream.ts'
import { encodeStream } from '../../../format/encodings/registry.ts'
import { realFiles } from '../../../sys/real-files.ts'
import type { FileCompression } from './protocol.ts'

export interface EncodedFile {
  /** So far, compressed: what the encoder still holds comes on top. */
  readonly bytes: number
  append(text: string): Promise<void>
  /** Bytes of the whole file. */
  finish(): Promise<number>
  /** After a failure. */
  abandon(): Promise<void>
}

/** In Hive's text files snappy is Hadoop's framing. */
const ENCODINGS: Record<FileCompression, Compression> = {
  none: 'none',
  gzip: 'gzip',
  zstd: 'zstd',
  snappy: 'hadoop-snappy',
}

/** Texts are gathered to this: with a hundred partitions open, 25 MB. */
const PIECE_CHARACTERS = 128 * 1024

export async function createEncodedFile(path: string, compression: FileCompression): Promise<EncodedFile> {
  const file = await realFiles.open(path, 'exclusive')
  const pieces = new Handover<Buffer>()
  let pending = ''
  let bytes = 0
  const write = async (): Promise<void> => {
    const encoded = encodeStream(ENCODINGS[compression], pieces, { entryName: 'rows', modifiedMs: 0 })
    for await (const chunk of encoded) {
      await file.write([chunk], bytes)
      bytes += chunk.length
    }
  }
  const written = write()
  // Whoever writes next, or finishes, gets to know.
  written.catch((error: unknown) => pieces.fail(error))
  const flush = async (): Promise<void> => {
    const piece = Buffer.from(pending)
    pending = ''
    if (piece.length > 0) await pieces.give(piece)
  }
  return {
    get bytes() {
      return bytes
    },
    async append(text) {
      pending += text
      if (pending.length >= PIECE_CHARACTERS) await flush()
    },
    async finish() {
      await flush()
      pieces.end()
      await written
      await file.close()
      return bytes
    },
    async abandon() {
      pieces.end()
      // It may have failed already; what matters is that nothing writes any more.
      await written.catch(() => {})
      await file.close()
    },
  }
}

/** Hands values from one task to another, one at a time: `give` waits until the value is taken. */
class Handover<T> implements AsyncIterable<T> {
  #offered: { value: T; taken: () => void; refused: (error: unknown) => void } | undefined
  #ended = false
  #failure: { error: unknown } | undefined
  #wake: () => void = () => {}

  give(value: T): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#offered = { value, taken: resolve, refused: reject }
    this.#wake()
    return promise
  }

  end(): void {
    this.#ended = true
    this.#wake()
  }

  fail(error: unknown): void {
    this.#failure = { error }
    this.#offered?.refused(error)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const offered = this.#offered
      if (offered !== undefined) {
        this.#offered = undefined
        offered.taken()
        yield offered.value
      } else if (this.#ended) return
      else {
        const { promise, resolve } = Promise.withResolvers<void>()
        this.#wake = resolve
        await promise
      }
    }
  }
}
