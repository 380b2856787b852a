/**
 * The files of one stream: the active segment and the journal. One call at a time; SegmentBuffer sees to that.
 *
 * After a failed write or fsync nobody knows what is on disk (the kernel may have dropped the dirty pages and will not
 * report it again), so neither the journal nor the active segment is continued: repair() cuts the segment back to what
 * was acknowledged and starts a new journal that does not hold the failed commit.
 */
import { join } from 'node:path'
import type { Files, OpenFile } from '../sys/sys.ts'
import { IDENTITY_BYTES } from './identity-set.ts'
import { JOURNAL_VERSION, type CommitEntry } from './journal-entry.ts'
import { startJournal, type JournalFile, type SnapshotEntry } from './journal-file.ts'
import { addData, addRanges, newSegment, toSegmentRecord, type LiveSegment } from './live-segment.ts'
import { planCommit, type CommitPlan } from './plan-commit.ts'
import type { RecoveredState } from './recover-buffer.ts'
import type { RequestMemory } from './request-memory.ts'
import { SegmentList } from './segment-list.ts'
import { SourceOffsets } from './source-offsets.ts'

/** Sources per snapshot entry: bounds the size of one JSON text. */
const SNAPSHOT_SOURCES_MAX = 500

/** One read and write when the last commit is written again after a start. */
const REWRITE_BYTES = 1024 * 1024

export class SegmentLog {
  readonly segments: SegmentList
  readonly sources: SourceOffsets
  readonly requests: RequestMemory
  readonly #files: Files
  readonly #directory: string
  #active: LiveSegment
  #data: OpenFile | undefined
  #journal: JournalFile | undefined
  #journalNumber: number
  /** The active id as the journal knows it: behind #active.id after a seal that no commit has followed. */
  #journaledActive = 0
  #journaledForgotten = 0
  readonly #forgetSources = new Set<string>()
  /** After recovery: see RecoveredState. */
  #unsyncedFrom: number
  /** A commit has failed: there may be bytes under the active id that nobody may take for the next ones. */
  #isActiveSpoilt = false

  /** Begins broken: repair() makes what recovery found durable and starts the journal. */
  constructor(files: Files, directory: string, recovered: RecoveredState, requests: RequestMemory) {
    this.#files = files
    this.#directory = directory
    this.#active = recovered.active
    this.#unsyncedFrom = recovered.unsyncedFrom
    this.#journalNumber = recovered.journal
    this.segments = new SegmentList(files, recovered.sealed, recovered.forgottenThrough)
    this.sources = new SourceOffsets(recovered.sources.values())
    this.requests = requests
  }

  get active(): LiveSegment {
    return this.#active
  }

  get isBroken(): boolean {
    return this.#journal === undefined
  }

  forgetSources(sources: readonly string[]): void {
    this.sources.forget(sources)
    for (const source of sources) this.#forgetSources.add(source)
  }

