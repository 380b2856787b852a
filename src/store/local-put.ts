/**
 * One put into a folder. The order makes it atomic and durable:
 *   1 the content is on disk (fsync), under a name outside of the bucket
 *   2 the description is on disk, under its own name: an object without it would lose its metadata in a power cut
 *   3 link() gives the object its name, or says that the name is taken
 *   4 the folder is on disk: only now may the caller forget the source
 * A crash between 2 and 3 leaves a description of nothing, which the next put of the key replaces.
 */
import { dirname, join } from 'node:path'
import { HozonError, assert, systemCode } from '../base/errors.ts'
import type { Sys } from '../sys/sys.ts'
import type { DurableDirectories } from './durable-directories.ts'
import { copyFile, syncContent, type Content } from './file-copy.ts'
import { describeObject, writeMetadata } from './local-metadata.ts'
import { refuseSymlinks, type LocalPaths } from './local-paths.ts'
import { keyError } from './object-key.ts'
import type { PutOptions } from './store.ts'

export interface LocalPut {
  bucket: string
  key: string
  /** The file to put; it is gone afterwards. */
  source: string
  options: PutOptions
}

export interface LocalPutPlace {
  sys: Sys
  paths: LocalPaths
  directories: DurableDirectories
}

/** File systems that know no hard links (FAT, some network mounts), or a kernel that forbids them for foreign files. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/** No other put of the same key may run at the same time: the caller sees to it. */
export async function putLocally(place: LocalPutPlace, put: LocalPut): Promise<'created' | 'exists'> {
  try {
    return await putOnce(place, put)
  } catch (error) {
    // Perhaps somebody removed folders behind our back: the caller's next attempt makes them again.
    place.directories.forgetAll()
    throw error
  }
}

async function putOnce(place: LocalPutPlace, put: LocalPut): Promise<'created' | 'exists'> {
  const { sys, paths } = place
  const target = paths.object(put.bucket, put.key)
  await makeFolders(place, put, target)
  if (await isTaken(place, target)) {
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
    const content = await copyFile(sys.files, source, staged, true)
    const second = await placeFrom(place, put, target, staged, content)
    assert(second !== 'elsewhere', `${paths.incoming} and ${target} are on two file systems`)
    if (second === 'created') await sys.files.remove(source)
    return second
  } finally {
    await sys.files.remove(staged)
  }
}

async function makeFolders(place: LocalPutPlace, put: LocalPut, target: string): Promise<void> {
  const { sys, directories, paths } = place
  await refuseMissingBucket(place, put.bucket)
  await refuseSymlinkedParents(place, target)
  await directories.ensure(paths.incoming)
  await directories.ensure(dirname(target))
  await directories.ensure(dirname(paths.metadata(put.bucket, put.key)))
  await refuseSymlinks(sys.files, 'put object', target)
}

async function refuseMissingBucket({ sys, paths }: LocalPutPlace, bucket: string): Promise<void> {
  try {
    await sys.files.lstat(paths.bucket(bucket))
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    throw new HozonError('HOZON_STORE_NO_BUCKET', 'there is no such bucket', {
      op: 'put object',
      target: bucket,
      hint: `make the folder ${paths.bucket(bucket)}, or restart hozon with a stream that names the bucket`,
    })
  }
}

/** Before any folder is made: making them through a symlink would already write outside of the store. */
async function refuseSymlinkedParents({ sys, paths }: LocalPutPlace, target: string): Promise<void> {
  let at = dirname(target)
  while (at !== paths.root) {
    try {
      await sys.files.lstat(at)
      return await refuseSymlinks(sys.files, 'put object', join(at, 'x'))
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error
      at = dirname(at)
    }
  }
}

async function isTaken({ sys }: LocalPutPlace, target: string): Promise<boolean> {
  try {
    const { kind } = await sys.files.lstat(target)
    if (kind === 'file') return true
    throw keyError('put object', target, `a ${kind} has this name already`)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    throw error
  }
}

/** link() of a symlink would put the symlink itself into the store. */
async function realSource({ sys }: LocalPutPlace, put: LocalPut): Promise<string> {
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

async function placeFrom(
  place: LocalPutPlace,
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
  { sys }: LocalPutPlace,
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

function newName(sys: Sys): string {
  return sys.random.bytes(16).toString('hex')
}
