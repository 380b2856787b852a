/** Result reuse: an answer that is young enough stands for a query of the same text. */
import type { AthenaContext } from '../athena-context.ts'
import type { Execution } from './execution.ts'

/** AWS's default. */
const MAX_AGE_MINUTES = 60

/** The execution as it ends at once with an earlier answer; undefined: it is to be run. */
export async function reusedResult(
  { executions, store, sys }: Pick<AthenaContext, 'executions' | 'store' | 'sys'>,
  execution: Execution,
): Promise<Execution | undefined> {
  const byAge = execution.reuse?.ResultReuseByAgeConfiguration
  if (byAge?.Enabled !== true || execution.reuseKey === undefined) return undefined
  const nowMs = sys.clock.now()
  const sinceMs = nowMs - (byAge.MaxAgeInMinutes ?? MAX_AGE_MINUTES) * 60_000
  const earlier = executions.reusable(execution.reuseKey, sinceMs)
  if (earlier?.result === undefined) return undefined
  const head = await store.head(earlier.output.bucket, earlier.output.key)
  // Somebody removed or replaced it.
  if (head?.bytes !== earlier.result.bytes) return undefined
  const { reuseKey: _, ...rest } = execution
  return {
    ...rest,
    // Without a key of its own: else a chain of reuses would make an answer young for ever.
    state: 'SUCCEEDED',
    startedMs: nowMs,
    completedMs: nowMs,
    output: earlier.output,
    result: { ...earlier.result, scannedBytes: 0, planMs: 0, runMs: 0, isReused: true },
  }
}
