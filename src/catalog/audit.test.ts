import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assert as property, asyncProperty, integer, record } from 'fast-check'
import { auditStream, type AuditInput, type AuditReport } from './audit.ts'
import type { LedgerRange, RunSummary, StoredObject } from './catalog.ts'

const SEED = 20_261_123

/** A small world that is whole: sources cut into ranges, dealt out to runs in order, the rest in the buffer. */
interface World {
  runs: RunSummary[]
  objects: StoredObject[]
  ledger: LedgerRange[]
  buffered: { source: string; path: string; from: number; to: number }[]
  sources: { source: string; path: string; offset: number }[]
  inStore: Map<string, { bytes: number; etag: string; checksum: string }>
}

const shape = record({
  sources: integer({ min: 1, max: 4 }),
  runs: integer({ min: 1, max: 6 }),
  objectsPerRun: integer({ min: 0, max: 3 }),
  rejected: integer({ min: 0, max: 3 }),
  pick: integer({ min: 0, max: 1_000_000 }),
})

function buildWorld(size: { sources: number; runs: number; objectsPerRun: number; rejected: number }): World {
  const world: World = { runs: [], objects: [], ledger: [], buffered: [], sources: [], inStore: new Map() }
  for (let run = 0; run < size.runs; run++) addRun(world, size, run)
  for (let source = 0; source < size.sources; source++) {
    const name = { source: `tail:${source}`, path: `/log/${source}` }
    const from = 100 + size.runs * 50
    world.buffered.push({ ...name, from, to: from + 20 }, { ...name, from: from + 20, to: from + 30 })
    world.sources.push({ ...name, offset: from + 30 })
  }
  return world
}

function addRun(
  world: World,
  size: { sources: number; objectsPerRun: number; rejected: number },
  run: number,
): void {
  const id = `run-${run}`
  for (let source = 0; source < size.sources; source++) {
    const from = 100 + run * 50
    const range = { source: `tail:${source}`, path: `/log/${source}`, from, to: from + 50 }
    world.ledger.push({ ...range, stream: 'web', run: id })
  }
  for (let index = 0; index < size.objectsPerRun; index++) {
    const object = objectOf(id, `${id}/${index}`)
    world.objects.push(object)
    world.inStore.set(object.key, { bytes: object.bytes, etag: object.etag, checksum: object.checksum })
  }
  const records = size.objectsPerRun * 10 + size.rejected + 1
  const plan = {
    id,
    stream: 'web',
    firstSegment: run + 1,
    lastSegment: run + 1,
    arrivalMs: 0,
    schemaVersion: 1,
    deliver: '{}',
  }
  world.runs.push({ run: plan, records, rejected: size.rejected, blank: 1, late: 0 })
}

function objectOf(run: string, key: string): StoredObject {
  return {
    bucket: 'logs',
    key,
    database: 'logs',
    table: 'web',
    run,
    partition: [],
    bytes: 1000,
    etag: `etag of ${key}`,
    checksum: `checksum of ${key}`,
    rows: 10,
    format: 'parquet',
    compression: 'zstd',
    schemaVersion: 1,
    fits: true,
  }
}

function audit(world: World, change: Partial<AuditInput> = {}): Promise<AuditReport> {
  return auditStream({
    stream: 'web',
    table: { database: 'logs', name: 'web' },
    runs: world.runs,
    objects: () => world.objects,
    ledger: world.ledger,
    buffered: world.buffered,
    sources: world.sources,
    check: async ({ key }) => {
      const found = world.inStore.get(key)
      return found === undefined ? { present: false } : { present: true, ...found }
    },
    ...change,
  })
}

const pickOne = <T>(list: readonly T[], pick: number): T => list[pick % list.length] as T

