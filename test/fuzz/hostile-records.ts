/** Records that want to become more than they are, or are not what they seem. */
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { compressSync } from 'snappy'
import type { Chance } from './chance.ts'

const MIB = 1024 * 1024

/** Made once: each takes a moment. All are small as they are sent. */
const BOMBS = [
  gzipSync(Buffer.alloc(200 * MIB)),
  gzipSync(Buffer.alloc(200 * MIB, '{"a":1}\n'), { level: 1 }),
  zstdCompressSync(Buffer.alloc(200 * MIB)),
  // Members behind each other, each within the limit.
  Buffer.concat(Array.from({ length: 40 }, () => gzipSync(Buffer.alloc(MIB, ' ')))),
].filter(({ length }) => length < 1_000_000)
/** Bombs in bombs are only what they become once. */
const NESTED = gzipSync(BOMBS[0]!)

const LINE = Buffer.from('{"text":"a line of which something is wrong behind the wire"}\n')
const GZIP = gzipSync(LINE)
const ZSTD = zstdCompressSync(LINE)
const SNAPPY = compressSync(LINE) as Buffer

/** Each becomes exactly one rejected line of a pipeline stream. */
export function unreadableRecord(chance: Chance): Buffer {
  const broken = Buffer.from(chance.pick([GZIP, ZSTD]))
  switch (chance.below(5)) {
    case 0:
      return chance.pick(BOMBS)
    case 1:
      return broken.subarray(0, chance.between(11, broken.length - 1))
    case 2:
      // The checksum of gzip.
      return changed(GZIP, GZIP.length - 5 - chance.below(4), chance)
    case 3:
      return Buffer.concat([GZIP, Buffer.from(`trailing ${chance.word(5)}`)])
    default:
      return Buffer.concat([ZSTD, Buffer.from('trailing')])
  }
}

/** Whatever it becomes: streams of the API keep it or say what was wrong with it. */
export function hostileRecord(chance: Chance): Buffer {
  switch (chance.below(8)) {
    case 0:
      return chance.pick([...BOMBS, NESTED])
    case 1:
      return changed(chance.pick([GZIP, ZSTD, SNAPPY]), 0, chance)
    case 2:
      return changed(GZIP, chance.below(GZIP.length), chance)
    case 3:
      return Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]), chance.bytes(50)])
    case 4:
      return Buffer.from(`${'['.repeat(chance.pick([10, 5000, 200_000]))}1`)
    case 5:
      return Buffer.from(`{"k":"${'\\u0000'.repeat(chance.below(50))}","id":"no number"}`)
    case 6:
      return gzipSync(
        JSON.stringify({
          messageType: 'DATA_MESSAGE',
          logEvents: chance.pick([null, {}, [null], [{ message: 1 }], 'x']),
        }),
      )
    default:
      return chance.bytes(chance.between(0, 300))
  }
}

function changed(bytes: Buffer, at: number, chance: Chance): Buffer {
  const copy = Buffer.from(bytes)
  copy[at]! ^= chance.between(1, 255)
  return copy
}