  /** Durable when it resolves. When it rejects the log is broken and nothing of the commit will be believed. */
  async commit(plan: CommitPlan): Promise<void> {
    const journal = this.#journal!
    const { forgottenThrough } = this.segments
    const forgetSources = [...this.#forgetSources]
    try {
      await bothSettled(this.#writeData(plan), journal.append(this.#entry(plan, forgetSources), tailOf(plan)))
    } catch (error) {
      this.#isActiveSpoilt = true
      this.#break()
      throw error
    }
    this.#journaledActive = this.#active.id
    this.#journaledForgotten = forgottenThrough
    for (const source of forgetSources) this.#forgetSources.delete(source)
    if (plan.data !== undefined) addData(this.#active, plan.data, plan.ends)
    addRanges(this.#active.sources, plan.sources)
    for (const progress of plan.sources) this.sources.commit(progress)
    this.requests.add(plan.requests, plan.atMs)
  }

  /**
   * Needs no write of its own: all commits of the segment are durable, recovery seals the last segment anyway, and the
   * next commit's entry names the segment after it.
   */
  sealActive(): LiveSegment | undefined {
    const sealed = this.#active
    if (sealed.records === 0 || this.isBroken) return undefined
    this.#closeData()
    this.segments.add(sealed)
    this.#active = newSegment(this.#directory, sealed.stream, sealed.id + 1)
    return sealed
  }

  isJournalLong(bytesMax: number): boolean {
    return this.#journal?.isLong(bytesMax) ?? false
  }

  /** Starts a new journal with a snapshot, which forgets all that is no longer needed. Only without active bytes. */
  async compact(): Promise<void> {
    this.#break()
    await this.repair()
  }

  /** Seals what was acknowledged of the active segment, if anything, and returns it. */
  async repair(): Promise<LiveSegment | undefined> {
    const cut = this.#active
    if (cut.records > 0) await this.#cutFile(cut)
    const sealed = cut.records > 0 ? [...this.segments.list(), cut] : this.segments.list()
    const isUsed = cut.records > 0 || this.#isActiveSpoilt
    const next = newSegment(this.#directory, cut.stream, isUsed ? cut.id + 1 : cut.id)
    if (cut.records === 0) next.sources = cut.sources
    const snapshot = this.#snapshot(sealed, next)
    const journal = await startJournal(this.#files, this.#directory, this.#journalNumber + 1, snapshot)
    // Only from here on may anyone read the cut segment: before, a crash could still believe the failed commit.
    this.#journal = journal
    this.#journalNumber = journal.number
    this.#journaledActive = next.id
    this.#active = next
    this.#unsyncedFrom = Infinity
    this.#isActiveSpoilt = false
    this.#forgetSources.clear()
    if (cut.records > 0) this.segments.add(cut)
    await this.#removeDeadFiles()
    return cut.records > 0 ? cut : undefined
  }

  /** Records a seal or forget() that no commit has followed, so that the next start need not look at the segment. */
  async close(): Promise<void> {
    const { forgottenThrough } = this.segments
    const isBehind =
      this.#journaledActive !== this.#active.id ||
      this.#journaledForgotten !== forgottenThrough ||
      this.#forgetSources.size > 0
    if (!this.isBroken && isBehind) await this.commit(planCommit(this.#active, [], 0))
    this.#break()
  }

  async #writeData(plan: CommitPlan): Promise<void> {
    if (plan.data === undefined) return
    if (this.#data !== undefined) {
      await this.#data.write(plan.chunks, plan.data.from)
      return this.#data.sync()
    }
    this.#data = await this.#files.open(this.#active.path, 'create')
    await this.#data.write(plan.chunks, plan.data.from)
    // The directory too: otherwise a power cut can keep the bytes and lose the name.
    await bothSettled(this.#data.sync(), this.#files.syncDirectory(this.#directory))
  }

  #entry({ data, sources, requests, atMs }: CommitPlan, forgetSources: string[]): CommitEntry {
    const { forgottenThrough } = this.segments
    const entry: CommitEntry = { kind: 'commit', segment: this.#active.id, forgottenThrough, sources }
    if (data !== undefined) entry.data = data
    if (requests.length > 0) entry.requests = { count: requests.length / IDENTITY_BYTES, atMs }
    if (forgetSources.length > 0) entry.forgetSources = forgetSources
    return entry
  }

  *#snapshot(sealed: readonly LiveSegment[], active: LiveSegment): Generator<SnapshotEntry> {
    const { forgottenThrough } = this.segments
    const { stream, id, sources: activeSources } = active
    const version = JOURNAL_VERSION
    yield { entry: { kind: 'begin', version, stream, active: id, activeSources, forgottenThrough } }
    for (const segment of sealed)
      yield {
        entry: { kind: 'segment', segment: toSegmentRecord(segment) },
        tail: Buffer.concat(segment.ends),
      }
    const sources = this.sources.list()
    for (let at = 0; at < sources.length; at += SNAPSHOT_SOURCES_MAX)
      yield { entry: { kind: 'sources', sources: sources.slice(at, at + SNAPSHOT_SOURCES_MAX) } }
    for (const { firstMs, lastMs, identities } of this.requests.snapshot())
      yield { entry: { kind: 'requests', firstMs, lastMs }, tail: identities }
    yield { entry: { kind: 'ready' } }
  }

  async #cutFile(segment: LiveSegment): Promise<void> {
    const file = await this.#files.open(segment.path, 'update')
    try {
      await file.truncate(segment.bytes)
      // If an earlier process's fsync has failed, the kernel holds these bytes, takes them for clean, and would not
      // write them at the next fsync either. Written again they are dirty again.
      await rewrite(file, this.#unsyncedFrom, segment.bytes)
      await file.sync()
    } finally {
      await file.close()
    }
  }

  async #removeDeadFiles(): Promise<void> {
    try {
      for (const { name } of await this.#files.list(this.#directory)) {
        const [, digits, kind] = /^(\d+)\.(journal|data)$/.exec(name) ?? []
        const number = Number(digits)
        const isDead = kind === 'journal' ? number !== this.#journalNumber : !this.segments.isKept(number)
        if (kind !== undefined && isDead) await this.#files.remove(join(this.#directory, name))
      }
    } catch {
      // The new journal counts whether or not the old files are there; the next compaction tries again.
    }
  }

  #break(): void {
    // Closing can only fail for handles whose bytes are given up or already synced.
    this.#journal?.close().catch(() => {})
    this.#journal = undefined
    this.#closeData()
  }

  #closeData(): void {
    // As in #break().
    this.#data?.close().catch(() => {})
    this.#data = undefined
  }
}

function tailOf({ ends, requests }: CommitPlan): Buffer {
  return requests.length === 0 ? ends : Buffer.concat([ends, requests])
}

async function rewrite(file: OpenFile, from: number, to: number): Promise<void> {
  for (let position = from; position < to;) {
    const buffer = Buffer.allocUnsafe(Math.min(REWRITE_BYTES, to - position))
    const bytesRead = await file.read(buffer, position)
    if (bytesRead === 0) return
    await file.write([buffer.subarray(0, bytesRead)], position)
    position += bytesRead
  }
}

/** Waits for both even when one fails: a write that is still running would hit a file that was already cut. */
async function bothSettled(first: Promise<void>, second: Promise<void>): Promise<void> {
  const results = await Promise.allSettled([first, second])
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
