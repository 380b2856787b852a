/** What an audit asks for, and what it answers. */
import type { SourceRange } from '../base/source-range.ts'
import type { LedgerRange, RunSummary, StoredObject } from './catalog.ts'

/** What the store says of one object. `checksum` (CRC-32, hex) where its bytes were read. */
export type ObjectCheck =
  { present: false } | { present: true; bytes: number; etag?: string; checksum?: string }

type Many<T> = Iterable<T> | AsyncIterable<T>

export interface AuditInput {
  stream: string
  /** `table` of the stream: its rows count; those of the table of rejected lines, if there is one, do not. */
  table: { database: string; name: string }
  /** From one snapshot of catalog and buffer. `runs` and `objects` in the same order of runs. */
  runs: Many<RunSummary>
  objects: () => Many<StoredObject>
  ledger: Many<LedgerRange>
  /** Of all segments that no committed run holds. */
  buffered: Many<SourceRange>
  sources: Many<{ source: string; path: string; offset: number }>
  /** Asked once for each object. */
  check: (object: StoredObject) => Promise<ObjectCheck>
}

export interface AuditReport {
  stream: string
  sources: number
  ranges: number
  objects: number
  runs: number
  gaps: number
  overlaps: number
  missingObjects: number
  changedObjects: number
  miscountedRuns: number
  /** In words, for people. The first FINDINGS_MAX; the counts are always complete. */
  findings: Finding[]
  /** Nothing is wrong. */
  whole: boolean
}

export interface Finding {
  kind: 'gap' | 'overlap' | 'missing object' | 'changed object' | 'miscounted run'
  text: string
}

/** Enough to see a pattern; a bucket that was emptied must not fill the memory with findings. */
export const FINDINGS_MAX = 1000

export function addFinding(report: AuditReport, kind: Finding['kind'], text: string): void {
  if (report.findings.length < FINDINGS_MAX) report.findings.push({ kind, text })
}
