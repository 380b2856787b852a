/** A clock that stands still until a test moves it. */
import type { Clock } from './sys.ts'

/** 2026-01-02T03:04:05Z: a fixed start, so that a seed repeats everything. */
const START_MS = 1_767_323_045_000

/** runUntil() gives up after this much simulated time: the condition will not come. */
const RUN_MS_MAX = 24 * 3600 * 1000

export interface SimulatedClock extends Clock {
  /** Moves time by `ms`; sleepers wake in order of their time, and what they start runs until it waits again. */
  advance(ms: number): Promise<void>
  /** Jumps from sleeper to sleeper until the condition holds or the promise has settled; throws when it never will. */
  runUntil(done: (() => boolean) | Promise<unknown>): Promise<void>
  /** Lets everything run that does not wait for time. */
  settle(): Promise<void>
  /** Moves now() without waking anybody: the wall clock was set. */
  jump(ms: number): void
  /** Sleepers never wake again: their process is dead. Time goes on in the next life. */
  stop(): { nowMs: number; monotonicMs: number }
}

interface Sleeper {
  atMs: number
  order: number
  wake: () => void
}

export function simulatedClock(start = { nowMs: START_MS, monotonicMs: 0 }): SimulatedClock {
  let { nowMs, monotonicMs } = start
  let sleepers: Sleeper[] = []
  let order = 0
  let isStopped = false

  const nextSleeper = (): Sleeper | undefined => sleepers[0]
  const moveTo = (atMs: number): void => {
    const ms = Math.max(0, atMs - monotonicMs)
    monotonicMs += ms
    nowMs += ms
  }
  const wakeNext = async (sleeper: Sleeper): Promise<void> => {
    moveTo(sleeper.atMs)
    sleepers.shift()
    sleeper.wake()
    await settle()
  }
  return {
    // Sleeps may have fractions of milliseconds; the time of day has none, as in reality.
    now: () => Math.floor(nowMs),
    monotonic: () => monotonicMs,
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      if (isStopped) return promise
      const sleeper: Sleeper = { atMs: monotonicMs + Math.max(0, ms), order: order++, wake: resolve }
      sleepers.push(sleeper)
      sleepers.sort((a, b) => a.atMs - b.atMs || a.order - b.order)
      const aborted = (): void => {
        sleepers = sleepers.filter((other) => other !== sleeper)
        resolve()
      }
      signal?.addEventListener('abort', aborted, { once: true })
      return promise
    },
    async advance(ms) {
      const endMs = monotonicMs + ms
      await settle()
      for (let next = nextSleeper(); next !== undefined && next.atMs <= endMs; next = nextSleeper())
        await wakeNext(next)
      moveTo(endMs)
    },
    async runUntil(done) {
      const isDone = typeof done === 'function' ? done : settledFlag(done)
      const endMs = monotonicMs + RUN_MS_MAX
      for (await settle(); !isDone();) {
        const next = nextSleeper()
        if (next === undefined || next.atMs > endMs) throw new Error('runUntil: the condition never holds')
        await wakeNext(next)
      }
    },
    settle,
    jump: (ms) => void (nowMs += ms),
    stop() {
      isStopped = true
      sleepers = []
      return { nowMs, monotonicMs }
    },
  }
}

/** Everything simulated runs in microtasks, which are all done before the event loop's next turn. */
async function settle(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve))
}

function settledFlag(promise: Promise<unknown>): () => boolean {
  let isSettled = false
  const set = (): void => void (isSettled = true)
  promise.then(set, set)
  return () => isSettled
}
