import { deepEqual, equal, throws } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { Clock } from '../sys/sys.ts'
import { realClock } from '../sys/real-clock.ts'
import { realRandom } from '../sys/real-random.ts'
import type { Catalog, StoredObject } from './catalog.ts'
import { openCatalog } from './open-catalog.ts'

describe('partitions', () => {
  let directory: string
  let path: string
  let catalog: Catalog
  const clock: Clock = { ...realClock, now: () => 1000 }
  const at = (...values: string[]): { values: string[]; definition: string } => ({
    values,
    definition: JSON.stringify({ Values: values }),
  })
  const valuesOf = (partitions: Iterable<{ values: string[] }>): string[][] =>
    [...partitions].map(({ values }) => values)

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hozon-catalog-'))
    path = join(directory, 'catalog.sqlite')
    catalog = openCatalog(path, clock, realRandom)
    catalog.glue.createDatabase('lake', '{}')
    catalog.glue.createTable({ database: 'lake', name: 'events', definition: '{}' })
  })
  afterEach(() => {
    catalog.close()
    rmSync(directory, { recursive: true })
  })

  it('are made, changed and deleted', () => {
    const { partitions } = catalog.glue
    equal(partitions.create('lake', 'none', at('a')), 'no table')
    equal(partitions.create('lake', 'events', at('b', '1')), 'created')
    equal(partitions.create('lake', 'events', at('a', '2')), 'created')
    equal(partitions.create('lake', 'events', at('a', '2')), 'exists')
    deepEqual(partitions.find('lake', 'events', ['a', '2']), { ...at('a', '2'), createdMs: 1000 })
    equal(partitions.find('lake', 'events', ['a2']), undefined)
    equal(partitions.update('lake', 'events', ['c', '3'], at('c', '3')), 'missing')
    equal(partitions.update('lake', 'events', ['a', '2'], at('b', '1')), 'exists')
    equal(partitions.update('lake', 'events', ['a', '2'], { ...at('a', '2'), definition: '7' }), 'updated')
    equal(partitions.update('lake', 'events', ['b', '1'], at('c', '3')), 'updated')
    catalog.close()
    catalog = openCatalog(path, clock, realRandom)
    const again = catalog.glue.partitions
    deepEqual(valuesOf(again.all('lake', 'events')), [
      ['a', '2'],
      ['c', '3'],
    ])
    equal(again.find('lake', 'events', ['a', '2'])?.definition, '7')
    equal(again.delete('lake', 'events', ['a', '2']), true)
    equal(again.delete('lake', 'events', ['a', '2']), false)
    deepEqual(valuesOf(again.all('lake', 'events')), [['c', '3']])
  })

  it('are read page by page, while they are changed', () => {
    const { glue } = catalog
    const all = Array.from({ length: 2500 }, (_, place) => String(10_000 + place))
    glue.atOnce(() => {
      for (const value of all) glue.partitions.create('lake', 'events', at(value))
    })
    deepEqual(valuesOf(glue.partitions.all('lake', 'events')).flat(), all)
    deepEqual(valuesOf(glue.partitions.all('lake', 'events', ['12400'])).flat(), all.slice(2401))
    const seen: string[] = []
    for (const { values } of glue.partitions.all('lake', 'events')) {
      seen.push(values[0]!)
      glue.partitions.delete('lake', 'events', values)
    }
    deepEqual(seen, all)
    deepEqual([...glue.partitions.all('lake', 'events')], [])
  })

  it('go with their table', () => {
    const { glue } = catalog
    glue.partitions.create('lake', 'events', at('a'))
    glue.deleteTable('lake', 'events')
    glue.createTable({ database: 'lake', name: 'events', definition: '{}' })
    deepEqual([...glue.partitions.all('lake', 'events')], [])
    glue.partitions.create('lake', 'events', at('a'))
    equal(glue.deleteDatabase('lake'), 'deleted')
  })

  it('are changed at once or not at all', () => {
    const { glue } = catalog
    throws(() =>
      glue.atOnce(() => {
        glue.partitions.create('lake', 'events', at('a'))
        throw new Error('half-way')
      }),
    )
    deepEqual([...glue.partitions.all('lake', 'events')], [])
  })

  it('of streams are there with their first object', () => {
    const table = { database: 'logs', name: 'web', stream: 'web', partitionKeys: ['dt'], location: 's3://l/' }
    catalog.ensureTable(table)
    deepEqual([...catalog.partitions('logs', 'web')], [])
    const run = { id: 'r', stream: 'web', arrivalMs: 0, schemaVersion: 1, deliver: '{}' }
    const object = (key: string, dt: string): StoredObject => ({
      bucket: 'l',
      key,
      database: 'logs',
      table: 'web',
      run: 'r',
      partition: [dt],
      bytes: 10,
      etag: '',
      checksum: '',
      rows: 2,
      format: 'json',
      compression: 'gzip',
      schemaVersion: 1,
      fits: true,
    })
    const objects = [object('b', '2'), object('a', '1'), object('c', '2')]
    const counts = { records: 6, rejected: 0, blank: 0, late: 0, ranges: [] }
    const planned = { ...run, firstSegment: 1, lastSegment: 1 }
    catalog.planRun(planned)
    catalog.commitRun(planned, { objects, ...counts })
    const sums = { createdMs: 1000 }
    deepEqual(
      [...catalog.partitions('logs', 'web')],
      [
        { values: ['1'], ...sums, objects: 1, rows: 2, bytes: 10 },
        { values: ['2'], ...sums, objects: 2, rows: 4, bytes: 20 },
      ],
    )
    deepEqual(valuesOf(catalog.partitions('logs', 'web', ['1'])), [['2']])
    deepEqual([...catalog.partitions('logs', 'none')], [])
  })
})
