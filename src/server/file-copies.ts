/**
 * Local copies of files that queries read: what was rewritten, and originals of a remote store. A copy has a name that says
 * all that it depends on, so that it never becomes stale; it is made once, and kept as long as there is room.
 */
import { join } from 'node:path'
import { HozonError } from '../base/errors.ts'
import type { DiskRoom } from '../query/disk-room.ts'
import type { Sys } from '../sys/sys.ts'
import { OWNER_ONLY_FOLDER } from './private-files.ts'

export interface FileCopies {
  /** One lease per query: what it took stays until release(). */
  lease(): CopyLease
}

export interface CopyLease {
  /**
   * The path of the copy of that name, written by `make` unless it is there or under way.
   * @param bytes that it will have at least. HOZON_SQL_DISK when the disk has no room for them, or for more than them.
   */
  take(name: string, bytes: number, make: MakeCopy): Promise<string>
  /**
   * Before any of them is taken: those that are there stay for this query, and HOZON_SQL_DISK when the disk has no room
   * for all the others, rather than when many of them have been made. Those of several calls count together.
   */
  expect(files: readonly { name: string; bytes: number }[]): Promise<void>
  /** What nobody else waits for is cancelled. Fine to repeat. */
  release(): void
}

/**
 * It may make `<path>.original` beside it, and removes that again. When `signal` aborts, nobody needs the copy any more, or
 * the disk is full: it should end then; what it makes all the same is removed.
 */
export type MakeCopy = (path: string, signal: AbortSignal) => Promise<{ bytes: number }>

/** Enough for days of hot partitions. Copies in use may be more, as long as the disk has room. */
const COPIES_BYTES_MAX = 8 * 1024 * 1024 * 1024
/** Small files cost a name, and a file on the disk. */
const COPIES_MAX = 200_000

interface Copy {
  name: string
  path: string
  /** Undefined until it is made. */
  bytes: number | undefined
  leases: number
  ready: Promise<string>
  making: AbortController
}

/** @param directory on the disk of `room` */
export async function openFileCopies(
  { files }: Pick<Sys, 'files'>,
  room: DiskRoom,
  directory: string,
): Promise<FileCopies> {
  // Those of the time before may be cut short by a crash; they are cheap to make again.
  await files.removeTree(directory)
  await files.makeDirectory(directory, OWNER_ONLY_FOLDER)
  const copies = new Map<string, Copy>()
  let nextName = 1

  function copyOf(name: string, bytes: number, make: MakeCopy): Copy {
    const known = copies.get(name)
    if (known !== undefined) {
      // Most recently used last: eviction takes from the front.
      copies.delete(name)
      copies.set(name, known)
      return known
    }
    const making = new AbortController()
    const path = join(directory, String(nextName++))
    const copy: Copy = { name, path, bytes: undefined, leases: 0, ready: Promise.resolve(''), making }
    copies.set(name, copy)
    copy.ready = made(copy, bytes, make).catch(async (error: unknown) => {
      // A failed one is no copy; the next query tries anew.
      if (copies.get(name) === copy) copies.delete(name)
      await files.remove(path)
      throw error
    })
    // Who waits hears of it; nobody may be left.
    copy.ready.catch(() => {})
    return copy
  }

  async function made(copy: Copy, bytes: number, make: MakeCopy): Promise<string> {
    const { path, making } = copy
    const taken = await room.take({
      paths: [path, `${path}.original`],
      bytes,
      stop: (why) => making.abort(why),
    })
    try {
      const outcome = await make(path, making.signal)
      // It may have ended before it heard of that. Nobody would find the file, and nothing would remove it.
      making.signal.throwIfAborted()
      copy.bytes = outcome.bytes
      return path
    } catch (error) {
      const { reason } = making.signal as { reason: unknown }
      throw reason instanceof HozonError ? reason : error
    } finally {
      taken.release()
    }
  }

  /** A copy that is being made and that nobody waits for any more is not to be found by the next one either. */
  function abandon(copy: Copy): void {
    if (copies.get(copy.name) === copy) copies.delete(copy.name)
    copy.making.abort(releasedError(copy.name))
  }

  /** Leaves that many, oldest first. Returns the bytes of the others that no query holds. */
  async function evict(countMax: number, bytesMax: number): Promise<number> {
    let bytes = 0
    let removedBytes = 0
    for (const copy of copies.values()) bytes += copy.bytes ?? 0
    for (const [name, copy] of copies) {
      if (bytes <= bytesMax && copies.size <= countMax) break
      if (copy.leases > 0 || copy.bytes === undefined) continue
      copies.delete(name)
      bytes -= copy.bytes
      removedBytes += copy.bytes
      await files.remove(copy.path)
    }
    return removedBytes
  }
  room.whenShort(() => evict(0, 0))

  function release(held: Set<Copy>): void {
    for (const copy of held) {
      copy.leases--
      if (copy.leases === 0 && copy.bytes === undefined) abandon(copy)
    }
    held.clear()
    // A file that can not be removed now is tried again with the next query.
    evict(COPIES_MAX, COPIES_BYTES_MAX).catch(() => {})
  }

  return {
    lease() {
      const held = new Set<Copy>()
      let released = false
      let missingBytes = 0
      const hold = (copy: Copy): void => {
        if (!held.has(copy)) copy.leases++
        held.add(copy)
      }
      return {
        async expect(expected) {
          if (released) throw releasedError(expected[0]?.name)
          for (const { name, bytes } of expected) {
            const known = copies.get(name)
            if (known === undefined) missingBytes += bytes
            else hold(known)
          }
          // Not kept for it: what others do meanwhile is found when each is taken.
          if (missingBytes > 0) (await room.take({ paths: [], bytes: missingBytes })).release()
        },
        take(name, bytes, make) {
          if (released) return Promise.reject(releasedError(name))
          const copy = copyOf(name, bytes, make)
          hold(copy)
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
function releasedError(target: string | undefined): HozonError {
  return new HozonError('HOZON_SQL_CANCELLED', 'the query is over', { op: 'read file', target })
}
