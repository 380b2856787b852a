/** CRC-32C and CRC-64/NVME, eight bytes at a time. CRC-32 is Node's own. */

const CRC32C = 0x82f63b78
const CRC64_HIGH = 0x9a6c9329
const CRC64_LOW = 0xac4bc9b5
const SLICES = 8

/** Both halves of a 64-bit register; 32-bit CRCs have only the low one. */
interface Tables {
  low: Uint32Array
  high: Uint32Array
}

const tables = new Map<'crc32c' | 'crc64nvme', Tables>()

export interface Crc {
  update(bytes: Uint8Array): void
  /** Big-endian, as S3 writes it. */
  digest(): Buffer
}

export function crc32c(): Crc {
  const { low } = tablesOf('crc32c')
  let crc = ~0
  return {
    update(bytes) {
      let at = 0
      for (const end = bytes.length - 7; at < end; at += 8) {
        crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
        crc =
          low[1792 + (crc & 255)]! ^
          low[1536 + ((crc >>> 8) & 255)]! ^
          low[1280 + ((crc >>> 16) & 255)]! ^
          low[1024 + (crc >>> 24)]! ^
          low[768 + bytes[at + 4]!]! ^
          low[512 + bytes[at + 5]!]! ^
          low[256 + bytes[at + 6]!]! ^
          low[bytes[at + 7]!]!
      }
      for (; at < bytes.length; at++) crc = (crc >>> 8) ^ low[(crc ^ bytes[at]!) & 255]!
    },
    digest() {
      const result = Buffer.alloc(4)
      result.writeUInt32BE(~crc >>> 0)
      return result
    },
  }
}

export function crc64nvme(): Crc {
  const { low, high } = tablesOf('crc64nvme')
  let lowCrc = ~0
  let highCrc = ~0
  return {
    update(bytes) {
      let at = 0
      for (const end = bytes.length - 7; at < end; at += 8) {
        const a =
          lowCrc ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24))
        const b =
          highCrc ^ (bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24))
        const i0 = 1792 + (a & 255)
        const i1 = 1536 + ((a >>> 8) & 255)
        const i2 = 1280 + ((a >>> 16) & 255)
        const i3 = 1024 + (a >>> 24)
        const i4 = 768 + (b & 255)
        const i5 = 512 + ((b >>> 8) & 255)
        const i6 = 256 + ((b >>> 16) & 255)
        const i7 = b >>> 24
        lowCrc = low[i0]! ^ low[i1]! ^ low[i2]! ^ low[i3]! ^ low[i4]! ^ low[i5]! ^ low[i6]! ^ low[i7]!
        highCrc =
          high[i0]! ^ high[i1]! ^ high[i2]! ^ high[i3]! ^ high[i4]! ^ high[i5]! ^ high[i6]! ^ high[i7]!
      }
      for (; at < bytes.length; at++) {
        const index = (lowCrc ^ bytes[at]!) & 255
        lowCrc = ((lowCrc >>> 8) | (highCrc << 24)) ^ low[index]!
        highCrc = (highCrc >>> 8) ^ high[index]!
      }
    },
    digest() {
      const result = Buffer.alloc(8)
      result.writeUInt32BE(~highCrc >>> 0)
      result.writeUInt32BE(~lowCrc >>> 0, 4)
      return result
    },
  }
}

/** Made at the first use: most servers never see one of them. */
function tablesOf(name: 'crc32c' | 'crc64nvme'): Tables {
  const known = tables.get(name)
  if (known !== undefined) return known
  const made = name === 'crc32c' ? makeTables(CRC32C, 0) : makeTables(CRC64_LOW, CRC64_HIGH)
  tables.set(name, made)
  return made
}

/** Table k has the effect of a byte with k zero bytes behind it. */
function makeTables(polynomialLow: number, polynomialHigh: number): Tables {
  const low = new Uint32Array(256 * SLICES)
  const high = new Uint32Array(256 * SLICES)
  for (let byte = 0; byte < 256; byte++) {
    let [l, h] = [byte, 0]
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = l & 1
      l = ((l >>> 1) | (h << 31)) ^ (isOdd ? polynomialLow : 0)
      h = (h >>> 1) ^ (isOdd ? polynomialHigh : 0)
    }
    low[byte] = l
    high[byte] = h
  }
  for (let at = 256; at < low.length; at++) {
    const [l, h] = [low[at - 256]!, high[at - 256]!]
    low[at] = ((l >>> 8) | (h << 24)) ^ low[l & 255]!
    high[at] = (h >>> 8) ^ high[l & 255]!
  }
  return { low, high }
}
