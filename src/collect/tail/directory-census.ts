/**
 * Which directories the globs reach and which names in them changed. Watches make it quick, the directory's own
 * change time makes it sure: a listing is made only when it moved, so an idle directory costs one stat a second.
 */
import { join } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import type { FileStat, Sys, Watch } from '../../sys/sys.ts'
import { literalNames, meaningOf, type Reach } from './glob-pattern.ts'
import type { TailLimits } from './tail-limits.ts'

/** `**` below this is taken for a mistake or a cycle. */
const DEPTH_MAX = 32

/** A directory that changed this short a time before its listing may have changed again within the same clock tick. */
const TICK_MS = 50

export interface Directory {
  readonly path: string
  reaches: Reach[]
  /** Names as of the last listing. */
  names: Map<string, { isMatch: boolean; isLink: boolean }>
  watch: Watch | undefined
  /** Names of which a watch told something. */
  changed: Set<string>
  /** Its change time at the last listing; undefined: list it at the next poll in any case. */
  listedAtNs: bigint | undefined
  /** List it now: it is new, or a watch told of a change without a name. */
  isStale: boolean
  isWatched: boolean
  stat: FileStat | undefined
  failure: string | undefined
}

export interface Finding {
  directory: Directory
  name: string
  isMatch: boolean
}

export interface DirectoryCensus {
  /** Adds a directory that no glob reaches but a symlink leads to. */
  include(path: string): void
  /** Names that appeared or of which a watch told something, since the last call. */
  changes(): Promise<Finding[]>
  /** Looks at the directories' change times: a listing is made where it moved. */
  poll(): Promise<void>
  /** All names a glob matches, and all others in the same directories, as of the last listing. */
  all(): Iterable<Finding>
  /** Names in directories that no watch tells about. */
  unwatched(): Iterable<Finding>
  /** What is known of the directories themselves. */
  stats(): FileStat[]
  failures(): { path: string; message: string }[]
  close(): void
}

