/** Runs from decision to commit, and what is summed up of them per stream. */
import type { DatabaseSync } from 'node:sqlite'
import { assert } from '../base/errors.ts'
import type { Clock } from '../sys/sys.ts'
import type { Run, RunResult, RunSummary, StreamTotals } from './catalog.ts'

export interface RunRow {
  id: number
  isCommitted: boolean
}

export interface Runs {
  plan(run: Run): void
  planned(stream: string): Run[]
  find(run: string): RunRow | undefined
  /** Marks it committed and adds its counts to the stream's totals; its segments are forgotten from here on. */
  commit(run: Run, result: RunResult): RunRow
  /** As commit, for a run that an earlier catalog had committed: in any order, planned or not. */
  restore(run: Run, result: RunResult): RunRow
  addObjects(stream: string, count: number): void
  deliveredThrough(stream: string): number
  totals(stream: string): StreamTotals
  redirect(run: Run): void
  discard(stream: string, throughSegment: number): void
  named(id: string): Run | undefined
  settings(stream: string): string[]
  /** Committed ones by first segment, page by page: commits may happen between two steps. */
  committed(stream: string): Generator<{ id: number; summary: RunSummary }>
}

const COMMITTED_PAGE_RUNS = 1000

interface Row {
  id: number
  run: string
  stream: string
  first_segment: number
  last_segment: number
  arrival_ms: number
  schema_version: number
  settings: string
  records: number
  rejected: number
  blank: number
  late: number
}

export function openRuns(db: DatabaseSync, clock: Clock): Runs {
  const statements = prepareRuns(db)

  const find = (run: string): RunRow | undefined => {
    const row = statements.find.get(run)
    return row === undefined
      ? undefined
      : { id: Number(row['id']), isCommitted: row['committed_ms'] !== null }
  }
  const deliveredThrough = (stream: string): number =>
    Number(statements.totals.get(stream)?.['delivered_through'] ?? 0)
  const insert = (run: Run): RunRow => {
    statements.insertSettings.run(run.deliver)
    const { id, stream, firstSegment, lastSegment, arrivalMs, schemaVersion } = run
    statements.insert.run(id, stream, firstSegment, lastSegment, arrivalMs, schemaVersion, run.deliver)
    const row = find(id)
    assert(row !== undefined, `run ${id} was just written`)
    return row
  }
  const finish = (row: RunRow, run: Run, result: RunResult): RunRow => {
    const { records, rejected, blank, late } = result
    statements.commit.run(clock.now(), records, rejected, blank, late, row.id)
    statements.addToTotals.run(
      run.stream,
      run.lastSegment,
      records - rejected - blank,
      rejected,
      late,
      result.newestTimeMs ?? null,
    )
    return { id: row.id, isCommitted: true }
  }

  return {
    find,
    deliveredThrough,
    plan(run) {
      assert(run.firstSegment <= run.lastSegment, `run ${run.id} ends before it begins`)
      if (find(run.id) !== undefined) return
      const last = Number(statements.lastSegment.get(run.stream)?.['last'] ?? 0)
      const taken = Math.max(last, deliveredThrough(run.stream))
      assert(
        run.firstSegment > taken,
        `run ${run.id} takes segment ${run.firstSegment}; ${taken} is taken already`,
      )
      insert(run)
    },
    planned: (stream) => statements.planned.all(stream).map((row) => toRun(row as unknown as Row)),
    commit(run, result) {
      const first = statements.planned.get(run.stream)
      assert(
        first?.['run'] === run.id,
        `run ${run.id} is committed before ${String(first?.['run'])}, which is next`,
      )
      return finish({ id: Number(first['id']), isCommitted: false }, run, result)
    },
    restore: (run, result) => finish(find(run.id) ?? insert(run), run, result),
    addObjects: (stream, count) => void statements.addObjects.run(count, stream),
    totals(stream) {
      const row = statements.totals.get(stream)
      return {
        deliveredRecords: Number(row?.['delivered_records'] ?? 0),
        deliveredObjects: Number(row?.['delivered_objects'] ?? 0),
        rejectedRecords: Number(row?.['rejected_records'] ?? 0),
        lateRecords: Number(row?.['late_records'] ?? 0),
        newestTimeMs: (row?.['newest_time_ms'] ?? undefined) as number | undefined,
      }
    },
    redirect(run) {
      statements.insertSettings.run(run.deliver)
      statements.redirect.run(run.deliver, run.id)
    },
    discard(stream, throughSegment) {
      statements.discard.run(stream)
      statements.addToTotals.run(stream, throughSegment, 0, 0, 0, null)
    },
    named(id) {
      const row = statements.named.get(id)
      return row === undefined ? undefined : toRun(row as unknown as Row)
    },
    settings: (stream) => statements.settings.all(stream).map(({ settings }) => String(settings)),
    *committed(stream) {
      let after = { first_segment: 0, id: 0 }
      for (;;) {
        const page = statements.page.all(stream, after.first_segment, after.id, COMMITTED_PAGE_RUNS)
        for (const row of page) yield toSummary(row as unknown as Row)
        if (page.length < COMMITTED_PAGE_RUNS) return
        after = page.at(-1) as unknown as Row
      }
    },
  }
}

