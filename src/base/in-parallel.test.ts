import { deepEqual, equal, rejects } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mapInParallel } from './in-parallel.ts'

describe('work on many items', () => {
  test('is done a few at a time, with results in order', async () => {
    let [running, most] = [0, 0]
    const results = await mapInParallel([5, 1, 4, 2, 3], 2, async (item) => {
      most = Math.max(most, ++running)
      for (let turn = 0; turn < item; turn++) await Promise.resolve()
      running--
      return item * 10
    })
    deepEqual(results, [50, 10, 40, 20, 30])
    equal(most, 2)
    deepEqual(await mapInParallel([], 2, () => Promise.reject(new Error('nothing to do'))), [])
  })

  test('begins nothing more after a failure', async () => {
    const begun: number[] = []
    const work = mapInParallel([0, 1, 2, 3, 4, 5], 2, async (item) => {
      begun.push(item)
      await Promise.resolve()
      if (item === 2) throw new Error('two')
    })
    await rejects(work, /two/)
    await new Promise(setImmediate)
    deepEqual(begun, [0, 1, 2, 3])
  })
})
