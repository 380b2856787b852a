import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HozonError } from '../base/errors.ts'
import type { DeliveryStreamDefinition } from '../services/firehose/definition.ts'
import { simulatedSys, type SimulatedSys } from '../sys/simulated.ts'
import { openDrains, type Drains } from './drains.ts'
import type { OpenStream } from './open-stream.ts'

interface Tried {
  sys: SimulatedSys
  drains: Drains<OpenStream>
  events: string[]
  begin: (settled?: () => Promise<void>) => void
}

/** `left`: records in the buffer after each flush. `faults`: what the first removals fail with. */
function drains(left: number[], faults: Error[] = []): Tried {
  const sys = simulatedSys(1)
  const events: string[] = []
  let records = 1
  const stream = {
    config: { name: 's' },
    buffer: { stats: () => ({ records }) },
    delivery: {
      async flush() {
        events.push('flush')
        const next = left.shift()
        if (next === undefined) throw stopping()
        records = next
      },
    },
  } as unknown as OpenStream
  const opened = openDrains<OpenStream>({
    clock: sys.clock,
    events: { failed: () => events.push('failed'), recovered: () => events.push('recovered') },
    async remove() {
      const fault = faults.shift()
      if (fault !== undefined) throw fault
      events.push('removed')
    },
    forget: async () => void events.push('forgotten'),
  })
  const begin = (settled = async () => {}): void =>
    void opened.begin(stream, { name: 's' } as DeliveryStreamDefinition, settled)
  return { sys, drains: opened, events, begin }
}

function stopping(): Error {
  return new HozonError('HOZON_STOPPING', 'the server is stopping', { op: 'flush', target: 's' })
}

function storeDown(): Error {
  return new HozonError('HOZON_STORE_DOWN', 'down', { op: 'put', target: 's', retryable: true })
}

test('a stream is gone when its last records are delivered', async () => {
  const { sys, events, begin } = drains([0])
  begin()
  await sys.clock.runUntil(() => events.includes('forgotten'))
  assert.deepEqual(events, ['flush', 'removed', 'forgotten'])
})

test('what was put before the deletion is waited for', async () => {
  const { sys, events, begin } = drains([0])
  const puts = Promise.withResolvers<void>()
  begin(() => puts.promise)
  await sys.clock.settle()
  assert.equal(events.length, 0)
  puts.resolve()
  await sys.clock.runUntil(() => events.includes('forgotten'))
})

test('records that a full disk keeps in the active segment are not left behind', async () => {
  const { sys, events, begin } = drains([1, 1, 0])
  begin()
  await sys.clock.runUntil(() => events.includes('forgotten'))
  assert.deepEqual(events, ['flush', 'flush', 'flush', 'removed', 'forgotten'])
})

test('a store that fails is tried again, told once', async () => {
  const { sys, events, begin } = drains([0], [storeDown(), storeDown(), storeDown()])
  begin()
  await sys.clock.runUntil(() => events.includes('forgotten'))
  assert.deepEqual(events, ['flush', 'failed', 'removed', 'recovered', 'forgotten'])
})

test('a stop leaves the stream to the next start', async () => {
  for (const [left, faults] of [
    [[], []],
    [[0], [storeDown()]],
  ] as [number[], Error[]][]) {
    const { sys, drains: opened, events, begin } = drains(left, faults)
    begin()
    await sys.clock.settle()
    opened.stop()
    await opened.stopped()
    assert.ok(!events.includes('removed') && !events.includes('forgotten'))
  }
})
