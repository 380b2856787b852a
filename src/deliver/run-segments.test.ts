import assert from 'node:assert/strict'
import { test } from 'node:test'
import { segmentsOfRun } from './run-segments.ts'

for (const [waiting, sizeBytes, expected] of [
  [[], 100, []],
  [[250], 100, [250]],
  [[40, 40], 100, [40, 40]],
  [[95, 95, 95], 100, [95]],
  [[100, 1], 100, [100]],
  [[5, 95, 95], 100, [5, 95]],
  [[1, 100, 100], 100, [1, 100]],
  [[24, 24, 24, 24, 24], 100, [24, 24, 24, 24]],
  [[60, 90], 100, [60]],
  [[60, 70], 100, [60, 70]],
] as const)
  test(`of ${waiting.join(', ')} bytes for ${sizeBytes}: ${expected.join(', ')}`, () => {
    const segments = waiting.map((bytes, id) => ({ id, bytes }))
    assert.deepEqual(
      segmentsOfRun(segments, sizeBytes).map(({ bytes }) => bytes),
      expected,
    )
  })
