/** Partitions of the tables that were declared through Glue, and a reader for those of streams' tables. */
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../sys/sys.ts'
import type { GluePartition, GluePartitions, StreamPartition, StreamStorage } from './catalog.ts'
import { COPIED_PARTITIONS, type Mark } from './glue-copies.ts'

/** Read at a time: what lies between two reads may be changed by whoever consumes them. */
const PAGE_ROWS = 1000
/** Behind every other in the order of UTF-8. */
const LAST_CHARACTER = '\u{10ffff}'

const TABLE_ID = `
  SELECT g.id FROM glue_tables g JOIN databases d ON d.id = g.database_id WHERE d.name = ? AND g.name = ?`

/** Without the generator: pages() makes it out of this, so that each page is one read. */
export interface PartitionRows extends Omit<GluePartitions, 'all'> {
  page(database: string, table: string, after: string, before: string): GluePartition[]
}

/** All methods expect to be called within a transaction where they write (open-catalog.ts). */
export function openGluePartitions(db: DatabaseSync, clock: Clock, mark: Mark): PartitionRows {
  const findTable = db.prepare(`SELECT id, partitions_made FROM glue_tables WHERE id = (${TABLE_ID})`)
  const count = db.prepare('UPDATE glue_tables SET partitions_made = partitions_made + 1 WHERE id = ?')
  const one = `FROM glue_partitions WHERE table_id = (${TABLE_ID}) AND partition_values = ?`
  const find = db.prepare(`SELECT partition_values, definition, created_ms, page ${one}`)
  const remove = db.prepare(`DELETE ${one}`)
  const page = db.prepare(`
    SELECT partition_values, definition, created_ms FROM glue_partitions
    WHERE table_id = (${TABLE_ID}) AND partition_values > ? AND partition_values < ?
    ORDER BY partition_values LIMIT ${PAGE_ROWS}`)
  const insert = db.prepare(`
    INSERT INTO glue_partitions (table_id, partition_values, definition, created_ms, page) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING`)
  const update = db.prepare(`
    UPDATE OR IGNORE glue_partitions SET partition_values = ?, definition = ?
    WHERE table_id = (${TABLE_ID}) AND partition_values = ?`)

  // No trigger does it: it would run for each partition of a table that is deleted, too.
  const details = `WHERE table_id = (${TABLE_ID}) AND kind = 'statistics' AND partition_values = ?`
  const removeDetails = db.prepare(`DELETE FROM glue_table_details ${details}`)
  const moveDetails = db.prepare(`UPDATE glue_table_details SET partition_values = ? ${details}`)

  /** Of one that is there. */
  const markPage = (database: string, table: string, values: string): boolean => {
    const row = find.get(database, table, values)
    if (row !== undefined) mark('partitions', database, table, Number(row['page']))
    return row !== undefined
  }
  return {
    page: (...of) => page.all(...of).map(toPartition),
    find(database, table, values) {
      const row = find.get(database, table, JSON.stringify(values))
      return row === undefined ? undefined : toPartition(row)
    },
    create(database, table, { values, definition }) {
      const owner = findTable.get(database, table)
      if (owner === undefined) return 'no table'
      const [id, made] = [Number(owner['id']), Number(owner['partitions_made'])]
      const pageNumber = Math.floor(made / COPIED_PARTITIONS)
      const { changes } = insert.run(id, JSON.stringify(values), definition, clock.now(), pageNumber)
      if (changes === 0) return 'exists'
      count.run(id)
      mark('partitions', database, table, pageNumber)
      return 'created'
    },
    update(database, table, values, partition) {
      const [from, to] = [JSON.stringify(values), JSON.stringify(partition.values)]
      if (!markPage(database, table, from)) return 'missing'
      const { changes } = update.run(to, partition.definition, database, table, from)
      if (changes === 0) return 'exists'
      moveDetails.run(to, database, table, from)
      return 'updated'
    },
    delete(database, table, values) {
      const text = JSON.stringify(values)
      if (!markPage(database, table, text)) return false
      removeDetails.run(database, table, text)
      return remove.run(database, table, text).changes === 1
    },
  }
}

