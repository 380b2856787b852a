/** Checksums as this house writes them: eight hex digits. */
import { crc32 } from 'node:zlib'

export function crcText(checksum: number): string {
  return checksum.toString(16).padStart(8, '0')
}

/** CRC-32 of the bytes. */
export function crcTextOf(bytes: Buffer): string {
  return crcText(crc32(bytes))
}
