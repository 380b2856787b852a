/** Copies what changes in Glue's catalog into the bucket, in the background. */
import { HozonError } from '../base/errors.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { publishGlue } from './published-glue.ts'
import type { Place } from './published-objects.ts'

/** A table that gets partitions all the time is copied once in a while, not for each. */
const PAUSE_MS = 2000
/** The next attempt after one that failed. */
const FAILED_PAUSE_MS = 30_000
/** Read at a time; each is read again when its turn comes. */
const MARKS = 100
/** A stop does not wait longer: what is left is copied after the next start. */
const LAST_MS = 10_000

type Context = Place & {
  catalog: Pick<Catalog, 'glue'>
  bucket: string
  failed: (error: unknown) => void
}

export function publishGlueChanges(context: Context): { close(): Promise<void> } {
  const { catalog, bucket, sys } = context
  catalog.glue.copies.publishTo(bucket)
  const stop = new AbortController()
  // After it the catalog is not touched any more: it may be closed.
  const late = new AbortController()
  const running = publishAlways(context, { stop: stop.signal, late: late.signal })
  return {
    async close() {
      stop.abort()
      const timer = sys.clock.sleep(LAST_MS, late.signal)
      // Also after an attempt that has failed: the store may be back. One that does not answer is not waited for.
      await Promise.race([timer, running.then(() => publishAll(context, { late: late.signal }))])
      late.abort()
    },
  }
}

interface Ends {
  /** No other item is begun. */
  stop?: AbortSignal
  late: AbortSignal
}

/** Until it is stopped. */
async function publishAlways(context: Context, ends: Ends & { stop: AbortSignal }): Promise<void> {
  const { stop } = ends
  while (!stop.aborted) {
    const succeeded = await publishAll(context, ends)
    if (!stop.aborted) await context.sys.clock.sleep(succeeded ? PAUSE_MS : FAILED_PAUSE_MS, stop)
  }
}

/** False: the store did not take something; its mark stays. */
async function publishAll(context: Context, { stop, late }: Ends): Promise<boolean> {
  const { copies } = context.catalog.glue
  const isOver = (): boolean => stop?.aborted === true || late.aborted
  try {
    if (isOver() || copies.marks(1).length === 0) return true
    await context.store.openBucket(context.bucket)
    for (;;) {
      if (isOver()) return true
      const marks = copies.marks(MARKS)
      if (marks.length === 0) return true
      for (const mark of marks) {
        if (isOver()) return true
        await publishGlue(context, context.bucket, { ...mark, content: copies.read(mark) })
        if (late.aborted) return true
        copies.forget(mark)
      }
    }
  } catch (error) {
    if (error instanceof HozonError) context.failed(error)
    else throw error
    return false
  }
}
