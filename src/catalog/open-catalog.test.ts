import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { realClock } from '../sys/real-clock.ts'
import { realRandom } from '../sys/real-random.ts'
import type { Catalog, Run, RunResult, StoredObject } from './catalog.ts'
import { mergeRanges } from './ledger.ts'
import { openCatalog } from './open-catalog.ts'

const WEB = {
  database: 'logs',
  name: 'web',
  stream: 'web',
  partitionKeys: ['dt', 'hour'],
  location: 's3://logs/web/',
}

type Filter = Parameters<Catalog['objectPages']>[2]

const objectsIn = (catalog: Catalog, name: string, filter?: Filter): StoredObject[] =>
  [...catalog.objectPages('logs', name, filter)].flat()

describe('catalog', () => {
  let directory: string
  let path: string
  let catalog: Catalog

  const open = (): Catalog => openCatalog(path, realClock, realRandom)
  const reopen = (): void => {
    catalog.close()
    catalog = open()
  }
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hozon-catalog-'))
    path = join(directory, 'catalog.sqlite')
    catalog = open()
  })
  afterEach(() => {
    try {
      catalog.close()
    } catch {
      // The test has closed it already.
    }
    rmSync(directory, { recursive: true })
  })

  it('keeps delivery streams through a restart', () => {
    catalog.saveDeliveryStream({ name: 'b', definition: '{"v":1}', isDraining: false })
    catalog.saveDeliveryStream({ name: 'a', definition: '{}', isDraining: false })
    catalog.saveDeliveryStream({ name: 'b', definition: '{"v":2}', isDraining: true })
    reopen()
    deepEqual(catalog.deliveryStreams(), [
      { name: 'a', definition: '{}', isDraining: false },
      { name: 'b', definition: '{"v":2}', isDraining: true },
    ])
    catalog.removeDeliveryStream('a')
    deepEqual(
      catalog.deliveryStreams().map(({ name }) => name),
      ['b'],
    )
  })

  it('makes a table once, and keeps every version of its schema', () => {
    const made = catalog.ensureTable(WEB)
    deepEqual(made, { ...WEB, schema: { version: 1, columns: [] } })
    const columns = [{ name: 'status', key: 'Status', type: 'bigint' as const }]
    catalog.evolve('logs', 'web', { version: 2, columns })
    throws(() => catalog.evolve('logs', 'web', { version: 2, columns }), /3 is next/)
    reopen()
    deepEqual(catalog.ensureTable({ ...WEB, location: 's3://other/' }), {
      ...WEB,
      schema: { version: 2, columns },
    })
    deepEqual(catalog.schema('logs', 'web', 1), { version: 1, columns: [] })
    deepEqual(catalog.schema('logs', 'web', 2), { version: 2, columns })
    deepEqual([catalog.schema('logs', 'web', 3), catalog.table('logs', 'other')], [undefined, undefined])
    equal(catalog.tables().length, 1)
  })

  it('keeps its node id', () => {
    const { nodeId } = catalog
    reopen()
    equal(catalog.nodeId, nodeId)
    ok(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(nodeId))
  })

  it('takes runs in order only, and none twice', () => {
    catalog.ensureTable(WEB)
    const [first, second] = [runOf(1, 3), runOf(4, 4)]
    catalog.planRun(first)
    catalog.planRun(first)
    catalog.planRun(second)
    throws(() => catalog.planRun(runOf(4, 5)), /segment 4; 4 is taken already/)
    throws(() => catalog.planRun(runOf(6, 5)), /ends before it begins/)
    throws(() => catalog.commitRun(second, resultOf(second, [])), /is committed before/)
    throws(() => catalog.commitRun(runOf(9, 9), resultOf(first, [])), /is committed before/)
    deepEqual(catalog.plannedRuns('web'), [first, second])
    equal(catalog.run(first.id), undefined)
    catalog.commitRun(first, resultOf(first, [objectOf(first, 'a')]))
    deepEqual(catalog.run(first.id), first)
    catalog.commitRun(first, resultOf(first, [objectOf(first, 'a')]))
    catalog.planRun(first)
    deepEqual([catalog.plannedRuns('web'), catalog.deliveredThrough('web')], [[second], 3])
    equal(catalog.objectCount('logs', 'web'), 1)
  })

  it('commits all or nothing', () => {
    catalog.ensureTable(WEB)
    const run = runOf(1, 1)
    catalog.planRun(run)
    const orphan = { ...objectOf(run, 'b'), table: 'no-such-table' }
    throws(() => catalog.commitRun(run, resultOf(run, [objectOf(run, 'a'), orphan])), /does not exist/)
    throws(
      () => catalog.commitRun(run, resultOf(run, [{ ...objectOf(run, 'a'), partition: ['1'] }])),
      /partition values/,
    )
    deepEqual(catalog.plannedRuns('web'), [run])
    deepEqual([catalog.deliveredThrough('web'), catalog.objectCount('logs', 'web')], [0, 0])
    deepEqual([[...catalog.ledger('web')], [...catalog.runs('web')]], [[], []])
  })

  it('gives objects back as they were, narrowed by partition and time', () => {
    catalog.ensureTable(WEB)
    const run = runOf(1, 1)
    const objects = [
      { ...objectOf(run, 'a'), partition: ['2026-11-22', '00'], minTimeMs: 100, maxTimeMs: 200 },
      { ...objectOf(run, 'b'), partition: ['2026-11-23', '00'], minTimeMs: 300.5, maxTimeMs: 400 },
      { ...objectOf(run, 'c'), partition: ['2026-11-23', '01'], fits: false },
    ]
    catalog.planRun(run)
    catalog.commitRun(run, resultOf(run, objects))
    const keys = (filter?: Filter): string =>
      objectsIn(catalog, 'web', filter)
        .map(({ key }) => key)
        .toSorted()
        .join('')
    const found = objectsIn(catalog, 'web')
    deepEqual(
      found.map((object) => ({ ...object, committedMs: undefined })),
      objects.map((object) => ({ ...object, committedMs: undefined })),
    )
    ok(found.every(({ committedMs }) => committedMs !== undefined))
    deepEqual([...catalog.allObjects('web')], objects)
    equal(keys({ partition: { dt: ['2026-11-23'] } }), 'bc')
    equal(keys({ partition: { dt: ['2026-11-23', '2026-11-23', 'x'], hour: ['00'] } }), 'b')
    equal(keys({ partition: { hour: [] } }), '')
    equal(keys({ partition: { 'no-key': ['1'] } }), 'abc')
    equal(keys({ ranges: { dt: { min: '2026-11-23' } } }), 'bc')
    equal(keys({ ranges: { dt: { max: '2026-11-22' }, hour: { min: '00', max: '00' } } }), 'a')
    equal(keys({ partition: { hour: ['00'] }, ranges: { dt: { min: '2026-11-22x' } } }), 'b')
    equal(keys({ minTimeMs: 200, maxTimeMs: 300 }), 'ac')
    equal(keys({ minTimeMs: 201 }), 'bc')
    equal(keys({ maxTimeMs: 99, partition: { dt: ['2026-11-22', '2026-11-23'] } }), 'c')
    deepEqual(objectsIn(catalog, 'no-table'), [])
  })

  it('gives the objects of the call in pages, however late they are read', () => {
    catalog.ensureTable(WEB)
    const commit = (number: number, days: number): void => {
      const run = runOf(number, number)
      const objects = Array.from({ length: days }, (_, day) => ({
        ...objectOf(run, `${number}/${day}`),
        partition: [`day ${day}`, '00'],
      }))
      catalog.planRun(run)
      catalog.commitRun(run, resultOf(run, objects))
    }
    commit(1, 1001)
    const pages = catalog.objectPages('logs', 'web')[Symbol.iterator]()
    const first = pages.next().value as StoredObject[]
    commit(2, 1002)
    const rest = [...{ [Symbol.iterator]: () => pages }]
    deepEqual(
      [first, ...rest].map((page) => page.length),
      [500, 500, 1],
    )
    ok(
      rest.flat().every(({ key }) => key.startsWith('1/')),
      'nothing that came behind the call',
    )
    equal(objectsIn(catalog, 'web').length, 2003)
  })

  it('finds by time what came later into a partition, and what has no time', () => {
    catalog.ensureTable(WEB)
    const times = [[100, 200], [500, 600], [10, 20], []] as const
    for (const [index, [minTimeMs, maxTimeMs]] of times.entries()) {
      const run = runOf(index + 1, index + 1)
      const timed = minTimeMs === undefined || maxTimeMs === undefined ? {} : { minTimeMs, maxTimeMs }
      catalog.planRun(run)
      catalog.commitRun(run, resultOf(run, [{ ...objectOf(run, `k${index}`), ...timed }]))
      const found = (min: number, max: number): string[] =>
        objectsIn(catalog, 'web', { minTimeMs: min, maxTimeMs: max })
          .map(({ key }) => key)
          .toSorted()
          .toReversed()
      const untimed = index === 3 ? ['k3'] : []
      deepEqual(found(550, 1000), [...untimed, ...(index >= 1 ? ['k1'] : [])])
      deepEqual(found(0, 15), [...untimed, ...(index >= 2 ? ['k2'] : [])])
      deepEqual(found(5000, 6000), untimed)
    }
  })

  it('adds up totals', () => {
    catalog.ensureTable(WEB)
    deepEqual(catalog.totals('web'), totalsOf(0, 0, 0, 0, undefined))
    const counts = [
      { records: 10, rejected: 2, blank: 1, late: 3, newestTimeMs: 500 },
      { records: 5, rejected: 0, blank: 5, late: 0 },
      { records: 5, rejected: 0, blank: 0, late: 1, newestTimeMs: 400 },
    ]
    for (const [index, count] of counts.entries()) {
      const run = runOf(index + 1, index + 1)
      catalog.planRun(run)
      catalog.commitRun(run, { objects: [objectOf(run, `k${index}`)], ranges: [], ...count })
    }
    deepEqual(catalog.totals('web'), totalsOf(12, 3, 2, 4, 500))
    deepEqual(
      [...catalog.runs('web')].map(({ records, blank }) => [records, blank]),
      [
        [10, 1],
        [5, 5],
        [5, 0],
      ],
    )
  })

  it('restores runs object by object, as often as they are found', () => {
    catalog.ensureTable(WEB)
    const [late, early] = [runOf(5, 6), runOf(1, 4)]
    const found = [objectOf(late, 'c'), objectOf(early, 'a'), objectOf(early, 'b'), objectOf(late, 'c')]
    for (const object of found) {
      const run = object.run === late.id ? late : early
      catalog.restoreRun(run, { ...resultOf(run, [object]), records: 4, rejected: 1 })
    }
    deepEqual(
      [...catalog.allObjects('web')].map(({ key }) => key),
      ['a', 'b', 'c'],
    )
    deepEqual(
      [...catalog.ledger('web')].map(({ run }) => run),
      [early.id, late.id],
    )
    equal(catalog.deliveredThrough('web'), 6)
    deepEqual(catalog.totals('web'), totalsOf(6, 3, 2, 0, undefined))
  })

  it('is read while it grows', () => {
    catalog.ensureTable(WEB)
    const commit = (segment: number): void => {
      const run = runOf(segment, segment)
      catalog.planRun(run)
      catalog.commitRun(run, resultOf(run, [objectOf(run, `k${segment}`)]))
    }
    for (let segment = 1; segment <= 3; segment++) commit(segment)
    const seen: string[] = []
    for (const { key } of catalog.allObjects('web')) {
      seen.push(key)
      if (seen.length === 1) for (const _ of catalog.allObjects('web')) commit(3 + Number(_.key.slice(1)))
      if (seen.length === 1) commit(20)
    }
    ok(seen.length >= 3 && new Set(seen).size === seen.length)
  })

  it('belongs to one process at a time', () => {
    throws(open, { code: 'HOZON_CATALOG_LOCKED', message: /another hozon process/, hint: /--data/ })
    catalog.close()
    catalog = open()
  })

  it('says what to do about a file that is damaged, foreign or too new', () => {
    const rebuild = { code: 'HOZON_CATALOG_CORRUPT', hint: /hozon catalog rebuild/ }
    catalog.close()
    damage(path)
    throws(open, rebuild)
    rmSync(path)
    writeFileSync(path, 'this is not a database, but long enough to look like one '.repeat(100))
    throws(open, rebuild)
    rmSync(path)
    foreign(path, 'CREATE TABLE theirs (a)')
    throws(open, rebuild)
    rmSync(path)
    foreign(
      path,
      `PRAGMA application_id = ${0x48_4f_5a_4e}; PRAGMA user_version = 1; CREATE TABLE theirs (a)`,
    )
    throws(open, rebuild)
    rmSync(path)
    open().close()
    foreign(path, 'PRAGMA user_version = 1000')
    throws(open, { code: 'HOZON_CATALOG_VERSION', hint: /newer/ })
    throws(() => openCatalog(join(directory, 'no', 'such', 'folder'), realClock, realRandom), {
      code: 'HOZON_CATALOG_DISK',
      retryable: true,
    })
  })

  it('knows every setting that a stream ever had', () => {
    catalog.planRun(runOf(1, 2))
    catalog.commitRun(runOf(1, 2), resultOf(runOf(1, 2), []))
    const other = { ...runOf(3, 3), deliver: '{"a":2}' }
    catalog.planRun(other)
    catalog.planRun({ ...runOf(4, 4), deliver: '{"a":2}' })
    deepEqual(catalog.deliverSettings('web').sort(), ['{"a":1}', '{"a":2}'])
    deepEqual(catalog.deliverSettings('others'), [])
  })
})

