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
  const running = publishAlways(context, stop.signal)
  return {
    async close() {
      stop.abort()
      if (!(await running)) return
      const deadline = sys.clock.monotonic() + LAST_MS
      await publishAll(context, () => sys.clock.monotonic() < deadline)
    },
  }
}

/** Until it is stopped. Did it succeed at last? */
async function publishAlways(context: Context, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    const succeeded = await publishAll(context, () => !signal.aborted)
    if (signal.aborted) return succeeded
    await context.sys.clock.sleep(succeeded ? PAUSE_MS : FAILED_PAUSE_MS, signal)
    if (signal.aborted) return succeeded
  }
}

/** False: the store did not take something; its mark stays. */
async function publishAll(context: Context, goesOn: () => boolean): Promise<boolean> {
  const { copies } = context.catalog.glue
  try {
    if (copies.marks(1).length === 0) return true
    await context.store.openBucket(context.bucket)
    for (;;) {
      const marks = copies.marks(MARKS)
      if (marks.length === 0) return true
      for (const mark of marks) {
        if (!goesOn()) return true
        await publishGlue(context, context.bucket, { ...mark, content: copies.read(mark) })
        copies.forget(mark)
      }
    }
  } catch (error) {
    if (error instanceof HozonError) context.failed(error)
    else throw error
    return false
  }
}
