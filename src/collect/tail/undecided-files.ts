/** Files that may be copies of followed ones, or that are still being compressed: held open, looked at again later. */
import type { Clock, FileStat, OpenFile } from '../../sys/sys.ts'
import { inodeKey } from './identity.ts'
import type { TailLimits } from './tail-limits.ts'

const AGAIN_MS_MAX = 10_000

export interface UndecidedFile {
  path: string
  /** The followed name it was met for. */
  current: string
  isMatch: boolean
  file: OpenFile
  stat: FileStat
  /** Monotonic: when it was met, or changed last. */
  metAtMs: number
}

/** What a file waits for: nothing but time, a followed file, or a source whose batches are under way. */
export type Awaited = { isDone: boolean; lookedAtMs: number } | { isSettled: () => boolean } | undefined

interface Waiting {
  candidate: UndecidedFile
  awaited: Awaited
  /** The size for which it was found undecidable. */
  size: number
  isChanged: boolean
  lookedAtMs: number
  /** Grows while nothing changes: a comparison reads the file. */
  againMs: number
  /** Not looked at again since the file it is compared with was. */
  isFirst: boolean
}

export interface UndecidedFiles {
  add(candidate: UndecidedFile, awaited: Awaited): void
  remove(candidate: UndecidedFile): void
  /** Is it one of these? Its path and size may have changed. */
  seen(key: string, path: string, stat: FileStat): boolean
  /** Has a compressed file been written to its end, as far as one can see? */
  isStable(candidate: UndecidedFile): boolean
  due(): UndecidedFile[]
  size(): number
  close(): Promise<void>
}

export function undecidedFiles(clock: Clock, limits: TailLimits): UndecidedFiles {
  const waiting = new Map<string, Waiting>()

  function isDue(each: Waiting, nowMs: number): boolean {
    const { awaited } = each
    if (awaited !== undefined && 'isDone' in awaited) {
      if (awaited.isDone || (each.isFirst && awaited.lookedAtMs > each.candidate.metAtMs)) return true
    }
    if (awaited !== undefined && 'isSettled' in awaited && awaited.isSettled()) return true
    return nowMs - each.lookedAtMs >= (each.isChanged ? limits.activePollMs : each.againMs)
  }

  return {
    add(candidate, awaited) {
      const nowMs = clock.monotonic()
      const before = waiting.get(inodeKey(candidate.stat))
      const { size } = candidate.stat
      const isSame = before !== undefined && before.size === size && awaited !== undefined
      const againMs = isSame ? Math.min(before.againMs * 2, AGAIN_MS_MAX) : limits.activePollMs
      const isFirst = awaited !== undefined && 'isDone' in awaited && awaited.lookedAtMs <= candidate.metAtMs
      const entry = { candidate, awaited, size, isChanged: false, lookedAtMs: nowMs, againMs, isFirst }
      waiting.set(inodeKey(candidate.stat), entry)
    },
    remove(candidate) {
      waiting.delete(inodeKey(candidate.stat))
    },
    seen(key, path, stat) {
      const found = waiting.get(key)
      if (found === undefined) return false
      found.candidate.path = path
      found.isChanged ||= found.size !== stat.size
      return true
    },
    isStable({ stat, metAtMs }) {
      const found = waiting.get(inodeKey(stat))
      if (found !== undefined && found.size !== stat.size) return false
      const writtenMs = Number(stat.mtimeNs / 1_000_000n)
      if (found === undefined) return clock.now() - writtenMs >= limits.gzipStableMs
      return clock.monotonic() - metAtMs >= limits.gzipStableMs
    },
    due() {
      const nowMs = clock.monotonic()
      return [...waiting.values()].filter((each) => isDue(each, nowMs)).map(({ candidate }) => candidate)
    },
    size: () => waiting.size,
    async close() {
      for (const { candidate } of waiting.values()) await candidate.file.close()
      waiting.clear()
    },
  }
}
