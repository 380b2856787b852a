/** Runs what it is given, at most `max` at a time, in order of arrival. */
export function lane(max: number): <T>(run: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (run) => {
    if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return await run()
    } finally {
      // Its place goes to the next one directly, so that nobody can come in between.
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}
