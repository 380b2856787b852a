import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HozonError } from '../base/errors.ts'
import { simulatedSys } from '../sys/simulated.ts'
import { openRetries } from './retries.ts'

const fault = (message: string): HozonError =>
  new HozonError('HOZON_X', message, { op: 'put', retryable: true })

function opened() {
  const sys = simulatedSys(1)
  const stopping = new AbortController()
  const told: string[] = []
  const retries = openRetries(sys, stopping.signal, {
    failed: (error) => told.push((error as Error).message),
    recovered: () => told.push('recovered'),
  })
  return { sys, stopping, told, retries }
}

/** Fails with these, then gives 'done'. */
function failing(faults: Error[]): () => Promise<string> {
  return async () => {
    const next = faults.shift()
    if (next !== undefined) throw next
    return 'done'
  }
}

test('a later step that works does not heal an earlier one that fails', async () => {
  const { sys, told, retries } = opened()
  const faults = Array.from({ length: 5 }, () => fault('first'))
  const first = retries.untilDone(failing(faults))
  await sys.clock.settle()
  assert.equal(await retries.untilDone(failing([])), 'done')
  assert.match(retries.problem() ?? '', /first/)
  assert.deepEqual(told, ['first'])
  let isDone = false
  void first.then(() => (isDone = true))
  await sys.clock.runUntil(() => isDone)
  assert.equal(await first, 'done')
  assert.equal(retries.problem(), undefined)
  assert.deepEqual(told, ['first', 'recovered'])
})

test('the problem is that of the oldest step; a stop ends them', async () => {
  const { sys, stopping, told, retries } = opened()
  const many = (message: string): Error[] => Array.from({ length: 1000 }, () => fault(message))
  const first = retries.untilDone(failing(many('first')))
  await sys.clock.settle()
  const second = retries.untilDone(failing(many('second')))
  await sys.clock.settle()
  assert.match(retries.problem() ?? '', /first/)
  assert.deepEqual(told, ['first'])
  stopping.abort()
  assert.deepEqual(await Promise.all([first, second]), [undefined, undefined])
})
