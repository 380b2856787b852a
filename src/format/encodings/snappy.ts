/**
 * snappy-java's stream format, which Firehose writes for `Snappy` (not the official framing): a header, then blocks of
 * a length (4 bytes, big-endian) and a raw snappy block.
 */
import { compressSync } from 'snappy'
import { ChunkReader, damaged, evenChunks } from './chunks.ts'
import type { Chunks, Encoding } from './encoding.ts'
import { MAX_SNAPPY_BLOCK_BYTES, uncompressBlock } from './snappy-block.ts'

const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
/** Version 1, readable by version 1. */
const HEADER = Buffer.concat([MAGIC, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])])
/** snappy-java's default. */
const BLOCK_BYTES = 32 * 1024

async function* encode(chunks: Chunks): AsyncGenerator<Buffer> {
  yield HEADER
  for await (const chunk of evenChunks(chunks, BLOCK_BYTES)) {
    const block = compressSync(chunk)
    const length = Buffer.allocUnsafe(4)
    length.writeUInt32BE(block.length)
    yield Buffer.concat([length, block])
  }
}

async function* decode(chunks: Chunks): AsyncGenerator<Buffer> {
  const reader = new ChunkReader(chunks)
  const header = await reader.read(HEADER.length)
  if (header === undefined || !header.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw damaged('this is no snappy-java stream')
  }
  for (;;) {
    const length = await reader.read(4)
    if (length === undefined) return
    // Streams that were appended to one another repeat the header.
    if (length.equals(MAGIC.subarray(0, 4))) {
      await reader.read(HEADER.length - 4)
      continue
    }
    yield uncompressBlock(await blockOf(reader, length.readUInt32BE()))
  }
}

async function blockOf(reader: ChunkReader, bytes: number): Promise<Buffer> {
  if (bytes > MAX_SNAPPY_BLOCK_BYTES) throw damaged('a snappy block is too large')
  const block = await reader.read(bytes)
  if (block === undefined) throw damaged('the data ends in the middle of a block')
  return block
}

export const snappy: Encoding = { encode, decode }
