/**
 * An object of lines as queries can read it: decompressed, and each line rewritten to fit the table's schema. For JSON
 * objects with lines that do not fit, for raw objects, and for encodings that DuckDB does not know.
 */
import { join } from 'node:path'
import { HozonError } from '../../base/errors.ts'
import { decodeStream } from '../../format/encodings/registry.ts'
import { createRowFitter } from '../../format/firehose/fit-rows.ts'
import { writeRows } from '../../format/firehose/write-rows.ts'
import { prepareSegment } from '../../format/prepare-segment.ts'
import type { Files, OpenFile } from '../../sys/sys.ts'
import type { RefitJob } from './contract.ts'
import { chunksOf } from './file-chunks.ts'

/** Worked on at a time: as much as a segment of the buffer, whatever the object's size. */
const SLICE_BYTES = 16 * 1024 * 1024
/** Our own object: equal lines may compress as well as they like, up to four times the largest buffer size. */
const DECODE_LIMITS = { maxBytes: 16 * 1024 * 1024 * 1024, maxRatio: Infinity, freeBytes: 0 }
const NEWLINE = 0x0a

export async function refitObject(files: Files, job: RefitJob): Promise<{ bytes: number; rows: number }> {
  await files.removeTree(job.scratch)
  await files.makeDirectory(job.scratch)
  if (job.deliver.firehose !== undefined) return refitRecords(files, job)
  const out = await files.open(job.out, 'create')
  const total = { bytes: 0, rows: 0 }
  try {
    for await (const slice of slicesOf(files, job)) await refitSlice(files, job, slice, out, total)
    return total
  } finally {
    await out.close()
    await files.removeTree(job.scratch)
  }
}

/** Of a stream of the Firehose API: its records, one behind the other, are read as they were from the buffer. */
async function refitRecords(files: Files, job: RefitJob): Promise<{ bytes: number; rows: number }> {
  try {
    const path = join(job.scratch, 'rows.jsonl')
    const chunks = decodeStream(job.compression, chunksOf(files, [job.path]), DECODE_LIMITS)
    const bytes = await writeRows(files, chunks, path)
    const fitter = createRowFitter(files, { ...job, firstArrivalMs: 0 })
    const whole = { path, bytes, held: undefined }
    const { fitBytes, rows } = await fitter.fit(whole, job.schema, { path: job.out, always: true })
    return { bytes: fitBytes, rows }
  } finally {
    await files.removeTree(job.scratch)
  }
}

async function refitSlice(
  files: Files,
  job: RefitJob,
  slice: Buffer,
  out: OpenFile,
  total: { bytes: number; rows: number },
): Promise<void> {
  const path = join(job.scratch, 'slice')
  const scratch = join(job.scratch, 'fit')
  const file = await files.open(path, 'create')
  await file.write([slice], 0)
  await file.close()
  await files.removeTree(scratch)
  await files.makeDirectory(scratch)
  const prepared = await prepareSegment(files, {
    stream: job.stream,
    segment: 0,
    path,
    bytes: slice.length,
    firstArrivalMs: 0,
    lastArrivalMs: 0,
    // An object is one partition already; its lines are not to be spread again.
    deliver: { ...job.deliver, partitionBy: 'arrival' },
    schema: job.schema,
    evolve: false,
    scratch,
  })
  if (prepared.rejected > 0) throw damaged(job, `${prepared.rejected} lines are not what was delivered`)
  for (const part of prepared.parts) {
    for await (const chunk of chunksOf(files, [part.fitPath])) {
      await out.write([chunk], total.bytes)
      total.bytes += chunk.length
    }
    total.rows += part.rows
  }
}

/** Whole lines, about SLICE_BYTES at a time. */
async function* slicesOf(files: Files, job: RefitJob): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let bytes = 0
  for await (const chunk of decodeStream(job.compression, chunksOf(files, [job.path]), DECODE_LIMITS)) {
    held.push(chunk)
    bytes += chunk.length
    if (bytes < SLICE_BYTES) continue
    const all = Buffer.concat(held)
    const end = all.lastIndexOf(NEWLINE) + 1
    if (end === 0) continue
    yield all.subarray(0, end)
    held = [all.subarray(end)]
    bytes = all.length - end
  }
  if (bytes > 0) yield Buffer.concat(held)
}

function damaged(job: RefitJob, message: string): HozonError {
  const hint = 'run `hozon audit` to see which objects were changed'
  return new HozonError('HOZON_OBJECT_DAMAGED', message, { op: 'read object', target: job.path, hint })
}
