/** Rejected lines as rows of their own: the columns are those of `<table>_errors`. */
import { isUtf8 } from 'node:buffer'
import { join } from 'node:path'
import type { Files } from '../sys/sys.ts'
import { createByteWriter } from './byte-writer.ts'
import { NEWLINE } from './json-bytes.ts'
import { REJECTED, reasonOf, type Lines } from './json-shape.ts'
import { openPart } from './part-writer.ts'
import { REJECT_MARK } from './parsers/parser.ts'
import type { Prepared, PrepareJob } from './prepare.ts'

export async function writeErrors(
  files: Files,
  job: PrepareJob,
  bytes: Buffer,
  lines: Lines,
): Promise<Prepared['errors']> {
  const path = join(job.scratch, 'errors.jsonl')
  const buffer = createByteWriter()
  const writer = await openPart(files, path, buffer)
  let size = 0
  let rows = 0
  try {
    for (let line = 0; line < lines.count; line++) {
      if (lines.status[line] !== REJECTED) continue
      rows++
      const reason = reasonOf(bytes, lines, line)
      const from = line === 0 ? 0 : lines.ends[line - 1]!
      buffer.text(errorLine(job, reason, originalLine(bytes, from, lines.ends[line]!)))
      await writer.flushIfLarge()
    }
  } finally {
    size = await writer.close()
  }
  return { path, bytes: size, rows }
}

function errorLine(job: PrepareJob, reason: string, line: Buffer): string {
  const row = {
    reason,
    line: line.toString(),
    ...(isUtf8(line) ? {} : { line_base64: line.toString('base64') }),
    stream: job.stream,
    segment: job.segment,
    arrived_at: new Date(job.firstArrivalMs).toISOString(),
  }
  return `${JSON.stringify(row)}\n`
}

/** Without the newline, and without the mark and reason that a parser put before it. */
function originalLine(bytes: Buffer, from: number, end: number): Buffer {
  const line = bytes.subarray(from, bytes[end - 1] === NEWLINE ? end - 1 : end)
  if (line[0] !== REJECT_MARK) return line
  const second = line.indexOf(REJECT_MARK, 1)
  return line.subarray(second < 0 ? 1 : second + 1)
}
