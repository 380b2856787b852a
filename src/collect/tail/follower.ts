/** Brings names, inodes and saved positions together: which file is which, what is new, rotated, rewritten or gone. */
import { join } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import type { TailConfig } from '../../base/stream.ts'
import type { StreamBuffer } from '../../buffer/buffer.ts'
import type { FileStat, OpenFile, Sys } from '../../sys/sys.ts'
import type { SourceStatus } from '../source.ts'
import type { DirectoryCensus, Finding } from './directory-census.ts'
import { birthTimes } from './birth-times.ts'
import { fileReading } from './file-reading.ts'
import { FollowedFile } from './followed-file.ts'
import { followedNames } from './followed-names.ts'
import { gzipContent, isGzip } from './gzip-content.ts'
import { identifyFile, type UnknownFile, type Verdict } from './identify-file.ts'
import { inodeKey, START, type Position } from './identity.ts'
import { forgettable, knownSources } from './known-sources.ts'
import { openFiles } from './open-files.ts'
import type { ReadContext } from './read-step.ts'
import type { ReadingQueue } from './reading-queue.ts'
import { newSourceId } from './source-id.ts'
import { startAtEnd } from './start-at-end.ts'
import { statusOf } from './tail-status.ts'
import { undecidedFiles, type UndecidedFile } from './undecided-files.ts'
import type { WatchedGlobs } from './watched-globs.ts'

export interface Follower {
  /** The first scan: files found now are the ones that `from` speaks of. */
  firstLook(): Promise<void>
  /** Looks at what changed and at what is due. */
  look(): Promise<void>
  nextLookMs(): number
  readBlock(followed: FollowedFile): Promise<boolean>
  status(): SourceStatus[]
  close(): Promise<void>
}

export interface FollowerOptions {
  sys: Sys
  config: TailConfig
  buffer: StreamBuffer
  census: DirectoryCensus
  context: ReadContext
  queue: ReadingQueue
  watched: WatchedGlobs
}

