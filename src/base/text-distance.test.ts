import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { closestWord, editDistance } from './text-distance.ts'

test('editDistance counts single edits, and a swap of neighbours as one', () => {
  const gives = (a: string, b: string, edits: number): void => assert.equal(editDistance(a, b), edits)
  gives('', '', 0)
  gives('', 'abc', 3)
  gives('parquet', 'parquet', 0)
  gives('parket', 'parquet', 2)
  gives('ngnix', 'nginx', 1)
  gives('bukcet', 'bucket', 1)
  gives('formt', 'format', 1)
})

test('editDistance is symmetric and no more than the longer text', () => {
  const word = fc.string({ maxLength: 12 })
  fc.assert(
    fc.property(word, word, (a, b) => {
      assert.equal(editDistance(a, b), editDistance(b, a))
      assert.ok(editDistance(a, b) <= Math.max(a.length, b.length))
    }),
  )
})

test('closestWord names what was probably meant, or nothing', () => {
  const words = ['bucket', 'prefix', 'format', 'buffer', 'from']
  assert.equal(closestWord('Bucket', words), 'bucket')
  assert.equal(closestWord('buket', words), 'bucket')
  assert.equal(closestWord('frm', words), 'from')
  assert.equal(closestWord('interval', words), undefined)
  assert.equal(closestWord('xy', words), undefined)
  assert.equal(closestWord('a', []), undefined)
})
