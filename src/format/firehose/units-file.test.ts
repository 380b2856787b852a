import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { simulatedSys } from '../../sys/simulated.ts'
import { readUnits, writeUnits, type StoredUnit } from './units-file.ts'
import { recordsOf, unitWindows, type UnitSteps } from './units.ts'

async function throughFile(records: readonly Buffer[], steps: UnitSteps): Promise<StoredUnit[]> {
  const { files } = simulatedSys(1)
  const bytes = Buffer.concat(records)
  await files.writeFileDurably('/segment', bytes)
  const job = { path: '/segment', bytes: bytes.length, recordEnds: endsOf(records), firstArrivalMs: 0 }
  const { units } = await writeUnits(files, { ...job, steps, out: '/units' })
  const read: StoredUnit[] = []
  for await (const portion of readUnits(files, '/units')) read.push(...portion)
  assert.equal(read.length, units)
  return read
}

function endsOf(records: readonly Buffer[]): Uint32Array {
  let end = 0
  return Uint32Array.from(records, ({ length }) => (end += length))
}

function expected(records: readonly Buffer[], steps: UnitSteps): StoredUnit[] {
  const windows = unitWindows(recordsOf(Buffer.concat(records), endsOf(records)), steps, 0)
  return [...windows].flatMap(({ items }) =>
    items.flatMap((item) => {
      if ('failure' in item) return []
      const { data, original } = item
      return [original === undefined ? { data } : { data, original }]
    }),
  )
}

test('property: the units are read as they were made', async () => {
  const content = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))
  const record = fc.oneof(
    content,
    content.map((bytes) => gzipSync(bytes)),
  )
  const decompression = fc.constantFrom('none' as const, 'envelope' as const)
  await fc.assert(
    fc.asyncProperty(fc.array(record), decompression, async (records, kind) => {
      const steps: UnitSteps = { decompression: kind, deaggregation: undefined }
      assert.deepEqual(await throughFile(records, steps), expected(records, steps))
    }),
    { numRuns: 100, seed: 4 },
  )
})

test('many small units, and ones that are longer than a piece of the file', async () => {
  const steps: UnitSteps = { decompression: 'none', deaggregation: { kind: 'json' } }
  const records = [Buffer.from('{}'.repeat(500)), Buffer.alloc(700_000, 'x'), Buffer.alloc(0)]
  const all = Array.from({ length: 30 }, () => records).flat()
  assert.deepEqual(await throughFile(all, steps), expected(all, steps))
})
