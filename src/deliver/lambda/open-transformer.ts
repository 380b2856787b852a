/** Implements transformer.ts: a segment's units go through the function in batches, and the answers to disk. */
import { dirname } from 'node:path'
import { createTransformedFile, transformedSegment } from '../../format/firehose/transformed-file.ts'
import type { Failure, Transformed } from '../../format/firehose/unit.ts'
import { readUnits, type StoredUnit, type UnitsJob } from '../../format/firehose/units-file.ts'
import { realPostHttp, type PostHttp } from '../../sys/http-post.ts'
import type { Files, Sys } from '../../sys/sys.ts'
import { encodeEvent, portions, recordIds, segmentIdentity } from './event.ts'
import { callFailureMessage, RECORD_FAILURES, toFailure } from './failures.ts'
import type { CallResult, FunctionEvents, FunctionTarget } from './function-target.ts'
import { openHttpFunction } from './http-function.ts'
import { invoke, stoppingError, type Invoked } from './invoke.ts'
import { openModuleFunction } from './module-function.ts'
import { readResponse, type Verdict } from './response.ts'
import type { FunctionTargets, Transformer, TransformJob } from './transformer.ts'

/** The longest that AWS waits for a function, whatever the function's own limit. */
export const FUNCTION_TIMEOUT_MS = 5 * 60 * 1000
/** AWS's limit on the response of a synchronous call: 6 MiB and a little. */
export const ANSWER_BYTES_MAX = 6 * 1024 * 1024 + 100
/** An event and its answer as text and as values are some 50 MB; the rest is for the function. */
const HEAP_MIB = 256
const MEMORY_MIB = 512

export interface TransformerOptions {
  functions: FunctionTargets
  events: FunctionEvents
  /** Writes a segment's units to a file, in another process: what senders compressed is not for this one to open. */
  writeUnits: (job: UnitsJob) => Promise<{ units: number }>
  /** Default: 5 minutes. */
  timeoutMs?: number
  post?: PostHttp
}

interface Batch {
  job: TransformJob
  units: StoredUnit[]
  ids: string[]
}

export function openTransformer(sys: Sys, options: TransformerOptions): Transformer {
  const targets = openTargets(sys, options)
  const failing = new Set<string>()
  const stopped = new AbortController()

  async function transformBatch(batch: Batch, target: FunctionTarget): Promise<Transformed[]> {
    const { arn, retries } = batch.job.lambda
    const event = (requestId: string): string =>
      encodeEvent(
        batch.job,
        requestId,
        batch.units.map(({ data }, index) => ({ id: batch.ids[index]!, data })),
      )
    const invoked = await invoke(sys, target, { arn, retries, event, stopped: stopped.signal })
    tell(arn, invoked.result)
    return toTransformed(batch, invoked)
  }

  function tell(arn: string, result: CallResult): void {
    if (result.kind === 'answered') {
      if (failing.delete(arn)) options.events.recovered(arn)
    } else if (!failing.has(arn)) {
      failing.add(arn)
      options.events.failing(arn, `${result.code}: ${result.detail}`)
    }
  }

  /** In the order of the units, with as many calls at a time as the function takes: no more of them are in memory. */
  async function* answers(job: TransformJob, unitsPath: string): AsyncGenerator<Transformed[]> {
    const idOf = recordIds(job)
    const target = targets.get(withoutVersion(job.lambda.arn)) ?? UNMAPPED
    const running: Promise<Transformed[]>[] = []
    for await (const { from, units, tooLarge } of portions(job, readUnits(sys.files, unitsPath))) {
      if (running.length >= target.callsMax) yield await running.shift()!
      const ids = units.map((_, index) => idOf(from + index))
      const answer = transformBatch({ job, units, ids }, tooLarge ? TOO_LARGE : target)
      // Awaited below, after those before it; a failure meanwhile is not yet anybody's.
      answer.catch(() => {})
      running.push(answer)
    }
    for (const answer of running) yield await answer
  }

  async function writeAnswers(job: TransformJob, segment: string, unitsPath: string): Promise<void> {
    const { path, bytes, recordEnds, firstArrivalMs, before } = job
    await options.writeUnits({ path, bytes, recordEnds, firstArrivalMs, steps: before, out: unitsPath })
    const writer = await createTransformedFile(sys.files, job.out, segment)
    try {
      for await (const some of answers(job, unitsPath)) await writer.append(some)
      await writer.commit()
    } catch (error) {
      await writer.abandon()
      throw error
    }
  }

  return {
    async transform(job) {
      if (stopped.signal.aborted) throw stoppingError(job.lambda.arn)
      const segment = segmentIdentity(job)
      const unitsPath = `${job.out}.units`
      try {
        if ((await transformedSegment(sys.files, job.out)) === segment) return
        await makeFolderDurably(sys.files, dirname(job.out))
        await writeAnswers(job, segment, unitsPath)
      } finally {
        // Also one that was left behind when the process was killed.
        await sys.files.remove(unitsPath)
      }
    },
    async close() {
      stopped.abort()
      await Promise.all([...targets.values()].map((target) => target.close()))
    },
  }
}

