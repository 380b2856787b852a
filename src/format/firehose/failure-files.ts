/** Failures of a segment as AWS's lines: a file for each type, and one of all for the table of errors. */
import { join } from 'node:path'
import type { ErrorOutputType, FirehoseConversion } from '../../base/firehose-delivery.ts'
import type { Files } from '../../sys/sys.ts'
import { createByteWriter } from '../byte-writer.ts'
import { openPart, type PartWriter } from '../part-writer.ts'
import type { Prepared, PrepareJob } from '../prepare.ts'
import { errorLine, sequenceNumber } from './error-line.ts'
import type { Failure } from './unit.ts'

export interface FailureFiles {
  add(record: number, failure: Failure): Promise<void>
  close(): Promise<Closed>
}

interface Closed {
  rows: number
  errors: Prepared['errors']
  failures: { type: ErrorOutputType; path: string; bytes: number; rows: number }[]
}

interface Lines {
  path: string
  writer: PartWriter
  rows: number
}

const ALL = 'errors'

export function createFailureFiles(
  files: Files,
  { scratch, segment }: Pick<PrepareJob, 'scratch' | 'segment'>,
  conversion: FirehoseConversion | undefined,
): FailureFiles {
  const opened = new Map<ErrorOutputType | typeof ALL, Lines>()

  async function append(name: ErrorOutputType | typeof ALL, line: string): Promise<void> {
    let lines = opened.get(name)
    if (lines === undefined) {
      const path = join(scratch, `${name}.jsonl`)
      lines = { path, writer: await openPart(files, path, createByteWriter()), rows: 0 }
      opened.set(name, lines)
    }
    lines.writer.pending.text(line)
    lines.rows++
    await lines.writer.flushIfLarge()
  }

  return {
    async add(record, failure) {
      const line = errorLine(failure, { conversion, sequenceNumber: sequenceNumber(segment, record) })
      await append(failure.type, line)
      await append(ALL, line)
    },
    async close() {
      const closed: Closed = { rows: 0, errors: undefined, failures: [] }
      for (const [type, { path, writer, rows }] of opened) {
        const bytes = await writer.close()
        if (type === ALL) Object.assign(closed, { rows, errors: { path, bytes, rows } })
        else closed.failures.push({ type, path, bytes, rows })
      }
      // In an order that does not depend on which failed first.
      closed.failures.sort((a, b) => (a.type < b.type ? -1 : 1))
      return closed
    },
  }
}
