import { deepEqual, equal } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { realClock } from '../sys/real-clock.ts'
import { realRandom } from '../sys/real-random.ts'
import { seededRandom } from '../sys/seeded-random.ts'
import type { Catalog } from './catalog.ts'
import type { GlueItem } from './glue.ts'
import { COPIED_PARTITIONS } from './glue-copies.ts'
import { openCatalog } from './open-catalog.ts'

const ALL = 100_000

describe("copies of Glue's catalog", () => {
  let directory: string
  let catalog: Catalog
  let nowMs = 1
  const open = (name: string): Catalog =>
    openCatalog(join(directory, name), { ...realClock, now: () => nowMs++ }, realRandom)
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hozon-copies-'))
    catalog = open('c.sqlite')
  })
  afterEach(() => {
    catalog.close()
    rmSync(directory, { recursive: true })
  })

  const namesMarked = (): string[] =>
    catalog.glue.copies
      .marks(ALL)
      .map(({ kind, name }) => [kind, ...name].join(' '))
      .sort()

  /** As a bucket that is told of every mark. */
  const copyInto = (bucket: Map<string, GlueItem & { content: object }>): void => {
    for (const mark of catalog.glue.copies.marks(ALL)) {
      const { kind, name } = mark
      const key = JSON.stringify([kind, name])
      const content = catalog.glue.copies.read(mark)
      if (content === undefined) bucket.delete(key)
      else bucket.set(key, { kind, name, content: JSON.parse(JSON.stringify(content)) as object })
      catalog.glue.copies.forget(mark)
    }
  }

  it('forgets a mark only if nothing changed since', () => {
    const { glue } = catalog
    glue.createDatabase('lake', '{}')
    const [mark] = glue.copies.marks(1)
    glue.updateDatabase('lake', '{"a":1}')
    glue.copies.forget(mark!)
    deepEqual(namesMarked(), ['database lake'])
    glue.copies.forget(glue.copies.marks(1)[0]!)
    deepEqual(namesMarked(), [])
  })

  it('marks a change with the change or not at all', () => {
    const fail = (): void =>
      catalog.glue.atOnce(() => {
        catalog.glue.createDatabase('lake', '{}')
        throw new Error('no')
      })
    let failed = false
    try {
      fail()
    } catch {
      failed = true
    }
    equal(failed, true)
    deepEqual(namesMarked(), [])
  })

  it('marks everything once for each bucket', () => {
    const { glue } = catalog
    glue.createDatabase('lake', '{}')
    glue.createTable({ database: 'lake', name: 't', definition: '{}' })
    glue.partitions.create('lake', 't', { values: ['a'], definition: '{}' })
    glue.functions.create('lake', 'f', '{}')
    glue.resources.create('crawler', 'C', '{}')
    const all = ['crawler C', 'database lake', 'function lake f', 'partitions lake t 0', 'table lake t']
    for (const bucket of ['one', 'two']) {
      glue.copies.publishTo(bucket)
      deepEqual(namesMarked(), all)
      copyInto(new Map())
      glue.copies.publishTo(bucket)
      deepEqual(namesMarked(), [])
    }
  })

  it('copies partitions in bounded pieces, of which new partitions change the last', () => {
    const { glue } = catalog
    glue.createDatabase('lake', '{}')
    glue.createTable({ database: 'lake', name: 't', definition: '{}' })
    const add = (from: number, to: number): void =>
      glue.atOnce(() => {
        for (let n = from; n < to; n++)
          glue.partitions.create('lake', 't', { values: [String(n)], definition: '{}' })
      })
    add(0, COPIED_PARTITIONS + 1)
    copyInto(new Map())
    add(5000, 5001)
    deepEqual(namesMarked(), ['partitions lake t 1'])
    glue.partitions.update('lake', 't', ['3'], { values: ['three'], definition: '{}' })
    deepEqual(namesMarked(), ['partitions lake t 0', 'partitions lake t 1'])
    copyInto(new Map())
    glue.deleteTable('lake', 't')
    deepEqual(namesMarked(), ['partitions lake t 0', 'partitions lake t 1', 'table lake t'])
  })

  it('leaves a table that a stream has, and what belongs to nothing', () => {
    const { glue } = catalog
    const stream = { stream: 's', partitionKeys: ['dt'], location: 's3://b/' }
    catalog.ensureTable({ database: 'lake', name: 'events', ...stream })
    const table = { version: 0, definition: '{}', created_ms: 1, updated_ms: 1, details: [] }
    equal(glue.copies.restore({ kind: 'table', name: ['lake', 'events'] }, table), 0)
    equal(glue.copies.restore({ kind: 'table', name: ['none', 'events'] }, table), 0)
    equal(glue.copies.restore({ kind: 'partitions', name: ['lake', 'events', '0'] }, { partitions: [] }), 0)
    equal(glue.copies.restore({ kind: 'database', name: ['lake'] }, { definition: '{}', created_ms: 5 }), 1)
    deepEqual(glue.databases(), [{ name: 'lake', definition: '{}', createdMs: 5 }])
  })

  it('makes the same catalog, whatever was done', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const random = seededRandom(seed)
      const pick = (count: number): number => random.below(count)
      const bucket = new Map<string, GlueItem & { content: object }>()
      catalog.glue.copies.publishTo(String(seed))
      for (let step = 0; step < 40; step++) {
        // Together, because each transaction of its own waits for the disk.
        catalog.glue.atOnce(() => {
          for (let n = 0; n < 10; n++) change(catalog, pick)
        })
        if (pick(4) === 0) copyInto(bucket)
      }
      copyInto(bucket)
      const restored = open(`restored-${seed}.sqlite`)
      const kinds = ['database', 'table', 'partitions', 'function', 'classifier', 'crawler']
      for (const kind of kinds)
        for (const item of bucket.values())
          if (item.kind === kind) restored.glue.copies.restore(item, item.content)
      deepEqual(contents(restored), contents(catalog))
      change(restored, pick)
      restored.close()
    }
  })
})

