/**
 * The proof that every line is accounted for: a pure check of what the ledger, the objects, the buffer and the sources
 * say of one stream. Whoever calls it brings the store's answers along; nothing here reads a file or a bucket.
 *
 * What must hold:
 *  - of each source, the ranges of the ledger and of the buffer follow one another without gap or overlap, from the
 *    first recorded offset to the source's durable offset
 *  - each object is in the store as it was recorded
 *  - each run's rows, rejected and blank lines add up to the records of its segments
 */
import { auditObjects } from './audit-objects.ts'
import { auditRanges } from './audit-ranges.ts'
import { auditRuns } from './audit-runs.ts'
import type { AuditInput, AuditReport } from './audit-report.ts'

export type { AuditInput, AuditReport, Finding, ObjectCheck } from './audit-report.ts'

export async function auditStream(input: AuditInput): Promise<AuditReport> {
  const report = emptyReport(input.stream)
  await auditRanges(input, report)
  await auditObjects(input, report)
  await auditRuns(input, report)
  report.whole =
    report.gaps + report.overlaps + report.missingObjects + report.changedObjects + report.miscountedRuns ===
    0
  return report
}

function emptyReport(stream: string): AuditReport {
  return {
    stream,
    sources: 0,
    ranges: 0,
    objects: 0,
    runs: 0,
    gaps: 0,
    overlaps: 0,
    missingObjects: 0,
    changedObjects: 0,
    miscountedRuns: 0,
    findings: [],
    whole: true,
  }
}
