/** Which part each row of a segment belongs to. */
import { createRowTimes } from './row-time.ts'
import { ODD_ROW, ROW, type Lines } from './json-shape.ts'
import { hiveValues, type Prefix } from './prefix.ts'
import type { PrepareJob } from './prepare.ts'

export interface PlannedPart {
  prefix: string
  values: { key: string; value: string }[]
  rows: number
  oddRows: number
  minTimeMs: number | undefined
  maxTimeMs: number | undefined
  late: number
}

export interface Assigned {
  /** In order of their first row. */
  planned: PlannedPart[]
  /** Line numbers of a part's rows, ascending. */
  rowsOf(part: number): Uint32Array
}

/** An hour is what a collector that was stopped for an update, or a slow batch, may be behind. */
const LATE_MS = 3_600_000

export function assignParts(bytes: Buffer, lines: Lines, job: PrepareJob, prefix: Prefix): Assigned {
  const planned: PlannedPart[] = []
  const partOfLine = new Uint32Array(lines.count)
  const partAt = createPartFinder(job, prefix, planned)
  const arrivalPart = job.deliver.partitionBy === 'arrival' ? job.firstArrivalMs : undefined
  const times = createRowTimes(job.deliver.timezone, job.firstArrivalMs)
  for (let line = 0; line < lines.count; line++) {
    const status = lines.status[line]
    if (status !== ROW && status !== ODD_ROW) continue
    const from = lines.timeFrom[line]!
    const to = lines.timeTo[line]!
    const timeMs = to > from ? times.read(bytes, from, to) : undefined
    const index = partAt(arrivalPart ?? timeMs ?? job.firstArrivalMs)
    partOfLine[line] = index
    const part = planned[index]!
    part.rows++
    if (status === ODD_ROW) part.oddRows++
    if (timeMs !== undefined) addTime(part, timeMs, job.firstArrivalMs)
  }
  return { planned, rowsOf: groupRows(lines, partOfLine, planned) }
}

export function addTime(
  part: Pick<PlannedPart, 'minTimeMs' | 'maxTimeMs' | 'late'>,
  timeMs: number,
  arrivalMs: number,
): void {
  if (part.minTimeMs === undefined || timeMs < part.minTimeMs) part.minTimeMs = timeMs
  if (part.maxTimeMs === undefined || timeMs > part.maxTimeMs) part.maxTimeMs = timeMs
  if (timeMs < arrivalMs - LATE_MS) part.late++
}

/** Times of the same minute have the same folder, and mostly it is that of the row before. */
function createPartFinder(
  job: PrepareJob,
  prefix: Prefix,
  planned: PlannedPart[],
): (timeMs: number) => number {
  const byUnit = new Map<number, number>()
  const byPrefix = new Map<string, number>()
  const unitMs = prefix.partitionCacheKeyMs
  let lastUnit = NaN
  let lastPart = 0
  return (timeMs) => {
    const unit = Math.floor(timeMs / unitMs)
    if (unit === lastUnit) return lastPart
    let part = byUnit.get(unit)
    if (part === undefined) {
      const text = prefix.evaluate(timeMs, { timezone: job.deliver.timezone })
      part = byPrefix.get(text) ?? planned.push(plan(text)) - 1
      byPrefix.set(text, part)
      byUnit.set(unit, part)
    }
    lastUnit = unit
    lastPart = part
    return part
  }
}

function plan(prefix: string): PlannedPart {
  const times = { minTimeMs: undefined, maxTimeMs: undefined, late: 0 }
  return { prefix, values: hiveValues(prefix), rows: 0, oddRows: 0, ...times }
}

/** Line numbers sorted by part: thousands of parts cost no more than one. */
function groupRows(
  lines: Lines,
  partOfLine: Uint32Array,
  planned: PlannedPart[],
): (part: number) => Uint32Array {
  const starts = new Uint32Array(planned.length + 1)
  for (const [index, { rows }] of planned.entries()) starts[index + 1] = starts[index]! + rows
  const sorted = new Uint32Array(starts[planned.length]!)
  const next = starts.slice()
  for (let line = 0; line < lines.count; line++) {
    const status = lines.status[line]
    if (status === ROW || status === ODD_ROW) sorted[next[partOfLine[line]!]!++] = line
  }
  return (part) => sorted.subarray(starts[part], starts[part + 1])
}
