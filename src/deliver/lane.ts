/**
 * Runs what it is given, at most `max` at a time, in order of arrival. Who still waits when its signal aborts leaves the
 * queue, and is rejected with the signal's reason; what runs already has to look at the signal itself.
 */
export type Lane = <T>(run: () => Promise<T>, signal?: AbortSignal) => Promise<T>

export function lane(max: number): Lane {
  const waiting = new Set<() => void>()
  let running = 0

  function turn(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const leave = (): void => {
      waiting.delete(come)
      reject(signal!.reason as Error)
    }
    const come = (): void => {
      signal?.removeEventListener('abort', leave)
      resolve()
    }
    waiting.add(come)
    signal?.addEventListener('abort', leave, { once: true })
    return promise
  }

  return async (run, signal) => {
    signal?.throwIfAborted()
    if (running >= max) await turn(signal)
    else running++
    try {
      return await run()
    } finally {
      // Its place goes to the next one directly, so that nobody can come in between.
      const [next] = waiting
      if (next === undefined) running--
      else {
        waiting.delete(next)
        next()
      }
    }
  }
}