describe('ledger ranges', () => {
  it('are joined where they follow on, however they are interleaved', () => {
    const at = (source: string, from: number, to: number, file = source) => ({ source, path: file, from, to })
    deepEqual(
      mergeRanges([
        at('a', 0, 5),
        at('b', 0, 1),
        at('a', 5, 9),
        at('b', 1, 1),
        at('a', 10, 11),
        at('a', 11, 12, 'a.1'),
      ]),
      [at('a', 0, 9), at('b', 0, 1), at('a', 10, 11), at('a', 11, 12, 'a.1')],
    )
    throws(() => mergeRanges([at('a', 5, 4)]), /ends before it begins/)
  })
})

function runOf(firstSegment: number, lastSegment: number): Run {
  const id = `run-${firstSegment}-${lastSegment}`
  return {
    id,
    stream: 'web',
    firstSegment,
    lastSegment,
    arrivalMs: 1_795_400_000_000,
    schemaVersion: 1,
    deliver: '{"a":1}',
  }
}

function objectOf(run: Run, key: string): StoredObject {
  return {
    bucket: 'logs',
    key,
    database: 'logs',
    table: 'web',
    run: run.id,
    partition: ['2026-11-23', '00'],
    bytes: 100,
    etag: 'e',
    checksum: '0000000a',
    rows: 2,
    format: 'parquet',
    compression: 'zstd',
    schemaVersion: 1,
    fits: true,
  }
}

function resultOf(run: Run, objects: StoredObject[]): RunResult {
  const ranges = [
    { source: 'tail:1', path: '/log', from: run.firstSegment * 10, to: run.lastSegment * 10 + 10 },
  ]
  return { objects, records: objects.length * 2, rejected: 0, blank: 0, late: 0, ranges }
}

// prettier-ignore
function totalsOf(deliveredRecords: number, deliveredObjects: number, rejectedRecords: number, lateRecords: number, newestTimeMs: number | undefined) {
  return { deliveredRecords, deliveredObjects, rejectedRecords, lateRecords, newestTimeMs }
}

/** Zeroes all but the first page, whose header still looks right. */
function damage(path: string): void {
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(statSync(path).size - 200), 0, undefined, 200)
  closeSync(file)
}

function foreign(path: string, sql: string): void {
  const db = new DatabaseSync(path)
  db.exec(sql)
  db.close()
}
