import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMemoryPool } from './lent-memory.ts'

const KIB = 1024

test('what was given back is lent again, and not before', () => {
  const pool = openMemoryPool()
  const [first, second] = [pool.lend(), pool.lend()]
  const taken = first.take(100 * KIB)
  assert.equal(taken.length, 100 * KIB)
  assert.notEqual(second.take(100 * KIB).buffer, taken.buffer)
  assert.notEqual(first.take(100 * KIB).buffer, taken.buffer)
  first.giveBack()
  const again = [second.take(120 * KIB), second.take(65 * KIB)]
  assert.ok(again.some(({ buffer }) => buffer === taken.buffer))
  assert.notEqual(again[0]!.buffer, again[1]!.buffer)
  assert.notEqual(second.take(100 * KIB).buffer, taken.buffer)
})

test('giving back twice does not lend the same piece to two', () => {
  const pool = openMemoryPool()
  const lent = pool.lend()
  lent.take(100 * KIB)
  lent.giveBack()
  lent.giveBack()
  assert.notEqual(pool.lend().take(100 * KIB).buffer, pool.lend().take(100 * KIB).buffer)
})

test('no more than some is kept', () => {
  const pool = openMemoryPool()
  const lent = pool.lend()
  const taken = Array.from({ length: 10 }, () => lent.take(8 * KIB * KIB).buffer)
  lent.giveBack()
  const next = pool.lend()
  const again = Array.from({ length: 10 }, () => next.take(8 * KIB * KIB).buffer)
  assert.equal(again.filter((buffer) => taken.includes(buffer)).length, 4)
})

test('any length can be had', () => {
  const lent = openMemoryPool().lend()
  for (const bytes of [0, 1, 16 * KIB - 1, 16 * KIB, 16 * KIB + 1, 8 * KIB * KIB, 8 * KIB * KIB + 1])
    assert.equal(lent.take(bytes).length, bytes)
  lent.giveBack()
})
