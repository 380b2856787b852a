/** The access keys of a data folder on which no server runs. */
import { join } from 'node:path'
import { openAccessKeys, type AccessKeyRing } from '../console/access-keys.ts'
import { systemCode } from '../base/errors.ts'
import { noServer } from '../console/server-file.ts'
import type { Files, Sys } from '../sys/sys.ts'
import { openPrivateCatalog } from './private-files.ts'

/** Made by every server. A folder without them is nobody's, and its name is likely misspelt. */
const SIGNS = ['catalog.sqlite', 'credentials.json']

/** Holds the folder's lock while `work` runs. Rejects with HOZON_CATALOG_LOCKED when a server is just starting there,
 * HOZON_SERVER_NONE where none ever ran. */
export async function withOfflineKeys<T>(
  sys: Sys,
  dataDirectory: string,
  work: (keys: AccessKeyRing) => Promise<T>,
): Promise<T> {
  if (!(await isDataFolder(sys.files, dataDirectory))) throw noServer(dataDirectory)
  const catalog = await openPrivateCatalog(sys, join(dataDirectory, 'catalog.sqlite'))
  try {
    return await work(await openAccessKeys(sys, dataDirectory))
  } finally {
    catalog.close()
  }
}

async function isDataFolder(files: Files, directory: string): Promise<boolean> {
  try {
    return (await files.list(directory)).some(({ name }) => SIGNS.includes(name))
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw error
  }
}