const UNMAPPED: FunctionTarget = {
  callsMax: 1,
  call: ({ arn }) =>
    Promise.resolve({
      kind: 'failed',
      code: 'Lambda.ResourceNotFound',
      detail: `the pipeline file has nothing for ${withoutVersion(arn)} in \`functions\``,
    }),
  close: () => Promise.resolve(),
}

const TOO_LARGE: FunctionTarget = {
  callsMax: 1,
  call: () =>
    Promise.resolve({
      kind: 'failed',
      code: 'Lambda.RequestTooLargeException',
      detail: 'a record is larger than 6 MB as an event',
    }),
  close: () => Promise.resolve(),
}

function openTargets(sys: Sys, options: TransformerOptions): Map<string, FunctionTarget> {
  const timeoutMs = options.timeoutMs ?? FUNCTION_TIMEOUT_MS
  const limits = { timeoutMs, answerBytesMax: ANSWER_BYTES_MAX, heapMiB: HEAP_MIB, memoryMiB: MEMORY_MIB }
  const post = options.post ?? realPostHttp
  const { events } = options
  return new Map(
    Object.entries(options.functions).map(([arn, target]) => [
      arn,
      'url' in target
        ? openHttpFunction(sys.clock, { url: target.url, post, timeoutMs, answerBytesMax: ANSWER_BYTES_MAX })
        : openModuleFunction(sys, { arn, module: target.module, limits, events }),
    ]),
  )
}

function toTransformed({ job, units, ids }: Batch, invoked: Invoked): Transformed[] {
  const { result, attempts, endedMs } = invoked
  const failed = (unit: StoredUnit, what: { code: string; message: string }): Transformed => {
    const { firstArrivalMs: arrivalMs, lambda } = job
    const failure: Failure = toFailure(what, {
      raw: unit.original ?? unit.data,
      attempts,
      arrivalMs,
      endedMs,
      lambdaArn: lambda.arn,
    })
    return { kind: 'failed', failure }
  }
  if (result.kind === 'failed') {
    const what = { code: result.code, message: callFailureMessage(result.code) }
    return units.map((unit) => failed(unit, what))
  }
  return readResponse(result.body, ids).map((verdict: Verdict, index) =>
    verdict.kind === 'failed' ? failed(units[index]!, RECORD_FAILURES[verdict.failure]) : verdict,
  )
}

/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, whatever version or alias stands behind it. */
function withoutVersion(arn: string): string {
  return arn.split(':').slice(0, 7).join(':')
}

/** DIR/transformed/<stream>: a power cut must not take the folder, and with it answers that were delivered from. */
async function makeFolderDurably(files: Files, folder: string): Promise<void> {
  await files.makeDirectory(folder)
  await files.syncDirectory(dirname(folder))
  await files.syncDirectory(dirname(dirname(folder)))
}
