/** Keys of a folder in their order, without reading more than the folders on the way. */
import { join } from 'node:path'
import { systemCode } from '../base/errors.ts'
import type { Files } from '../sys/sys.ts'
import { decodeTail, isPlainSegment, readEncodedName } from './local-names.ts'
import { compareKeys } from './object-key.ts'

export interface Walk {
  prefix: string
  /** Keys up to and with this one are left out. */
  after?: string
  /** May be set between two keys: what begins so is left out from then on, and its folders are not read. */
  skip?: string
}

export interface FoundKey {
  key: string
  path: string
}

interface Entry {
  /** What the key has behind that of the folder; a folder's ends in `/`. */
  end: string
  path: string
}

/** Holds the names of one folder per level and nothing more. */
export async function* walkKeys(files: Files, folder: string, walk: Walk): AsyncGenerator<FoundKey> {
  const segments = walk.prefix.split('/').slice(0, -1)
  const odd = segments.findIndex((segment) => !isPlainSegment(segment))
  const plain = odd < 0 ? segments : segments.slice(0, odd)
  const start = join(folder, ...plain)
  const base = plain.map((segment) => `${segment}/`).join('')
  if (await isWhereItSeems(files, start)) yield* walkFolder(files, start, base, walk)
}

/** The way to a prefix may lead through a symlink; below it, entries that are symlinks are left out anyway. */
async function isWhereItSeems(files: Files, folder: string): Promise<boolean> {
  try {
    return (await files.realpath(folder)) === folder
  } catch (error) {
    if (isNoFolder(error)) return false
    throw error
  }
}

async function* walkFolder(files: Files, folder: string, base: string, walk: Walk): AsyncGenerator<FoundKey> {
  let before: string | undefined
  for (const { end, path } of await sortedEntries(files, folder)) {
    const key = base + end
    if (walk.skip !== undefined && key.startsWith(walk.skip)) continue
    if (end.endsWith('/') && path.endsWith('/')) {
      if (mayHold(key, walk)) yield* walkFolder(files, path.slice(0, -1), key, walk)
      continue
    }
    if (end === before || !key.startsWith(walk.prefix)) continue
    before = end
    if (walk.after === undefined || compareKeys(key, walk.after) > 0) yield { key, path }
  }
}

/** May keys that begin with `folderKey` be asked for? */
function mayHold(folderKey: string, { prefix, after }: Walk): boolean {
  if (!folderKey.startsWith(prefix) && !prefix.startsWith(folderKey)) return false
  return after === undefined || after.startsWith(folderKey) || compareKeys(folderKey, after) > 0
}

/** Symlinks and names that no key can have are not objects: see local-names.ts. */
async function sortedEntries(files: Files, folder: string): Promise<Entry[]> {
  const entries: Entry[] = []
  await collect(files, folder, '', entries)
  // Of a key that has both of its places, by somebody's hand, the plain one is the first.
  return entries.sort((a, b) => compareKeys(a.end, b.end) || a.path.length - b.path.length)
}

/** `text` is the encoded text that `.hozon-m-…` folders hold so far; '' in a plain folder. */
async function collect(files: Files, folder: string, text: string, entries: Entry[]): Promise<void> {
  for (const { name, kind } of await namesOf(files, folder)) {
    const path = `${folder}/${name}`
    const encoded = readEncodedName(name)
    if (encoded !== undefined) {
      const whole = text + encoded.text
      if (encoded.kind === 'more' && kind === 'directory') await collect(files, path, whole, entries)
      const end = encoded.kind === 'last' && kind === 'file' ? decodeTail(whole) : undefined
      if (end !== undefined) entries.push({ end, path })
    } else if (text === '' && isPlainSegment(name)) {
      if (kind === 'file') entries.push({ end: name, path })
      if (kind === 'directory') entries.push({ end: `${name}/`, path: `${path}/` })
    }
  }
}

async function namesOf(files: Files, folder: string): ReturnType<Files['list']> {
  try {
    return await files.list(folder)
  } catch (error) {
    // Somebody removed it, or it is no folder any more.
    if (isNoFolder(error)) return []
    throw error
  }
}

function isNoFolder(error: unknown): boolean {
  const code = systemCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}
