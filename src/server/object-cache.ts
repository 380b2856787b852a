/**
 * Local files of objects, for queries. An object of the embedded store is its own file; of a remote store it is
 * downloaded once and kept as long as there is room. Objects are immutable, so a copy never becomes stale.
 */
import { join } from 'node:path'
import type { StoredObject } from '../catalog/catalog.ts'
import type { Store } from '../store/store.ts'
import type { Sys } from '../sys/sys.ts'

export interface ObjectCache {
  /** One lease per query: what it fetched stays until release(). */
  lease(): { fetch(object: StoredObject): Promise<string>; release(): void }
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
  await sys.files.makeDirectory(directory)
  const copies = new Map<string, Copy>()
  const turns = new Turns(DOWNLOADS_MAX)
  let nextName = 1

  async function download(object: StoredObject, path: string): Promise<string> {
    await turns.run(() => store.getFile(object.bucket, object.key, path))
    return path
  }

  function copyOf(object: StoredObject): Copy {
    const name = `${object.bucket}/${object.key}`
    const known = copies.get(name)
    if (known !== undefined) {
      // Most recently used last: eviction takes from the front.
      copies.delete(name)
      copies.set(name, known)
      return known
    }
    const path = join(directory, `${nextName++}.${object.format}`)
    const copy: Copy = { path, bytes: object.bytes, leases: 0, ready: download(object, path) }
    copies.set(name, copy)
    // A failed download is not a copy; the next query tries anew.
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
      return {
        async fetch(object) {
          const local = store.localPath(object.bucket, object.key)
          if (local !== undefined) return local
          const copy = copyOf(object)
          if (!held.has(copy)) {
            held.add(copy)
            copy.leases++
          }
          return copy.ready
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
