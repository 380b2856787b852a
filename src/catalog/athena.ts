/**
 * What Athena's API keeps: executions of queries, and what its users name (workgroups, named queries, prepared
 * statements). Definitions are JSON that services/athena/ reads and writes.
 */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { AthenaExecution, AthenaState, WrittenByExecution } from './catalog.ts'

/** All methods expect to be called within a transaction where they write (open-catalog.ts). */
export function openAthena(db: DatabaseSync): AthenaState {
  return { items: openItems(db), executions: openExecutions(db) }
}

function openItems(db: DatabaseSync): AthenaState['items'] {
  const all = db.prepare(
    'SELECT scope, name, definition FROM athena_items WHERE kind = ? AND scope = ? ORDER BY name',
  )
  const find = db.prepare('SELECT definition FROM athena_items WHERE kind = ? AND scope = ? AND name = ?')
  const create = db.prepare(
    'INSERT INTO athena_items (kind, scope, name, definition) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const update = db.prepare(
    'UPDATE athena_items SET definition = ? WHERE kind = ? AND scope = ? AND name = ?',
  )
  const remove = db.prepare('DELETE FROM athena_items WHERE kind = ? AND scope = ? AND name = ?')
  return {
    all: (kind, scope) =>
      all.all(kind, scope).map((row) => ({
        kind,
        scope,
        name: String(row['name']),
        definition: String(row['definition']),
      })),
    find(kind, scope, name) {
      const row = find.get(kind, scope, name)
      return row === undefined ? undefined : String(row['definition'])
    },
    create: ({ kind, scope, name, definition }) => create.run(kind, scope, name, definition).changes === 1,
    update: ({ kind, scope, name, definition }) => update.run(definition, kind, scope, name).changes === 1,
    remove: (kind, scope, name) => remove.run(kind, scope, name).changes === 1,
  }
}

/** At once: some 20 ms of the main process. What is left is forgotten the next time. */
const FORGOTTEN_MAX = 250

const COLUMNS = 'execution, workgroup, token, reuse_key, is_over, submitted_ms, definition'

function openExecutions(db: DatabaseSync): AthenaState['executions'] {
  const insert = db.prepare(`
    INSERT INTO athena_executions (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`)
  const update = db.prepare(`
    UPDATE athena_executions SET reuse_key = ?, is_over = ?, definition = ?,
      written = CASE WHEN ? THEN NULL ELSE written END
    WHERE execution = ?`)
  const find = db.prepare(`SELECT ${COLUMNS} FROM athena_executions WHERE execution = ?`)
  const byToken = db.prepare(`SELECT ${COLUMNS} FROM athena_executions WHERE token = ?`)
  const newest = db.prepare(`
    SELECT execution FROM athena_executions
    WHERE workgroup = ?1 AND id < CASE WHEN ?2 IS NULL THEN ?3
      ELSE coalesce((SELECT id FROM athena_executions WHERE execution = ?2), 0) END
    ORDER BY id DESC LIMIT ?4`)
  const reusable = db.prepare(`
    SELECT ${COLUMNS} FROM athena_executions WHERE reuse_key = ? AND submitted_ms >= ?
    ORDER BY id DESC LIMIT 1`)
  const unfinished = db.prepare(`SELECT ${COLUMNS} FROM athena_executions WHERE NOT is_over ORDER BY id`)
  const written = db.prepare('SELECT written FROM athena_executions WHERE execution = ?')
  // An octet_length is told by the head of a row: the definition itself, which may fill hundreds of pages, is not read.
  const oldest = db.prepare(`
    SELECT id, submitted_ms, octet_length(definition) AS bytes FROM athena_executions
    WHERE is_over ORDER BY id LIMIT ?`)
  const history = db.prepare('SELECT executions, bytes FROM athena_history')
  const removeThrough = db.prepare('DELETE FROM athena_executions WHERE is_over AND id <= ?')
  const removeGroup = db.prepare(`
    DELETE FROM athena_executions WHERE id IN (SELECT id FROM athena_executions WHERE workgroup = ? LIMIT ?)`)
  return {
    create({ id, workgroup, token, reuseKey, isOver, submittedMs, definition }) {
      const same = token === undefined ? undefined : byToken.get(token)
      if (same !== undefined) return toExecution(same)
      insert.run(id, workgroup, token ?? null, reuseKey ?? null, isOver ? 1 : 0, submittedMs, definition)
      return undefined
    },
    update({ id, reuseKey, isOver, definition }) {
      const over = isOver ? 1 : 0
      return update.run(reuseKey ?? null, over, definition, over, id).changes === 1
    },
    find: (id) => optional(find.get(id)),
    byToken: (token) => optional(byToken.get(token)),
    newest: (workgroup, after, count) =>
      newest
        .all(workgroup, after ?? null, Number.MAX_SAFE_INTEGER, count)
        .map((row) => String(row['execution'])),
    reusable: (key, sinceMs) => optional(reusable.get(key, sinceMs)),
    unfinished: () => unfinished.all().map(toExecution),
    written(id) {
      const text = written.get(id)?.['written']
      return typeof text === 'string' ? (JSON.parse(text) as WrittenByExecution) : undefined
    },
    forget({ beforeMs, rowsMax, bytesMax }) {
      const kept = history.get()
      let rows = Number(kept?.['executions'])
      let bytes = Number(kept?.['bytes'])
      let through: number | undefined
      for (const row of oldest.iterate(FORGOTTEN_MAX)) {
        if (Number(row['submitted_ms']) >= beforeMs && rows <= rowsMax && bytes <= bytesMax) break
        rows--
        bytes -= Number(row['bytes'])
        through = Number(row['id'])
      }
      if (through !== undefined) removeThrough.run(through)
    },
    forgetGroup: (workgroup) => removeGroup.run(workgroup, FORGOTTEN_MAX).changes === FORGOTTEN_MAX,
  }
}

type Row = Record<string, SQLOutputValue>

function optional(row: Row | undefined): AthenaExecution | undefined {
  return row === undefined ? undefined : toExecution(row)
}

function toExecution(row: Row): AthenaExecution {
  return {
    id: String(row['execution']),
    workgroup: String(row['workgroup']),
    token: row['token'] === null ? undefined : String(row['token']),
    reuseKey: row['reuse_key'] === null ? undefined : String(row['reuse_key']),
    isOver: row['is_over'] === 1,
    submittedMs: Number(row['submitted_ms']),
    definition: String(row['definition']),
  }
}
