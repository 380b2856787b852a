/**
 * The records of a segment, some at a time, through all that a stream does with them: what becomes of each unit is
 * decided here, once, and counted.
 */
import { assert } from '../../base/errors.ts'
import type { FirehoseDelivery } from '../../base/firehose-delivery.ts'
import type { Files } from '../../sys/sys.ts'
import type { PrepareJob } from '../prepare.ts'
import { createDeserializer } from '../serde/deserializer.ts'
import { createFailureFiles, type FailureFiles } from './failure-files.ts'
import { createPartFiles, type PartFiles } from './part-files.ts'
import { createPartitioner, type Partitioner } from './partitions.ts'
import { readTransformedFile } from './transformed-file.ts'
import type { Failure, Transformed, Unit } from './unit.ts'
import { createUnitReader, recordsOf } from './units.ts'

export interface Processed {
  records: number
  units: number
  dropped: number
  parts: PartFiles
  partitioner: Partitioner | undefined
  failures: FailureFiles
}

/** Units are objects of the engine's heap, each some 150 bytes, and of compressed records a multiple of their bytes. */
const WINDOW_BYTES = 512 * 1024
const WINDOW_RECORDS = 16 * 1024

/** A unit that goes on, with what it came from. */
interface Survivor extends Unit {
  keys: Record<string, string> | undefined
}

export async function processUnits(
  files: Files,
  job: PrepareJob,
  firehose: FirehoseDelivery,
  bytes: Buffer,
): Promise<Processed> {
  const { processing, partitioning, conversion } = firehose
  const reader = createUnitReader(processing, job.firstArrivalMs)
  const transformed =
    job.transformed === undefined ? undefined : await readTransformedFile(files, job.transformed)
  assert(
    (processing.lambda === undefined) === (transformed === undefined),
    'Lambda was asked where there is one',
  )
  const result: Processed = {
    records: 0,
    units: 0,
    dropped: 0,
    parts: createPartFiles(files, job.scratch),
    partitioner:
      partitioning && createPartitioner(job, partitioning.activePartitionsMax, processing.partitionQuery),
    failures: createFailureFiles(files, job, conversion),
  }
  const deliver = createDelivery(firehose, result.parts)
  let fromReader = 0
  for (const records of windowsOf(recordsOf(bytes, job.recordEnds))) {
    result.records += records.length
    const { units, failures } = reader.read(records)
    result.units += units.length + failures.length
    for (const failure of failures) await result.failures.add(recordOf(records, failure), failure)
    const answers = transformed?.slice(fromReader, fromReader + units.length)
    fromReader += units.length
    await processWindow(job, records, units, answers, deliver, result)
    await result.parts.flushLarge()
  }
  assert(
    transformed === undefined || transformed.length === fromReader,
    'each unit has an answer of the function',
  )
  await result.parts.flushAll()
  return result
}

type Deliver = (index: number, data: Buffer) => { code: string; message: string } | undefined

async function processWindow(
  job: PrepareJob,
  records: readonly Unit[],
  units: readonly Unit[],
  answers: readonly Transformed[] | undefined,
  deliver: Deliver,
  result: Processed,
): Promise<void> {
  const rawOf = rawOfUnits(job, records, units)
  const survivors: Survivor[] = []
  for (const [index, unit] of units.entries()) {
    const answer = answers?.[index]
    if (answer === undefined) survivors.push({ ...unit, keys: undefined })
    else if (answer.kind === 'ok')
      survivors.push({ record: unit.record, data: answer.data, keys: answer.keys })
    else if (answer.kind === 'dropped') result.dropped++
    else await result.failures.add(unit.record, answer.failure)
  }
  const partitions = await result.partitioner?.assign(survivors)
  for (const [index, survivor] of survivors.entries()) {
    const partition = partitions?.[index] ?? 0
    const times = { attempts: 1, arrivalMs: job.firstArrivalMs, endedMs: job.lastArrivalMs }
    if (typeof partition !== 'number') {
      const failure: Failure = { type: 'processing-failed', ...partition, raw: rawOf(survivor), ...times }
      await result.failures.add(survivor.record, failure)
      continue
    }
    const problem = deliver(partition, survivor.data)
    if (problem === undefined) continue
    const { code, message } = problem
    await result.failures.add(survivor.record, {
      type: 'format-conversion-failed',
      code,
      message,
      raw: rawOf(survivor),
      ...times,
    })
  }
}

/** Appends a unit to its part, converted or with the stream's delimiter; returns why it can not. */
function createDelivery({ processing, conversion }: FirehoseDelivery, parts: PartFiles): Deliver {
  if (conversion !== undefined) {
    assert(conversion.columns !== undefined, 'the columns are resolved before records are prepared')
    const deserializer = createDeserializer(conversion.deserializer, conversion.columns)
    return (index, data) => {
      const part = parts.at(index)
      const outcome = deserializer.deserialize(data, part.pending)
      if (outcome.kind === 'failed') return outcome
      part.units++
      return undefined
    }
  }
  const delimiter = Buffer.from(processing.delimiter ?? '')
  return (index, data) => {
    const part = parts.at(index)
    part.pending.slice(data, 0, data.length)
    if (delimiter.length > 0) part.pending.slice(delimiter, 0, delimiter.length)
    part.units++
    return undefined
  }
}

/**
 * What a failure keeps. Of a compressed record that is the record as it came, as AWS does; but of one that became many
 * units not as many copies.
 */
function rawOfUnits(
  { deliver }: PrepareJob,
  records: readonly Unit[],
  units: readonly Unit[],
): (unit: Unit) => Buffer {
  if (deliver.firehose?.processing.decompression === 'none') return ({ data }) => data
  const first = records[0]!.record
  const counts = new Uint32Array(records.length)
  for (const { record } of units) counts[record - first]! += 1
  return ({ record, data }) => (counts[record - first] === 1 ? records[record - first]!.data : data)
}

function recordOf(records: readonly Unit[], failure: Failure): number {
  return records.find(({ data }) => data === failure.raw)?.record ?? 0
}

function* windowsOf(records: Iterable<Unit>): Generator<Unit[]> {
  let window: Unit[] = []
  let bytes = 0
  for (const record of records) {
    window.push(record)
    bytes += record.data.length
    if (bytes < WINDOW_BYTES && window.length < WINDOW_RECORDS) continue
    yield window
    window = []
    bytes = 0
  }
  if (window.length > 0) yield window
}
