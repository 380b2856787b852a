import { deepEqual, equal, throws } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { Clock } from '../sys/sys.ts'
import { realClock } from '../sys/real-clock.ts'
import { realRandom } from '../sys/real-random.ts'
import type { Catalog } from './catalog.ts'
import { openCatalog } from './open-catalog.ts'
import { APPLICATION_ID, MIGRATIONS } from './schema.ts'

const STREAM = { database: 'logs', name: 'web', stream: 'web', partitionKeys: [], location: 's3://logs/web/' }
const ARCHIVED = { expectedVersion: undefined, keepsOld: true }

describe('tables of Glue', () => {
  let directory: string
  let path: string
  let catalog: Catalog
  let now = 1000
  const clock: Clock = { ...realClock, now: () => now++ }
  const definitionOf = (name: string, comment: string): string =>
    JSON.stringify({ Name: name, Description: comment })
  const events = (comment: string): { database: string; name: string; definition: string } => ({
    database: 'lake',
    name: 'events',
    definition: definitionOf('events', comment),
  })

  beforeEach(() => {
    now = 1000
    directory = mkdtempSync(join(tmpdir(), 'hozon-catalog-'))
    path = join(directory, 'catalog.sqlite')
    catalog = openCatalog(path, clock, realRandom)
  })
  afterEach(() => {
    catalog.close()
    rmSync(directory, { recursive: true })
  })
  const reopen = (): void => {
    catalog.close()
    catalog = openCatalog(path, clock, realRandom)
  }

  it('keeps every version', () => {
    const { glue } = catalog
    equal(glue.createTable(events('a')), 'no database')
    equal(glue.createDatabase('lake', '{"Name":"lake"}'), true)
    equal(glue.createDatabase('lake', '{}'), false)
    equal(glue.createTable(events('a')), 'created')
    equal(glue.createTable(events('b')), 'exists')
    equal(glue.updateTable(events('b'), ARCHIVED), 'updated')
    equal(glue.updateTable(events('c'), { expectedVersion: 0, keepsOld: true }), 'stale')
    equal(glue.updateTable(events('c'), { expectedVersion: 1, keepsOld: false }), 'updated')
    equal(glue.updateTable({ ...events('c'), name: 'other' }, ARCHIVED), 'missing')
    reopen()
    const newest = catalog.glue.table('lake', 'events')
    deepEqual(newest, { ...events('c'), version: 2, createdMs: 1002, updatedMs: 1004 })
    deepEqual(catalog.glue.tables('lake'), [newest])
    deepEqual(
      catalog.glue.versions('lake', 'events').map(({ version }) => version),
      [2, 0],
    )
    deepEqual(catalog.glue.table('lake', 'events', 0), {
      ...events('a'),
      version: 0,
      createdMs: 1002,
      updatedMs: 1002,
    })
    equal(catalog.glue.table('lake', 'events', 1), undefined)
    equal(catalog.glue.deleteTable('lake', 'events'), true)
    equal(catalog.glue.deleteTable('lake', 'events'), false)
    deepEqual(catalog.glue.versions('lake', 'events'), [])
  })

  it('shares names with the tables of streams', () => {
    const { glue } = catalog
    catalog.ensureTable(STREAM)
    equal(glue.createDatabase('logs', '{}'), false)
    equal(glue.createTable({ database: 'logs', name: 'web', definition: '{}' }), 'exists')
    equal(glue.createTable({ database: 'logs', name: 'app', definition: '{}' }), 'created')
    throws(() => catalog.ensureTable({ ...STREAM, name: 'app', stream: 'app' }), {
      code: 'HOZON_TABLE_TAKEN',
    })
    equal(catalog.ensureTable(STREAM).name, 'web')
    equal(glue.deleteDatabase('logs'), 'in use')
    deepEqual(
      glue.tables('logs').map(({ name }) => name),
      ['app'],
    )
  })

  it('deletes a database with its tables', () => {
    const { glue } = catalog
    glue.createDatabase('lake', '{"Name":"lake"}')
    glue.createTable(events('a'))
    deepEqual(glue.databases(), [{ name: 'lake', definition: '{"Name":"lake"}', createdMs: 1000 }])
    equal(glue.deleteDatabase('lake'), 'deleted')
    equal(glue.deleteDatabase('lake'), 'missing')
    deepEqual([glue.databases(), glue.tables('lake'), glue.table('lake', 'events')], [[], [], undefined])
  })

  it('comes into a catalog of before', () => {
    const old = join(directory, 'old.sqlite')
    const db = new DatabaseSync(old)
    db.exec(MIGRATIONS[0]!)
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 1;
      INSERT INTO databases (name, created_ms) VALUES ('logs', 7)`)
    db.close()
    const opened = openCatalog(old, clock, realRandom)
    deepEqual(opened.glue.databases(), [{ name: 'logs', definition: undefined, createdMs: 7 }])
    equal(opened.glue.createTable({ database: 'logs', name: 'app', definition: '{}' }), 'created')
    opened.close()
  })
})