export interface StreamPartitionRows {
  page(database: string, table: string, after: string, before: string): StreamPartition[]
  storage(database: string, table: string, values?: readonly string[]): StreamStorage | undefined
}

const STREAM_TABLE_ID = `
  SELECT t.id FROM tables t JOIN databases d ON d.id = t.database_id WHERE d.name = ? AND t.name = ?`

export function openStreamPartitions(db: DatabaseSync): StreamPartitionRows {
  const page = db.prepare(`
    SELECT p.partition_values, p.created_ms, p.objects, p.rows, p.bytes FROM partitions p
    WHERE p.table_id = (${STREAM_TABLE_ID}) AND p.partition_values > ? AND p.partition_values < ?
    ORDER BY p.partition_values LIMIT ${PAGE_ROWS}`)
  const find = db.prepare(
    `SELECT id FROM partitions WHERE table_id = (${STREAM_TABLE_ID}) AND partition_values = ?`,
  )
  const last = db.prepare(`
    SELECT id FROM partitions WHERE table_id = (${STREAM_TABLE_ID}) ORDER BY partition_values DESC LIMIT 1`)
  const object = 'SELECT bucket, key, format, compression FROM objects WHERE partition_id = ? ORDER BY'
  const oldest = db.prepare(`${object} max_time_ms LIMIT 1`)
  const newest = db.prepare(`${object} max_time_ms DESC LIMIT 1`)
  return {
    page: (...of) =>
      page.all(...of).map((row) => ({
        values: JSON.parse(String(row['partition_values'])) as string[],
        createdMs: Number(row['created_ms']),
        objects: Number(row['objects']),
        rows: Number(row['rows']),
        bytes: Number(row['bytes']),
      })),
    storage(database, table, values) {
      const id =
        values === undefined
          ? last.get(database, table)?.['id']
          : find.get(database, table, JSON.stringify(values))?.['id']
      if (id === undefined) return undefined
      // The first and the last in time: the index has both at hand, of however many.
      const [first, latest] = [oldest.get(Number(id)), newest.get(Number(id))]
      if (first === undefined || latest === undefined) return undefined
      return {
        location: `s3://${String(latest['bucket'])}/${commonFolder(String(first['key']), String(latest['key']))}`,
        format: String(latest['format']) as StreamStorage['format'],
        compression: String(latest['compression']) as StreamStorage['compression'],
      }
    },
  }
}

function commonFolder(a: string, b: string): string {
  let same = 0
  while (same < a.length && a[same] === b[same]) same++
  return a.slice(0, a.lastIndexOf('/', a === b ? a.length : same - 1) + 1)
}

/** All that are asked for, one page after the other. */
export function* pages<P extends { values: string[] }>(
  page: (after: string, before: string) => P[],
  after?: readonly string[],
  first: readonly string[] = [],
): Generator<P> {
  // Lists that begin alike stand together: `["a","b"` is before all of them, and no list itself.
  const prefix = JSON.stringify(first).slice(0, -1)
  const before = `${prefix}${LAST_CHARACTER}`
  const given = after === undefined ? '' : JSON.stringify(after)
  let last = isBefore(prefix, given) ? given : prefix
  for (;;) {
    const partitions = page(last, before)
    yield* partitions
    const newest = partitions.at(-1)
    if (newest === undefined || partitions.length < PAGE_ROWS) return
    last = JSON.stringify(newest.values)
  }
}

/** In SQLite's order, which is that of UTF-8. */
function isBefore(a: string, b: string): boolean {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0
}

function toPartition(row: Record<string, unknown>): GluePartition {
  return {
    values: JSON.parse(String(row['partition_values'])) as string[],
    definition: String(row['definition']),
    createdMs: Number(row['created_ms']),
  }
}
