/**
 * A segment of a stream made through the Firehose API: its records become units, each of which ends in a part, in a
 * failure, or dropped by Lambda. A stream that does nothing with its records copies nothing: the part is the segment.
 */
import { join } from 'node:path'
import { assert } from '../../base/errors.ts'
import type { FirehoseDelivery } from '../../base/firehose-delivery.ts'
import type { Column, TableSchema } from '../../base/schema.ts'
import type { Files } from '../../sys/sys.ts'
import type { Part, PartitionKeyValues, Prepared, PrepareJob } from '../prepare.ts'
import { createRowFitter, type Fitted, type RowFitter, type RowsFile } from './fit-rows.ts'
import { lineSlices } from './line-slices.ts'
import { processUnits } from './process-units.ts'

export async function prepareFirehose(
  files: Files,
  job: PrepareJob,
  firehose: FirehoseDelivery,
): Promise<Prepared> {
  return isPlain(firehose) ? preparePlain(files, job) : prepareProcessed(files, job, firehose)
}

function isPlain({ processing, partitioning, conversion }: FirehoseDelivery): boolean {
  const { decompression, deaggregation, lambda, delimiter } = processing
  const steps = [deaggregation, lambda, partitioning, conversion, delimiter === '' ? undefined : delimiter]
  return decompression === 'none' && steps.every((step) => step === undefined)
}

async function preparePlain(files: Files, job: PrepareJob): Promise<Prepared> {
  const records = job.recordEnds?.length ?? (await countLines(files, job))
  const delivered = { path: job.path, bytes: job.bytes, units: records, keys: undefined }
  const { schema, parts } = await fitParts(files, job, [delivered])
  const firehose = { units: records, failures: [] }
  return { ...identity(job, records), rejected: 0, blank: 0, schema, parts, errors: undefined, firehose }
}

async function prepareProcessed(
  files: Files,
  job: PrepareJob,
  firehose: FirehoseDelivery,
): Promise<Prepared> {
  const processed = await processUnits(files, job, firehose)
  const { rows, errors, failures } = await processed.failures.close()
  const delivered = processed.parts.all
    .map((part, index) => ({ ...part, keys: processed.partitioner?.keys[index] }))
    .filter(({ units }) => units > 0)
  const { schema, parts } =
    firehose.conversion === undefined
      ? await fitParts(files, job, delivered)
      : await convertedParts(files, job, delivered, firehose.conversion.columns ?? [])
  const { records, units, dropped } = processed
  const counted = parts.reduce((sum, part) => sum + (part.units ?? 0), rows + dropped)
  assert(counted === units, `${units} units went in, ${counted} are accounted for`)
  const counts = { rejected: rows, blank: dropped }
  return { ...identity(job, records), ...counts, schema, parts, errors, firehose: { units, failures } }
}

function identity({ segment }: PrepareJob, records: number): Pick<Prepared, 'segment' | 'records'> {
  return { segment, records }
}

interface Delivered {
  path: string
  bytes: number
  units: number
  keys: PartitionKeyValues | undefined
}

async function fitParts(
  files: Files,
  job: PrepareJob,
  delivered: readonly Delivered[],
): Promise<{ schema: TableSchema; parts: Part[] }> {
  const fitter = createRowFitter(files, job)
  const rows = await rowsFiles(fitter, delivered)
  const schema = job.evolve ? await fitter.evolve(rows) : job.schema
  const parts: Part[] = []
  for (const [index, part] of delivered.entries()) {
    const path = join(job.scratch, `part-${index}.fit.jsonl`)
    parts.push(toPart(part, await fitter.fit(rows[index]!, schema, { path })))
  }
  return { schema, parts }
}

async function rowsFiles(fitter: RowFitter, delivered: readonly Delivered[]): Promise<RowsFile[]> {
  const rows: RowsFile[] = []
  for (const [index, part] of delivered.entries()) rows.push(await fitter.rowsOf(part, `part-${index}`))
  return rows
}

/** Converted rows have exactly the columns of the Glue table: they fit by their making. */
async function convertedParts(
  files: Files,
  job: PrepareJob,
  delivered: readonly Delivered[],
  columns: Column[],
): Promise<{ schema: TableSchema; parts: Part[] }> {
  const isNew = job.evolve && JSON.stringify(job.schema.columns) !== JSON.stringify(columns)
  const schema = isNew ? { version: job.schema.version + 1, columns } : job.schema
  const fitter = createRowFitter(files, job)
  const parts: Part[] = []
  for (const part of delivered) parts.push(toPart(part, await fitter.measure(part)))
  return { schema, parts }
}

/** The prefix is evaluated when the object is made, for its oldest record. */
function toPart({ path, bytes, units, keys }: Delivered, fitted: Fitted): Part {
  const base = { prefix: '', values: [], path, bytes, ...fitted, units }
  return keys === undefined ? base : { ...base, keys }
}

async function countLines(files: Files, job: PrepareJob): Promise<number> {
  let count = 0
  for await (const { bytes, size } of lineSlices(files, job.path, job.bytes)) {
    for (let at = 0; at < size; count++) {
      const newline = bytes.subarray(0, size).indexOf(0x0a, at)
      at = newline < 0 ? size : newline + 1
    }
  }
  return count
}
