import type { Clock } from '../../sys/sys.ts'

/** A sleep that ends early when something happens; what happens before the sleep is not forgotten. */
export interface WakeUp {
  now(): void
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export function wakeUp(clock: Clock): WakeUp {
  let isDue = false
  let sleeping: AbortController | undefined
  return {
    now() {
      isDue = true
      sleeping?.abort()
    },
    async wait(ms, signal) {
      if (!isDue && !signal.aborted) {
        sleeping = new AbortController()
        await clock.sleep(ms, sleeping.signal)
        sleeping = undefined
      }
      isDue = false
    },
  }
}
