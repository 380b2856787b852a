/** Keys of a folder in their order, without reading more than the folders on the way. */
import { join } from 'node:path'
import { systemCode } from '../base/errors.ts'
import type { Files } from '../sys/sys.ts'
import type { Entry, FolderNames, ReadFolder } from './folder-names.ts'
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

/** Holds the names of one folder per level and nothing more. */
export async function* walkKeys(names: FolderNames, folder: string, walk: Walk): AsyncGenerator<FoundKey> {
  const segments = walk.prefix.split('/').slice(0, -1)
  const odd = segments.findIndex((segment) => !isPlainSegment(segment))
  const plain = odd < 0 ? segments : segments.slice(0, odd)
  const start = join(folder, ...plain)
  const base = plain.map((segment) => `${segment}/`).join('')
  if (await isWhereItSeems(names.files, start)) yield* walkFolder(names, start, base, walk)
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

async function* walkFolder(
  names: FolderNames,
  folder: string,
  base: string,
  walk: Walk,
): AsyncGenerator<FoundKey> {
  let before: string | undefined
  for (const { end, path } of await namesOf(names, folder)) {
    const key = base + end
    if (walk.skip !== undefined && key.startsWith(walk.skip)) continue
    if (end.endsWith('/') && path.endsWith('/')) {
      if (mayHold(key, walk)) yield* walkFolder(names, path.slice(0, -1), key, walk)
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

/** Empty where somebody removed the folder, or it is none any more. */
async function namesOf(names: FolderNames, folder: string): Promise<Entry[]> {
  try {
    return await names.entries(folder, sortedEntries)
  } catch (error) {
    if (isNoFolder(error)) return []
    throw error
  }
}

/** Symlinks and names that no key can have are not objects: see local-names.ts. */
async function sortedEntries(files: Files, folder: string): Promise<ReadFolder> {
  const found: ReadFolder = { entries: [], isDeep: false }
  await collect(files, folder, '', found)
  // Surrogates are the only characters whose order in UTF-16 is another than in UTF-8, and what stands behind them.
  const isSimple = !found.entries.some(({ end }) => /[\ud800-\uffff]/.test(end))
  const compare = isSimple ? compareSimple : compareKeys
  // Of a key that has both of its places, by somebody's hand, the plain one is the first.
  found.entries.sort((a, b) => compare(a.end, b.end) || a.path.length - b.path.length)
  return found
}

function compareSimple(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** `text` is the encoded text that `.hozon-m-…` folders hold so far; '' in a plain folder. */
async function collect(files: Files, folder: string, text: string, found: ReadFolder): Promise<void> {
  for (const { name, kind } of await files.list(folder)) {
    const path = `${folder}/${name}`
    const encoded = readEncodedName(name)
    if (encoded !== undefined) {
      const whole = text + encoded.text
      if (encoded.kind === 'more' && kind === 'directory') {
        found.isDeep = true
        await collect(files, path, whole, found)
      }
      const end = encoded.kind === 'last' && kind === 'file' ? decodeTail(whole) : undefined
      if (end !== undefined) found.entries.push({ end, path })
    } else if (text === '' && isPlainSegment(name)) {
      if (kind === 'file') found.entries.push({ end: name, path })
      if (kind === 'directory') found.entries.push({ end: `${name}/`, path: `${path}/` })
    }
  }
}

function isNoFolder(error: unknown): boolean {
  const code = systemCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}
