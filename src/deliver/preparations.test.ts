import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HozonError } from '../base/errors.ts'
import type { DeliverConfig, StreamConfig } from '../base/stream.ts'
import type { Segment } from '../buffer/buffer.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Prepared } from '../format/prepare.ts'
import { simulatedSys, type SimulatedSys } from '../sys/simulated.ts'
import { openPreparations, type Preparations } from './preparations.ts'

const SCHEMA = { version: 1, columns: [] }
/** What is not looked at here is left out. */
const CONFIG = { name: 's', table: { database: 'd', name: 't' } } as unknown as StreamConfig
const CATALOG = { table: () => ({ schema: SCHEMA }) } as unknown as Catalog
const PLAIN = {} as DeliverConfig
const WITH_FUNCTION = { firehose: { processing: { lambda: {} } } } as DeliverConfig

function segment(id: number): Segment {
  const times = { firstArrivalMs: 0, lastArrivalMs: 0 }
  return { stream: 's', id, path: `/s/${id}`, bytes: 0, records: 0, sources: [], ...times }
}

function prepared(id: number): Prepared {
  const counts = { records: 0, rejected: 0, blank: 0 }
  return { segment: id, ...counts, schema: SCHEMA, parts: [], errors: undefined }
}

interface World {
  sys: SimulatedSys
  preparations: Preparations
}

function world(
  prepare: (id: number) => Promise<Prepared>,
  { settings = PLAIN, transform = () => Promise.resolve(undefined) as Promise<string | undefined> } = {},
): World {
  const sys = simulatedSys(1)
  const preparations = openPreparations(sys, {
    config: CONFIG,
    catalog: CATALOG,
    scratch: '/scratch',
    prepare: (job) => prepare(job.segment),
    settings: () => settings,
    recordEnds: () => undefined,
    transform,
    forgetTransformed: () => Promise.resolve(),
  })
  return { sys, preparations }
}

const died = (): HozonError =>
  new HozonError('HOZON_ENGINE_DIED', 'hozon-converter ended (SIGABRT)', { op: 'prepare', retryable: true })

test('a segment that ends the converter is tried less and less often, and the status says so', async () => {
  const times: number[] = []
  const problems: (string | undefined)[] = []
  const { sys, preparations } = world(async (id) => {
    problems.push(preparations.problem())
    if (times.push(sys.clock.now()) < 12) throw died()
    return prepared(id)
  })
  preparations.add(segment(1))
  const done = preparations.of([1])
  await sys.clock.runUntil(done)
  const waits = times.slice(1).map((time, index) => (time - times[index]!) / 1000)
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
  assert.match(problems[1]!, /preparing \/s\/1 ends the converter each time .*SIGABRT.*1 s later/)
  assert.equal(preparations.problem(), undefined)
})

test('other faults that pass are tried again soon', async () => {
  let attempts = 0
  const { sys, preparations } = world((id) => {
    if (++attempts < 4)
      throw new HozonError('HOZON_CONVERT_FILES', 'ENOSPC', { op: 'prepare', retryable: true })
    return Promise.resolve(prepared(id))
  })
  const from = sys.clock.now()
  preparations.add(segment(1))
  await sys.clock.runUntil(preparations.of([1]))
  assert.equal(sys.clock.now() - from, 50 + 100 + 200)
})

test('a query waits half a minute for a slow function and is told of it, as the status tells', async () => {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const { sys, preparations } = world((id) => Promise.resolve(prepared(id)), {
    settings: WITH_FUNCTION,
    transform: () => promise,
  })
  preparations.add(segment(1))
  const from = sys.clock.now()
  const asked = preparations.soon([1])
  asked.catch(() => {})
  await sys.clock.settle()
  assert.equal(preparations.problem(), undefined)
  await sys.clock.runUntil(asked.catch(() => {}))
  const slow = /Lambda function has been at a segment since/
  await assert.rejects(asked, { code: 'HOZON_PREPARE_WAIT', retryable: true, message: slow })
  assert.equal(sys.clock.now() - from, 30_000)
  assert.match(preparations.problem()!, slow)
  resolve(undefined)
  await sys.clock.runUntil(preparations.of([1]))
  assert.equal((await preparations.soon([1])).length, 1)
  assert.equal(preparations.problem(), undefined)
})
