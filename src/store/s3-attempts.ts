import { HozonError } from '../base/errors.ts'
import { formatDuration } from '../base/units.ts'
import type { S3Context } from './s3-context.ts'
import { judgeS3 } from './s3-fault.ts'

export interface Call {
  op: string
  /** `bucket/key` */
  target: string
  /** Bytes that one attempt moves: they buy it time. */
  bytes?: number
  /** Of who waits for it: once it aborts no attempt goes on, and the signal's reason is thrown. */
  signal?: AbortSignal
}

/** Beyond this the exponent no longer matters: the cap is reached. */
const DOUBLINGS_MAX = 20

/**
 * Attempts until one ends, with full-jitter backoff between them: clients that failed together do not come back
 * together. The SDK's own retries are switched off, so that time and chance stay behind the seams.
 */
export async function attempts<T>(
  context: S3Context,
  call: Call,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { sys, limits, closing } = context
  const ending = call.signal === undefined ? closing : AbortSignal.any([closing, call.signal])
  const startMs = sys.clock.monotonic()
  for (let count = 0; ; count++) {
    throwIfEnded(context, call)
    try {
      return await oneAttempt(context, call, ending, attempt)
    } catch (error) {
      const { op, target } = call
      throwIfEnded(context, call)
      const judgement = judgeS3(error, { op, target })
      if (!judgement.again) throw judgement.error
      const ceilingMs = Math.min(
        limits.backoffCapMs,
        limits.backoffBaseMs * 2 ** Math.min(count, DOUBLINGS_MAX),
      )
      const pauseMs = sys.random.float() * ceilingMs
      const tookMs = sys.clock.monotonic() - startMs
      if (tookMs + pauseMs > limits.deadlineMs) throw givenUp(judgement.error, count + 1, tookMs)
      await sys.clock.sleep(pauseMs, ending)
    }
  }
}

async function oneAttempt<T>(
  { sys, limits }: S3Context,
  { bytes = 0 }: Call,
  ending: AbortSignal,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeoutMs = limits.attemptTimeoutMs + (bytes / limits.slowestBytesPerSecond) * 1000
  const ended = new AbortController()
  const late = new AbortController()
  const timer = sys.clock.sleep(timeoutMs, ended.signal).then(() => {
    if (!ended.signal.aborted) late.abort(new Error(`no end after ${Math.round(timeoutMs)} ms`))
  })
  try {
    return await attempt(AbortSignal.any([late.signal, ending]))
  } finally {
    ended.abort()
    await timer
  }
}

/** With what was tried: who reads it need not wonder whether another attempt would have helped. */
function givenUp(error: HozonError, count: number, tookMs: number): HozonError {
  const tried = `${count} attempts in ${formatDuration(tookMs)}`
  return new HozonError(error.code, `${error.message} (${tried})`, error)
}

function throwIfEnded({ closing }: S3Context, { op, target, signal }: Call): void {
  signal?.throwIfAborted()
  if (!closing.aborted) return
  throw new HozonError('HOZON_STORE_UNAVAILABLE', 'the store is being closed', {
    op,
    target,
    retryable: true,
  })
}
