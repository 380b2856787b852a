import { dirname } from 'node:path'
import { readMetadata } from './local-metadata.ts'
import { findObject, type LocalPlace } from './local-object.ts'

/** Only in the key's turn. Fine when it is not there. */
export async function removeLocally(place: LocalPlace, bucket: string, key: string): Promise<void> {
  const { files } = place.sys
  const plain = place.paths.object(bucket, key)
  const found = await findObject(place, 'remove object', bucket, key)
  if (found === undefined) return
  await files.remove(found.path)
  // The object goes first and durably: a description of nothing does no harm, the reverse loses metadata.
  await files.syncDirectory(dirname(found.path))
  // Somebody's hand may have made a second one.
  if (found.path === plain && (await findObject(place, 'remove object', bucket, key)) !== undefined)
    return removeLocally(place, bucket, key)
  await files.remove(place.paths.metadata(bucket, key))
  const former = place.paths.formerMetadata(bucket, key)
  if (former !== undefined && (await readMetadata(files, former)) !== undefined) await files.remove(former)
}
