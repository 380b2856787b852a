/** Implements prepare.ts: one scan, then only what has to be written is written. */
import { join } from 'node:path'
import { DEFAULT_TIME_FIELDS } from '../base/stream.ts'
import { createByteWriter } from './byte-writer.ts'
import { writeErrors } from './error-lines.ts'
import { prepareFirehose } from './firehose/prepare-firehose.ts'
import { createLineFitter } from './fit-line.ts'
import { BLANK, ODD_ROW, REJECTED, SCAN_PADDING, scanLines, type Lines } from './json-shape.ts'
import { markMisfits } from './misfits.ts'
import { openPart } from './part-writer.ts'
import { assignParts, type Assigned, type PlannedPart } from './partition-rows.ts'
import { compilePrefix } from './prefix.ts'
import { prepareRaw } from './prepare-raw.ts'
import type { Part, Prepared, PrepareJob } from './prepare.ts'
import { readSegment } from './read-segment.ts'
import { evolve } from './schema.ts'
import type { Files } from '../sys/sys.ts'
import type { TableSchema } from '../base/schema.ts'

export async function prepareSegment(files: Files, job: PrepareJob): Promise<Prepared> {
  const { firehose } = job.deliver
  if (firehose !== undefined) return prepareFirehose(files, job, firehose)
  const bytes = await readSegment(files, job, SCAN_PADDING)
  if (job.deliver.format === 'raw') return prepareRaw(files, job, bytes)
  const timeFields = job.deliver.time === undefined ? DEFAULT_TIME_FIELDS : [job.deliver.time]
  const scan = scanLines(bytes, job.bytes, timeFields)
  const prefix = compilePrefix(job.deliver.prefix, 'prefix')
  const schema = job.evolve ? evolve(job.schema, scan.root, prefix.hiveKeys) : job.schema
  if (markMisfits(scan.root, schema.columns)) scan.findMisfits()
  const { lines } = scan
  const assigned = assignParts(bytes, lines, job, prefix)
  const rejected = countStatus(lines, REJECTED)
  const blank = countStatus(lines, BLANK)
  return {
    segment: job.segment,
    records: lines.count,
    rejected,
    blank,
    schema,
    parts: await writeParts(files, job, bytes, lines, assigned, schema),
    errors: rejected === 0 ? undefined : await writeErrors(files, job, bytes, lines),
  }
}

function countStatus(lines: Lines, status: number): number {
  let count = 0
  for (let line = 0; line < lines.count; line++) if (lines.status[line] === status) count++
  return count
}

async function writeParts(
  files: Files,
  job: PrepareJob,
  bytes: Buffer,
  lines: Lines,
  assigned: Assigned,
  schema: TableSchema,
): Promise<Part[]> {
  const { planned } = assigned
  const wholeFile = planned.length === 1 && planned[0]!.rows === lines.count && bytes[job.bytes - 1] === 0x0a
  const parts: Part[] = []
  const buffer = createByteWriter()
  const fitter = createLineFitter(schema.columns)
  for (const [index, plan] of planned.entries()) {
    const rows = assigned.rowsOf(index)
    const original = wholeFile
      ? { path: job.path, bytes: job.bytes }
      : await writeFile(`part-${index}.jsonl`, (line) => {
          buffer.slice(bytes, startOf(lines, line), lines.ends[line]!)
          if (bytes[lines.ends[line]! - 1] !== 0x0a) buffer.byte(0x0a)
        })
    const fit =
      plan.oddRows === 0
        ? original
        : await writeFile(`part-${index}.fit.jsonl`, (line) => {
            const start = startOf(lines, line)
            if (lines.status[line] === ODD_ROW) fitter.fit(bytes, start, buffer)
            else buffer.slice(bytes, start, lines.ends[line]!)
          })
    parts.push(partOf(plan, original, fit))

    async function writeFile(
      name: string,
      write: (line: number) => void,
    ): Promise<{ path: string; bytes: number }> {
      const path = join(job.scratch, name)
      const writer = await openPart(files, path, buffer)
      try {
        for (const line of rows) {
          write(line)
          const flushing = writer.flushIfLarge()
          if (flushing !== undefined) await flushing
        }
      } finally {
        var size = await writer.close()
      }
      return { path, bytes: size }
    }
  }
  return parts
}

export function startOf(lines: Lines, line: number): number {
  return line === 0 ? 0 : lines.ends[line - 1]!
}

function partOf(
  { prefix, values, rows, minTimeMs, maxTimeMs, late }: PlannedPart,
  original: { path: string; bytes: number },
  fit: { path: string; bytes: number },
): Part {
  const times = { minTimeMs, maxTimeMs, late }
  return { prefix, values, ...original, fitPath: fit.path, fitBytes: fit.bytes, rows, ...times }
}
