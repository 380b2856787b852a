/** The catalog against a model that keeps everything in arrays, through reopening at any point. */
import { deepEqual } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import {
  array,
  assert as property,
  constantFrom,
  integer,
  oneof,
  property as forAll,
  record,
  constant,
} from 'fast-check'
import { realClock } from '../sys/real-clock.ts'
import { realRandom } from '../sys/real-random.ts'
import type { Run, RunResult, StoredObject } from './catalog.ts'
import { openCatalog } from './open-catalog.ts'

const SEED = 20_261_123
const STREAMS = ['web', 'app'] as const
const DAYS = ['1', '2', '3'] as const

const stream = constantFrom(...STREAMS)
const day = constantFrom(...DAYS)
const time = integer({ min: 0, max: 100 })
const step = oneof(
  record({
    kind: constant('plan' as const),
    stream,
    segments: integer({ min: 1, max: 3 }),
    skip: integer({ min: 0, max: 1 }),
  }),
  record({
    kind: constant('commit' as const),
    stream,
    objects: array(
      record({ day, rows: integer({ min: 1, max: 9 }), time, timed: constantFrom(true, true, false) }),
      { maxLength: 4 },
    ),
    rejected: integer({ min: 0, max: 2 }),
  }),
  record({ kind: constant('repeat' as const), stream }),
  record({ kind: constant('look' as const), stream, day, time }),
  record({ kind: constant('reopen' as const) }),
)

interface Model {
  planned: Run[]
  committed: { run: Run; result: RunResult }[]
  offset: number
}

it('does what its model does (property)', () => {
  property(
    forAll(array(step, { maxLength: 25 }), (steps) => {
      const directory = mkdtempSync(join(tmpdir(), 'hozon-catalog-'))
      const open = () => openCatalog(join(directory, 'catalog.sqlite'), realClock, realRandom)
      let catalog = open()
      try {
        const models = new Map<string, Model>(
          STREAMS.map((name) => [name, { planned: [], committed: [], offset: 0 }]),
        )
        for (const name of STREAMS)
          catalog.ensureTable({
            database: 'logs',
            name,
            stream: name,
            partitionKeys: ['dt'],
            location: `s3://logs/${name}`,
          })
        for (const current of steps) {
          if (current.kind === 'reopen') {
            catalog.close()
            catalog = open()
            continue
          }
          const model = models.get(current.stream)
          if (model === undefined) continue
          if (current.kind === 'plan') {
            const run = nextRun(current.stream, model, current)
            model.planned.push(run)
            catalog.planRun(run)
          } else if (current.kind === 'commit') {
            const run = model.planned.shift()
            if (run === undefined) continue
            const result = resultOf(run, model, current)
            model.committed.push({ run, result })
            catalog.commitRun(run, result)
          } else if (current.kind === 'repeat') {
            for (const { run, result } of model.committed) {
              catalog.planRun(run)
              catalog.commitRun(run, result)
            }
            for (const run of model.planned) catalog.planRun(run)
          } else
            deepEqual(
              keysOf(
                [
                  ...catalog.objectPages('logs', current.stream, {
                    partition: { dt: [current.day] },
                    minTimeMs: current.time,
                    maxTimeMs: current.time + 20,
                  }),
                ].flat(),
              ),
              keysOf(objectsOf(model).filter((object) => isWanted(object, current.day, current.time))),
            )
        }
        for (const [name, model] of models) compare(catalog, name, model)
      } finally {
        catalog.close()
        rmSync(directory, { recursive: true })
      }
    }),
    { seed: SEED, numRuns: 25 },
  )
})

function compare(catalog: ReturnType<typeof openCatalog>, name: string, model: Model): void {
  deepEqual(catalog.plannedRuns(name), model.planned)
  deepEqual(catalog.deliveredThrough(name), model.committed.at(-1)?.run.lastSegment ?? 0)
  deepEqual([...catalog.allObjects(name)], objectsOf(model))
  deepEqual(keysOf([...catalog.objectPages('logs', name)].flat()), keysOf(objectsOf(model)))
  deepEqual(catalog.objectCount('logs', name), objectsOf(model).length)
  deepEqual(
    [...catalog.runs(name)].map(({ run }) => run),
    model.committed.map(({ run }) => run),
  )
  deepEqual(
    [...catalog.ledger(name)],
    model.committed.flatMap(({ run, result }) =>
      result.ranges.map((range) => ({ ...range, stream: name, run: run.id })),
    ),
  )
  const sum = (count: (result: RunResult) => number): number =>
    model.committed.reduce((total, { result }) => total + count(result), 0)
  deepEqual(catalog.totals(name), {
    deliveredRecords: sum(({ records, rejected }) => records - rejected),
    deliveredObjects: sum(({ objects }) => objects.length),
    rejectedRecords: sum(({ rejected }) => rejected),
    lateRecords: 0,
    newestTimeMs: undefined,
  })
}

function nextRun(name: string, model: Model, { segments, skip }: { segments: number; skip: number }): Run {
  const last = model.planned.at(-1) ?? model.committed.at(-1)?.run
  const firstSegment = (last?.lastSegment ?? 0) + 1 + skip
  const id = `${name}-${firstSegment}`
  return {
    id,
    stream: name,
    firstSegment,
    lastSegment: firstSegment + segments - 1,
    arrivalMs: 5,
    schemaVersion: 1,
    deliver: `{"skip":${skip}}`,
  }
}

interface CommitStep {
  objects: { day: string; rows: number; time: number; timed: boolean }[]
  rejected: number
}

function resultOf(run: Run, model: Model, { objects, rejected }: CommitStep): RunResult {
  const from = model.offset
  model.offset += 10
  const stored = objects.map((object, index): StoredObject => ({
    bucket: 'logs',
    key: `${run.id}/${index}`,
    database: 'logs',
    table: run.stream,
    run: run.id,
    partition: [object.day],
    bytes: 10,
    etag: 'e',
    checksum: 'c',
    rows: object.rows,
    format: 'json',
    compression: 'gzip',
    schemaVersion: 1,
    fits: true,
    ...(object.timed ? { minTimeMs: object.time, maxTimeMs: object.time + 10 } : {}),
  }))
  const records = objects.reduce((sum, { rows }) => sum + rows, rejected)
  const range = { source: `tail:${run.stream}`, path: '/log', from, to: model.offset }
  return { objects: stored, records, rejected, blank: 0, late: 0, ranges: [range] }
}

function objectsOf(model: Model): StoredObject[] {
  return model.committed.flatMap(({ result }) => result.objects)
}

function isWanted(
  { partition, minTimeMs, maxTimeMs }: StoredObject,
  wantedDay: string,
  from: number,
): boolean {
  if (partition[0] !== wantedDay) return false
  return minTimeMs === undefined || maxTimeMs === undefined || (maxTimeMs >= from && minTimeMs <= from + 20)
}

function keysOf(objects: StoredObject[]): string[] {
  return objects.map(({ key }) => key).toSorted()
}
