/** Do the rows of each run's objects, its rejected and its blank lines add up to the records of its segments? */
import { addFinding, type AuditInput, type AuditReport } from './audit-report.ts'

export async function auditRuns(input: AuditInput, report: AuditReport): Promise<void> {
  const objects = rowsByRun(input)
  let next = await objects.next()
  for await (const { run, records, rejected, blank } of input.runs) {
    report.runs++
    // Both come in the same order; a run may have no object at all (only rejected or blank lines).
    let rows = 0
    if (!next.done && next.value.run === run.id) {
      rows = next.value.rows
      next = await objects.next()
    }
    if (rows + rejected + blank === records) continue
    report.miscountedRuns++
    const parts = `${rows} rows, ${rejected} rejected and ${blank} blank lines`
    addFinding(
      report,
      'miscounted run',
      `run ${run.id}: ${parts} are not the ${records} records of its segments`,
    )
  }
}

/** Sums of the main table, run after run. */
async function* rowsByRun({
  objects,
  table,
}: AuditInput): AsyncGenerator<{ run: string; rows: number }, undefined> {
  let sum: { run: string; rows: number } | undefined
  for await (const object of objects()) {
    if (sum !== undefined && sum.run !== object.run) {
      yield sum
      sum = undefined
    }
    sum ??= { run: object.run, rows: 0 }
    if (object.database === table.database && object.table === table.name) sum.rows += object.rows
  }
  if (sum !== undefined) yield sum
  return undefined
}
