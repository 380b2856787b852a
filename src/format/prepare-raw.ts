/** Streams of raw records are delivered as they are; queries see a row `{"message": …}` for each line. */
import { isUtf8 } from 'node:buffer'
import { join } from 'node:path'
import type { Column } from '../base/schema.ts'
import type { Files } from '../sys/sys.ts'
import { createByteWriter } from './byte-writer.ts'
import { createLineFitter } from './fit-line.ts'
import { NEWLINE } from './json-bytes.ts'
import { openPart } from './part-writer.ts'
import { compilePrefix, hiveValues } from './prefix.ts'
import type { Prepared, PrepareJob } from './prepare.ts'

const MESSAGE: Column = { name: 'message', key: 'message', type: 'varchar' }
/** Present where a line is not UTF-8; `message` then is the text with U+FFFD in place of what could not be read. */
const MESSAGE_BASE64: Column = { name: 'message_base64', key: 'message_base64', type: 'varchar' }

export async function prepareRaw(files: Files, job: PrepareJob, segment: Buffer): Promise<Prepared> {
  const bytes = segment.subarray(0, job.bytes)
  const wanted = isUtf8(bytes) ? [MESSAGE] : [MESSAGE, MESSAGE_BASE64]
  const missing = wanted.filter(({ name }) => job.schema.columns.every((column) => column.name !== name))
  const schema =
    job.evolve && missing.length > 0
      ? { version: job.schema.version + 1, columns: [...job.schema.columns, ...missing] }
      : job.schema
  const path = join(job.scratch, 'messages.fit.jsonl')
  const { rows, size } = await writeMessages(files, path, bytes, schema.columns)
  const prefix = compilePrefix(job.deliver.prefix, 'prefix').evaluate(job.firstArrivalMs, {
    timezone: job.deliver.timezone,
  })
  const part = {
    prefix,
    values: hiveValues(prefix),
    path: job.path,
    bytes: job.bytes,
    fitPath: path,
    fitBytes: size,
    rows,
    minTimeMs: undefined,
    maxTimeMs: undefined,
    late: 0,
  }
  const counts = { records: rows, rejected: 0, blank: 0 }
  return { segment: job.segment, ...counts, schema, parts: rows > 0 ? [part] : [], errors: undefined }
}

async function writeMessages(
  files: Files,
  path: string,
  bytes: Buffer,
  columns: readonly Column[],
): Promise<{ rows: number; size: number }> {
  const buffer = createByteWriter()
  const fitter = createLineFitter(columns)
  const writer = await openPart(files, path, buffer)
  let rows = 0
  let size = 0
  try {
    for (let at = 0; at < bytes.length; rows++) {
      const newline = bytes.indexOf(NEWLINE, at)
      const end = newline < 0 ? bytes.length : newline
      fitter.fit(messageLine(bytes.subarray(at, end)), 0, buffer)
      await writer.flushIfLarge()
      at = end + 1
    }
  } finally {
    size = await writer.close()
  }
  return { rows, size }
}

function messageLine(line: Buffer): Buffer {
  const message = line.toString()
  const row = isUtf8(line) ? { message } : { message, message_base64: line.toString('base64') }
  return Buffer.from(`${JSON.stringify(row)}\n`)
}
