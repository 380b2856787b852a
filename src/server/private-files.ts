/**
 * What holds records on their way, and what the catalog knows, is for the owner of DIR only. DIR/store is as the umask says: other
 * engines read it.
 */
import { dirname, join } from 'node:path'
import { systemCode } from '../base/errors.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { openCatalog } from '../catalog/open-catalog.ts'
import type { Files, Sys } from '../sys/sys.ts'

export const OWNER_ONLY_FOLDER = 0o700
const OWNER_ONLY_FILE = 0o600

const FOLDERS = ['buffer', 'scratch', 'cache', 'transformed']
/** SQLite makes them with the mode of the file beside which they lie; those of before have that of then. */
const COMPANIONS = ['-wal', '-journal']

/** Those of an older hozon too. */
export async function closeFolders(files: Files, dataDirectory: string): Promise<void> {
  for (const name of FOLDERS) {
    const path = join(dataDirectory, name)
    await files.makeDirectory(path, OWNER_ONLY_FOLDER)
    await tighten(files, path, OWNER_ONLY_FOLDER)
  }
}

/** DIR must exist. Rejects as openCatalog throws. */
export async function openPrivateCatalog(sys: Sys, path: string): Promise<Catalog> {
  await makeEmpty(sys, path)
  for (const suffix of ['', ...COMPANIONS]) await tighten(sys.files, path + suffix, OWNER_ONLY_FILE)
  return openCatalog(path, sys.clock, sys.random)
}

/** An empty file is a new database to SQLite. By a link, so that of two that start at once none replaces the other's catalog. */
async function makeEmpty({ files, random }: Sys, path: string): Promise<void> {
  const temporary = join(dirname(path), `catalog-${random.bytes(8).toString('hex')}`)
  try {
    if (await exists(files, path)) return
    await files.writeFileDurably(temporary, Buffer.of(), OWNER_ONLY_FILE)
    await files.link(temporary, path)
    await files.remove(temporary)
  } catch (error) {
    // Taken in between, or the folder or disk takes no file: SQLite finds the same, and openCatalog says it.
    if (systemCode(error) === undefined) throw error
    await files.remove(temporary).catch(() => {})
  }
}

async function exists(files: Files, path: string): Promise<boolean> {
  const entries = await files.list(dirname(path))
  return entries.some(({ name }) => path === join(dirname(path), name))
}

async function tighten(files: Files, path: string, mode: number): Promise<void> {
  try {
    await files.setMode(path, mode)
  } catch (error) {
    const code = systemCode(error)
    // Another's folder is as that one wants it, and some file systems have no modes.
    if (code === undefined || !['ENOENT', 'EPERM', 'EROFS', 'ENOTSUP', 'ENOSYS'].includes(code)) throw error
  }
}
