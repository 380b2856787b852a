/** Records that are small and become much: they must pass the converter's process as it is started in earnest. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { FirehoseProcessing } from '../../src/base/firehose-delivery.ts'
import { openConverter } from '../../src/deliver/converter/converter.ts'
import type { PrepareJob, Prepared } from '../../src/format/prepare.ts'
import { realSys } from '../../src/sys/real.ts'

type Steps = Partial<FirehoseProcessing>

function events(count: number, message = 'x', more = ''): Buffer {
  const event = `{${more}"message":${JSON.stringify(message)}}`
  return gzipSync(`{"logEvents":[${Array(count).fill(event).join(',')}]}`)
}

function processing(steps: Steps): FirehoseProcessing {
  return {
    decompression: 'none',
    deaggregation: undefined,
    lambda: undefined,
    partitionQuery: undefined,
    delimiter: '\n',
    ...steps,
  }
}

function jobOf(t: TestContext, records: readonly Buffer[], steps: Steps): PrepareJob {
  const folder = mkdtempSync(join(tmpdir(), 'hozon-poison-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'segment')
  writeFileSync(path, Buffer.concat(records))
  mkdirSync(join(folder, 'scratch'))
  let end = 0
  const recordEnds = Uint32Array.from(records, ({ length }) => (end += length))
  const partitioning = steps.partitionQuery === undefined ? undefined : { activePartitionsMax: 500 }
  return {
    stream: 's',
    segment: 1,
    path,
    bytes: end,
    recordEnds,
    firstArrivalMs: 0,
    lastArrivalMs: 0,
    deliver: {
      bucket: 'b',
      prefix: partitioning ? '!{partitionKeyFromQuery:c}/' : '',
      errorPrefix: 'e/',
      partitionBy: 'arrival',
      timezone: 'UTC',
      format: 'json',
      compression: 'none',
      buffer: { sizeBytes: 1, intervalMs: 1 },
      time: undefined,
      firehose: {
        versionId: '1',
        streamArn: 'arn',
        region: 'r',
        fileExtension: undefined,
        partitioning,
        backup: undefined,
        conversion: undefined,
        processing: processing(steps),
      },
    },
    schema: { version: 1, columns: [] },
    evolve: true,
    scratch: join(folder, 'scratch'),
  }
}

/** The units file is made too, as for a function. */
async function prepare(t: TestContext, records: readonly Buffer[], steps: Steps): Promise<Prepared> {
  const job = jobOf(t, records, steps)
  const deaths: string[] = []
  const converter = openConverter(realSys, { temporary: tmpdir(), died: (reason) => deaths.push(reason) })
  try {
    const { path, bytes, recordEnds, firstArrivalMs } = job
    const out = join(job.scratch, 'units')
    await converter.writeUnits({
      path,
      bytes,
      recordEnds,
      firstArrivalMs,
      steps: processing(steps),
      out,
    })
    const prepared = await converter.prepare(job)
    assert.deepEqual(deaths, [])
    return prepared
  } finally {
    await converter.close()
  }
}

const MESSAGES: Steps = { decompression: 'messages' }
const JSON_PARTS: Steps = { deaggregation: { kind: 'json' } }
const KEYS: Steps = { partitionQuery: '{c: "k"}' }
const ID = `"id":"${'3'.repeat(56)}","timestamp":1700000000000,`

const CASES: [name: string, records: () => Buffer[], steps: Steps, units: number, rejected: number][] = [
  ['20 envelopes with 500,000 events each', () => Array(20).fill(events(500_000)), MESSAGES, 20, 20],
  ['an envelope of as many events as there may be', () => [events(100_000)], MESSAGES, 100_000, 0],
  [
    '60 envelopes of 8,000 ordinary events',
    () => Array(60).fill(events(8000, 'an ordinary line', ID)),
    MESSAGES,
    480_000,
    0,
  ],
  [
    'envelopes that are a unit each, of millions of values',
    () => Array(3).fill(gzipSync(`[${Array(2_500_000).fill('{}').join(',')}]`)),
    { decompression: 'envelope', ...KEYS },
    3,
    3,
  ],
  [
    'messages of many objects',
    () => [events(900, '{"a":1}'.repeat(500))],
    { ...MESSAGES, ...JSON_PARTS },
    450_000,
    0,
  ],
  [
    'objects of two bytes, 500 in a record, with keys',
    () => Array(500).fill(Buffer.from('{}'.repeat(500))),
    { ...JSON_PARTS, ...KEYS },
    250_000,
    0,
  ],
  [
    'keys that are much longer than their records',
    () => Array(150).fill(Buffer.from('{}')),
    { partitionQuery: '{c: ("x" * 1000000)}' },
    150,
    150,
  ],
]
for (const [name, records, steps, units, rejected] of CASES) {
  test(name, async (t) => {
    const prepared = await prepare(t, records(), steps)
    assert.deepEqual([prepared.firehose?.units, prepared.rejected], [units, rejected])
  })
}

test('a segment of short lines of text, in a stream of JSON lines', async (t) => {
  const job = jobOf(t, [Buffer.from('x\n'.repeat(2_000_000))], {})
  const { recordEnds: _, ...lines } = job
  const { firehose: __, ...deliver } = job.deliver
  const deaths: string[] = []
  const converter = openConverter(realSys, { temporary: tmpdir(), died: (reason) => deaths.push(reason) })
  try {
    const prepared = await converter.prepare({ ...lines, deliver })
    assert.deepEqual([prepared.records, prepared.rejected, deaths], [2_000_000, 2_000_000, []])
  } finally {
    await converter.close()
  }
})
