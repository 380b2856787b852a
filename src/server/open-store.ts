import type { StoreConfig } from '../pipeline/pipeline.ts'
import { openLocalStore } from '../store/local-store.ts'
import { openS3Store } from '../store/s3-store.ts'
import type { Store } from '../store/store.ts'
import type { Sys } from '../sys/sys.ts'

export function openStore(sys: Sys, config: StoreConfig): Promise<Store> {
  if (config.kind === 'local') return openLocalStore(sys, config.path)
  const { endpoint, region, pathStyle } = config
  return openS3Store(sys, { ...(endpoint === undefined ? {} : { endpoint }), region, pathStyle })
}