function change({ glue }: Catalog, pick: (count: number) => number): void {
  const [database, name] = [`d${pick(3)}`, `t${pick(3)}`]
  const definition = JSON.stringify({ n: pick(200) })
  const values = [String(pick(20))]
  const changes = [
    () => glue.createDatabase(database, definition),
    () => glue.updateDatabase(database, definition),
    () => pick(4) === 0 && glue.deleteDatabase(database),
    () => glue.createTable({ database, name, definition }),
    () =>
      glue.updateTable(
        { database, name, definition },
        { expectedVersion: undefined, keepsOld: pick(2) === 0 },
      ),
    () => pick(3) === 0 && glue.deleteTable(database, name),
    () => glue.partitions.create(database, name, { values, definition }),
    () => glue.partitions.create(database, name, { values, definition }),
    () => glue.partitions.update(database, name, values, { values: [String(pick(20))], definition }),
    () => glue.partitions.delete(database, name, values),
    () => glue.details.save({ database, table: name, kind: 'index' }, `i${pick(2)}`, definition),
    () => glue.details.delete({ database, table: name, kind: 'index' }, `i${pick(2)}`),
    () => glue.functions.create(database, 'f', definition),
    () => glue.functions.update(database, 'f', definition),
    () => glue.functions.delete(database, 'f'),
    () => glue.resources.create('crawler', name, definition),
    () => glue.resources.update('crawler', name, definition),
    () => glue.resources.delete('crawler', name),
  ]
  changes[pick(changes.length)]!()
}

function contents({ glue }: Catalog): unknown {
  return {
    databases: glue.databases(),
    tables: glue.databases().flatMap(({ name }) =>
      glue.tables(name).map((table) => ({
        table,
        partitions: [...glue.partitions.all(name, table.name)],
        indexes: glue.details.all({ database: name, table: table.name, kind: 'index' }),
      })),
    ),
    functions: glue.functions.all(),
    crawlers: glue.resources.all('crawler'),
  }
}
