import { deepEqual, equal } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { realClock } from '../sys/real-clock.ts'
import { realRandom } from '../sys/real-random.ts'
import type { Catalog } from './catalog.ts'
import type { GlueDetailPlace } from './glue.ts'
import { openCatalog } from './open-catalog.ts'

describe("the rest of Glue's catalog", () => {
  let directory: string
  let catalog: Catalog
  const ofTable: GlueDetailPlace = { database: 'lake', table: 'events', kind: 'statistics' }
  const ofPartition: GlueDetailPlace = { ...ofTable, values: ['a'] }
  const namesOf = (place: GlueDetailPlace): string[] =>
    catalog.glue.details.all(place).map(({ name }) => name)

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hozon-catalog-'))
    catalog = openCatalog(join(directory, 'c.sqlite'), { ...realClock, now: () => 7 }, realRandom)
    catalog.glue.createDatabase('lake', '{}')
    catalog.glue.createTable({ database: 'lake', name: 'events', definition: '{}' })
    catalog.glue.partitions.create('lake', 'events', { values: ['a'], definition: '{}' })
  })
  afterEach(() => {
    catalog.close()
    rmSync(directory, { recursive: true })
  })

  it('keeps details of tables and of partitions apart', () => {
    const { details } = catalog.glue
    equal(details.save({ ...ofTable, table: 'none' }, 'x', '1'), false)
    equal(details.save(ofTable, 'x', '1'), true)
    equal(details.save(ofTable, 'x', '2'), true)
    equal(details.save(ofPartition, 'y', '3'), true)
    equal(details.save({ ...ofTable, kind: 'index' }, 'z', '4'), true)
    deepEqual(details.all(ofTable), [{ name: 'x', definition: '2', updatedMs: 7 }])
    deepEqual(namesOf(ofPartition), ['y'])
    equal(details.delete(ofTable, 'y'), false)
    equal(details.delete(ofTable, 'x'), true)
    deepEqual(namesOf(ofTable), [])
  })

  it('lets them go with what they belong to', () => {
    const { details, partitions } = catalog.glue
    details.save(ofTable, 'x', '1')
    details.save(ofPartition, 'y', '1')
    details.save({ ...ofTable, kind: 'index' }, 'z', '1')
    partitions.update('lake', 'events', ['a'], { values: ['b'], definition: '{}' })
    deepEqual([namesOf(ofPartition), namesOf({ ...ofTable, values: ['b'] })], [[], ['y']])
    partitions.delete('lake', 'events', ['b'])
    deepEqual(namesOf({ ...ofTable, values: ['b'] }), [])
    deepEqual(namesOf(ofTable), ['x'])
    catalog.glue.deleteTable('lake', 'events')
    catalog.glue.createTable({ database: 'lake', name: 'events', definition: '{}' })
    deepEqual([namesOf(ofTable), namesOf({ ...ofTable, kind: 'index' })], [[], []])
  })

  it('has functions, which go with their database', () => {
    const { functions } = catalog.glue
    equal(functions.create('none', 'f', '1'), 'no database')
    equal(functions.create('lake', 'f', '1'), 'created')
    equal(functions.create('lake', 'f', '2'), 'exists')
    equal(functions.update('lake', 'f', '3'), true)
    equal(functions.update('lake', 'g', '3'), false)
    deepEqual(functions.all(), [{ database: 'lake', name: 'f', definition: '3', createdMs: 7 }])
    equal(functions.delete('lake', 'g'), false)
    catalog.glue.deleteDatabase('lake')
    equal(functions.find('lake', 'f'), undefined)
  })

  it('has crawlers and the newest of their crawls', () => {
    const { resources, crawls } = catalog.glue
    equal(resources.create('crawler', 'C', '1'), true)
    equal(resources.create('crawler', 'C', '2'), false)
    equal(resources.create('classifier', 'C', '3'), true)
    equal(resources.update('crawler', 'C', '4'), true)
    equal(resources.update('crawler', 'c', '4'), false)
    deepEqual(resources.all('crawler'), [{ name: 'C', definition: '4', createdMs: 7, updatedMs: 7 }])
    const ids = Array.from({ length: 205 }, (_, place) => crawls.begin('C', String(place)))
    crawls.begin('D', 'd')
    crawls.update(ids.at(-1)!, 'last')
    const kept = crawls.all('C')
    deepEqual([kept.length, kept[0], kept.at(-1)?.definition], [200, { id: 205, definition: 'last' }, '5'])
    crawls.deleteAll('C')
    deepEqual([crawls.all('C').length, crawls.all('D').length], [0, 1])
    equal(resources.delete('crawler', 'C'), true)
    equal(resources.delete('crawler', 'C'), false)
  })
})
