/** Reads one journal back: a snapshot, then commits. Pure but for the read; deletes and changes nothing. */
import { dirname } from 'node:path'
import { HozonError } from '../base/errors.ts'
import type { SavedSource } from './buffer.ts'
import { IDENTITY_BYTES } from './identity-set.ts'
import {
  JOURNAL_VERSION,
  decodeEntry,
  findCommitAfter,
  type CommitEntry,
  type JournalEntry,
} from './journal-entry.ts'
import { addData, addRanges, newSegment, type LiveSegment } from './live-segment.ts'
import type { RequestGeneration } from './request-memory.ts'

/** Where a commit of the segment that was not sealed ended; verified against the data file. */
export interface CommitMark {
  to: number
  crc: number
}

export interface ReplayedState {
  /** Sealed and not forgotten, ascending. */
  sealed: LiveSegment[]
  active: LiveSegment
  /** The active segment's commits, ascending: all but `last`. */
  marks: CommitMark[]
  sources: Map<string, SavedSource>
  /** What the snapshot remembers, and what commits have added to it, oldest first. */
  requests: { generations: RequestGeneration[]; added: { identities: Buffer; atMs: number }[] }
  forgottenThrough: number
  /**
   * The journal's last commit, not yet applied: only of this one it is not known whether its data reached the disk.
   * (Each other one was durable before its successor was written.)
   */
  last: { entry: CommitEntry; tail: Buffer } | undefined
}

/** Undefined when the journal's snapshot is not complete: it never replaced its predecessor. */
export function replayJournal(
  journal: Buffer,
  place: { path: string; directory: string; stream: string },
): ReplayedState | undefined {
  let state: ReplayedState | undefined
  let isReady = false
  let position = 0
  for (let number = 0; position < journal.length; number++) {
    const decoded = decodeEntry(journal, position)
    if (decoded?.number !== number) {
      assertTornTail(journal, position, place.path)
      break
    }
    state = apply(state, decoded.entry, decoded.tail, { ...place, position })
    isReady ||= decoded.entry.kind === 'ready'
    position = decoded.end
  }
  return isReady ? state : undefined
}

export function corrupt(path: string, position: number, message: string): HozonError {
  const hint =
    'nothing was changed; restore the file from a backup, or move the whole folder of this stream away to start ' +
    'without its undelivered records'
  return new HozonError('HOZON_BUFFER_CORRUPT', `${message} at byte ${position}`, {
    op: 'recover buffer',
    target: path,
    hint,
  })
}

/** A commit is written after the former one, or the snapshot, was durable: no whole one can follow what is torn. */
function assertTornTail(journal: Buffer, position: number, path: string): void {
  const next = findCommitAfter(journal, position)
  if (next !== undefined) throw corrupt(path, position, `damaged entry (a whole commit follows at ${next})`)
}

interface Place {
  path: string
  directory: string
  stream: string
  position: number
}

function apply(
  state: ReplayedState | undefined,
  entry: JournalEntry,
  tail: Buffer,
  place: Place,
): ReplayedState {
  if (entry.kind === 'begin') return begin(entry, place)
  if (state === undefined) throw corrupt(place.path, place.position, 'no snapshot')
  if (entry.kind === 'segment') {
    const segment = newSegment(place.directory, place.stream, entry.segment.id)
    // A copy: the journal's bytes shall not stay in memory for as long as the segment.
    state.sealed.push(
      Object.assign(segment, entry.segment, { ends: tail.length > 0 ? [Buffer.from(tail)] : [] }),
    )
  } else if (entry.kind === 'sources') {
    for (const source of entry.sources) state.sources.set(source.source, source)
  } else if (entry.kind === 'requests') {
    const { firstMs, lastMs } = entry
    state.requests.generations.push({ firstMs, lastMs, identities: tail })
  } else if (entry.kind === 'commit') {
    assertContinues(state, entry, place)
    if (state.last !== undefined) addCommit(state, state.last.entry, state.last.tail)
    if (entry.segment !== state.active.id) sealActive(state, entry.segment)
    state.last = { entry, tail }
  }
  return state
}

function begin(entry: Extract<JournalEntry, { kind: 'begin' }>, place: Place): ReplayedState {
  const { version, stream, active, activeSources, forgottenThrough } = entry
  if (version !== 1 && version !== JOURNAL_VERSION)
    throw corrupt(place.path, place.position, `unknown journal version ${String(version)}`)
  if (stream !== place.stream) throw corrupt(place.path, place.position, `journal of the stream ${stream}`)
  const segment = newSegment(place.directory, stream, active)
  addRanges(segment.sources, activeSources)
  return {
    sealed: [],
    active: segment,
    marks: [],
    sources: new Map(),
    requests: { generations: [], added: [] },
    forgottenThrough,
    last: undefined,
  }
}

function assertContinues(state: ReplayedState, entry: CommitEntry, place: Place): void {
  const at = state.last?.entry.data?.to ?? state.active.bytes
  const expected = entry.segment === state.active.id ? at : 0
  if (entry.segment < state.active.id || (entry.data !== undefined && entry.data.from !== expected))
    throw corrupt(place.path, place.position, `commit does not continue segment ${state.active.id}`)
}

export function addCommit(state: ReplayedState, entry: CommitEntry, tail: Buffer): void {
  state.forgottenThrough = Math.max(state.forgottenThrough, entry.forgottenThrough)
  for (const source of entry.forgetSources ?? []) state.sources.delete(source)
  const { count, atMs } = entry.requests ?? { count: 0, atMs: 0 }
  const endsBytes = tail.length - count * IDENTITY_BYTES
  if (count > 0) state.requests.added.push({ identities: tail.subarray(endsBytes), atMs })
  if (entry.data !== undefined) {
    addData(state.active, entry.data, Buffer.from(tail.subarray(0, endsBytes)))
    state.marks.push({ to: entry.data.to, crc: entry.data.crc })
  }
  addRanges(state.active.sources, entry.sources)
  for (const { source, path, to, state: saved } of entry.sources)
    state.sources.set(source, { source, path, offset: to, state: saved })
  state.last = undefined
}

/** Its bytes need no further check: the entry that begins the next segment was written when they were durable. */
function sealActive(state: ReplayedState, nextId: number): void {
  const { active } = state
  state.active = newSegment(dirname(active.path), active.stream, nextId)
  if (active.records > 0) state.sealed.push(active)
  else state.active.sources = active.sources
  state.marks = []
}
