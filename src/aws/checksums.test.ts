import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assert as property, integer, property as forAll, uint8Array } from 'fast-check'
import { CHECKSUM_ALGORITHMS, checksum } from './checksums.ts'

/** Check values of the catalogues of CRCs, and of the hashes' own standards. */
const OF_DIGITS: Record<string, string> = {
  CRC32: 'cbf43926',
  CRC32C: 'e3069283',
  CRC64NVME: 'ae8b14860a799888',
  SHA1: 'f7c3bc1d808e04732adf679965ccc34ca7ae3441',
  SHA256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
}

test('each has its check value', () => {
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const sum = checksum(algorithm)
    sum.update(Buffer.from('123456789'))
    assert.equal(sum.digest().toString('hex'), OF_DIGITS[algorithm], algorithm)
  }
})

test('pieces of any length give what the whole gives (property)', () => {
  property(
    forAll(uint8Array({ maxLength: 100 }), integer({ min: 0, max: 100 }), (bytes, cut) => {
      for (const algorithm of CHECKSUM_ALGORITHMS) {
        const [whole, pieces, single] = [checksum(algorithm), checksum(algorithm), checksum(algorithm)]
        whole.update(bytes)
        pieces.update(bytes.subarray(0, cut))
        pieces.update(bytes.subarray(cut))
        for (const byte of bytes) single.update(Uint8Array.of(byte))
        const expected = whole.digest()
        assert.deepEqual(pieces.digest(), expected)
        assert.deepEqual(single.digest(), expected)
      }
    }),
    { seed: 20_261_123, numRuns: 100 },
  )
})
