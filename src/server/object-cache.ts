/**
 * Local files of objects, for queries. An object of the embedded store is its own file; of a remote store it is
 * downloaded once and kept as long as there is room. Objects are immutable, so a copy never becomes stale.
 */
import type { StoredObject } from '../catalog/catalog.ts'
import { lane } from '../deliver/lane.ts'
import type { DiskRoom } from '../query/disk-room.ts'
import type { KnownFolders, Store } from '../store/store.ts'
import type { Sys } from '../sys/sys.ts'
import { openFileCopies, type CopyLease } from './file-copies.ts'

export interface ObjectCache {
  /** One lease per query: what it fetched stays until release(), which also comes when `signal` aborts. */
  lease(signal?: AbortSignal): ObjectLease
}

export interface ObjectLease {
  /** Of those that are no local files as they are, before they are fetched: as FileCopies' `expect`. */
  expect(objects: readonly StoredObject[], fitOf: (object: StoredObject) => Fit | undefined): Promise<void>
  fetch(object: StoredObject): Promise<string>
  /** As `fetch`, but the lines rewritten to fit the schema, uncompressed. */
  fetchFit(object: StoredObject, fit: Fit): Promise<string>
  /** Downloads that nobody else waits for end. */
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
  { sys, store, room }: { sys: Pick<Sys, 'files'>; store: Store; room: DiskRoom },
  directory: string,
): Promise<ObjectCache> {
  const copies = await openFileCopies(sys, room, directory)
  const turns = lane(DOWNLOADS_MAX)

  const download = (lease: CopyLease, { bucket, key, bytes }: StoredObject): Promise<string> =>
    lease.take(copyName({ bucket, key }), bytes, async (path, signal) => {
      await turns(() => store.getFile(bucket, key, path, signal), signal)
      return { bytes }
    })

  const fetch = async (lease: CopyLease, object: StoredObject, known?: KnownFolders): Promise<string> =>
    (await store.localPath(object.bucket, object.key, known)) ?? download(lease, object)

  /** The original is held by the copy in the making: whoever asked for it first may go before others do. */
  async function writeFit(
    object: StoredObject,
    fit: Fit,
    out: string,
    signal: AbortSignal,
  ): Promise<{ bytes: number }> {
    const lease = copies.lease()
    const end = (): void => lease.release()
    signal.addEventListener('abort', end, { once: true })
    try {
      signal.throwIfAborted()
      const path = await fetch(lease, object)
      return await turns(() => fit.write(path, out), signal)
    } finally {
      signal.removeEventListener('abort', end)
      lease.release()
    }
  }

  return {
    lease(signal) {
      const lease = copies.lease()
      const known: KnownFolders = new Map()
      const end = (): void => lease.release()
      signal?.addEventListener('abort', end, { once: true })
      if (signal?.aborted === true) end()
      return {
        expect: (objects, fitOf) =>
          lease.expect(
            objects.map((object) => ({ name: copyName(object, fitOf(object)), bytes: object.bytes })),
          ),
        fetch: (object) => fetch(lease, object, known),
        fetchFit: (object, fit) =>
          lease.take(copyName(object, fit), object.bytes, (out, making) =>
            writeFit(object, fit, out, making),
          ),
        release() {
          signal?.removeEventListener('abort', end)
          lease.release()
        },
      }
    },
  }
}

/** A store has local files for all of its objects or for none. */
export function areDownloaded(
  store: Store,
  [first]: readonly Pick<StoredObject, 'bucket' | 'key'>[],
): boolean {
  if (first === undefined) return false
  const path = store.localPath(first.bucket, first.key)
  // What is wrong with it is found by who needs the file.
  path?.catch(() => {})
  return path === undefined
}

function copyName({ bucket, key }: Pick<StoredObject, 'bucket' | 'key'>, fit?: Fit): string {
  return fit === undefined ? `${bucket}/${key}` : `${bucket}/${key} ${fit.name}`
}
