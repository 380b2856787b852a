import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blockOf, type RecordBlock } from '../base/record-block.ts'
import type { StreamConfig } from '../base/stream.ts'
import type { BufferLimits } from '../buffer/buffer.ts'
import { openBuffer } from '../buffer/open-buffer.ts'
import { simulatedSys } from '../sys/simulated.ts'
import { openCloudWatch } from '../telemetry/cloudwatch.ts'
import { openMetrics } from '../telemetry/metrics.ts'
import { openPuts } from './puts.ts'

const CONFIG = { name: 's', deliver: { format: 'json' } } as StreamConfig
const IDENTITY = Buffer.alloc(16, 1)

async function opened(origin: 'api' | 'pipeline', limits: Partial<BufferLimits> = {}) {
  const sys = simulatedSys(1)
  const buffer = await openBuffer(sys, {
    stream: 's',
    directory: '/data/buffer',
    deliveredThrough: 0,
    limits,
  })
  const cloudWatch = openCloudWatch(openMetrics())
  return { sys, buffer, cloudWatch, ...openPuts({ buffer, config: CONFIG }, origin, cloudWatch) }
}

const records = (...texts: string[]): RecordBlock => blockOf(texts.map((text) => Buffer.from(text)))

test('records of API streams keep their ends; those of the pipeline file become lines', async () => {
  for (const [origin, ends] of [
    ['api', [1, 4, 4, 6]],
    ['pipeline', undefined],
  ] as const) {
    const { sys, buffer, put } = await opened(origin)
    await put(records('1', '{}\n', '', '[]'), IDENTITY)
    await buffer.seal()
    assert.deepEqual(buffer.recordEnds(1)?.length, ends?.length)
    const recordEnds = buffer.recordEnds(1)
    assert.deepEqual(recordEnds && [...recordEnds], ends)
    const bytes = sys.disk.read(buffer.sealed()[0]!.path)
    assert.equal(bytes.toString().endsWith('\n'), origin === 'pipeline')
  }
})

test('a repetition is stored once, whether the first is under way or durable', async () => {
  const { buffer, put } = await opened('api')
  await Promise.all([put(records('a'), IDENTITY), put(records('a'), IDENTITY)])
  await put(records('a'), IDENTITY)
  assert.equal(buffer.stats().records, 1)
  await put(records('a'), Buffer.alloc(16, 2))
  assert.equal(buffer.stats().records, 2)
})

test('a repetition of what was refused is stored', async () => {
  const { buffer, put } = await opened('api', { streamBytesMax: 4 })
  await put(records('four'), IDENTITY)
  const other = Buffer.alloc(16, 2)
  await assert.rejects(put(records('more'), other), { code: 'HOZON_BUFFER_FULL', retryable: true })
  assert.equal(buffer.hasRequest(other), false)
  await buffer.seal()
  await buffer.forget(1)
  await put(records('more'), other)
  assert.equal(buffer.stats().records, 1)
})

test('settled() waits for puts that are under way, also for those that are refused', async () => {
  const { put, settled, buffer } = await opened('api', { streamBytesMax: 4 })
  const puts = [put(records('four'), IDENTITY), put(records('more'), Buffer.alloc(16, 2))]
  const outcomes = Promise.allSettled(puts)
  await settled()
  assert.equal(buffer.stats().records, 1)
  assert.deepEqual(
    (await outcomes).map(({ status }) => status),
    ['fulfilled', 'rejected'],
  )
})
