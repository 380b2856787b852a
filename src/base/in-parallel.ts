/** Work on many items, a few of them at a time. */

/**
 * Results in the order of the items. Items are begun in order, none before its turn; after a failure no further one is
 * begun. What is under way then ends by itself: it should hear of the failure from a signal of the caller's.
 */
export async function mapInParallel<Item, Result>(
  items: readonly Item[],
  atOnceMax: number,
  use: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results = Array.from<Result>({ length: items.length })
  let next = 0
  const work = async (): Promise<void> => {
    try {
      for (let index = next++; index < items.length; index = next++)
        results[index] = await use(items[index]!, index)
    } catch (error) {
      // Nobody needs the others.
      next = items.length
      throw error
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnceMax, items.length) }, work))
  return results
}
