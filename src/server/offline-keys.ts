/** The access keys of a data folder on which no server runs. */
import { join } from 'node:path'
import { openAccessKeys, type AccessKeyRing } from '../console/access-keys.ts'
import type { Sys } from '../sys/sys.ts'
import { openPrivateCatalog } from './private-files.ts'

/** Holds the folder's lock while `work` runs. Rejects with HOZON_CATALOG_LOCKED when a server is just starting there. */
export async function withOfflineKeys<T>(
  sys: Sys,
  dataDirectory: string,
  work: (keys: AccessKeyRing) => Promise<T>,
): Promise<T> {
  await sys.files.makeDirectory(dataDirectory)
  const catalog = await openPrivateCatalog(sys, join(dataDirectory, 'catalog.sqlite'))
  try {
    return await work(await openAccessKeys(sys, dataDirectory))
  } finally {
    catalog.close()
  }
}
