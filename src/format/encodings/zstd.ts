import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib'
import { damaged, throughTransform } from './chunks.ts'
import type { Chunks, Encoding } from './encoding.ts'

/** 3 is zstd's default; the checksum lets every reader notice damage. */
const PARAMS = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 }

/** One frame, as encode writes it: Node's decompressor stops after the first one and says nothing about the rest. */
async function* decode(chunks: Chunks): AsyncGenerator<Buffer> {
  const frame = createZstdDecompress()
  const read = { bytes: 0 }
  yield* throughTransform(counted(chunks, read), frame)
  if (frame.bytesWritten !== read.bytes) throw damaged('something follows the first zstd frame')
}

async function* counted(chunks: Chunks, read: { bytes: number }): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    read.bytes += chunk.length
    yield chunk
  }
}

export const zstd: Encoding = {
  encode: (chunks) => throughTransform(chunks, createZstdCompress({ params: PARAMS })),
  decode,
}
