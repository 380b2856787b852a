import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from './sys.ts'

export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    if (signal?.aborted) return
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal })
    } catch {
      // Aborted: to the sleeper that is only an early end; it looks at its signal itself.
    }
  },
}
