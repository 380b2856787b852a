/**
 * Objects that a statement (CREATE TABLE AS, INSERT, UNLOAD) is about to put. They are named before the first is put and
 * forgotten in the transaction that makes them a table's, so that after a crash all of them can be removed.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { PlannedWrites, WrittenByExecution } from './catalog.ts'

/** All methods expect to be called within a transaction where they write (open-catalog.ts). */
export function openPlannedWrites(db: DatabaseSync): PlannedWrites {
  const insert = db.prepare('INSERT INTO planned_writes (execution, objects) VALUES (?, ?)')
  const all = db.prepare('SELECT execution, objects FROM planned_writes ORDER BY execution')
  const plan = db.prepare('SELECT objects FROM planned_writes WHERE execution = ?')
  const note = db.prepare('UPDATE athena_executions SET written = ? WHERE execution = ?')
  const remove = db.prepare('DELETE FROM planned_writes WHERE execution = ?')
  return {
    plan: (execution, objects) => void insert.run(execution, JSON.stringify(objects)),
    all: () =>
      all.all().map((row) => ({
        execution: String(row['execution']),
        objects: JSON.parse(String(row['objects'])) as string[],
      })),
    commit(execution, rows) {
      const objects = JSON.parse(String(plan.get(execution)?.['objects'] ?? '[]')) as string[]
      const written: WrittenByExecution = { objects, ...(rows === undefined ? {} : { rows }) }
      note.run(JSON.stringify(written), execution)
      remove.run(execution)
    },
    forget: (execution) => void remove.run(execution),
  }
}
