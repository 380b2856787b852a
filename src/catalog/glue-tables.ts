/**
 * Databases and tables that were declared through Glue, each version of a table as the JSON it came as. They share the
 * names of the streams' tables: a database is one, whoever made it, and no name in it stands for two tables.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../sys/sys.ts'
import type { GlueDatabase, GlueTable, GlueTables } from './catalog.ts'
import { COPIED_PARTITIONS, type Mark } from './glue-copies.ts'

/** Without what has a file of its own. */
export type TableRows = Omit<
  GlueTables,
  'partitions' | 'details' | 'functions' | 'resources' | 'crawls' | 'copies' | 'atOnce'
>

const SELECT = `
  SELECT d.name AS database, g.name, v.version, v.definition, g.created_ms, v.created_ms AS updated_ms
  FROM glue_tables g JOIN databases d ON d.id = g.database_id
  JOIN glue_table_versions v ON v.table_id = g.id`
/** Of the tables that are deleted (schema.ts). */
const HIDDEN_DATABASE = "(SELECT id FROM databases WHERE name = '')"
const HIDE = `UPDATE glue_tables SET database_id = ${HIDDEN_DATABASE}, name = CAST(id AS TEXT)`
const NEWEST = 'AND v.version = g.version'

/** All methods expect to be called within a transaction where they write (open-catalog.ts). */
export function openGlueTables(db: DatabaseSync, clock: Clock, mark: Mark): TableRows {
  return {
    ...openDatabases(db, clock, mark),
    ...openReading(db),
    ...openWriting(db, clock, mark),
    ...openRemoving(db),
  }
}

