/**
 * Since when each glob is watched, remembered in the buffer's journal from the very first start on. Without it, a
 * process that is killed before it has read anything could not tell, at its next start, a generation that was rotated
 * away meanwhile (which is to be read) from an old rotation that lay there before (which is not).
 */
import type { StreamBuffer } from '../../buffer/buffer.ts'
import { HozonError } from '../../base/errors.ts'
import type { Clock } from '../../sys/sys.ts'
import { compileGlob, matchesPath, type Reach } from './glob-pattern.ts'

const PREFIX = 'tail-watch:'

export interface WatchedGlobs {
  /** Epoch ms since when an earlier run has watched a glob that matches this path; undefined for new globs. */
  sinceOf(path: string): number | undefined
  /** Makes the globs that are new durable. */
  announce(): Promise<void>
}

export function watchedGlobs(clock: Clock, globs: readonly string[], buffer: StreamBuffer): WatchedGlobs {
  const saved = new Map<string, number>()
  for (const { source, state } of buffer.savedSources()) {
    if (source.startsWith(PREFIX) && typeof state === 'number') saved.set(source.slice(PREFIX.length), state)
  }
  const watched: { reaches: Reach[]; since: number }[] = []
  for (const glob of globs) {
    const since = saved.get(glob)
    if (since !== undefined) watched.push({ reaches: compileGlob(glob), since })
  }
  const startedAtMs = clock.now()

  return {
    sinceOf(path) {
      const times = watched.filter(({ reaches }) => matchesPath(reaches, path)).map(({ since }) => since)
      return times.length === 0 ? undefined : Math.min(...times)
    },
    async announce() {
      const fresh = globs.filter((glob) => !saved.has(glob))
      const saving = fresh.map((glob) =>
        buffer.saveSource({ source: PREFIX + glob, path: glob, from: 0, to: 0, state: startedAtMs }),
      )
      for (const outcome of await Promise.allSettled(saving)) {
        // A disk that is full at the very first start: following goes on, and the next start remembers.
        if (outcome.status === 'rejected' && !(outcome.reason instanceof HozonError)) throw outcome.reason
      }
    },
  }
}