export function follower(options: FollowerOptions): Follower {
  const { sys, config, buffer, census, context, queue, watched } = options
  const { limits, handOver } = context
  const files = openFiles(limits)
  const known = knownSources(buffer)
  const births = birthTimes()
  const names = followedNames(sys.clock, known, watched, config.from)
  const undecided = undecidedFiles(sys.clock, limits)
  /** Inodes that are copies of what was read, with the size for which that was found. */
  const duplicates = new Map<string, number>()
  const denied = new Map<string, string>()
  let isFirst = true
  let polledAtMs = -Infinity
  let activeAtMs = -Infinity
  let sweptAtMs = -Infinity

  const reading = fileReading({
    sys,
    context,
    files,
    births,
    rewritten: startAnew,
    ended: (followed) => void end(followed),
    isReplaced: (followed) => files.byPath(followed.name) !== undefined,
    again: (followed) => queue.add(followed),
  })

  async function firstLook(): Promise<void> {
    const findings = await census.changes()
    for (const stat of census.stats()) births.note(stat)
    for (const { directory, name, isMatch } of findings) if (isMatch) names.follow(join(directory.path, name))
    await meetAll(findings)
    // Files whose originals were met after them are decided now.
    await decide()
    isFirst = false
    names.firstLookDone()
    polledAtMs = sys.clock.monotonic()
    sweptAtMs = polledAtMs
  }

  /** Files whose inode is known first: what is unknown may be a copy of one of them. */
  async function meetAll(findings: Finding[]): Promise<void> {
    const unknown: (() => Promise<void>)[] = []
    for (const finding of findings) {
      const later = await meetName(finding)
      if (later !== undefined) unknown.push(later)
    }
    for (const meet of unknown) await meet()
  }

  async function look(): Promise<void> {
    const nowMs = sys.clock.monotonic()
    if (nowMs - polledAtMs >= limits.idlePollMs) {
      polledAtMs = nowMs
      await census.poll()
      await meetAll([...census.unwatched()])
      for (const path of denied.keys()) await meetPath(path)
    }
    await meetAll(await census.changes())
    await decide()
    if (nowMs - activeAtMs >= limits.activePollMs) {
      activeAtMs = nowMs
      for (const followed of files.active(nowMs)) queue.add(followed)
    }
    if (nowMs - sweptAtMs >= limits.sweepMs) await sweep(nowMs)
    await files.closeIdle()
  }

  async function sweep(nowMs: number): Promise<void> {
    sweptAtMs = nowMs
    await meetAll([...census.all()])
    // No name leads to them any more: only they themselves can tell that they grew or were deleted.
    for (const followed of files.all()) if (files.byPath(followed.path) !== followed) queue.add(followed)
    forgetOld()
  }

  function forgetOld(): void {
    const old = forgettable(known.all(), limits, sys.clock.now())
    if (old.length === 0) return
    buffer.forgetSources(old.map(({ source }) => source))
    for (const each of old) known.remove(each)
  }

  async function meetPath(path: string): Promise<void> {
    const later = await meet(path, names.rotatedFrom(path) ?? path, true)
    await later?.()
  }

  async function meetName({ directory, name, isMatch }: Finding): Promise<(() => Promise<void>) | undefined> {
    const path = join(directory.path, name)
    const target = isMatch && directory.names.get(name)?.isLink === true ? await linkTarget(path) : undefined
    if (target !== undefined) return meet(target, target, true)
    const isLinked = linkTargets.has(path)
    const rotatedFrom = names.rotatedFrom(path)
    if (!isMatch && !isLinked && rotatedFrom === undefined) return undefined
    return meet(path, isMatch || isLinked ? path : (rotatedFrom ?? path), isMatch || isLinked)
  }

  const linkTargets = new Set<string>()

  /** The file is followed by its own name, and its directory is watched: there it is rotated. */
  async function linkTarget(path: string): Promise<string | undefined> {
    try {
      const target = await sys.files.realpath(path)
      linkTargets.add(target)
      census.include(target.slice(0, target.lastIndexOf('/')) || '/')
      return target
    } catch (error) {
      if (systemCode(error) === undefined) throw error
      return undefined
    }
  }

  /** Handles what is known; gives back the work for a file that is not. */
  async function meet(
    path: string,
    current: string,
    isMatch: boolean,
  ): Promise<(() => Promise<void>) | undefined> {
    let stat: FileStat
    try {
      stat = await sys.files.stat(path)
    } catch (error) {
      lostName(path, error)
      return undefined
    }
    if (stat.kind !== 'file') return undefined
    births.note(stat)
    const previous = files.byPath(path)
    const followed = files.byInode(stat)
    if (previous !== undefined && previous !== followed) leave(previous, path)
    if (followed !== undefined) {
      seenAgain(followed, path, stat)
      return undefined
    }
    const key = inodeKey(stat)
    if (duplicates.get(key) === stat.size) return undefined
    if (undecided.seen(key, path, stat)) return undefined
    const isKnown = known.withInode(String(stat.ino)).length > 0
    if (!isMatch && !isKnown && !names.isMissed(stat, current)) return undefined
    const later = () => meetFile(path, current, isMatch)
    if (!isKnown) return later
    await later()
    return undefined
  }

  function lostName(path: string, error: unknown): void {
    const code = systemCode(error)
    if (code === undefined) throw error
    if (code === 'EACCES' || code === 'EPERM') {
      denied.set(path, code)
      return
    }
    denied.delete(path)
    const previous = files.byPath(path)
    if (previous !== undefined) leave(previous, path)
  }

  /** The path leads elsewhere now: its file was renamed or deleted. */
  function leave(previous: FollowedFile, path: string): void {
    files.setPath(path, undefined)
    if (previous.path === path) previous.isMoved = true
    files.touch(previous)
    if (previous.file === undefined) void end(previous)
    else queue.add(previous)
  }

  function seenAgain(followed: FollowedFile, path: string, stat: FileStat): void {
    denied.delete(path)
    files.setPath(path, followed)
    if (followed.isMoved || files.byPath(followed.path) !== followed) followed.path = path
    followed.isMoved = path !== followed.name && files.byPath(followed.name) !== followed
    const { size, mtimeNs, ctimeNs } = followed.stat
    if (size !== stat.size || mtimeNs !== stat.mtimeNs || ctimeNs !== stat.ctimeNs) queue.add(followed)
  }

  async function meetFile(path: string, current: string, isMatch: boolean): Promise<void> {
    let file: OpenFile
    try {
      file = await sys.files.open(path, 'read')
    } catch (error) {
      return lostName(path, error)
    }
    denied.delete(path)
    try {
      await meetOpened(path, current, isMatch, file)
    } catch (error) {
      // The disk could not say what this file is. Nothing of it was taken; the next sweep asks again.
      if (systemCode(error) === undefined) throw error
      await file.close().catch(() => {})
    }
  }

  async function meetOpened(path: string, current: string, isMatch: boolean, file: OpenFile): Promise<void> {
    const stat = await file.stat()
    const followed = files.byInode(stat)
    if (stat.kind !== 'file' || followed !== undefined || undecided.seen(inodeKey(stat), path, stat)) {
      await file.close()
      if (followed !== undefined) seenAgain(followed, path, stat)
      return
    }
    await judge({ path, current, isMatch, file, stat, metAtMs: sys.clock.monotonic() })
  }

  async function judge(candidate: UndecidedFile): Promise<void> {
    const { path, current, file, stat } = candidate
    const isCompressed = await isGzip(file)
    if ((isCompressed || (path.endsWith('.gz') && stat.size < 3)) && !undecided.isStable(candidate)) {
      undecided.add(candidate, undefined)
      return
    }
    const gzip = isCompressed ? gzipContent(file) : undefined
    const unknown: UnknownFile = { path, file, stat, gzip, sizeSeenAtMs: candidate.metAtMs }
    const relatives = {
      sameInode: known.withInode(String(stat.ino)),
      known: known.ofFamily(path),
      followed: files.ofFamily(path),
    }
    const verdict = await identifyFile(unknown, relatives, births)
    await act(candidate, unknown, verdict, current)
  }

  async function act(
    candidate: UndecidedFile,
    unknown: UnknownFile,
    verdict: Verdict,
    current: string,
  ): Promise<void> {
    const { stat, file, gzip } = unknown
    if (verdict.kind === 'undecided') {
      gzip?.rest()
      undecided.add(candidate, verdict.original)
      if (verdict.original instanceof FollowedFile) queue.add(verdict.original)
      return
    }
    undecided.remove(candidate)
    if (verdict.kind === 'duplicate') {
      duplicates.set(inodeKey(stat), stat.size)
      await (gzip ?? file).close()
      return
    }
    if (verdict.kind === 'continues') {
      known.remove(verdict.known)
      begin(unknown, { name: verdict.known.state.name, at: verdict.at, saved: verdict.known })
      return
    }
    const name = candidate.isMatch ? unknown.path : current
    const at = await startOf(unknown, name)
    const followed = begin(unknown, { name, at, saved: undefined })
    followed.isTruncated = verdict.hasReplaced && gzip === undefined
  }

  async function startOf({ file, stat, gzip, path }: UnknownFile, name: string): Promise<Position> {
    const isPresent = isFirst && !names.wasFollowed(name) && names.rotatedFrom(path) === undefined
    if (!isPresent || config.from === 'beginning' || gzip !== undefined) return START
    return startAtEnd(file, stat.size)
  }

  function begin(
    { path, file, stat, gzip }: UnknownFile,
    {
      name,
      at,
      saved,
    }: { name: string; at: Position; saved: { source: string; state: { truncated?: true } } | undefined },
  ): FollowedFile {
    const followed = new FollowedFile({
      source: saved?.source ?? newSourceId(sys.random),
      name,
      since: names.follow(name),
      path,
      stat,
      file: gzip ?? file,
      at,
    })
    followed.gzip = gzip
    followed.isGzip = gzip !== undefined
    followed.isSaved = saved !== undefined
    followed.isTruncated = saved?.state.truncated ?? false
    followed.isMoved = names.rotatedFrom(path) !== undefined
    follow(followed)
    return followed
  }

  function follow(followed: FollowedFile): void {
    followed.changedAtMs = sys.clock.monotonic()
    followed.addToTrail(followed.handed)
    files.add(followed)
    handOver.introduce(followed)
    queue.add(followed)
  }

  /** The content is another one: a new generation in the same inode. The old one may go on in a copy. */
  function startAnew(followed: FollowedFile): void {
    const { file } = followed
    if (file === undefined) return
    followed.isDone = true
    followed.file = undefined
    void files.remove(followed)
    known.add(followed, sys.clock.now(), false)
    const next = new FollowedFile({
      source: newSourceId(sys.random),
      name: followed.name,
      since: followed.since,
      path: followed.path,
      stat: followed.stat,
      file,
      at: START,
    })
    next.isTruncated = true
    next.isMoved = followed.isMoved
    next.lostBytes = followed.lostBytes + followed.unreadBytes
    follow(next)
  }

  async function end(followed: FollowedFile): Promise<void> {
    if (followed.isDone) return
    followed.isDone = true
    known.add(followed, sys.clock.now(), followed.file !== undefined)
    await files.remove(followed)
  }

  /** Looks again at files that could not be told apart from copies before. */
  async function decide(): Promise<void> {
    for (const candidate of undecided.due()) {
      const before = candidate.stat.size
      candidate.stat = await candidate.file.stat()
      if (candidate.stat.size !== before) candidate.metAtMs = sys.clock.monotonic()
      await judge(candidate)
    }
  }

  return {
    firstLook,
    look,
    nextLookMs: () => {
      const isBusy = undecided.size() > 0 || files.active(sys.clock.monotonic()).length > 0
      return isBusy ? limits.activePollMs : limits.idlePollMs
    },
    readBlock: (followed) => reading.readBlock(followed),
    status: () => [
      ...[...files.all()].map(statusOf),
      ...[...denied].map(([path, code]) => ({
        path,
        offset: 0,
        size: 0,
        state: 'denied' as const,
        cutLines: 0,
        message: code,
      })),
      ...census.failures().map(({ path, message }) => ({
        path,
        offset: 0,
        size: 0,
        state: 'denied' as const,
        cutLines: 0,
        message,
      })),
    ],
    async close() {
      await undecided.close()
      for (const followed of files.all()) await followed.file?.close()
    },
  }
}
