/** Work in order of arrival, some at a time. */
export interface Lane<Item> {
  add(item: Item): void
  /** True: it was waiting, and will not be run. */
  remove(item: Item): boolean
}

/** `run` must not reject. */
export function openLane<Item>(runningMax: number, run: (item: Item) => Promise<void>): Lane<Item> {
  /** In order of insertion. */
  const waiting = new Set<Item>()
  let running = 0

  function next(): void {
    if (running >= runningMax) return
    const [item] = waiting
    if (item === undefined) return
    waiting.delete(item)
    running++
    void run(item).then(() => {
      running--
      next()
    })
  }

  return {
    add(item) {
      waiting.add(item)
      next()
    },
    remove: (item) => waiting.delete(item),
  }
}
