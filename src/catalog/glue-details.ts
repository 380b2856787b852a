/** What hangs on Glue's tables and databases: statistics, partition indexes, functions. */
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../sys/sys.ts'
import type { Mark } from './glue-copies.ts'
import type { GlueDetailPlace, GlueDetails, GlueFunction, GlueFunctions } from './glue.ts'

const PLACE = `
  table_id = (
    SELECT g.id FROM glue_tables g JOIN databases d ON d.id = g.database_id WHERE d.name = ? AND g.name = ?)
  AND kind = ? AND partition_values = ?`

/** All methods expect to be called within a transaction where they write (open-catalog.ts). */
export function openGlueDetails(db: DatabaseSync, clock: Clock, mark: Mark): GlueDetails {
  const all = db.prepare(
    `SELECT name, definition, updated_ms FROM glue_table_details WHERE ${PLACE} ORDER BY name`,
  )
  const remove = db.prepare(`DELETE FROM glue_table_details WHERE ${PLACE} AND name = ?`)
  const save = db.prepare(`
    INSERT OR REPLACE INTO glue_table_details (table_id, kind, partition_values, name, definition, updated_ms)
    SELECT g.id, ?3, ?4, ?5, ?6, ?7 FROM glue_tables g JOIN databases d ON d.id = g.database_id
    WHERE d.name = ?1 AND g.name = ?2`)
  const at = ({ database, table, kind, values }: GlueDetailPlace): [string, string, string, string] => [
    database,
    table,
    kind,
    values === undefined ? '' : JSON.stringify(values),
  ]
  /** Those of partitions are not copied. */
  const markOwner = ({ database, table, values }: GlueDetailPlace): void => {
    if (values === undefined) mark('table', database, table)
  }
  return {
    all: (place) =>
      all.all(...at(place)).map((row) => ({
        name: String(row['name']),
        definition: String(row['definition']),
        updatedMs: Number(row['updated_ms']),
      })),
    save(place, name, definition) {
      markOwner(place)
      return save.run(...at(place), name, definition, clock.now()).changes === 1
    },
    delete(place, name) {
      markOwner(place)
      return remove.run(...at(place), name).changes === 1
    },
  }
}

export function openGlueFunctions(db: DatabaseSync, clock: Clock, mark: Mark): GlueFunctions {
  const select = `
    SELECT d.name AS database, f.name, f.definition, f.created_ms
    FROM glue_functions f JOIN databases d ON d.id = f.database_id`
  const one = 'database_id = (SELECT id FROM databases WHERE name = ?) AND name = ?'
  const database = db.prepare('SELECT id FROM databases WHERE name = ?')
  const all = db.prepare(`${select} ORDER BY d.name, f.name`)
  const find = db.prepare(`${select} WHERE d.name = ? AND f.name = ?`)
  const insert = db.prepare(`
    INSERT INTO glue_functions (database_id, name, definition, created_ms) VALUES (?, ?, ?, ?)
    ON CONFLICT DO NOTHING`)
  const update = db.prepare(`UPDATE glue_functions SET definition = ? WHERE ${one}`)
  const remove = db.prepare(`DELETE FROM glue_functions WHERE ${one}`)
  return {
    all: () => all.all().map(toFunction),
    find(owner, name) {
      const row = find.get(owner, name)
      return row === undefined ? undefined : toFunction(row)
    },
    create(owner, name, definition) {
      const row = database.get(owner)
      if (row === undefined) return 'no database'
      mark('function', owner, name)
      const { changes } = insert.run(Number(row['id']), name, definition, clock.now())
      return changes === 1 ? 'created' : 'exists'
    },
    update(owner, name, definition) {
      mark('function', owner, name)
      return update.run(definition, owner, name).changes === 1
    },
    delete(owner, name) {
      mark('function', owner, name)
      return remove.run(owner, name).changes === 1
    },
  }
}

function toFunction(row: Record<string, unknown>): GlueFunction {
  return {
    database: String(row['database']),
    name: String(row['name']),
    definition: String(row['definition']),
    createdMs: Number(row['created_ms']),
  }
}
