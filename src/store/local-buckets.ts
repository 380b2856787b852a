/** Buckets of a folder store: folders below its root. */
import { dirname, join } from 'node:path'
import { systemCode } from '../base/errors.ts'
import { walkKeys } from './local-listing.ts'
import { readJson, writeJson } from './local-metadata.ts'
import type { LocalPlace } from './local-object.ts'
import { refuseSymlinks } from './local-paths.ts'
import { newName } from './local-put.ts'
import { isBucketName, RESERVED_PREFIX } from './object-key.ts'

export interface BucketInfo {
  name: string
  createdMs: number
}

/** Makes it where it is missing, and sees whether it can be written. */
export async function openLocalBucket(
  { sys, paths, directories }: LocalPlace,
  bucket: string,
): Promise<void> {
  const folder = paths.bucket(bucket)
  await directories.ensure(folder)
  const probe = join(folder, `${RESERVED_PREFIX}writable`)
  await refuseSymlinks(sys.files, 'open bucket', probe)
  await (await sys.files.open(probe, 'create')).close()
  await sys.files.remove(probe)
}

export async function hasBucket(place: LocalPlace, bucket: string): Promise<boolean> {
  return (await bucketInfo(place, bucket)) !== undefined
}

export async function bucketInfo(
  { sys, paths }: LocalPlace,
  bucket: string,
): Promise<BucketInfo | undefined> {
  if (!isBucketName(bucket)) return undefined
  try {
    const { kind, birthtimeNs } = await sys.files.lstat(paths.bucket(bucket))
    return kind === 'directory' ? { name: bucket, createdMs: Number(birthtimeNs / 1_000_000n) } : undefined
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** False when it is there already. */
export async function createBucket(place: LocalPlace, bucket: string): Promise<boolean> {
  if (await hasBucket(place, bucket)) return false
  // A crash during the removal of an earlier one of the name may have left its tags.
  await place.sys.files.remove(place.paths.tagsOf(bucket))
  await openLocalBucket(place, bucket)
  return true
}

/** Undefined when there is no such bucket. */
export async function tagsOfBucket(
  place: LocalPlace,
  bucket: string,
): Promise<Record<string, string> | undefined> {
  if (!(await hasBucket(place, bucket))) return undefined
  return ((await readJson(place.sys.files, place.paths.tagsOf(bucket))) ?? {}) as Record<string, string>
}

/** In place of those that it has. False when there is no such bucket. Durable when it resolves. */
export async function tagBucket(
  place: LocalPlace,
  bucket: string,
  tags: Record<string, string>,
): Promise<boolean> {
  const { sys, paths, directories } = place
  if (!(await hasBucket(place, bucket))) return false
  const path = paths.tagsOf(bucket)
  await directories.ensure(paths.incoming)
  await directories.ensure(dirname(path))
  await writeJson(sys.files, path, { folder: paths.incoming, name: newName(sys) }, tags)
  return true
}

/** 'busy': something is being written to it. Its empty folders, descriptions of nothing and uploads go with it. */
export async function removeBucket(
  place: LocalPlace,
  bucket: string,
): Promise<'removed' | 'missing' | 'not empty' | 'busy'> {
  const { sys, paths, directories, turns } = place
  const outcome = await turns.alone(bucket, async () => {
    if (!(await hasBucket(place, bucket))) return 'missing'
    for await (const _ of walkKeys(place.names, paths.bucket(bucket), { prefix: '' })) return 'not empty'
    // Renamed and then removed: a crash leaves the whole bucket or none, and the rest is swept at the next start.
    const away = join(paths.incoming, newName(sys))
    await directories.ensure(paths.incoming)
    await sys.files.rename(paths.bucket(bucket), away)
    await sys.files.syncDirectory(paths.root)
    directories.forgetAll()
    await sys.files.removeTree(away)
    await sys.files.removeTree(paths.metadataOf(bucket))
    return 'removed'
  })
  return outcome ?? 'busy'
}
