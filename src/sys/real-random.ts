import { randomBytes } from 'node:crypto'
import type { Random } from './sys.ts'

/** Of the system's source so many bytes are fetched at once: each call takes 15 µs, and each request needs 16 bytes. */
const FETCHED_BYTES = 4096
/** Larger ones are keys, and no request waits for them. */
const SMALL_BYTES_MAX = 16

let fetched = Buffer.alloc(0)

/** Each byte is given away once. */
function takeSmall(count: number): Buffer {
  if (fetched.length < count) fetched = randomBytes(FETCHED_BYTES)
  const bytes = fetched.subarray(0, count)
  fetched = fetched.subarray(count)
  return bytes
}

export const realRandom: Random = {
  bytes: (count) => (count <= SMALL_BYTES_MAX ? takeSmall(count) : randomBytes(count)),
  float: () => randomBytes(4).readUInt32LE() / 0x1_0000_0000,
}
