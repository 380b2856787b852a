/**
 * What a bucket must know of Glue's catalog, so that it can be made anew: every change leaves a mark in its own
 * transaction, which stays until the bucket has it. So a crash forgets no change.
 */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { GlueCopies, GlueCopyKind, GlueMark } from './glue.ts'

/**
 * Partitions are copied in the order in which they came, this many at a time: a table's new partitions change its last
 * copy only, and a copy has about a megabyte at most where columns are few.
 */
export const COPIED_PARTITIONS = 1000

/** Within the transaction of the change. */
export type Mark = (kind: GlueCopyKind, ...name: (string | number)[]) => void

export function openMark(db: DatabaseSync): Mark {
  const mark = db.prepare(`
    INSERT INTO glue_unpublished (kind, name, change) VALUES (?, ?, 1)
    ON CONFLICT DO UPDATE SET change = change + 1`)
  return (kind, ...name) => void mark.run(kind, JSON.stringify(name.map(String)))
}

type Row = Record<string, SQLOutputValue>

const DATABASE_ID = '(SELECT id FROM databases WHERE name = ?)'
const TABLE_ID = `(SELECT id FROM glue_tables WHERE database_id = ${DATABASE_ID} AND name = ?)`

/** All methods expect to be called within a transaction where they write (open-catalog.ts). */
export function openGlueCopies(db: DatabaseSync): GlueCopies {
  const copied: Record<GlueCopyKind, Copied> = {
    database: openDatabases(db),
    table: openTables(db),
    partitions: openPartitions(db),
    function: openFunctions(db),
    crawler: openResources(db, 'crawler'),
    classifier: openResources(db, 'classifier'),
  }
  return {
    ...openMarks(db),
    read: ({ kind, name }) => copied[kind].read(name),
    restore: ({ kind, name }, content) => copied[kind].restore(name, content as Row),
  }
}

function openMarks(db: DatabaseSync): Pick<GlueCopies, 'marks' | 'forget' | 'publishTo'> {
  const some = db.prepare('SELECT kind, name, change FROM glue_unpublished LIMIT ?')
  const forget = db.prepare('DELETE FROM glue_unpublished WHERE kind = ? AND name = ? AND change = ?')
  const bucketNow = db.prepare("SELECT value FROM meta WHERE name = 'glue_bucket'")
  const setBucket = db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('glue_bucket', ?)")
  const markAll = db.prepare(`
    WITH owned AS (
      SELECT d.name AS database, g.name, g.id FROM glue_tables g JOIN databases d ON d.id = g.database_id
      WHERE d.name <> '')
    INSERT INTO glue_unpublished (kind, name, change) SELECT kind, name, 1 FROM (
      SELECT 'database' AS kind, json_array(name) AS name FROM databases WHERE definition IS NOT NULL
      UNION ALL SELECT 'table', json_array(database, name) FROM owned
      UNION ALL SELECT DISTINCT 'partitions', json_array(o.database, o.name, CAST(p.page AS TEXT))
        FROM glue_partitions p JOIN owned o ON o.id = p.table_id
      UNION ALL SELECT 'function', json_array(d.name, f.name)
        FROM glue_functions f JOIN databases d ON d.id = f.database_id
      UNION ALL SELECT kind, json_array(name) FROM glue_resources
    ) WHERE true ON CONFLICT DO UPDATE SET change = change + 1`)
  return {
    marks: (count) =>
      some.all(count).map(({ kind, name, change }) => ({
        kind: String(kind) as GlueCopyKind,
        name: JSON.parse(String(name)) as string[],
        change: Number(change),
      })),
    forget: ({ kind, name, change }: GlueMark) => void forget.run(kind, JSON.stringify(name), change),
    publishTo(bucket) {
      if (bucketNow.get()?.['value'] === bucket) return
      markAll.run()
      setBucket.run(bucket)
    },
  }
}

interface Copied {
  read: (name: readonly string[]) => object | undefined
  restore: (name: readonly string[], content: Row) => number
}

function openDatabases(db: DatabaseSync): Copied {
  const read = db.prepare(
    'SELECT definition, created_ms FROM databases WHERE name = ? AND definition IS NOT NULL',
  )
  const restore = db.prepare(`
    INSERT INTO databases (name, definition, created_ms) VALUES (?, ?, ?) ON CONFLICT (name)
    DO UPDATE SET definition = excluded.definition, created_ms = excluded.created_ms`)
  return {
    read: ([name = '']) => read.get(name),
    restore: ([name = ''], { definition = '', created_ms = 0 }) =>
      Number(restore.run(name, definition, created_ms).changes),
  }
}

