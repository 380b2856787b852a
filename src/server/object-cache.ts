/**
 * Local files of objects, for queries. An object of the embedded store is its own file; of a remote store it is
 * downloaded once and kept as long as there is room. Objects are immutable, so a copy never becomes stale.
 */
import type { StoredObject } from '../catalog/catalog.ts'
import { lane } from '../deliver/lane.ts'
import type { DiskRoom } from '../query/disk-room.ts'
import type { Store } from '../store/store.ts'
import type { Sys } from '../sys/sys.ts'
import { openFileCopies } from './file-copies.ts'

export interface ObjectCache {
  /** One lease per query: what it fetched stays until release(). */
  lease(): ObjectLease
}

export interface ObjectLease {
  fetch(object: StoredObject): Promise<string>
  /** As `fetch`, but the lines rewritten to fit the schema, uncompressed. */
  fetchFit(object: StoredObject, fit: Fit): Promise<string>
  release(): void
}

/** Writes the lines of the object at `path` to `out` so that they fit the schema version that `name` stands for. */
export interface Fit {
  name: string
  write(path: string, out: string): Promise<{ bytes: number }>
}

/** A remote store answers each in tens of milliseconds. */
const DOWNLOADS_MAX = 8

export async function openObjectCache(
  { sys, store, room }: { sys: Sys; store: Store; room: DiskRoom },
  directory: string,
): Promise<ObjectCache> {
  const copies = await openFileCopies(sys, room, directory)
  const turns = lane(DOWNLOADS_MAX)
  return {
    lease() {
      const lease = copies.lease()
      const download = ({ bucket, key, bytes }: StoredObject): Promise<string> =>
        lease.take(`${bucket}/${key}`, bytes, async (path) => {
          await turns(() => store.getFile(bucket, key, path))
          return { bytes }
        })
      const fetch = async (object: StoredObject): Promise<string> =>
        (await store.localPath(object.bucket, object.key)) ?? download(object)
      return {
        fetch,
        fetchFit(object, fit) {
          const name = `${object.bucket}/${object.key} ${fit.name}`
          return lease.take(name, object.bytes, async (out) => {
            const path = await fetch(object)
            return turns(() => fit.write(path, out))
          })
        },
        release: () => lease.release(),
      }
    },
  }
}
