/** Makes the folders of a key, of its description and of what is being written. */
import { dirname, join } from 'node:path'
import { HozonError, systemCode } from '../base/errors.ts'
import type { LocalPlace } from './local-object.ts'
import { refuseSymlinks } from './local-paths.ts'

interface Where {
  bucket: string
  key: string
}

/** How often an object may get in the way again while it is being moved aside. */
const ATTEMPTS_MAX = 5

export async function makeFolders(place: LocalPlace, where: Where): Promise<void> {
  const { sys, directories, paths } = place
  const target = paths.object(where.bucket, where.key)
  await refuseMissingBucket(place, where.bucket)
  await refuseSymlinkedParents(place, target)
  await directories.ensure(paths.incoming)
  await makeObjectFolder(place, where, dirname(target))
  await directories.ensure(dirname(paths.metadata(where.bucket, where.key)))
  await refuseSymlinks(sys.files, 'put object', target)
}

/** Folders have their names first: an object in the way moves beside. */
async function makeObjectFolder(place: LocalPlace, { bucket, key }: Where, folder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await place.directories.ensure(folder)
      return
    } catch (error) {
      const code = systemCode(error)
      if ((code !== 'ENOTDIR' && code !== 'EEXIST') || attempt === ATTEMPTS_MAX) throw error
      if (!(await moveAside(place, bucket, key))) throw error
    }
  }
}

/** The object whose name is a folder of this key. False when there is none. */
async function moveAside(place: LocalPlace, bucket: string, key: string): Promise<boolean> {
  const { sys, paths, turns } = place
  for (let slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
    const shorter = key.slice(0, slash)
    const beside = paths.beside(bucket, shorter)
    if (beside === undefined) return false
    // Longer keys wait for shorter ones and never the reverse, so no two wait for each other.
    const moved = await turns.run(bucket, shorter, async () => {
      const plain = paths.object(bucket, shorter)
      if ((await sys.files.lstat(plain)).kind !== 'file') return false
      await place.directories.ensure(dirname(beside))
      await sys.files.rename(plain, beside)
      await sys.files.syncDirectory(dirname(plain))
      await sys.files.syncDirectory(dirname(beside))
      return true
    })
    if (moved) return true
  }
  return false
}

async function refuseMissingBucket({ sys, paths }: LocalPlace, bucket: string): Promise<void> {
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
async function refuseSymlinkedParents({ sys, paths }: LocalPlace, target: string): Promise<void> {
  let at = dirname(target)
  while (at !== paths.root) {
    try {
      await sys.files.lstat(at)
      return await refuseSymlinks(sys.files, 'put object', join(at, 'x'))
    } catch (error) {
      const code = systemCode(error)
      // An object may be in the way: see makeObjectFolder().
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error
      at = dirname(at)
    }
  }
}
