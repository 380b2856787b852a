/**
 * Which names are followed and since when; so which rotated siblings are ours although no glob matches them. A sibling
 * counts when its content was written after its name began to be followed: a generation that was renamed before it
 * could be opened is read, an old rotation that lay there before is not.
 */
import { basename, dirname, join } from 'node:path'
import type { TailConfig } from '../../base/stream.ts'
import type { Clock, FileStat } from '../../sys/sys.ts'
import { inodeKey } from './identity.ts'
import type { KnownSources } from './known-sources.ts'
import type { WatchedGlobs } from './watched-globs.ts'
import { currentNamesOf } from './rotated-name.ts'

/** File times come from a clock that ticks every few milliseconds and lies behind by that. */
const TICK_MS = 20

export interface FollowedNames {
  /** Since when (epoch ms) this name is followed; from now on, if it was not. */
  follow(path: string): number
  /** It was followed before this process started. */
  wasFollowed(path: string): boolean
  /** The followed name that this is a rotation of. */
  rotatedFrom(path: string): string | undefined
  /** Is this rotation of `current`, which no glob matches and which is not known, one that we have missed? */
  isMissed(stat: FileStat, current: string): boolean
  firstLookDone(): void
}

export function followedNames(
  clock: Clock,
  known: KnownSources,
  watched: Pick<WatchedGlobs, 'sinceOf'>,
  from: TailConfig['from'],
): FollowedNames {
  const names = new Map<string, number>()
  const strangers = new Set<string>()
  const startedAtMs = clock.now()
  let isFirst = true

  for (const { state } of known.all())
    names.set(state.name, Math.min(state.since, names.get(state.name) ?? Infinity))
  const before = new Set(names.keys())

  /** At the first look only a name that an earlier run followed can have been rotated without our seeing it. */
  function isMissedAtFirst(current: string, writtenMs: number, bornMs: number): boolean {
    const since = (names.get(current) ?? watched.sinceOf(current) ?? Infinity) - TICK_MS
    if (before.has(current)) return writtenMs >= since && bornMs >= since
    // The earlier run was killed before it took note of any file of this name: what it would have read is read now.
    // From the end, it would not have read what a file held before it began.
    if (watched.sinceOf(current) === undefined) return false
    return writtenMs >= since && (from === 'beginning' || bornMs >= since)
  }

  return {
    follow(path) {
      const since = names.get(path) ?? watched.sinceOf(path) ?? startedAtMs
      names.set(path, since)
      return since
    },
    wasFollowed: (path) => before.has(path),
    rotatedFrom(path) {
      for (const name of currentNamesOf(basename(path))) {
        const current = join(dirname(path), name)
        if (names.has(current) || watched.sinceOf(current) !== undefined) return current
      }
      return undefined
    },
    isMissed(stat, current) {
      const key = inodeKey(stat)
      if (strangers.has(key)) return false
      const writtenMs = Number(stat.mtimeNs / 1_000_000n)
      const bornMs = Number(stat.birthtimeNs / 1_000_000n)
      const isMissed = isFirst
        ? isMissedAtFirst(current, writtenMs, bornMs)
        : writtenMs >= (names.get(current) ?? watched.sinceOf(current) ?? Infinity) - TICK_MS
      if (!isMissed) strangers.add(key)
      return isMissed
    },
    firstLookDone() {
      isFirst = false
    },
  }
}