export function directoryCensus(options: {
  sys: Pick<Sys, 'files' | 'clock'>
  limits: TailLimits
  reaches: Reach[]
  wake: () => void
}): DirectoryCensus {
  const { sys, limits, wake } = options
  const directories = new Map<string, Directory>()
  let watches = 0
  reach('/', options.reaches)

  function reach(path: string, reaches: Reach[]): Directory {
    const known = directories.get(path)
    if (known !== undefined) {
      const added = reaches.filter((each) => !known.reaches.some((old) => isSameReach(old, each)))
      if (added.length > 0) {
        known.reaches.push(...added)
        known.isStale = true
      }
      return known
    }
    const directory: Directory = {
      path,
      reaches,
      names: new Map(),
      watch: undefined,
      changed: new Set(),
      listedAtNs: undefined,
      isStale: true,
      isWatched: false,
      stat: undefined,
      failure: undefined,
    }
    directories.set(path, directory)
    return directory
  }

  function startWatch(directory: Directory): void {
    if (directory.watch !== undefined || watches >= limits.watchesMax) return
    directory.watch = sys.files.watch(directory.path, (name) => {
      if (name === undefined) directory.isStale = true
      else directory.changed.add(name)
      wake()
    })
    directory.isWatched = directory.watch !== undefined
    if (directory.isWatched) watches += 1
  }

  function drop(directory: Directory): void {
    if (directory.watch !== undefined) watches -= 1
    directory.watch?.close()
    directories.delete(directory.path)
  }

  async function list(directory: Directory): Promise<void> {
    directory.isStale = false
    const literal = literalNames(directory.reaches)
    if (literal !== undefined && literal.length > 0) return tryNames(directory, literal)
    try {
      // The watch first, then the listing: what happens in between is told by the watch.
      startWatch(directory)
      const changedAtNs = await changeTime(directory)
      const names = await sys.files.list(directory.path)
      directory.failure = undefined
      const isSettled = sys.clock.now() - Number(changedAtNs / 1_000_000n) > TICK_MS
      directory.listedAtNs = isSettled ? changedAtNs : undefined
      await take(directory, names)
    } catch (error) {
      fail(directory, error)
    }
  }

  function fail(directory: Directory, error: unknown): void {
    const code = systemCode(error)
    if (code === undefined) throw error
    directory.listedAtNs = undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      for (const name of directory.names.keys()) directory.changed.add(name)
      directory.names.clear()
      directory.watch?.close()
      if (directory.watch !== undefined) watches -= 1
      directory.watch = undefined
      directory.isWatched = false
      directory.failure = undefined
      return
    }
    directory.failure = code === 'EACCES' || code === 'EPERM' ? 'no permission to list it' : code
  }

  /** All patterns name the next directory literally: no listing needed, and none may be allowed (mode --x). */
  async function tryNames(directory: Directory, names: string[]): Promise<void> {
    for (const name of names) await descend(directory, name, 'symlink')
  }

  async function take(directory: Directory, entries: { name: string; kind: string }[]): Promise<void> {
    const names: Directory['names'] = new Map()
    for (const { name, kind } of entries) {
      const isDirectory = kind === 'directory' || kind === 'symlink'
      if (isDirectory) await descend(directory, name, kind)
      if (kind === 'directory') continue
      const { isFileMatch } = meaningOf(directory.reaches, name)
      names.set(name, { isMatch: isFileMatch, isLink: kind === 'symlink' })
      if (!directory.names.has(name)) directory.changed.add(name)
    }
    for (const name of directory.names.keys()) if (!names.has(name)) directory.changed.add(name)
    directory.names = names
  }

  async function descend(directory: Directory, name: string, kind: string): Promise<void> {
    let { below } = meaningOf(directory.reaches, name)
    if (below.length === 0) return
    const path = join(directory.path, name)
    if (path.split('/').length > DEPTH_MAX) return
    if (kind === 'symlink') {
      const stat = await sys.files.stat(path).catch(() => undefined)
      if (stat?.kind !== 'directory') return
      // `**` does not go through links: they may lead back up. A directory that is named is entered in any case.
      const isLink = (await sys.files.lstat(path).catch(() => undefined))?.kind === 'symlink'
      if (isLink)
        below = below.filter(({ rest }) => rest[0]?.kind !== 'any-depth' || !startsAtDepth(directory, rest))
      if (below.length === 0) return
    }
    const isNew = !directories.has(path)
    const child = reach(path, below)
    if (isNew || child.isStale) await list(child)
  }

  return {
    include(path) {
      if (!directories.has(path)) reach(path, [])
    },
    async changes() {
      const findings: Finding[] = []
      for (const directory of directories.values()) {
        if (directory.isStale) await list(directory)
        if (directory.changed.size === 0) continue
        const changed = directory.changed
        directory.changed = new Set()
        for (const name of changed) {
          const { isFileMatch, below } = meaningOf(directory.reaches, name)
          if (below.length > 0) await descend(directory, name, 'symlink')
          findings.push({ directory, name, isMatch: isFileMatch })
        }
      }
      return findings
    },
    async poll() {
      for (const directory of directories.values()) await pollOne(directory)
    },
    *all() {
      for (const directory of directories.values()) yield* findingsOf(directory)
    },
    *unwatched() {
      for (const directory of directories.values()) if (!directory.isWatched) yield* findingsOf(directory)
    },
    stats: () => [...directories.values()].flatMap(({ stat }) => stat ?? []),
    failures: () =>
      [...directories.values()].flatMap(({ path, failure }) =>
        failure === undefined ? [] : [{ path, message: failure }],
      ),
    close() {
      for (const directory of directories.values()) drop(directory)
    },
  }

  async function pollOne(directory: Directory): Promise<void> {
    if (directory.listedAtNs === undefined) return list(directory)
    try {
      if ((await changeTime(directory)) !== directory.listedAtNs) await list(directory)
    } catch (error) {
      fail(directory, error)
    }
  }

  async function changeTime(directory: Directory): Promise<bigint> {
    directory.stat = await sys.files.stat(directory.path)
    const { mtimeNs, ctimeNs } = directory.stat
    return mtimeNs > ctimeNs ? mtimeNs : ctimeNs
  }
}

function* findingsOf(directory: Directory): Iterable<Finding> {
  for (const [name, { isMatch }] of directory.names) yield { directory, name, isMatch }
}

function startsAtDepth(directory: Directory, rest: readonly unknown[]): boolean {
  return directory.reaches.some((reach) => reach.rest === rest)
}

function isSameReach(a: Reach, b: Reach): boolean {
  return a.rest.length === b.rest.length && a.rest.every((segment, at) => segment === b.rest[at])
}
