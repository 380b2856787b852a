import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { StreamConfig } from '../base/stream.ts'
import type { BufferStats, StreamBuffer } from '../buffer/buffer.ts'
import type { Catalog, Run } from '../catalog/catalog.ts'
import { simulatedSys } from '../sys/simulated.ts'
import { openStreamDelivery, type StreamDelivery } from './stream-delivery.ts'

const CONFIG = {
  name: 'app',
  table: { database: 'logs', name: 'app' },
  deliver: { buffer: { sizeBytes: 1024, intervalMs: 1000 } },
} as StreamConfig

/** A delivery over a buffer and a catalog that do no more than the test needs. */
function delivery(buffer: Partial<StreamBuffer>, planned: Partial<Run>[] = []): StreamDelivery {
  const catalog: Partial<Catalog> = { deliveredThrough: () => 0, plannedRuns: () => planned as Run[] }
  const preparations = { stop: () => {}, add: () => {} }
  const context = { sys: simulatedSys(1), config: CONFIG, buffer, catalog, preparations }
  return openStreamDelivery(context as unknown as Parameters<typeof openStreamDelivery>[0])
}

suite('the delivery loop', () => {
  test('pauses while a full disk keeps the active segment from being sealed', async () => {
    let seals = 0
    const buffer: Partial<StreamBuffer> = {
      sealed: () => [],
      stats: () => ({ activeArrivalMs: 0 }) as BufferStats,
      async seal() {
        assert.ok(++seals < 100, 'without a pause nothing else in the process would get a turn')
      },
    }
    const stalled = delivery(buffer)
    stalled.start()
    await new Promise(setImmediate)
    assert.equal(seals, 1)
    await stalled.stop()
  })

  test('a flush that is asked for while it stops does not wait for ever', async () => {
    const stopped = delivery({ sealed: () => [], stats: () => ({}) as BufferStats, seal: async () => {} })
    stopped.start()
    const stop = stopped.stop()
    await assert.rejects(stopped.flush(), { code: 'HOZON_STOPPING' })
    await stop
  })

  test('does not resume a run of another table', () => {
    const deliver = { ...CONFIG.deliver, table: { database: 'logs', name: 'before' } }
    const run = { id: 'r', firstSegment: 1, lastSegment: 1, deliver: JSON.stringify(deliver) }
    const buffer: Partial<StreamBuffer> = { sealed: () => [{ id: 1 }] as ReturnType<StreamBuffer['sealed']> }
    assert.throws(() => delivery(buffer, [run]).start(), {
      code: 'HOZON_TABLE_CHANGED',
      message: /table logs\.before/,
    })
  })
})
