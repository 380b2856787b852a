/** The checksums of S3, by the names that its headers have: x-amz-checksum-crc32 … */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { crc32c, crc64nvme, type Crc } from './crc-tables.ts'

const MAKERS = {
  CRC32: nodeCrc32,
  CRC32C: crc32c,
  CRC64NVME: crc64nvme,
  SHA1: () => hashOf('sha1'),
  SHA256: () => hashOf('sha256'),
} satisfies Record<string, () => Crc>

export type ChecksumAlgorithm = keyof typeof MAKERS
export const CHECKSUM_ALGORITHMS = Object.keys(MAKERS) as ChecksumAlgorithm[]

export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return Object.hasOwn(MAKERS, name)
}

export function checksum(algorithm: ChecksumAlgorithm): Crc {
  return MAKERS[algorithm]()
}

export function checksumHeader(algorithm: string): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`
}

function nodeCrc32(): Crc {
  let value = 0
  return {
    update: (bytes) => void (value = crc32(bytes, value)),
    digest() {
      const result = Buffer.alloc(4)
      result.writeUInt32BE(value)
      return result
    },
  }
}

function hashOf(name: 'sha1' | 'sha256'): Crc {
  const hash = createHash(name)
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() }
}
