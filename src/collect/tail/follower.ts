/** Brings together names, inodes and saved positions: which file is which, what is new, what was rotated, what is gone. */
import { join } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import type { TailConfig } from '../../base/stream.ts'
import type { StreamBuffer } from '../../buffer/buffer.ts'
import type { FileStat, OpenFile, Sys } from '../../sys/sys.ts'
import type { SourceStatus } from '../source.ts'
import type { DirectoryCensus, Finding } from './directory-census.ts'
import { FollowedFile } from './followed-file.ts'
import { inodeKey, START, type Position } from './identity.ts'
import { flushUnterminated, readStep, type ReadContext } from './read-step.ts'
import type { ReadingQueue } from './reading-queue.ts'
import { findResumption } from './resumption.ts'
import { currentNamesOf } from './rotated-name.ts'

export interface Follower {
  /** The first scan: files found now are the ones that `from` speaks of. */
  firstLook(): Promise<void>
  /** Looks at what changed and at what is due. */
  look(): Promise<void>
  nextLookMs(): number
  ready(followed: FollowedFile): void
  readBlock(followed: FollowedFile): Promise<boolean>
  status(): SourceStatus[]
  close(): Promise<void>
}

export function follower(options: {
  sys: Sys
  config: TailConfig
  buffer: StreamBuffer
  census: DirectoryCensus
  context: ReadContext
  queue: ReadingQueue
}): Follower {
  const { sys, config, buffer, census, context, queue } = options
  const { limits, handOver } = context
  const files = new Map<string, FollowedFile>()
  const denied = new Map<string, string>()
  /** Name -> since when it is followed. */
  const followedNames = new Map<string, number>()
  /** Rotated siblings that were there before their name was followed: not ours. */
  const strangers = new Set<string>()
  let isFirst = true
  let polledAtMs = -Infinity
  let activeAtMs = -Infinity
  let sweptAtMs = -Infinity

  for (const saved of buffer.savedSources()) rememberName(saved.state)

  function rememberName(state: unknown): void {
    if (typeof state !== 'object' || state === null || !('name' in state) || !('since' in state)) return
    if (typeof state.name !== 'string' || typeof state.since !== 'number') return
    followedNames.set(state.name, Math.min(state.since, followedNames.get(state.name) ?? Infinity))
  }

  async function firstLook(): Promise<void> {
    const findings = await census.changes()
    for (const finding of findings)
      if (finding.isMatch) followName(join(finding.directory.path, finding.name))
    for (const finding of findings) await meetName(finding)
    isFirst = false
    polledAtMs = sys.clock.monotonic()
    sweptAtMs = polledAtMs
  }

  function followName(path: string): number {
    const since = followedNames.get(path) ?? sys.clock.now()
    followedNames.set(path, since)
    return since
  }

  async function look(): Promise<void> {
    const nowMs = sys.clock.monotonic()
    if (nowMs - polledAtMs >= limits.idlePollMs) {
      polledAtMs = nowMs
      await census.poll()
    }
    for (const finding of await census.changes()) await meetName(finding)
    if (nowMs - activeAtMs >= limits.activePollMs) {
      activeAtMs = nowMs
      for (const followed of files.values()) if (isActive(followed, nowMs)) queue.add(followed)
    }
    if (nowMs - sweptAtMs >= limits.sweepMs) {
      sweptAtMs = nowMs
      for (const finding of census.all()) await meetName(finding)
      for (const followed of files.values()) queue.add(followed)
    }
  }

  function isActive(followed: FollowedFile, nowMs: number): boolean {
    return followed.isMoved || followed.isUnlinked || nowMs - followed.changedAtMs < limits.activeForMs
  }

  async function meetName({ directory, name, isMatch }: Finding): Promise<void> {
    const path = join(directory.path, name)
    const current = isMatch ? path : rotatedFrom(directory.path, name)
    if (current === undefined) return
    let stat: FileStat
    try {
      stat = await sys.files.stat(path)
    } catch (error) {
      return lostName(path, error)
    }
    if (stat.kind !== 'file') return
    leaveOthers(path, inodeKey(stat))
    const known = files.get(inodeKey(stat))
    if (known !== undefined) return seenAgain(known, path, stat)
    if (!isMatch && !isOurs(stat, current)) return
    await meetFile(path, current)
  }

  /** The followed name whose rotation this is. */
  function rotatedFrom(directory: string, name: string): string | undefined {
    for (const current of currentNamesOf(name)) {
      const path = join(directory, current)
      if (followedNames.has(path)) return path
    }
    return undefined
  }

  /** A sibling counts if it was made and last written after its name was first followed. */
  function isOurs(stat: FileStat, current: string): boolean {
    const key = inodeKey(stat)
    if (strangers.has(key)) return false
    if (buffer.savedSources().some(({ state }) => isStateOf(state, stat))) return true
    const since = followedNames.get(current) ?? Infinity
    const writtenMs = Number(stat.mtimeNs / 1_000_000n)
    if (!isFirst && writtenMs >= since - 20) return true
    if (isFirst && writtenMs >= since && Number(stat.birthtimeNs / 1_000_000n) >= since) return true
    strangers.add(key)
    return false
  }

  function isStateOf(state: unknown, stat: FileStat): boolean {
    return (
      typeof state === 'object' &&
      state !== null &&
      'ino' in state &&
      'dev' in state &&
      state.ino === String(stat.ino) &&
      state.dev === String(stat.dev)
    )
  }

  function lostName(path: string, error: unknown): void {
    const code = systemCode(error)
    if (code === undefined) throw error
    if (code === 'EACCES' || code === 'EPERM') denied.set(path, code)
    else leaveOthers(path, undefined)
  }

  /** Whoever was known by this path and is another inode has been moved away. */
  function leaveOthers(path: string, key: string | undefined): void {
    denied.delete(path)
    const previous = byPath.get(path)
    if (previous === undefined || previous.key === key) return
    byPath.delete(path)
    if (previous.path === path) previous.isMoved = true
    queue.add(previous)
  }

  const byPath = new Map<string, FollowedFile>()

  function seenAgain(followed: FollowedFile, path: string, stat: FileStat): void {
    byPath.set(path, followed)
    if (followed.isMoved) followed.path = path
    const { size, mtimeNs, ctimeNs } = followed.stat
    if (size !== stat.size || mtimeNs !== stat.mtimeNs || ctimeNs !== stat.ctimeNs) queue.add(followed)
  }

  async function meetFile(path: string, current: string): Promise<void> {
    let file: OpenFile
    try {
      file = await sys.files.open(path, 'read')
    } catch (error) {
      return lostName(path, error)
    }
    const stat = await file.stat()
    const known = files.get(inodeKey(stat))
    if (known !== undefined || stat.kind !== 'file') {
      await file.close()
      if (known !== undefined) seenAgain(known, path, stat)
      return
    }
    const resumed = await findResumption(buffer.savedSources(), file, stat)
    const since = followName(resumed?.state.name ?? current)
    const followed = new FollowedFile({
      source: resumed?.source ?? newSource(),
      name: resumed?.state.name ?? current,
      since,
      path,
      stat,
      file,
      at: resumed?.at ?? (await startOf(file, stat)),
    })
    followed.isSaved = resumed !== undefined
    followed.isTruncated = resumed?.state.truncated ?? false
    begin(followed)
  }

  function begin(followed: FollowedFile): void {
    files.set(followed.key, followed)
    byPath.set(followed.path, followed)
    followed.changedAtMs = sys.clock.monotonic()
    // Known at once, so that it is found again after a restart even if nothing of it was read.
    if (!followed.isSaved) {
      handOver.give(followed, { chunks: [], records: 0, to: followed.handed, release: () => {} })
    }
    queue.add(followed)
  }

  async function startOf(file: OpenFile, stat: FileStat): Promise<Position> {
    if (!isFirst || config.from === 'beginning' || stat.size === 0) return START
    const head = Buffer.alloc(Math.min(1024, stat.size))
    await file.read(head, 0)
    const marker = Buffer.alloc(Math.min(64, stat.size))
    await file.read(marker, stat.size - marker.length)
    return { offset: stat.size, head, marker, crc: 0, crcFrom: stat.size, flushed: false }
  }

  function newSource(): string {
    const bytes = sys.random.bytes(16)
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
    const hex = bytes.toString('hex')
    const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
    return `tail:${parts.join('-')}`
  }

  async function readBlock(followed: FollowedFile): Promise<boolean> {
    if (!mayRead(followed)) return false
    const before = followed.handed.offset
    const result = await readStep(context, followed)
    if (followed.handed.offset !== before) {
      followed.changedAtMs = sys.clock.monotonic()
      followed.endsSeen = 0
    }
    if (result === 'rewritten') startAnew(followed)
    else if (result === 'end') await atEnd(followed)
    return result === 'more' && mayRead(followed)
  }

  function mayRead(followed: FollowedFile): boolean {
    if (followed.isDone || followed.isRewinding || followed.isWaitingForRoom) return false
    return followed.outstandingBytes < limits.fileOutstandingBytesMax
  }

  async function atEnd(followed: FollowedFile): Promise<void> {
    if (!followed.isUnlinked || followed.isRewinding) return
    followed.endsSeen += 1
    if (followed.endsSeen < 2) return
    if (followed.endsSeen === 2) await flushUnterminated(context, followed)
    if (followed.outstandingBatches > 0) return
    followed.isDone = true
    files.delete(followed.key)
    const file = followed.file
    followed.file = undefined
    await file?.close()
  }

  /** The content is another one: a new generation in the same inode. */
  function startAnew(followed: FollowedFile): void {
    const { file } = followed
    if (file === undefined) return
    followed.isDone = true
    followed.file = undefined
    const next = new FollowedFile({
      source: newSource(),
      name: followed.name,
      since: followed.since,
      path: followed.path,
      stat: followed.stat,
      file,
      at: START,
    })
    next.isTruncated = true
    next.isMoved = followed.isMoved
    begin(next)
  }

  return {
    firstLook,
    look,
    nextLookMs: () => {
      const nowMs = sys.clock.monotonic()
      const active = [...files.values()].some((followed) => isActive(followed, nowMs))
      return active ? limits.activePollMs : limits.idlePollMs
    },
    ready(followed) {
      queue.add(followed)
    },
    readBlock,
    status: () => [...files.values()].map(statusOf),
    async close() {
      for (const { file } of files.values()) await file?.close()
      files.clear()
    },
  }
}

function statusOf(followed: FollowedFile): SourceStatus {
  const { stat, durable } = followed
  const isBehind = durable.offset < stat.size
  return {
    path: followed.path,
    offset: durable.offset,
    size: stat.size,
    state: followed.isWaitingForRoom
      ? 'waiting'
      : followed.isMoved || followed.isUnlinked
        ? 'draining'
        : isBehind
          ? 'reading'
          : 'following',
    cutLines: followed.cutLines,
    ...(followed.message === undefined ? {} : { message: followed.message }),
  }
}