function prepareRuns(db: DatabaseSync) {
  const columns = 'r.*, s.settings FROM runs r JOIN deliver_settings s ON s.id = r.deliver_id'
  return {
    find: db.prepare('SELECT id, committed_ms FROM runs WHERE run = ?'),
    lastSegment: db.prepare(
      'SELECT max(last_segment) AS last FROM runs WHERE stream = ? AND committed_ms IS NULL',
    ),
    insertSettings: db.prepare('INSERT INTO deliver_settings (settings) VALUES (?) ON CONFLICT DO NOTHING'),
    insert: db.prepare(`
      INSERT INTO runs (run, stream, first_segment, last_segment, arrival_ms, schema_version, deliver_id)
      SELECT ?, ?, ?, ?, ?, ?, id FROM deliver_settings WHERE settings = ?`),
    planned: db.prepare(
      `SELECT ${columns} WHERE r.stream = ? AND r.committed_ms IS NULL ORDER BY r.first_segment`,
    ),
    commit: db.prepare(
      'UPDATE runs SET committed_ms = ?, records = ?, rejected = ?, blank = ?, late = ? WHERE id = ?',
    ),
    page: db.prepare(`
      SELECT ${columns} WHERE r.stream = ? AND (r.first_segment, r.id) > (?, ?) AND r.committed_ms IS NOT NULL
      ORDER BY r.first_segment, r.id LIMIT ?`),
    named: db.prepare(`SELECT ${columns} WHERE r.run = ? AND r.committed_ms IS NOT NULL`),
    settings: db.prepare(`
      SELECT settings FROM deliver_settings AS s
      WHERE EXISTS (SELECT 1 FROM runs AS r WHERE r.stream = ? AND r.deliver_id = s.id)`),
    redirect: db.prepare(`
      UPDATE runs SET deliver_id = (SELECT id FROM deliver_settings WHERE settings = ?)
      WHERE run = ? AND committed_ms IS NULL`),
    discard: db.prepare('DELETE FROM runs WHERE stream = ? AND committed_ms IS NULL'),
    totals: db.prepare('SELECT * FROM streams WHERE name = ?'),
    addToTotals: db.prepare(`
      INSERT INTO streams (name, delivered_through, delivered_records, rejected_records, late_records, newest_time_ms)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET
        delivered_through = max(delivered_through, excluded.delivered_through),
        delivered_records = delivered_records + excluded.delivered_records,
        rejected_records = rejected_records + excluded.rejected_records,
        late_records = late_records + excluded.late_records,
        newest_time_ms = max(coalesce(newest_time_ms, excluded.newest_time_ms),
                             coalesce(excluded.newest_time_ms, newest_time_ms))`),
    addObjects: db.prepare('UPDATE streams SET delivered_objects = delivered_objects + ? WHERE name = ?'),
  }
}

function toRun(row: Row): Run {
  return {
    id: row.run,
    stream: row.stream,
    firstSegment: row.first_segment,
    lastSegment: row.last_segment,
    arrivalMs: row.arrival_ms,
    schemaVersion: row.schema_version,
    deliver: row.settings,
  }
}

function toSummary(row: Row): { id: number; summary: RunSummary } {
  const { id, records, rejected, blank, late } = row
  return { id, summary: { run: toRun(row), records, rejected, blank, late } }
}
