/**
 * Local copies of files that queries read: what was rewritten, and originals of a remote store. A copy has a name that says
 * all that it depends on, so that it never becomes stale; it is made once, and kept as long as there is room.
 */
import { join } from 'node:path'
import { HozonError } from '../base/errors.ts'
import type { Sys } from '../sys/sys.ts'
import { OWNER_ONLY_FOLDER } from './private-files.ts'

export interface FileCopies {
  /** One lease per query: what it took stays until release(). */
  lease(): CopyLease
}

export interface CopyLease {
  /** The path of the copy of that name, written by `make` unless it is there or under way. */
  take(name: string, make: MakeCopy): Promise<string>
  /** What nobody else waits for is cancelled. Fine to repeat. */
  release(): void
}

export type MakeCopy = (path: string, signal: AbortSignal) => Promise<{ bytes: number }>

/** As of object-cache.ts: enough for days of hot partitions. Copies in use may be more; the disk is looked at then. */
const COPIES_BYTES_MAX = 8 * 1024 * 1024 * 1024
/** Small files cost a name, and a file on the disk. */
const COPIES_MAX = 200_000

interface Copy {
  path: string
  /** Undefined until it is made. */
  bytes: number | undefined
  leases: number
  ready: Promise<string>
  making: AbortController
}

export async function openFileCopies({ files }: Pick<Sys, 'files'>, directory: string): Promise<FileCopies> {
  // Those of the time before may be cut short by a crash; they are cheap to make again.
  await files.removeTree(directory)
  await files.makeDirectory(directory, OWNER_ONLY_FOLDER)
  const copies = new Map<string, Copy>()
  let nextName = 1

  function copyOf(name: string, make: MakeCopy): Copy {
    const known = copies.get(name)
    if (known !== undefined) {
      // Most recently used last: eviction takes from the front.
      copies.delete(name)
      copies.set(name, known)
      return known
    }
    const making = new AbortController()
    const path = join(directory, String(nextName++))
    const copy: Copy = { path, bytes: undefined, leases: 0, ready: Promise.resolve(''), making }
    copies.set(name, copy)
    copy.ready = made(copy, make).catch(async (error: unknown) => {
      // A failed one is no copy; the next query tries anew.
      if (copies.get(name) === copy) copies.delete(name)
      await files.remove(path)
      throw error
    })
    // Who waits hears of it; nobody may be left.
    copy.ready.catch(() => {})
    return copy
  }

  async function made(copy: Copy, make: MakeCopy): Promise<string> {
    const { bytes } = await make(copy.path, copy.making.signal)
    copy.bytes = bytes
    return copy.path
  }

  /** A copy that is being made and that nobody waits for any more is not to be found by the next one either. */
  function abandon(copy: Copy): void {
    for (const [name, found] of copies) if (found === copy) copies.delete(name)
    copy.making.abort()
  }

  async function evict(): Promise<void> {
    let bytes = 0
    for (const copy of copies.values()) bytes += copy.bytes ?? 0
    for (const [name, copy] of copies) {
      if (bytes <= COPIES_BYTES_MAX && copies.size <= COPIES_MAX) return
      if (copy.leases > 0 || copy.bytes === undefined) continue
      copies.delete(name)
      bytes -= copy.bytes
      await files.remove(copy.path)
    }
  }

  function release(held: Set<Copy>): void {
    for (const copy of held) {
      copy.leases--
      if (copy.leases === 0 && copy.bytes === undefined) abandon(copy)
    }
    held.clear()
    // A file that can not be removed now is tried again with the next query.
    evict().catch(() => {})
  }

  return {
    lease() {
      const held = new Set<Copy>()
      let released = false
      return {
        take(name, make) {
          if (released) return Promise.reject(releasedError(name))
          const copy = copyOf(name, make)
          if (!held.has(copy)) copy.leases++
          held.add(copy)
          return copy.ready
        },
        release() {
          released = true
          release(held)
        },
      }
    },
  }
}

/** Another file of the query failed, or the query was cancelled, while this one waited for its turn. */
function releasedError(target: string): HozonError {
  return new HozonError('HOZON_SQL_CANCELLED', 'the query is over', { op: 'read file', target })
}
