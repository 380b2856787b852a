/**
 * bzip2, reading only: one stream or several behind one another, as parallel compressors write them. Blocks and streams
 * are checked by their CRC. In bounded memory: a block has 900 kB before its last run-length coding, which is undone
 * piece by piece.
 */
import { BitReader, linkBlock, OutOfBits, readBlock } from './bzip2-block.ts'
import { damaged } from './chunks.ts'
import type { Chunks } from './encoding.ts'

const BLOCK_UNIT = 100_000
const BLOCK_MAGIC = [0x314159, 0x265359] as const
const END_MAGIC = [0x177245, 0x385090] as const
/** Of compressed bytes: a block that does not compress, and some more. */
const BLOCK_BYTES_MAX = 1_200_000
const OUT_BYTES = 256 * 1024

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24
  for (let i = 0; i < 8; i++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0)
  return crc >>> 0
})

type Step = { kind: 'block'; crc: number; origin: number; length: number } | { kind: 'end'; crc: number }

export async function* decodeBzip2(chunks: Chunks): AsyncGenerator<Buffer> {
  const input = new BlockInput(chunks)
  let links = new Uint32Array(0)
  while (!(await input.isAtEnd())) {
    const size = await input.next((bits) => streamSize(bits))
    if (links.length !== size) links = new Uint32Array(size)
    let streamCrc = 0
    for (;;) {
      const step = await input.next((bits) => readStep(bits, links))
      if (step.kind === 'end') {
        if (step.crc !== streamCrc) throw damaged('the checksum of a bzip2 stream is wrong')
        break
      }
      linkBlock(links, step.length)
      yield* blockBytes(links, step)
      streamCrc = (((streamCrc << 1) | (streamCrc >>> 31)) ^ step.crc) >>> 0
    }
    input.alignToByte()
  }
}

function streamSize(bits: BitReader): number {
  const [b, z, h, level] = [bits.read(8), bits.read(8), bits.read(8), bits.read(8) - 0x30]
  if (b !== 0x42 || z !== 0x5a || h !== 0x68 || level < 1 || level > 9)
    throw damaged('this is no bzip2 stream')
  return level * BLOCK_UNIT
}

function readStep(bits: BitReader, links: Uint32Array): Step {
  const magic = [bits.read(24), bits.read(24)]
  const crc = ((bits.read(16) << 16) | bits.read(16)) >>> 0
  if (magic[0] === END_MAGIC[0] && magic[1] === END_MAGIC[1]) return { kind: 'end', crc }
  if (magic[0] !== BLOCK_MAGIC[0] || magic[1] !== BLOCK_MAGIC[1])
    throw damaged('a bzip2 block does not begin')
  return { kind: 'block', crc, ...readBlock(bits, { links }) }
}

/** Four equal bytes are followed by how many more there are. */
function* blockBytes(
  links: Uint32Array,
  block: { crc: number; origin: number; length: number },
): Generator<Buffer> {
  let out = Buffer.allocUnsafe(OUT_BYTES)
  let filled = 0
  let crc = 0xffffffff
  let link = links[block.origin]! >>> 8
  let last = -1
  let equal = 0
  for (let i = 0; i < block.length; i++) {
    const entry = links[link]!
    const byte = entry & 0xff
    link = entry >>> 8
    let repeats = 1
    if (equal === 4) {
      repeats = byte
      equal = 0
    } else if (byte === last) equal++
    else {
      last = byte
      equal = 1
    }
    for (; repeats > 0; repeats--) {
      crc = ((crc << 8) ^ CRC_TABLE[(crc >>> 24) ^ last]!) >>> 0
      out[filled++] = last
      if (filled === OUT_BYTES) {
        yield out
        out = Buffer.allocUnsafe(OUT_BYTES)
        filled = 0
      }
    }
    // After a repeat the same byte starts anew.
    if (equal === 0) last = -1
  }
  if (filled > 0) yield out.subarray(0, filled)
  if (~crc >>> 0 !== block.crc) throw damaged('the checksum of a bzip2 block is wrong')
}

/** The compressed bytes of the block at hand; more are read when a step says that it needs them. */
class BlockInput {
  readonly #source: AsyncIterator<Buffer> | Iterator<Buffer>
  #bytes: Buffer = Buffer.alloc(0)
  #bit = 0

  constructor(chunks: Chunks) {
    this.#source = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
  }

  async isAtEnd(): Promise<boolean> {
    return this.#bit >> 3 >= this.#bytes.length && !(await this.#more())
  }

  /** Steps begin again with more bytes: a block is read from its start only when all of it may be there. */
  async next<T>(step: (bits: BitReader) => T): Promise<T> {
    for (let wanted = 0; ;) {
      while (this.#bytes.length < wanted && (await this.#more()));
      const bits = new BitReader(this.#bytes, this.#bit)
      try {
        const result = step(bits)
        this.#bit = bits.position
        this.#cut()
        return result
      } catch (error) {
        if (!(error instanceof OutOfBits)) throw error
        const have = this.#bytes.length
        if (have > BLOCK_BYTES_MAX) throw damaged('a bzip2 block is longer than any')
        wanted = Math.min(BLOCK_BYTES_MAX + 1, Math.max(have * 2, FIRST_BYTES))
        if (!(await this.#more())) throw damaged('the data ends in the middle of a block')
      }
    }
  }

  alignToByte(): void {
    this.#bit = (this.#bit + 7) & ~7
  }

  #cut(): void {
    const whole = this.#bit >> 3
    this.#bytes = this.#bytes.subarray(whole)
    this.#bit -= whole * 8
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next()
    if (next.done === true) return false
    this.#bytes = this.#bytes.length === 0 ? next.value : Buffer.concat([this.#bytes, next.value])
    return true
  }
}

const FIRST_BYTES = 4096
