/**
 * Hadoop's BlockCompressorStream with snappy: blocks of an uncompressed length, then chunks of a compressed length and
 * a raw snappy block until the block's length is reached (all lengths 4 bytes, big-endian). No header.
 */
import { compressSync } from 'snappy'
import { ChunkReader, damaged, evenChunks } from './chunks.ts'
import type { Chunks, Encoding } from './encoding.ts'
import { MAX_SNAPPY_BLOCK_BYTES, uncompressBlock } from './snappy-block.ts'

/** Hadoop readers have buffers of 256 KiB, which must also hold a block that does not compress. */
const BLOCK_BYTES = 128 * 1024

async function* encode(chunks: Chunks): AsyncGenerator<Buffer> {
  for await (const chunk of evenChunks(chunks, BLOCK_BYTES)) {
    const block = compressSync(chunk)
    const lengths = Buffer.allocUnsafe(8)
    lengths.writeUInt32BE(chunk.length, 0)
    lengths.writeUInt32BE(block.length, 4)
    yield Buffer.concat([lengths, block])
  }
}

async function* decode(chunks: Chunks): AsyncGenerator<Buffer> {
  const reader = new ChunkReader(chunks)
  for (;;) {
    const length = await reader.read(4)
    if (length === undefined) return
    let missing = length.readUInt32BE()
    while (missing > 0) {
      const piece = uncompressBlock(await readChunk(reader))
      missing -= piece.length
      if (missing < 0 || piece.length === 0) throw damaged('a block has another length than it says')
      yield piece
    }
  }
}

async function readChunk(reader: ChunkReader): Promise<Buffer> {
  const length = await reader.read(4)
  const bytes = length === undefined ? 0 : length.readUInt32BE()
  if (bytes > MAX_SNAPPY_BLOCK_BYTES) throw damaged('a snappy block is too large')
  const block = bytes === 0 ? undefined : await reader.read(bytes)
  if (block === undefined) throw damaged('the data ends in the middle of a block')
  return block
}

export const hadoopSnappy: Encoding = { encode, decode }
