/**
 * Steps of a stream that are tried again until they work: the records are safe meanwhile. Several may be failing at the
 * same time, and what the oldest of them meets is the stream's problem: later ones that work do not heal it.
 */
import { AssertionError } from 'node:assert'
import { describeError, HozonError } from '../base/errors.ts'
import type { Sys } from '../sys/sys.ts'

export interface Retries {
  /** Undefined when the stream was stopped before it worked. `failed` is told each failure before the next try. */
  untilDone: <T>(step: () => Promise<T>, failed?: (error: unknown) => void) => Promise<T | undefined>
  problem: () => string | undefined
}

const RETRY_MS_FIRST = 200
const RETRY_MS_MAX = 30_000

export function openRetries(
  sys: Pick<Sys, 'clock' | 'random'>,
  stopped: AbortSignal,
  /** Of an episode: the first failure while nothing else fails, and the moment when nothing fails any more. */
  events: { failed(error: unknown): void; recovered(): void },
): Retries {
  /** In the order in which the steps began to fail. */
  const failing = new Map<symbol, string>()

  function began(step: symbol, error: unknown): void {
    if (failing.size === 0) events.failed(error)
    failing.set(step, describeError(error))
  }

  function ended(step: symbol): void {
    if (failing.delete(step) && failing.size === 0) events.recovered()
  }

  return {
    async untilDone(work, failed) {
      const step = Symbol('step')
      for (let waitMs = RETRY_MS_FIRST; ; waitMs = Math.min(waitMs * 2, RETRY_MS_MAX)) {
        try {
          const result = await work()
          ended(step)
          return result
        } catch (error) {
          // A bug must not be repeated for ever in silence: the edge of the process ends it.
          if (error instanceof AssertionError) throw error
          if (stopped.aborted) return undefined
          began(step, error)
          failed?.(error)
          // What is not retryable is tried again too, slowly: a person may mend the cause.
          const pauseMs = error instanceof HozonError && !error.retryable ? RETRY_MS_MAX : waitMs
          await sys.clock.sleep(pauseMs * (0.5 + sys.random.float() / 2), stopped)
          if (stopped.aborted) return undefined
        }
      }
    },
    problem: () => failing.values().next().value,
  }
}
