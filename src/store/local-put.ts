/**
 * Puts into a folder. The order makes each atomic and durable:
 *   1 the content is on disk (fsync), under a name outside of the bucket
 *   2 the description is on disk, under its own name: an object without it would lose its metadata in a power cut
 *   3 link() gives the object its name, or says that the name is taken; where it replaces another, rename() does
 *   4 the folder is on disk: only now may the caller forget the source
 * A crash between 2 and 3 leaves a description of nothing, which the next put of the key replaces; or, where another object
 * is replaced, one that holds that object's as well: see describeFile().
 */
import { dirname, join } from 'node:path'
import { HozonError, assert, systemCode } from '../base/errors.ts'
import type { FileStat, Sys } from '../sys/sys.ts'
import { copyFile, syncContent, type Content } from './file-copy.ts'
import { describeObject, writeMetadata, type Description, type LocalMetadata } from './local-metadata.ts'
import { type LocalObject, type LocalPlace } from './local-object.ts'
import { makeFolders } from './local-folders.ts'
import { keyError } from './object-key.ts'

export interface LocalPut {
  bucket: string
  key: string
  /** The file to put; it is gone afterwards. */
  source: string
  options: Description
}

/** File systems that know no hard links (FAT, some network mounts), or a kernel that forbids them for foreign files. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/** No other put of the same key may run at the same time: the caller sees to it. */
export async function putLocally(place: LocalPlace, put: LocalPut): Promise<'created' | 'exists'> {
  try {
    return await putOnce(place, put)
  } catch (error) {
    // Perhaps somebody removed folders behind our back: the caller's next attempt makes them again.
    place.directories.forgetAll()
    throw error
  }
}

async function putOnce(place: LocalPlace, put: LocalPut): Promise<'created' | 'exists'> {
  const { sys, paths } = place
  await makeFolders(place, put)
  const { target, isTaken } = await targetOf(place, put)
  if (isTaken) {
    // It may be our own of an attempt that was killed before step 4.
    await sys.files.syncDirectory(dirname(target))
    return 'exists'
  }
  const source = await realSource(place, put)
  const outcome = await placeFrom(place, put, target, source)
  if (outcome !== 'elsewhere') {
    if (outcome === 'created') await sys.files.remove(source)
    return outcome
  }
  const staged = join(paths.incoming, newName(sys))
  try {
    const content = await copyFile(sys.files, source, staged, { durably: true })
    const second = await placeFrom(place, put, target, staged, content)
    assert(second !== 'elsewhere', `${paths.incoming} and ${target} are on two file systems`)
    if (second === 'created') await sys.files.remove(source)
    return second
  } finally {
    await sys.files.remove(staged)
  }
}

/** The key's own path, or the one beside it where a folder has that name. */
async function targetOf(
  place: LocalPlace,
  { bucket, key }: Pick<LocalPut, 'bucket' | 'key'>,
): Promise<{ target: string; isTaken: boolean }> {
  const { paths, directories } = place
  const plain = paths.object(bucket, key)
  const beside = paths.beside(bucket, key)
  const kind = await kindAt(place, plain)
  if (kind === 'file') return { target: plain, isTaken: true }
  if (beside === undefined) {
    if (kind === undefined) return { target: plain, isTaken: false }
    throw keyError('put object', plain, `a ${kind} has this name already`)
  }
  if (kind !== undefined && kind !== 'directory')
    throw keyError('put object', plain, `a ${kind} has this name already`)
  if ((await kindAt(place, beside)) === 'file') return { target: beside, isTaken: true }
  if (kind === undefined) return { target: plain, isTaken: false }
  await directories.ensure(dirname(beside))
  return { target: beside, isTaken: false }
}

async function kindAt({ sys }: LocalPlace, path: string): Promise<FileStat['kind'] | undefined> {
  try {
    return (await sys.files.lstat(path)).kind
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

/** link() of a symlink would put the symlink itself into the store. */
async function realSource({ sys }: LocalPlace, put: LocalPut): Promise<string> {
  try {
    return await sys.files.realpath(put.source)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    throw new HozonError('HOZON_STORE_SOURCE', 'the file to put is gone', {
      op: 'put object',
      target: put.source,
      cause: error,
    })
  }
}

/**
 * Gives the file at `staged`, which lies in `incoming` and is on disk, the name of the key, whatever has it now. Only in the
 * key's turn. The file is gone afterwards.
 */
export async function replaceLocally(
  place: LocalPlace,
  put: LocalPut & { content: Content },
  before: LocalObject | undefined,
): Promise<void> {
  const { sys, paths, directories } = place
  try {
    await makeFolders(place, put)
    const { target } = await targetOf(place, put)
    const stat = await sys.files.lstat(put.source)
    assert(stat.size === put.content.bytes, `${put.source} changed while it was put`)
    const description = describeObject(put.options, put.content, stat)
    const previous = before?.description
    await writeMetadata(
      sys.files,
      paths.metadata(put.bucket, put.key),
      { folder: paths.incoming, name: newName(sys) },
      previous === undefined ? description : { ...description, previous: withoutPrevious(previous) },
    )
    await sys.files.rename(put.source, target)
    await sys.files.syncDirectory(dirname(target))
    await sys.files.syncDirectory(paths.incoming)
  } catch (error) {
    directories.forgetAll()
    throw error
  }
}

/** Other words about the same bytes. Only in the key's turn. */
export async function describeAgain(
  place: LocalPlace,
  bucket: string,
  object: LocalObject,
  change: Partial<Description>,
): Promise<void> {
  const { sys, paths, directories } = place
  const path = paths.metadata(bucket, object.key)
  const content = { bytes: object.stat.size, crc: Number.parseInt(object.crc32, 16) }
  const given: Description = { metadata: {}, ...object.description, ...change }
  await directories.ensure(dirname(path))
  const staging = { folder: paths.incoming, name: newName(sys) }
  await writeMetadata(sys.files, path, staging, describeObject(given, content, object.stat))
}

async function placeFrom(
  place: LocalPlace,
  put: LocalPut,
  target: string,
  from: string,
  known?: Content,
): Promise<'created' | 'exists' | 'elsewhere'> {
  const { sys, paths } = place
  const content = known ?? (await syncContent(sys.files, from))
  const stat = await sys.files.lstat(from)
  assert(stat.kind === 'file' && stat.size === content.bytes, `${from} changed while it was put`)
  const staging = { folder: paths.incoming, name: newName(sys) }
  const description = describeObject(put.options, content, stat)
  await writeMetadata(sys.files, paths.metadata(put.bucket, put.key), staging, description)
  const outcome = await giveName(place, from, target)
  if (outcome !== 'elsewhere') await sys.files.syncDirectory(dirname(target))
  return outcome
}

async function giveName(
  { sys }: LocalPlace,
  from: string,
  target: string,
): Promise<'created' | 'exists' | 'elsewhere'> {
  try {
    await sys.files.link(from, target)
    return 'created'
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EEXIST') return 'exists'
    if (code === 'EXDEV') return 'elsewhere'
    if (code === undefined || !NO_LINKS.has(code)) throw error
  }
  // The name was free a moment ago, and only this process writes here: see putLocally.
  await sys.files.rename(from, target)
  await sys.files.syncDirectory(dirname(from))
  return 'created'
}

export function newName(sys: Sys): string {
  return sys.random.bytes(16).toString('hex')
}

function withoutPrevious(metadata: LocalMetadata): LocalMetadata {
  const { previous: _, ...description } = metadata
  return description
}
