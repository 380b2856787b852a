/**
 * The room on the disk that queries share, all of them together: free space less a reserve, less what others were
 * promised. Most that a query writes has a size that nobody knows before (what an engine spills, answers, rewritten
 * files), so that takers are watched rather than counted: when the room is used up, unused copies go first, and then
 * the taker that holds most is stopped. The buffer goes on far below that: see base/disk-reserves.ts.
 */
import { queryReserveBytes } from '../base/disk-reserves.ts'
import { HozonError, systemCode } from '../base/errors.ts'
import { formatBytes } from '../base/units.ts'
import type { Sys } from '../sys/sys.ts'

export interface DiskRoom {
  /** What may be written now, at least 0. */
  bytes(): Promise<number>
  /** HOZON_SQL_DISK when there is no room at all. */
  refuseWhenFull(): Promise<void>
  /** HOZON_SQL_DISK when there is no room for `bytes`; without `bytes` it is never refused, but watched. */
  take(taker: Taker): Promise<TakenRoom>
  /** `reclaim` removes what can be made again, and says how many bytes that gave. */
  whenShort(reclaim: () => Promise<number>): void
}

export interface Taker {
  /** Files and folders that nobody else writes; they need not be there yet. */
  paths: readonly string[]
  /** As many as will be written where that is known: nobody else gets them. */
  bytes?: number
  /** What it holds is more than anybody else's, and the room is used up. Undefined: it can not be stopped. */
  stop?: (why: HozonError) => void
}

export interface TakenRoom {
  /** When it writes no more. Fine to repeat. */
  release(): void
}

/** A fast disk takes some 100 MB in it. */
const LOOK_MS = 50
/** Who was stopped needs so long to end and to be removed; nobody else is stopped meanwhile … */
const SETTLE_MS = 1000
/** … unless less than this share of the reserve is left. */
const URGENT_SHARE = 0.5

export interface DiskRoomOptions {
  /** Where takers write. */
  directory: string
  /** Where their answers end up besides: the folder of the embedded store, which may be another disk. */
  alsoOn?: readonly string[]
  reserveBytes?: number
}

export function openDiskRoom(sys: Pick<Sys, 'clock' | 'files'>, options: DiskRoomOptions): DiskRoom {
  const { clock, files } = sys
  const { directory, alsoOn = [] } = options
  const takers = new Set<Taker>()
  const reclaims: (() => Promise<number>)[] = []
  let watching = false
  let last: Promise<unknown> = Promise.resolve()

  async function reserveOf(path: string): Promise<number> {
    return options.reserveBytes ?? queryReserveBytes(await files.diskBytes(path))
  }

  /** Of a disk. Negative when the reserve itself is used. */
  async function leftOn(path: string): Promise<number> {
    return (await files.freeBytes(path)) - (await reserveOf(path))
  }

  async function left(): Promise<number> {
    let bytes = await leftOn(directory)
    for (const taker of takers)
      if (taker.bytes !== undefined) bytes -= Math.max(0, taker.bytes - (await sizeOf(sys, taker.paths)))
    return bytes
  }

  /** One that has room for `bytes`, if need be without copies that nobody uses. */
  async function leftFor(bytes: number): Promise<number> {
    let now = 0
    for (const reclaim of [() => Promise.resolve(0), ...reclaims]) {
      await reclaim()
      now = await left()
      if (now > bytes) return now
    }
    throw diskFull(bytes === 0 ? undefined : { neededBytes: bytes, leftBytes: Math.max(0, now) })
  }

  /** One after the other: two must not be promised the same bytes. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work)
    last = turn.catch(() => {})
    return turn
  }

  async function watch(): Promise<void> {
    let quietUntilMs = 0
    watching = true
    try {
      while (takers.size > 0) {
        await clock.sleep(LOOK_MS)
        const bytes = await left()
        if (bytes > 0 || (await reclaimed(reclaims))) continue
        const isUrgent = bytes < -(await reserveOf(directory)) * URGENT_SHARE
        if (clock.monotonic() < quietUntilMs && !isUrgent) continue
        const most = await largest(sys, takers)
        if (most === undefined) continue
        quietUntilMs = clock.monotonic() + SETTLE_MS
        // Not looked at again: what it still holds goes away with it.
        takers.delete(most)
        most.stop?.(diskFull())
      }
    } finally {
      watching = false
    }
  }

  return {
    async bytes() {
      return Math.max(0, Math.min(await left(), ...(await Promise.all(alsoOn.map(leftOn)))))
    },
    async refuseWhenFull() {
      await inTurn(() => leftFor(0))
      for (const path of alsoOn) if ((await leftOn(path)) <= 0) throw diskFull()
    },
    async take(taker) {
      const { bytes } = taker
      if (bytes === undefined) takers.add(taker)
      else await inTurn(async () => leftFor(bytes).then(() => takers.add(taker)))
      // The folder is gone or unreadable: then nobody can write there either. The next taker begins anew.
      if (!watching) watch().catch(() => {})
      return { release: () => void takers.delete(taker) }
    },
    whenShort: (reclaim) => void reclaims.push(reclaim),
  }
}

/** For tests, and where nothing is written. */
export const ENDLESS_ROOM: DiskRoom = {
  bytes: () => Promise.resolve(Infinity),
  refuseWhenFull: () => Promise.resolve(),
  take: () => Promise.resolve({ release: () => {} }),
  whenShort: () => {},
}

export function diskFull(short?: { neededBytes: number; leftBytes: number }): HozonError {
  const figures =
    short && `: ${formatBytes(short.neededBytes)} are needed, and ${formatBytes(short.leftBytes)} are left`
  return new HozonError('HOZON_SQL_DISK', `the disk has no room left for queries${figures ?? ''}`, {
    op: 'run query',
    hint: 'free space on the disk of the data folder; answers of former queries are objects that may be removed',
  })
}

async function reclaimed(reclaims: readonly (() => Promise<number>)[]): Promise<boolean> {
  for (const reclaim of reclaims) if ((await reclaim()) > 0) return true
  return false
}

/** Of those that hold anything: to stop another one would help nobody. */
async function largest(sys: Pick<Sys, 'files'>, takers: ReadonlySet<Taker>): Promise<Taker | undefined> {
  let most: Taker | undefined
  let mostBytes = 0
  for (const taker of takers) {
    const bytes = taker.stop === undefined ? 0 : await sizeOf(sys, taker.paths)
    if (bytes <= mostBytes || !takers.has(taker)) continue
    most = taker
    mostBytes = bytes
  }
  return most
}

async function sizeOf(sys: Pick<Sys, 'files'>, paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(paths.map((path) => bytesAt(sys, path)))
  return sizes.reduce((sum, bytes) => sum + bytes, 0)
}

/** 0 where nothing is: not yet, or no more. */
async function bytesAt(sys: Pick<Sys, 'files'>, path: string): Promise<number> {
  try {
    const { kind, size } = await sys.files.lstat(path)
    if (kind !== 'directory') return size
    const inside = await sys.files.list(path)
    return await sizeOf(
      sys,
      inside.map(({ name }) => `${path}/${name}`),
    )
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0
    throw error
  }
}