describe('audit', () => {
  it('finds nothing where everything is whole, in whatever order the ledger comes (property)', () =>
    property(
      asyncProperty(shape, async (size) => {
        const world = buildWorld(size)
        const report = await audit(world)
        deepEqual([report.whole, report.findings], [true, []])
        deepEqual(
          [report.runs, report.objects, report.sources],
          [size.runs, world.objects.length, size.sources],
        )
        ok((await audit(world, { ledger: world.ledger.toReversed() })).whole)
      }),
      { seed: SEED },
    ))

  it('finds each missing, doubled or lengthened range (property)', () =>
    property(
      asyncProperty(shape, async (size) => {
        const lost = buildWorld({ ...size, runs: size.runs + 1 })
        // The first range of a source is its beginning: what was never recorded cannot be missed.
        const [dropped] = lost.ledger.splice(
          size.sources + (size.pick % (lost.ledger.length - size.sources)),
          1,
        )
        const gap = await audit(lost)
        deepEqual([gap.gaps, gap.overlaps, gap.whole], [1, 0, false])
        ok(gap.findings[0]?.text.includes(`bytes ${dropped?.from} to ${dropped?.to} `), gap.findings[0]?.text)

        const doubled = buildWorld(size)
        doubled.ledger.push(pickOne(doubled.ledger, size.pick))
        const overlap = await audit(doubled)
        deepEqual([overlap.gaps, overlap.overlaps, overlap.whole], [0, 1, false])

        const longer = buildWorld(size)
        pickOne(longer.ledger, size.pick).to += 1 + (size.pick % 19)
        const both = await audit(longer)
        deepEqual([both.gaps, both.overlaps, both.whole], [0, 1, false])
      }),
      { seed: SEED },
    ))

  it('finds a source whose durable offset is not where its ranges end (property)', () =>
    property(
      asyncProperty(shape, integer({ min: 1, max: 25 }), async (size, shift) => {
        const ahead = buildWorld(size)
        pickOne(ahead.sources, size.pick).offset += shift
        equal((await audit(ahead)).gaps, 1)
        const behind = buildWorld(size)
        pickOne(behind.sources, size.pick).offset -= shift
        equal((await audit(behind)).overlaps, 1)
        const forgotten = buildWorld(size)
        forgotten.sources = []
        ok((await audit(forgotten)).whole)
      }),
      { seed: SEED },
    ))

  it('finds each object that is missing, short or changed, and each run that does not add up (property)', () =>
    property(
      asyncProperty(shape, async ({ pick, ...rest }) => {
        const size = { ...rest, objectsPerRun: rest.objectsPerRun + 1 }
        const faults: [(world: World, key: string) => void, keyof AuditReport][] = [
          [({ inStore }, key) => inStore.delete(key), 'missingObjects'],
          [
            ({ inStore }, key) =>
              inStore.set(key, { bytes: 999, etag: `etag of ${key}`, checksum: `checksum of ${key}` }),
            'changedObjects',
          ],
          [
            ({ inStore }, key) =>
              inStore.set(key, { bytes: 1000, etag: `etag of ${key}`, checksum: 'other' }),
            'changedObjects',
          ],
          [({ objects }) => void (pickOne(objects, pick).rows += 1), 'miscountedRuns'],
          [({ runs }) => void (pickOne(runs, pick).rejected += 1), 'miscountedRuns'],
        ]
        for (const [injure, counter] of faults) {
          const world = buildWorld(size)
          injure(world, pickOne(world.objects, pick).key)
          const report = await audit(world)
          deepEqual([report[counter], report.whole, report.findings.length], [1, false, 1])
        }
      }),
      { seed: SEED },
    ))

  it('counts the rows of the stream’s own table only, and runs without objects', async () => {
    const world = buildWorld({ sources: 1, runs: 2, objectsPerRun: 1, rejected: 2 })
    world.objects.splice(1, 0, { ...objectOf('run-0', 'errors'), table: 'web_errors', rows: 2 })
    world.inStore.set('errors', { bytes: 1000, etag: 'etag of errors', checksum: 'checksum of errors' })
    ok((await audit(world)).whole)
    const none = buildWorld({ sources: 1, runs: 3, objectsPerRun: 0, rejected: 2 })
    ok((await audit(none)).whole)
  })

  it('takes the etag where no checksum was computed', async () => {
    const world = buildWorld({ sources: 1, runs: 1, objectsPerRun: 1, rejected: 0 })
    const check = async () => ({ present: true as const, bytes: 1000, etag: 'other' })
    equal((await audit(world, { check })).changedObjects, 1)
  })

  it('keeps a bounded list of findings, and complete counts', async () => {
    const world = buildWorld({ sources: 1, runs: 1100, objectsPerRun: 1, rejected: 0 })
    const report = await audit(world, { check: async () => ({ present: false }) })
    deepEqual([report.missingObjects, report.findings.length], [1100, 1000])
  })
})
