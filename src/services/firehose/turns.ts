/** One after the other for each name, so that what was checked still holds when it is done. */
export interface Turns {
  take<Result>(name: string, action: () => Promise<Result>): Promise<Result>
}

export function createTurns(): Turns {
  /** The end of the queue of each name; settles when the last action has. */
  const tails = new Map<string, Promise<void>>()
  return {
    async take(name, action) {
      const before = tails.get(name)
      const { promise: tail, resolve: end } = Promise.withResolvers<void>()
      tails.set(name, tail)
      await before
      try {
        return await action()
      } finally {
        end()
        if (tails.get(name) === tail) tails.delete(name)
      }
    },
  }
}
