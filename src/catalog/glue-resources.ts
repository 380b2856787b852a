/** What of Glue belongs to the account: crawlers and what they did, classifiers. */
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../sys/sys.ts'
import type { Mark } from './glue-copies.ts'
import type { GlueCrawls, GlueResource, GlueResources } from './glue.ts'

/** Of a crawler: half a year of daily runs, and a crawler that runs every five minutes can not fill the disk. */
const CRAWLS_MAX = 200

/** All methods expect to be called within a transaction where they write (open-catalog.ts). */
export function openGlueResources(db: DatabaseSync, clock: Clock, mark: Mark): GlueResources {
  const select = 'SELECT name, definition, created_ms, updated_ms FROM glue_resources WHERE kind = ?'
  const all = db.prepare(`${select} ORDER BY name`)
  const find = db.prepare(`${select} AND name = ?`)
  const insert = db.prepare(`
    INSERT INTO glue_resources (kind, name, definition, created_ms, updated_ms) VALUES (?1, ?2, ?3, ?4, ?4)
    ON CONFLICT DO NOTHING`)
  const update = db.prepare(
    'UPDATE glue_resources SET definition = ?, updated_ms = ? WHERE kind = ? AND name = ?',
  )
  const remove = db.prepare('DELETE FROM glue_resources WHERE kind = ? AND name = ?')
  return {
    all: (kind) => all.all(kind).map(toResource),
    find(kind, name) {
      const row = find.get(kind, name)
      return row === undefined ? undefined : toResource(row)
    },
    create(kind, name, definition) {
      mark(kind, name)
      return insert.run(kind, name, definition, clock.now()).changes === 1
    },
    update(kind, name, definition) {
      mark(kind, name)
      return update.run(definition, clock.now(), kind, name).changes === 1
    },
    delete(kind, name) {
      mark(kind, name)
      return remove.run(kind, name).changes === 1
    },
  }
}

export function openGlueCrawls(db: DatabaseSync): GlueCrawls {
  const all = db.prepare('SELECT id, definition FROM glue_crawls WHERE crawler = ? ORDER BY id DESC')
  const insert = db.prepare('INSERT INTO glue_crawls (crawler, definition) VALUES (?, ?)')
  const update = db.prepare('UPDATE glue_crawls SET definition = ? WHERE id = ?')
  const forget = db.prepare(`
    DELETE FROM glue_crawls WHERE crawler = ?1 AND id <= (
      SELECT id FROM glue_crawls WHERE crawler = ?1 ORDER BY id DESC LIMIT 1 OFFSET ${CRAWLS_MAX})`)
  const forgetAll = db.prepare('DELETE FROM glue_crawls WHERE crawler = ?')
  return {
    all: (crawler) =>
      all.all(crawler).map((row) => ({ id: Number(row['id']), definition: String(row['definition']) })),
    begin(crawler, definition) {
      const { lastInsertRowid } = insert.run(crawler, definition)
      forget.run(crawler)
      return Number(lastInsertRowid)
    },
    update: (id, definition) => void update.run(definition, id),
    deleteAll: (crawler) => void forgetAll.run(crawler),
  }
}

function toResource(row: Record<string, unknown>): GlueResource {
  return {
    name: String(row['name']),
    definition: String(row['definition']),
    createdMs: Number(row['created_ms']),
    updatedMs: Number(row['updated_ms']),
  }
}
