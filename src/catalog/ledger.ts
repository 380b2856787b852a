/** Which bytes of which sources each run holds. */
import type { DatabaseSync } from 'node:sqlite'
import { assert } from '../base/errors.ts'
import type { SourceRange } from '../base/source-range.ts'

export interface Ledger {
  add(runId: number, ranges: readonly SourceRange[]): void
  ofRun(runId: number): SourceRange[]
}

export function openLedger(db: DatabaseSync): Ledger {
  const insertSource = db.prepare('INSERT INTO sources (source, path) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const insert = db.prepare(`
    INSERT INTO ledger (run_id, position, source_id, from_offset, to_offset)
    SELECT ?, ?, id, ?, ? FROM sources WHERE source = ? AND path = ?`)
  const select = db.prepare(`
    SELECT s.source, s.path, l.from_offset, l.to_offset FROM ledger l JOIN sources s ON s.id = l.source_id
    WHERE l.run_id = ? ORDER BY l.position`)
  return {
    add(runId, ranges) {
      for (const [position, { source, path, from, to }] of mergeRanges(ranges).entries()) {
        insertSource.run(source, path)
        insert.run(runId, position, from, to, source, path)
      }
    },
    ofRun: (runId) =>
      select.all(runId).map((row) => ({
        source: String(row['source']),
        path: String(row['path']),
        from: Number(row['from_offset']),
        to: Number(row['to_offset']),
      })),
  }
}

/**
 * Joins what follows on from the same source under the same path, however it is interleaved with others. What is left
 * is bounded by the number of files of the run (and of their renames), not by the number of its batches.
 */
export function mergeRanges(ranges: readonly SourceRange[]): SourceRange[] {
  const merged: SourceRange[] = []
  const last = new Map<string, SourceRange>()
  for (const range of ranges) {
    assert(range.from <= range.to, `range of ${range.source} ends before it begins`)
    if (range.from === range.to) continue
    const before = last.get(range.source)
    if (before !== undefined && before.to === range.from && before.path === range.path) before.to = range.to
    else {
      const copy = { source: range.source, path: range.path, from: range.from, to: range.to }
      merged.push(copy)
      last.set(range.source, copy)
    }
  }
  return merged
}
