/**
 * A file of text as JSON lines that have exactly the table's columns: decompressed, cut into records, read by the table's
 * SerDe. In bounded memory whatever the file's size; what is hostile or damaged ends with an error.
 */
import { HozonError, systemCode } from '../../base/errors.ts'
import { chunksOf } from '../../deliver/converter/file-chunks.ts'
import { diskFull } from '../../query/disk-room.ts'
import { DEFAULT_DECODE_LIMITS } from '../../format/encodings/encoding.ts'
import { decodeFile } from '../../format/encodings/file-compression.ts'
import { createTextSerde } from '../../format/serde/file-format.ts'
import { BadRow, BadTable, type TextSerde } from '../../format/serde/text-serde.ts'
import { arrayRecords } from '../../format/text/array-records.ts'
import { lineRecords, RECORD_BYTES_MAX, tooLong } from '../../format/text/line-records.ts'
import type { Files, OpenFile } from '../../sys/sys.ts'
import type { RewriteJob, Rewritten } from './contract.ts'

/** Rejects with HOZON_SQL_FAILED in Athena's words, or HOZON_SQL_DISK. */
export async function rewriteFile(files: Files, job: RewriteJob): Promise<Rewritten> {
  // Number of the record that is read; where one is wrong, it says which.
  const at = { record: 0 }
  try {
    const serde = createTextSerde(job.format, job.columns)
    const out = await files.open(job.out, 'create')
    try {
      return await writeRows(files, job, serde, out, at)
    } finally {
      await out.close()
    }
  } catch (error) {
    throw inAthenasWords(error, job, at.record)
  }
}

async function writeRows(
  files: Files,
  job: RewriteJob,
  serde: TextSerde,
  out: OpenFile,
  at: { record: number },
): Promise<Rewritten> {
  const total: Rewritten = { bytes: 0 }
  for await (const records of recordsOf(files, job, serde, at)) {
    let text = ''
    for (const record of records) {
      at.record++
      const rows = serde.rows(record)
      if (rows.length > ROW_LENGTH_CHECKED) checkRows(rows)
      text += rows
    }
    const bytes = Buffer.from(text)
    await out.write([bytes], total.bytes)
    total.bytes += bytes.length
  }
  return total
}

/** A character has three bytes at most. */
const ROW_LENGTH_CHECKED = Math.floor(RECORD_BYTES_MAX / 3)

function checkRows(rows: string): void {
  for (const row of rows.split('\n')) if (Buffer.byteLength(row) >= RECORD_BYTES_MAX) throw tooLong()
}

/** Without the lines that are skipped; `at` counts those as well. */
async function* recordsOf(
  files: Files,
  job: RewriteJob,
  serde: TextSerde,
  at: { record: number },
): AsyncGenerator<string[]> {
  const { skipHeaderLines, skipFooterLines } = job.format
  const chunks = decodeFile(job.uri, chunksOf(files, [job.path]), DEFAULT_DECODE_LIMITS)
  const all = job.format.records === 'cloudtrail' ? arrayRecords(chunks) : lineRecords(chunks, serde.encoding)
  let header = skipHeaderLines
  let held: string[] = []
  for await (let records of all) {
    if (header > 0) {
      const skipped = Math.min(header, records.length)
      header -= skipped
      at.record += skipped
      records = records.slice(skipped)
    }
    if (skipFooterLines > 0) {
      const known = [...held, ...records]
      const end = Math.max(0, known.length - skipFooterLines)
      held = known.slice(end)
      records = known.slice(0, end)
    }
    if (records.length > 0) yield records
  }
}

/** Of the file, not of us. */
const DAMAGES = ['HOZON_ENCODING_DAMAGED', 'HOZON_ENCODING_TOO_LARGE']

function inAthenasWords(error: unknown, { uri, format, path }: RewriteJob, record: number): unknown {
  const fail = (message: string, hint?: string): HozonError =>
    new HozonError('HOZON_SQL_FAILED', message, {
      op: 'read file',
      target: uri,
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    })
  if (error instanceof BadTable) return fail(`${error.message} (${uri})`, error.hint)
  if (error instanceof BadRow) {
    const kind = format.records === 'line' ? 'line' : 'record'
    return fail(`${error.message} (${uri}, ${kind} ${record})`, error.hint)
  }
  const code = systemCode(error)
  if (error instanceof HozonError) {
    if (!DAMAGES.includes(error.code)) return error
    return fail(`HIVE_CURSOR_ERROR: ${error.message} (${uri})`, error.hint)
  }
  if (code === 'ENOSPC') return diskFull()
  if (code === 'ENOENT' && error instanceof Error && 'path' in error && error.path === path)
    return fail(`HIVE_CANNOT_OPEN_SPLIT: ${uri} is no longer there`)
  if (code === undefined) return error
  return fail(`HIVE_CANNOT_OPEN_SPLIT: ${(error as Error).message} (${uri})`)
}