/** The newest version, with what hangs on the table itself. */
function openTables(db: DatabaseSync): Copied {
  const read = db.prepare(`
    SELECT g.version, v.definition, g.created_ms, v.created_ms AS updated_ms FROM glue_tables g
    JOIN glue_table_versions v ON v.table_id = g.id AND v.version = g.version WHERE g.id = ${TABLE_ID}`)
  const details = db.prepare(`
    SELECT kind, name, definition, updated_ms FROM glue_table_details
    WHERE table_id = ${TABLE_ID} AND partition_values = ''`)
  const taken = db.prepare(`SELECT 1 FROM tables WHERE database_id = ${DATABASE_ID} AND name = ?`)
  const insert = db.prepare(`
    INSERT INTO glue_tables (database_id, name, version, created_ms)
    SELECT id, ?2, ?3, ?4 FROM databases WHERE name = ?1 ON CONFLICT DO NOTHING`)
  const insertVersion = db.prepare(`
    INSERT INTO glue_table_versions (table_id, version, definition, created_ms) VALUES (${TABLE_ID}, ?, ?, ?)`)
  const insertDetail = db.prepare(`
    INSERT INTO glue_table_details (table_id, kind, partition_values, name, definition, updated_ms)
    VALUES (${TABLE_ID}, ?, '', ?, ?, ?)`)
  return {
    read([database = '', table = '']) {
      const row = read.get(database, table)
      return row === undefined ? undefined : { ...row, details: details.all(database, table) }
    },
    restore([database = '', table = ''], content) {
      const { version = 0, definition = '', created_ms = 0, updated_ms = 0 } = content
      if (taken.get(database, table) !== undefined) return 0
      if (insert.run(database, table, version, created_ms).changes !== 1) return 0
      insertVersion.run(database, table, version, definition, updated_ms)
      for (const detail of (content as { details?: Row[] }).details ?? [])
        insertDetail.run(database, table, ...textOf(detail, 'kind', 'name', 'definition', 'updated_ms'))
      return 1
    },
  }
}

function openPartitions(db: DatabaseSync): Copied {
  // By itself SQLite would read the whole table, in order, for each page.
  const read = db.prepare(`
    SELECT partition_values, definition, created_ms FROM glue_partitions INDEXED BY glue_partitions_by_page
    WHERE table_id = ${TABLE_ID} AND page = ? ORDER BY partition_values`)
  const find = db.prepare(`SELECT id FROM glue_tables WHERE id = ${TABLE_ID}`)
  const insert = db.prepare(`
    INSERT INTO glue_partitions (table_id, page, partition_values, definition, created_ms) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING`)
  const count = db.prepare('UPDATE glue_tables SET partitions_made = max(partitions_made, ?) WHERE id = ?')
  return {
    read([database = '', table = '', page = '']) {
      const partitions = read.all(database, table, Number(page))
      return partitions.length === 0 ? undefined : { partitions }
    },
    restore([database = '', table = '', page = ''], content) {
      const id = find.get(database, table)?.['id']
      if (id === undefined) return 0
      const { partitions = [] } = content as { partitions?: Row[] }
      for (const row of partitions)
        insert.run(id, Number(page), ...textOf(row, 'partition_values', 'definition', 'created_ms'))
      count.run(Number(page) * COPIED_PARTITIONS + partitions.length, id)
      return partitions.length
    },
  }
}

function openFunctions(db: DatabaseSync): Copied {
  const read = db.prepare(`
    SELECT definition, created_ms FROM glue_functions WHERE database_id = ${DATABASE_ID} AND name = ?`)
  const insert = db.prepare(`
    INSERT INTO glue_functions (database_id, name, definition, created_ms)
    SELECT id, ?2, ?3, ?4 FROM databases WHERE name = ?1 ON CONFLICT DO NOTHING`)
  return {
    read: ([database = '', name = '']) => read.get(database, name),
    restore: ([database = '', name = ''], row) =>
      Number(insert.run(database, name, ...textOf(row, 'definition', 'created_ms')).changes),
  }
}

function openResources(db: DatabaseSync, kind: 'crawler' | 'classifier'): Copied {
  const read = db.prepare(
    'SELECT definition, created_ms, updated_ms FROM glue_resources WHERE kind = ? AND name = ?',
  )
  const insert = db.prepare(`
    INSERT INTO glue_resources (kind, name, definition, created_ms, updated_ms) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING`)
  return {
    read: ([name = '']) => read.get(kind, name),
    restore: ([name = ''], row) =>
      Number(insert.run(kind, name, ...textOf(row, 'definition', 'created_ms', 'updated_ms')).changes),
  }
}

/** In the order of the names; what a damaged copy lacks is refused by the table it goes to. */
function textOf(row: Row, ...names: string[]): SQLOutputValue[] {
  return names.map((name) => row[name] ?? null)
}
