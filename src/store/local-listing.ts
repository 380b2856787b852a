import { join } from 'node:path'
import { systemCode } from '../base/errors.ts'
import type { Files, FileStat } from '../sys/sys.ts'
import { segmentFault } from './object-key.ts'

/** The names of one folder in the order of S3: by the bytes of the whole key, where a folder's name ends in `/`. */
interface Entry {
  name: string
  isFolder: boolean
  sortKey: Buffer
}

/**
 * Keys below `folder` that begin with `prefix`, in key order. Holds the names of one folder per level and nothing more.
 * Sorting by `name` or `name/` is enough, since a folder store has no object and folder of one name.
 */
export async function* walkKeys(files: Files, folder: string, prefix: string): AsyncGenerator<string> {
  const cut = prefix.lastIndexOf('/')
  const base = prefix.slice(0, cut + 1)
  const segments = base.split('/').slice(0, -1)
  if (segments.some((segment) => segmentFault(segment) !== undefined)) return
  const start = join(folder, ...segments)
  if (await isWhereItSeems(files, start)) yield* walkFolder(files, start, base, prefix.slice(cut + 1))
}

/** The way to a prefix may lead through a symlink; below it, entries that are symlinks are left out anyway. */
async function isWhereItSeems(files: Files, folder: string): Promise<boolean> {
  try {
    return (await files.realpath(folder)) === folder
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw error
  }
}

async function* walkFolder(
  files: Files,
  folder: string,
  base: string,
  start: string,
): AsyncGenerator<string> {
  for (const { name, isFolder } of await sortedEntries(files, folder, start)) {
    const key = base + name
    if (isFolder) yield* walkFolder(files, join(folder, name), `${key}/`, '')
    else yield key
  }
}

async function sortedEntries(files: Files, folder: string, start: string): Promise<Entry[]> {
  let found: { name: string; kind: FileStat['kind'] }[]
  try {
    found = await files.list(folder)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
  return (
    found
      // Symlinks and names that no key can have are not objects: see checkLocalKey.
      .filter(({ kind, name }) =>
        kind === 'file' || kind === 'directory' ? segmentFault(name) === undefined : false,
      )
      .filter(({ name }) => name.startsWith(start))
      .map(({ name, kind }) => entryOf(name, kind === 'directory'))
      .sort((a, b) => Buffer.compare(a.sortKey, b.sortKey))
  )
}

function entryOf(name: string, isFolder: boolean): Entry {
  return { name, isFolder, sortKey: Buffer.from(isFolder ? `${name}/` : name) }
}
