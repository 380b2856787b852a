/**
 * Local files of objects, for queries. An object of the embedded store is its own file; of a remote store it is
 * downloaded once and kept as long as there is room. Objects are immutable, so a copy never becomes stale.
 */
import { join } from 'node:path'
import type { StoredObject } from '../catalog/catalog.ts'
import { OWNER_ONLY_FOLDER } from './private-files.ts'
import type { Store } from '../store/store.ts'
import type { Sys } from '../sys/sys.ts'

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

/** Enough for days of hot partitions of a busy stream; a disk that is smaller evicts earlier through its own limit. */
const CACHE_BYTES_MAX = 8 * 1024 * 1024 * 1024
/** Copies are named in a flat folder: short names whatever the key. */
const DOWNLOADS_MAX = 8

interface Copy {
  path: string
  bytes: number
  leases: number
  ready: Promise<string>
}

export async function openObjectCache(
  { sys, store }: { sys: Sys; store: Store },
  directory: string,
): Promise<ObjectCache> {
  // Copies of the time before may be cut short by a crash; they are cheap to make again.
  await sys.files.removeTree(directory)
  await sys.files.makeDirectory(directory, OWNER_ONLY_FOLDER)
  const copies = new Map<string, Copy>()
  const turns = new Turns(DOWNLOADS_MAX)
  let nextName = 1

  function download(object: StoredObject): Copy {
    return copyOf(`${object.bucket}/${object.key}`, async (copy) => {
      await turns.run(() => store.getFile(object.bucket, object.key, copy.path))
      copy.bytes = object.bytes
    })
  }

  /** The copy of that name, made by `make` unless it is there or under way. */
  function copyOf(name: string, make: (copy: Copy) => Promise<void>): Copy {
    const known = copies.get(name)
    if (known !== undefined) {
      // Most recently used last: eviction takes from the front.
      copies.delete(name)
      copies.set(name, known)
      return known
    }
    const copy: Copy = {
      path: join(directory, String(nextName++)),
      bytes: 0,
      leases: 0,
      ready: Promise.resolve(''),
    }
    copies.set(name, copy)
    copy.ready = make(copy).then(() => copy.path)
    // A failed one is not a copy; the next query tries anew.
    copy.ready.catch(() => copies.delete(name))
    return copy
  }

  async function evict(): Promise<void> {
    let total = [...copies.values()].reduce((sum, copy) => sum + copy.bytes, 0)
    for (const [name, copy] of copies) {
      if (total <= CACHE_BYTES_MAX) return
      if (copy.leases > 0) continue
      copies.delete(name)
      total -= copy.bytes
      await sys.files.remove(copy.path)
    }
  }

  return {
    lease() {
      const held = new Set<Copy>()
      const hold = (copy: Copy): Promise<string> => {
        if (!held.has(copy)) copy.leases++
        held.add(copy)
        return copy.ready
      }
      const fetch = async (object: StoredObject): Promise<string> =>
        (await store.localPath(object.bucket, object.key)) ?? hold(download(object))
      return {
        fetch,
        fetchFit(object, fit) {
          const name = `${object.bucket}/${object.key} ${fit.name}`
          const copy = copyOf(name, async (made) => {
            const path = await fetch(object)
            made.bytes = (await turns.run(() => fit.write(path, made.path))).bytes
          })
          return hold(copy)
        },
        release() {
          for (const copy of held) copy.leases--
          held.clear()
          // A file that can not be removed now is tried again with the next query.
          evict().catch(() => {})
        },
      }
    },
  }
}

/** At most `count` at a time. */
class Turns {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }
}
