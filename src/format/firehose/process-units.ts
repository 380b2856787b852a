/**
 * The records of a segment, some at a time, through all that a stream does with them: what becomes of each unit is
 * decided here, once, and counted.
 */
import { assert } from '../../base/errors.ts'
import type { FirehoseDelivery } from '../../base/firehose-delivery.ts'
import type { Files } from '../../sys/sys.ts'
import type { PrepareJob } from '../prepare.ts'
import { readSegment } from '../read-segment.ts'
import { createDeserializer } from '../serde/deserializer.ts'
import { createFailureFiles, type FailureFiles } from './failure-files.ts'
import { createPartFiles, type PartFiles } from './part-files.ts'
import { createPartitioner, type Partitioner, type PartitionProblem } from './partitions.ts'
import { openTransformedFile, type TransformedReader } from './transformed-file.ts'
import type { Failure, Transformed, Undone, Unit } from './unit.ts'
import { recordsOf, unitWindows } from './units.ts'

export interface Processed {
  records: number
  units: number
  dropped: number
  parts: PartFiles
  partitioner: Partitioner | undefined
  failures: FailureFiles
}

/** A unit that goes on, with what Lambda gave. */
interface Survivor extends Unit {
  keys: Record<string, string> | undefined
}

export async function processUnits(
  files: Files,
  job: PrepareJob,
  firehose: FirehoseDelivery,
): Promise<Processed> {
  const { processing, partitioning, conversion } = firehose
  const result: Processed = {
    records: 0,
    units: 0,
    dropped: 0,
    parts: createPartFiles(files, job.scratch),
    partitioner:
      partitioning && createPartitioner(job, partitioning.activePartitionsMax, processing.partitionQuery),
    failures: createFailureFiles(files, job, conversion),
  }
  const transformed =
    job.transformed === undefined ? undefined : await openTransformedFile(files, job.transformed)
  try {
    assert(
      (processing.lambda === undefined) === (transformed === undefined),
      'Lambda was asked where there is one',
    )
    await processWindows(files, job, firehose, transformed, result)
  } finally {
    await transformed?.close()
  }
  await result.parts.flushAll()
  return result
}

async function processWindows(
  files: Files,
  job: PrepareJob,
  firehose: FirehoseDelivery,
  transformed: TransformedReader | undefined,
  result: Processed,
): Promise<void> {
  const deliver = createDelivery(firehose, result.parts)
  const segment = recordsOf(await readSegment(files, job), job.recordEnds)
  let answered = 0
  for (const { records, items } of unitWindows(segment, firehose.processing, job.firstArrivalMs)) {
    result.records += records
    result.units += items.length
    const asked = items.reduce((sum, item) => sum + ('data' in item ? 1 : 0), 0)
    answered += asked
    assert(
      transformed === undefined || answered <= transformed.entries,
      'each unit has an answer of the function',
    )
    await processWindow(job, withAnswers(items, await transformed?.next(asked)), deliver, result)
    await result.parts.flushLarge()
  }
  assert(
    transformed === undefined || transformed.entries === answered,
    'each answer of the function has a unit',
  )
}

type Deliver = (index: number, data: Buffer) => { code: string; message: string } | undefined

/** Units are delivered, and fail, in their order, however they are portioned into windows. */
async function processWindow(
  job: PrepareJob,
  steps: readonly (Survivor | Undone | 'dropped')[],
  deliver: Deliver,
  result: Processed,
): Promise<void> {
  const survivors = steps.filter((step) => typeof step === 'object' && 'data' in step)
  const partitions = await result.partitioner?.assign(survivors)
  const times = { attempts: 1, arrivalMs: job.firstArrivalMs, endedMs: job.lastArrivalMs }
  let survivor = 0
  for (const step of steps) {
    if (step === 'dropped') result.dropped++
    else if ('failure' in step) await result.failures.add(step.record, step.failure)
    else {
      const failed = place(partitions?.[survivor++] ?? 0, step.data, deliver)
      if (failed === undefined) continue
      const failure: Failure = { ...failed, raw: step.original ?? step.data, ...times }
      await result.failures.add(step.record, failure)
    }
  }
}

function place(
  partition: number | PartitionProblem,
  data: Buffer,
  deliver: Deliver,
): Pick<Failure, 'type' | 'code' | 'message'> | undefined {
  if (typeof partition !== 'number') return { type: 'processing-failed', ...partition }
  const problem = deliver(partition, data)
  return problem && { type: 'format-conversion-failed', code: problem.code, message: problem.message }
}

function withAnswers(
  items: readonly (Unit | Undone)[],
  answers: readonly Transformed[] | undefined,
): (Survivor | Undone | 'dropped')[] {
  let next = 0
  return items.map((item) => {
    if ('failure' in item) return item
    if (answers === undefined) return { ...item, keys: undefined }
    const answer = answers[next++]
    assert(answer !== undefined, 'each unit has an answer of the function')
    if (answer.kind === 'dropped') return 'dropped'
    if (answer.kind === 'failed') return { record: item.record, failure: answer.failure }
    return { ...item, data: answer.data, keys: answer.keys }
  })
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
