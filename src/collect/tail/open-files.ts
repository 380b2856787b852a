/** The followed files by inode and by path, and how many of them are held open. */
import { FamilyIndex } from './family-index.ts'
import type { FollowedFile } from './followed-file.ts'
import { inodeKey } from './identity.ts'
import type { TailLimits } from './tail-limits.ts'
import type { FileStat } from '../../sys/sys.ts'

export interface OpenFiles {
  add(followed: FollowedFile): void
  byInode(stat: Pick<FileStat, 'dev' | 'ino'>): FollowedFile | undefined
  byPath(path: string): FollowedFile | undefined
  /** The path leads to this file now, or to none. */
  setPath(path: string, followed: FollowedFile | undefined): void
  /** Not followed any more; its file is closed. */
  remove(followed: FollowedFile): Promise<void>
  /** Closes files at their end, longest unchanged first, until the bound is kept. */
  closeIdle(): Promise<void>
  /** To be looked at often: changed lately, or moved or deleted and not yet done with. */
  active(nowMs: number): FollowedFile[]
  touch(followed: FollowedFile): void
  /** Files whose names are of one family with this one. */
  ofFamily(path: string): FollowedFile[]
  all(): Iterable<FollowedFile>
}

export function openFiles(limits: TailLimits): OpenFiles {
  const files = new Map<string, FollowedFile>()
  const paths = new Map<string, FollowedFile>()
  const active = new Set<FollowedFile>()
  const families = new FamilyIndex<FollowedFile>()

  return {
    add(followed) {
      files.set(followed.key, followed)
      paths.set(followed.path, followed)
      active.add(followed)
      families.add(followed.name, followed)
    },
    byInode: (stat) => files.get(inodeKey(stat)),
    byPath: (path) => paths.get(path),
    setPath(path, followed) {
      if (followed === undefined) paths.delete(path)
      else paths.set(path, followed)
    },
    async remove(followed) {
      if (files.get(followed.key) === followed) files.delete(followed.key)
      if (paths.get(followed.path) === followed) paths.delete(followed.path)
      active.delete(followed)
      families.remove(followed.name, followed)
      const { file } = followed
      followed.file = undefined
      await file?.close()
    },
    async closeIdle() {
      let open = 0
      for (const { file } of files.values()) if (file !== undefined) open += 1
      if (open <= limits.openFilesMax) return
      const idle = [...files.values()]
        .filter((each) => each.file !== undefined && paths.get(each.path) === each && mayClose(each))
        .toSorted((a, b) => a.changedAtMs - b.changedAtMs)
      // Some more than needed, so that not every new file begins a search.
      for (const each of idle.slice(0, open - limits.openFilesMax + Math.ceil(limits.openFilesMax / 16))) {
        const { file } = each
        each.file = undefined
        await file?.close()
      }
    },
    active(nowMs) {
      for (const each of active) {
        const isIdle = nowMs - each.changedAtMs >= limits.activeForMs
        const isEnding = each.isUnlinked || (each.isMoved && each.handed.offset < each.stat.size)
        if (isIdle && !isEnding) active.delete(each)
      }
      return [...active]
    },
    touch(followed) {
      active.add(followed)
    },
    ofFamily: (path) => families.of(path),
    all: () => files.values(),
  }
}

/** Its path leads to it and all of it is durable: nothing is lost unless it is rotated twice before it is opened again. */
function mayClose(followed: FollowedFile): boolean {
  const { isBusy, isQueued, isUnlinked, outstandingBatches, durable, stat, isGzip } = followed
  if (isBusy || isQueued || isUnlinked || outstandingBatches > 0) return false
  return isGzip || durable.offset >= stat.size
}
