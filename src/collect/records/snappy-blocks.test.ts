import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compressSync } from 'snappy'
import { snappyLength, uncompressSnappy } from './snappy-blocks.ts'

const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constant('the same again and again '),
      fc.integer().map(String),
    ),
  )
  .map((parts) => Buffer.from(parts.join('')))

test('what an independent writer compresses comes back, however many blocks follow each other', () => {
  const property = fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
    const record = Buffer.concat(texts.map((bytes) => compressSync(bytes) as Buffer))
    const length = snappyLength(record)
    assert.equal(length, Buffer.concat(texts).length)
    assert.ok(uncompressSnappy(record, length!).equals(Buffer.concat(texts)))
  })
  fc.assert(property, { seed: 20261123, numRuns: 300 })
})

test('long literals and far copies', () => {
  const random = Buffer.from(
    Array.from({ length: 200_000 }, (_, index) => (index * index * 31 + (index >> 3)) & 0xff),
  )
  const bytes = Buffer.concat([random, Buffer.alloc(70_000, 'x'), random])
  const record = compressSync(bytes) as Buffer
  assert.ok(uncompressSnappy(record, snappyLength(record)!).equals(bytes))
})

test('a record that is cut, goes on, or copies from before its beginning is no snappy', () => {
  const record = compressSync(Buffer.from('abcdefgh'.repeat(20))) as Buffer
  for (let end = 1; end < record.length; end++) assert.equal(snappyLength(record.subarray(0, end)), undefined)
  assert.equal(snappyLength(Buffer.concat([record, Buffer.from([200])])), undefined)
  assert.equal(snappyLength(Buffer.from([6, 0, 0x61, 0b0000_0101, 2])), undefined)
  assert.equal(snappyLength(Buffer.from([6, 0, 0x61, 0b0000_0101, 1])), 6)
  assert.equal(snappyLength(Buffer.from([6, 0, 0x61, 0b0000_0101, 0])), undefined)
  assert.equal(snappyLength(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff])), undefined)
})
