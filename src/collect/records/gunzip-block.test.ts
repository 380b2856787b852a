import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { blockOf, recordsOf } from '../../base/record-block.ts'
import { gunzipBlock } from './gunzip-block.ts'
import { DEFAULT_RECORD_LIMITS } from './record-limits.ts'

const gunzip = (records: Buffer[], limits = {}): string[] | undefined => {
  const texts = gunzipBlock(blockOf(records), { ...DEFAULT_RECORD_LIMITS, ...limits })
  return texts && recordsOf(texts).map(String)
}

test('records of one member each are decompressed, each to its own text', () => {
  const property = fc.property(
    fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 20 }),
    (texts) => {
      assert.deepEqual(gunzip(texts.map((text) => gzipSync(text))), texts)
    },
  )
  fc.assert(property, { seed: 20261123, numRuns: 200 })
})

test('all else is left to be looked at one by one', () => {
  const [a, b] = [gzipSync('text a'), gzipSync('text b')]
  const half = Math.floor(a.length / 2)
  const flipped = Buffer.from(b)
  flipped[flipped.length - 8]! ^= 1
  for (const [what, records] of Object.entries({
    'no records': [],
    'a record that is not gzip': [a, Buffer.from('text')],
    'a member cut short': [a.subarray(0, -1), b],
    'a wrong checksum': [a, flipped],
    'two members in one record': [a, Buffer.concat([a, b])],
    'padding between members': [Buffer.concat([a, Buffer.alloc(3), a])],
    'something behind': [a, Buffer.concat([b, b.subarray(0, 12), b.subarray(-4)])],
    'a member over two records': [
      Buffer.concat([a, a.subarray(0, half)]),
      Buffer.concat([a.subarray(half), b]),
    ],
  }))
    assert.equal(gunzip(records), undefined, what)
})

test('a member that ends in the record after the one it began in is found by the checksum', () => {
  // Level 0 stores the text as it is: in the middle of it is what looks like an end that announces its length, and a beginning.
  const inner = Buffer.concat([
    Buffer.alloc(24, 'x'),
    Buffer.from([38, 0, 0, 0]),
    gzipSync('').subarray(0, 10),
  ])
  const member = gzipSync(inner, { level: 0 })
  const cut = member.indexOf(inner) + 28
  assert.equal(inner.length, 38)
  assert.equal(
    gunzip([member.subarray(0, cut), Buffer.concat([member.subarray(cut), gzipSync('b')])]),
    undefined,
  )
})

test('limits hold for a record and for all of them', () => {
  const records = [gzipSync('x'.repeat(100)), gzipSync('y'.repeat(50))]
  assert.equal(gunzip(records, { recordBytesMax: 100, requestBytesMax: 150 })?.length, 2)
  assert.equal(gunzip(records, { recordBytesMax: 99 }), undefined)
  assert.equal(gunzip(records, { requestBytesMax: 149 }), undefined)
})
