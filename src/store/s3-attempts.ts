import { HozonError } from '../base/errors.ts'
import type { S3Context } from './s3-context.ts'
import { judgeS3 } from './s3-fault.ts'

export interface Call {
  op: string
  /** `bucket/key` */
  target: string
  /** Bytes that one attempt moves: they buy it time. */
  bytes?: number
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
  const startMs = sys.clock.monotonic()
  for (let count = 0; ; count++) {
    if (closing.aborted) throw closedError(call)
    try {
      return await oneAttempt(context, call, attempt)
    } catch (error) {
      const { op, target } = call
      if (closing.aborted) throw closedError(call)
      const judgement = judgeS3(error, { op, target })
      if (!judgement.again) throw judgement.error
      const ceilingMs = Math.min(
        limits.backoffCapMs,
        limits.backoffBaseMs * 2 ** Math.min(count, DOUBLINGS_MAX),
      )
      const pauseMs = sys.random.float() * ceilingMs
      if (sys.clock.monotonic() - startMs + pauseMs > limits.deadlineMs) throw judgement.error
      await sys.clock.sleep(pauseMs, closing)
    }
  }
}

async function oneAttempt<T>(
  { sys, limits, closing }: S3Context,
  { bytes = 0 }: Call,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeoutMs = limits.attemptTimeoutMs + (bytes / limits.slowestBytesPerSecond) * 1000
  const ended = new AbortController()
  const late = new AbortController()
  const timer = sys.clock.sleep(timeoutMs, ended.signal).then(() => {
    if (!ended.signal.aborted) late.abort(new Error(`no end after ${Math.round(timeoutMs)} ms`))
  })
  try {
    return await attempt(AbortSignal.any([late.signal, closing]))
  } finally {
    ended.abort()
    await timer
  }
}

function closedError({ op, target }: Call): HozonError {
  return new HozonError('HOZON_STORE_UNAVAILABLE', 'the store is being closed', {
    op,
    target,
    retryable: true,
  })
}
