import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { Catalog } from '../catalog/catalog.ts'
import { openCatalog } from '../catalog/open-catalog.ts'
import { realClock } from '../sys/real-clock.ts'
import { realRandom } from '../sys/real-random.ts'
import { removeDeletedTables } from './remove-deleted-tables.ts'

const PARTITIONS = 200_000
const ROWS = ['glue_partitions', 'glue_table_versions', 'glue_table_details', 'glue_tables']
const definition = '{}'

function seed(path: string, database: string, table: string): void {
  const db = new DatabaseSync(path)
  db.exec(`
    INSERT INTO glue_partitions (table_id, partition_values, definition, created_ms)
    WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${PARTITIONS})
    SELECT g.id, '["' || n || '"]', '{}', 1 FROM n, glue_tables g JOIN databases d ON d.id = g.database_id
    WHERE d.name = '${database}' AND g.name = '${table}'`)
  db.close()
}

test('a table with many partitions is gone at once, and its rows in pieces, also after a crash', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hozon-deleted-'))
  const path = join(directory, 'c.sqlite')
  const open = (): Catalog => openCatalog(path, realClock, realRandom)
  const rows = (): number[] => {
    const db = new DatabaseSync(path)
    const counts = ROWS.map((name) => Number(db.prepare(`SELECT count(*) AS n FROM ${name}`).get()?.['n']))
    db.close()
    return counts
  }
  try {
    let catalog = open()
    catalog.glue.createDatabase('lake', definition)
    catalog.glue.createTable({ database: 'lake', name: 'big', definition })
    catalog.glue.details.save({ database: 'lake', table: 'big', kind: 'index' }, 'i', definition)
    catalog.close()
    seed(path, 'lake', 'big')

    catalog = open()
    equal(catalog.glue.deleteTable('lake', 'big'), true)
    equal(catalog.glue.deleteTable('lake', 'big'), false)
    deepEqual(catalog.glue.tables('lake'), [])
    deepEqual(
      catalog.glue.databases().map(({ name }) => name),
      ['lake'],
    )
    equal(catalog.glue.createTable({ database: 'lake', name: 'big', definition }), 'created')
    deepEqual([...catalog.glue.partitions.all('lake', 'big')], [])
    catalog.glue.partitions.create('lake', 'big', { values: ['1'], definition })
    catalog.close()
    deepEqual(rows(), [PARTITIONS + 1, 2, 1, 2])

    catalog = open()
    let pieces = 0
    const { promise: someRemoved, resolve } = Promise.withResolvers<void>()
    const counting = {
      glue: {
        ...catalog.glue,
        removeDeleted(count: number): boolean {
          if (++pieces === 3) resolve()
          return catalog.glue.removeDeleted(count)
        },
      },
    }
    const first = removeDeletedTables(realClock, counting, () => {})
    await someRemoved
    await first.close()
    catalog.close()
    const [left = 0] = rows()
    ok(left > 1 && left < PARTITIONS, `${left} rows are left`)

    catalog = open()
    const { promise: allRemoved, resolve: over } = Promise.withResolvers<void>()
    let calls = 0
    const watching = {
      glue: {
        ...catalog.glue,
        removeDeleted(count: number): boolean {
          const goesOn = catalog.glue.removeDeleted(count)
          if (!goesOn) over()
          return goesOn
        },
      },
    }
    const second = removeDeletedTables(realClock, watching, () => {})
    const other = setInterval(() => {
      equal([...catalog.glue.partitions.all('lake', 'big')].length, 1)
      calls++
    }, 1)
    await allRemoved
    clearInterval(other)
    await second.close()
    catalog.close()
    ok(calls > 10, `${calls} calls were answered meanwhile`)
    deepEqual(rows(), [1, 1, 0, 1])
  } finally {
    rmSync(directory, { recursive: true })
  }
})