function openDatabases(
  db: DatabaseSync,
  clock: Clock,
  mark: Mark,
): Pick<GlueTables, 'databases' | 'createDatabase' | 'updateDatabase' | 'deleteDatabase'> {
  const all = db.prepare("SELECT name, definition, created_ms FROM databases WHERE name <> '' ORDER BY name")
  const insert = db.prepare(
    'INSERT INTO databases (name, definition, created_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const update = db.prepare('UPDATE databases SET definition = ? WHERE name = ?')
  const find = db.prepare(`
    SELECT id, EXISTS (SELECT 1 FROM tables t WHERE t.database_id = d.id) AS has_streams
    FROM databases d WHERE name = ? AND name <> ''`)
  const tablesOf = db.prepare(`
    SELECT g.name AS "table", g.partitions_made AS made
    FROM glue_tables g JOIN databases d ON d.id = g.database_id WHERE d.name = ?`)
  const functionsOf = db.prepare(`
    SELECT f.name AS "function" FROM glue_functions f JOIN databases d ON d.id = f.database_id WHERE d.name = ?`)
  const removals = [`${HIDE} WHERE database_id = ?`, 'DELETE FROM databases WHERE id = ?'].map((sql) =>
    db.prepare(sql),
  )
  return {
    databases: () =>
      all.all().map((row): GlueDatabase => ({
        name: String(row['name']),
        definition: row['definition'] === null ? undefined : String(row['definition']),
        createdMs: Number(row['created_ms']),
      })),
    createDatabase(name, definition) {
      mark('database', name)
      return insert.run(name, definition, clock.now()).changes === 1
    },
    updateDatabase(name, definition) {
      mark('database', name)
      return update.run(definition, name).changes === 1
    },
    deleteDatabase(name) {
      const row = find.get(name)
      if (row === undefined) return 'missing'
      if (row['has_streams'] === 1) return 'in use'
      mark('database', name)
      for (const { table, made } of tablesOf.all(name)) markTable(mark, name, String(table), Number(made))
      for (const { function: functionName } of functionsOf.all(name))
        mark('function', name, String(functionName))
      for (const removal of removals) removal.run(Number(row['id']))
      return 'deleted'
    },
  }
}

/** With all copies of its partitions. */
function markTable(mark: Mark, database: string, name: string, partitionsMade: number): void {
  mark('table', database, name)
  for (let page = 0; page * COPIED_PARTITIONS < partitionsMade; page++)
    mark('partitions', database, name, page)
}

function openReading(db: DatabaseSync): Pick<GlueTables, 'tables' | 'table' | 'versions'> {
  const all = db.prepare(`${SELECT} WHERE d.name = ? ${NEWEST} ORDER BY g.name`)
  const newest = db.prepare(`${SELECT} WHERE d.name = ? AND g.name = ? ${NEWEST}`)
  const one = db.prepare(`${SELECT} WHERE d.name = ? AND g.name = ? AND v.version = ?`)
  const versions = db.prepare(`${SELECT} WHERE d.name = ? AND g.name = ? ORDER BY v.version DESC`)
  return {
    tables: (database) => all.all(database).map(toTable),
    table(database, name, version) {
      const row = version === undefined ? newest.get(database, name) : one.get(database, name, version)
      return row === undefined ? undefined : toTable(row)
    },
    versions: (database, name) => versions.all(database, name).map(toTable),
  }
}

function openWriting(
  db: DatabaseSync,
  clock: Clock,
  mark: Mark,
): Pick<GlueTables, 'createTable' | 'updateTable' | 'deleteTable' | 'deleteVersion'> {
  const database = db.prepare('SELECT id FROM databases WHERE name = ?')
  const taken = db.prepare(`
    SELECT 1 FROM tables WHERE database_id = ?1 AND name = ?2
    UNION ALL SELECT 1 FROM glue_tables WHERE database_id = ?1 AND name = ?2`)
  const find = db.prepare(`
    SELECT g.id, g.version, g.partitions_made FROM glue_tables g JOIN databases d ON d.id = g.database_id
    WHERE d.name = ? AND g.name = ?`)
  const insert = db.prepare(
    'INSERT INTO glue_tables (database_id, name, version, created_ms) VALUES (?, ?, 0, ?)',
  )
  const insertVersion = db.prepare(
    'INSERT INTO glue_table_versions (table_id, version, definition, created_ms) VALUES (?, ?, ?, ?)',
  )
  const setVersion = db.prepare('UPDATE glue_tables SET version = ? WHERE id = ?')
  const forget = db.prepare('DELETE FROM glue_table_versions WHERE table_id = ? AND version = ?')
  const hide = db.prepare(`${HIDE} WHERE id = ?`)
  return {
    createTable(table) {
      const owner = database.get(table.database)
      if (owner === undefined) return 'no database'
      const databaseId = Number(owner['id'])
      if (taken.get(databaseId, table.name) !== undefined) return 'exists'
      const now = clock.now()
      const { lastInsertRowid } = insert.run(databaseId, table.name, now)
      insertVersion.run(lastInsertRowid, 0, table.definition, now)
      mark('table', table.database, table.name)
      return 'created'
    },
    updateTable(table, { expectedVersion, keepsOld }) {
      const row = find.get(table.database, table.name)
      if (row === undefined) return 'missing'
      const [id, version] = [Number(row['id']), Number(row['version'])]
      if (expectedVersion !== undefined && expectedVersion !== version) return 'stale'
      insertVersion.run(id, version + 1, table.definition, clock.now())
      setVersion.run(version + 1, id)
      if (!keepsOld) forget.run(id, version)
      mark('table', table.database, table.name)
      return 'updated'
    },
    deleteTable(databaseName, name) {
      const row = find.get(databaseName, name)
      if (row === undefined) return false
      markTable(mark, databaseName, name, Number(row['partitions_made']))
      hide.run(Number(row['id']))
      return true
    },
    deleteVersion(databaseName, name, version) {
      const row = find.get(databaseName, name)
      if (row === undefined || Number(row['version']) === version) return false
      return forget.run(Number(row['id']), version).changes === 1
    },
  }
}

function openRemoving(db: DatabaseSync): Pick<GlueTables, 'removeDeleted'> {
  const some = db.prepare(`SELECT id FROM glue_tables WHERE database_id = ${HIDDEN_DATABASE} LIMIT 1`)
  const pieces = Object.entries({
    glue_partitions: 'partition_values',
    glue_table_details: 'kind, partition_values, name',
  }).map(([table, key]) =>
    db.prepare(`
      DELETE FROM ${table} WHERE table_id = ?1 AND (${key}) IN (
        SELECT ${key} FROM ${table} WHERE table_id = ?1 LIMIT ?2)`),
  )
  const forgetAll = db.prepare('DELETE FROM glue_table_versions WHERE table_id = ?')
  const remove = db.prepare('DELETE FROM glue_tables WHERE id = ?')
  return {
    removeDeleted(rows) {
      const id = some.get()?.['id']
      if (id === undefined) return false
      if (pieces.some((piece) => piece.run(id, rows).changes > 0)) return true
      forgetAll.run(id)
      remove.run(id)
      return true
    },
  }
}

function toTable(row: Record<string, unknown>): GlueTable {
  return {
    database: String(row['database']),
    name: String(row['name']),
    version: Number(row['version']),
    definition: String(row['definition']),
    createdMs: Number(row['created_ms']),
    updatedMs: Number(row['updated_ms']),
  }
}
