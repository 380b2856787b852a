/** Databases, tables and the versions of their schemas. */
import type { DatabaseSync } from 'node:sqlite'
import { assert, HozonError } from '../base/errors.ts'
import type { Column, TableSchema } from '../base/schema.ts'
import type { Clock } from '../sys/sys.ts'
import type { Table } from './catalog.ts'

export interface TableRow extends Table {
  id: number
}

export interface Tables {
  ensure(table: Omit<Table, 'schema'>): TableRow
  all(): TableRow[]
  find(database: string, name: string): TableRow | undefined
  schema(database: string, name: string, version: number): TableSchema | undefined
  evolve(database: string, name: string, schema: TableSchema): void
}

const SELECT = `
  SELECT t.id, d.name AS database, t.name, t.stream, t.location, t.partition_keys, t.schema_version, v.columns
  FROM tables t JOIN databases d ON d.id = t.database_id
  JOIN table_versions v ON v.table_id = t.id AND v.version = t.schema_version`

interface Row {
  id: number
  database: string
  name: string
  stream: string
  location: string
  partition_keys: string
  schema_version: number
  columns: string
}

export function openTables(db: DatabaseSync, clock: Clock): Tables {
  const selectAll = db.prepare(`${SELECT} ORDER BY d.name, t.name`)
  const selectOne = db.prepare(`${SELECT} WHERE d.name = ? AND t.name = ?`)
  const selectVersion = db.prepare('SELECT columns FROM table_versions WHERE table_id = ? AND version = ?')
  const selectGlue = db.prepare(`
    SELECT 1 FROM glue_tables g JOIN databases d ON d.id = g.database_id WHERE d.name = ? AND g.name = ?`)
  const insertDatabase = db.prepare(
    'INSERT INTO databases (name, created_ms) VALUES (?, ?) ON CONFLICT DO NOTHING',
  )
  const insertTable = db.prepare(`
    INSERT INTO tables (database_id, name, stream, location, partition_keys, schema_version, created_ms, updated_ms)
    SELECT id, ?, ?, ?, ?, 1, ?, ? FROM databases WHERE name = ?`)
  const insertVersion = db.prepare(
    'INSERT INTO table_versions (table_id, version, columns, created_ms) VALUES (?, ?, ?, ?)',
  )
  const updateVersion = db.prepare('UPDATE tables SET schema_version = ?, updated_ms = ? WHERE id = ?')

  const find = (database: string, name: string): TableRow | undefined => {
    const row = selectOne.get(database, name)
    return row === undefined ? undefined : toTable(row as unknown as Row)
  }
  return {
    find,
    all: () => selectAll.all().map((row) => toTable(row as unknown as Row)),
    ensure(table) {
      const present = find(table.database, table.name)
      if (present !== undefined) return present
      const { database, name, stream, location } = table
      if (selectGlue.get(database, name) !== undefined) throw takenError(table)
      const now = clock.now()
      insertDatabase.run(database, now)
      const keys = JSON.stringify(table.partitionKeys)
      const { lastInsertRowid } = insertTable.run(name, stream, location, keys, now, now, database)
      insertVersion.run(lastInsertRowid, 1, '[]', now)
      const made = find(database, name)
      assert(made !== undefined, `table ${database}.${name} was just made`)
      return made
    },
    schema(database, name, version) {
      const table = find(database, name)
      if (table === undefined) return undefined
      const row = selectVersion.get(table.id, version)
      return row === undefined ? undefined : toSchema(version, String(row['columns']))
    },
    evolve(database, name, schema) {
      const table = find(database, name)
      assert(table !== undefined, `evolve: no table ${database}.${name}`)
      const next = table.schema.version + 1
      assert(schema.version === next, `evolve: version ${schema.version} given, ${next} is next`)
      const now = clock.now()
      insertVersion.run(table.id, schema.version, JSON.stringify(schema.columns), now)
      updateVersion.run(schema.version, now, table.id)
    },
  }
}

function takenError({ database, name, stream }: Omit<Table, 'schema'>): HozonError {
  return new HozonError('HOZON_TABLE_TAKEN', `table ${database}.${name} was declared through Glue`, {
    op: 'make table',
    target: stream,
    hint: 'delete that table, or give the stream another one',
  })
}

function toTable(row: Row): TableRow {
  return {
    id: row.id,
    database: row.database,
    name: row.name,
    stream: row.stream,
    partitionKeys: JSON.parse(row.partition_keys) as string[],
    location: row.location,
    schema: toSchema(row.schema_version, row.columns),
  }
}

function toSchema(version: number, columns: string): TableSchema {
  return { version, columns: JSON.parse(columns) as Column[] }
}
