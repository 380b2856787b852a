import type { Chunks, Encoding } from './encoding.ts'

async function* same(chunks: Chunks): AsyncGenerator<Buffer> {
  yield* chunks
}

export const none: Encoding = { encode: same, decode: same }
