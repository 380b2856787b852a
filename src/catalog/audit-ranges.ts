/** Do the ranges of each source follow one another, from the first recorded byte to the durable offset? */
import type { SourceRange } from '../base/source-range.ts'
import { addFinding, type AuditInput, type AuditReport } from './audit-report.ts'

/** What is known of one source. Ranges that follow one another are one: memory grows with sources and with faults. */
interface Coverage {
  path: string
  /** Sorted by `from` at the end; `where` names the run, or the buffer. */
  ranges: { from: number; to: number; where: string }[]
  durable: number | undefined
}

export async function auditRanges(input: AuditInput, report: AuditReport): Promise<void> {
  const sources = new Map<string, Coverage>()
  for await (const range of input.ledger) cover(sources, range, `run ${range.run}`, report)
  for await (const range of input.buffered) cover(sources, range, 'the buffer', report)
  for await (const { source, path, offset } of input.sources)
    coverageOf(sources, source, path).durable = offset
  for (const [source, coverage] of sources) checkSource(source, coverage, report)
  report.sources = sources.size
}

function coverageOf(sources: Map<string, Coverage>, source: string, path: string): Coverage {
  let coverage = sources.get(source)
  if (coverage === undefined) {
    coverage = { path, ranges: [], durable: undefined }
    sources.set(source, coverage)
  }
  return coverage
}

function cover(sources: Map<string, Coverage>, range: SourceRange, where: string, report: AuditReport): void {
  report.ranges++
  const coverage = coverageOf(sources, range.source, range.path)
  const last = coverage.ranges.at(-1)
  if (last !== undefined && last.to === range.from) {
    last.to = range.to
    last.where = where
  } else coverage.ranges.push({ from: range.from, to: range.to, where })
}

function checkSource(source: string, coverage: Coverage, report: AuditReport): void {
  const name = `${coverage.path} (${source})`
  const ranges = coverage.ranges.toSorted((a, b) => a.from - b.from || a.to - b.to)
  let end = ranges[0]?.from
  let before = 'the beginning'
  for (const { from, to, where } of ranges) {
    if (end !== undefined && from > end)
      addGap(report, name, { from: end, to: from }, `between ${before} and ${where}`)
    if (end !== undefined && from < end)
      addOverlap(report, name, { from, to: Math.min(to, end) }, `held by ${before} and by ${where}`)
    if (end === undefined || to > end) {
      end = to
      before = where
    }
  }
  const { durable } = coverage
  // A source that is no longer known to the buffer was forgotten after its file vanished: its ranges speak for it.
  if (durable === undefined || end === undefined) return
  if (durable > end)
    addGap(report, name, { from: end, to: durable }, 'acknowledged, and neither delivered nor in the buffer')
  if (durable < end)
    addOverlap(report, name, { from: durable, to: end }, 'held already, and to be read again')
}

function addGap(report: AuditReport, name: string, range: { from: number; to: number }, why: string): void {
  report.gaps++
  addFinding(report, 'gap', `${name}: bytes ${range.from} to ${range.to} are missing, ${why}`)
}

function addOverlap(
  report: AuditReport,
  name: string,
  range: { from: number; to: number },
  why: string,
): void {
  report.overlaps++
  addFinding(report, 'overlap', `${name}: bytes ${range.from} to ${range.to} are ${why}`)
}
