/** One batch, until the function has answered or there are no attempts left. */
import { HozonError } from '../../base/errors.ts'
import type { Sys } from '../../sys/sys.ts'
import { isWorthAnotherAttempt } from './failures.ts'
import type { CallResult, FunctionTarget } from './function-target.ts'

/** Between attempts; it doubles up to the second, and a quarter of it is chance, so that batches come apart. */
const RETRY_MS_FIRST = 1000
const RETRY_MS_MAX = 30_000
/** AWS takes any number. With these the last one is some 50 minutes after the first, and the stream goes on. */
const RETRIES_MAX = 100

export interface Invoked {
  result: CallResult
  attempts: number
  endedMs: number
}

/** Rejects with HOZON_STOPPING when `stopped` aborts before there is a result: nothing is known then. */
export async function invoke(
  sys: Pick<Sys, 'clock' | 'random'>,
  target: FunctionTarget,
  call: { arn: string; retries: number; event: (requestId: string) => string; stopped: AbortSignal },
): Promise<Invoked> {
  const attemptsMax = Math.min(call.retries, RETRIES_MAX) + 1
  for (let attempt = 1, waitMs = RETRY_MS_FIRST; ; attempt++, waitMs = Math.min(waitMs * 2, RETRY_MS_MAX)) {
    const requestId = randomUuid(sys.random.bytes(16))
    const result = await target.call({ arn: call.arn, requestId, event: call.event(requestId) })
    // A call that was cut by our own end is not the function's failure.
    if (call.stopped.aborted) throw stoppingError(call.arn)
    const isLast = attempt >= attemptsMax || result.kind === 'answered' || !isWorthAnotherAttempt(result.code)
    if (isLast) return { result, attempts: attempt, endedMs: sys.clock.now() }
    await sys.clock.sleep(waitMs * (0.75 + 0.25 * sys.random.float()), call.stopped)
    if (call.stopped.aborted) throw stoppingError(call.arn)
  }
}

export function stoppingError(arn: string): HozonError {
  const hint = 'the records wait in the buffer and are transformed after the next start'
  return new HozonError('HOZON_STOPPING', 'the server is stopping', {
    op: 'call function',
    target: arn,
    hint,
    retryable: true,
  })
}

/** Version 4. */
function randomUuid(bytes: Buffer): string {
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
