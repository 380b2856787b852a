/** One raw snappy block, with its announced size checked before memory is given to it. */
import { uncompressSync } from 'snappy'
import { damaged } from './chunks.ts'

/** Writers use 32 to 256 KiB; this only keeps a damaged length from asking for gigabytes. */
export const MAX_SNAPPY_BLOCK_BYTES = 32 * 2 ** 20

export function uncompressBlock(block: Buffer): Buffer {
  if (announcedBytes(block) > MAX_SNAPPY_BLOCK_BYTES) throw damaged('a snappy block is too large')
  try {
    return uncompressSync(block) as Buffer
  } catch (error) {
    throw damaged('a snappy block does not decompress', error)
  }
}

/** The length that a block begins with: a varint. */
function announcedBytes(block: Buffer): number {
  let value = 0
  for (let i = 0; i < 5 && i < block.length; i++) {
    value += (block[i]! & 0x7f) * 2 ** (7 * i)
    if (block[i]! < 0x80) return value
  }
  throw damaged('a snappy block has no length')
}
