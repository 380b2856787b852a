import type { StoreConfig } from '../pipeline/pipeline.ts'
import { openLocalStore } from '../store/local-store.ts'
import { openS3Store } from '../store/s3-store.ts'
import type { Store } from '../store/store.ts'
import type { Clock, Sys } from '../sys/sys.ts'

export function openStore(sys: Sys, config: StoreConfig): Promise<Store> {
  if (config.kind === 'local') return openLocalStore(sys, config.path)
  const { endpoint, region, pathStyle } = config
  return openS3Store(sys, { ...(endpoint === undefined ? {} : { endpoint }), region, pathStyle })
}

/** A store that is well answers in less; who looks at a start that takes longer should see what it waits for. */
const QUIET_MS = 3_000

/** Opens a bucket while the server starts. The store tries for a minute. */
export async function openBucketAtStart(
  { clock, store, waiting }: { clock: Clock; store: Store; waiting: (place: string) => void },
  bucket: string,
): Promise<void> {
  const opened = new AbortController()
  void clock.sleep(QUIET_MS, opened.signal).then(() => {
    if (!opened.signal.aborted) waiting(`${store.location}, bucket ${bucket}`)
  })
  try {
    await store.openBucket(bucket)
  } finally {
    opened.abort()
  }
}
