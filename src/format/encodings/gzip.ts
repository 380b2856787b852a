import { createGunzip, createGzip } from 'node:zlib'
import { throughTransform } from './chunks.ts'
import type { Chunks, Encoding } from './encoding.ts'

/** 6 is zlib's default; for log lines 9 costs twice the time for about 1 % of the size. */
const LEVEL = 6
/** The header's byte for the operating system, which zlib fills by platform: 255 is "unknown", the same everywhere. */
const SYSTEM_BYTE = 9
const SYSTEM_UNKNOWN = 255

async function* encode(chunks: Chunks): AsyncGenerator<Buffer> {
  let first = true
  for await (const chunk of throughTransform(chunks, createGzip({ level: LEVEL }))) {
    if (first && chunk.length > SYSTEM_BYTE) chunk[SYSTEM_BYTE] = SYSTEM_UNKNOWN
    first = false
    yield chunk
  }
}

export const gzip: Encoding = { encode, decode: (chunks) => throughTransform(chunks, createGunzip()) }
