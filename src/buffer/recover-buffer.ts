/**
 * What the disk says after a stop or a crash. Nothing is changed here, so that a corrupt buffer stays as it was found;
 * SegmentBuffer's first repair() then cuts the torn tail and starts a new journal.
 */
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { systemCode } from '../base/errors.ts'
import type { Files } from '../sys/sys.ts'
import { journalFileName } from './journal-file.ts'
import { addCommit, corrupt, replayJournal, type ReplayedState } from './replay-journal.ts'
import { dataFileName, newSegment, type LiveSegment } from './live-segment.ts'

const READ_BYTES = 1024 * 1024

export interface RecoveredState {
  sealed: LiveSegment[]
  /** Was not sealed; its file may be longer than its bytes, and may not have been synced. */
  active: LiveSegment
  /** Where the active segment's last commit begins: only from there on may bytes be in the page cache alone. */
  unsyncedFrom: number
  sources: ReplayedState['sources']
  requests: ReplayedState['requests']
  forgottenThrough: number
  /** Number of the journal that says so; 0 for none. */
  journal: number
}

interface Replayed {
  state: ReplayedState
  journal: number
}

interface Place {
  directory: string
  stream: string
  deliveredThrough: number
}

export async function recoverBuffer(files: Files, place: Place): Promise<RecoveredState> {
  const found = await listNumbers(files, place.directory)
  const newest = await replayNewest(files, place, found.journals)
  const { state, journal } = newest ?? { state: freshState(place, found.data), journal: 0 }
  assertNoneUnknown(place, state, found.data)
  const forgottenThrough = Math.max(state.forgottenThrough, place.deliveredThrough)
  const sealed = state.sealed.filter(({ id }) => id > forgottenThrough)
  for (const segment of sealed) await assertWhole(files, segment)
  const isDelivered = state.active.id <= forgottenThrough
  const unsyncedFrom = isDelivered ? 0 : await verifyActive(files, state)
  // Only what was sealed is delivered, so all its commits were durable, although the journal does not know of the seal.
  if (isDelivered && state.last !== undefined) addCommit(state, state.last.entry, state.last.tail)
  const active = isDelivered ? newSegment(place.directory, place.stream, forgottenThrough + 1) : state.active
  const { sources, requests } = state
  return { sealed, active, unsyncedFrom, sources, requests, forgottenThrough, journal }
}

interface FoundFiles {
  journals: number[]
  data: number[]
}

async function listNumbers(files: Files, directory: string): Promise<FoundFiles> {
  const found: FoundFiles = { journals: [], data: [] }
  for (const { name } of await files.list(directory)) {
    const [, digits, kind] = /^(\d{10,})\.(journal|data)$/.exec(name) ?? []
    if (digits !== undefined) found[kind === 'data' ? 'data' : 'journals'].push(Number(digits))
  }
  found.journals.sort((a, b) => a - b)
  return found
}

/**
 * An older one is there only if a crash came between the new one's last sync and the older one's removal. So without
 * a whole one there was never any, and only the very first can be torn.
 */
async function replayNewest(files: Files, place: Place, journals: number[]): Promise<Replayed | undefined> {
  for (const number of journals.toReversed()) {
    const path = join(place.directory, journalFileName(number))
    const state = replayJournal(await readWhole(files, path), { ...place, path })
    if (state !== undefined) return { state, journal: number }
  }
  const torn = journals.find((number) => number !== 1)
  if (torn !== undefined)
    throw corrupt(join(place.directory, journalFileName(torn)), 0, 'the snapshot is damaged')
  return undefined
}

function freshState({ directory, stream, deliveredThrough }: Place, data: number[]): ReplayedState {
  const orphan = data.find((id) => id > deliveredThrough)
  if (orphan !== undefined)
    throw corrupt(join(directory, dataFileName(orphan)), 0, 'segment without a journal')
  return {
    sealed: [],
    active: newSegment(directory, stream, deliveredThrough + 1),
    marks: [],
    sources: new Map(),
    requests: { generations: [], added: [] },
    forgottenThrough: deliveredThrough,
    last: undefined,
  }
}

/** One commit runs at a time, so a journal that was not cut short knows of all segments but the active one. */
function assertNoneUnknown(
  { directory, deliveredThrough }: Place,
  state: ReplayedState,
  data: number[],
): void {
  const { id: last, path } = state.active
  if (deliveredThrough > last)
    throw corrupt(path, 0, `the journal ends with this segment, but ${deliveredThrough} was delivered`)
  const unknown = data.find((id) => id > last + 1)
  if (unknown !== undefined)
    throw corrupt(join(directory, dataFileName(unknown)), 0, 'segment that the journal does not know')
}

async function assertWhole(files: Files, segment: LiveSegment): Promise<void> {
  const size = await sizeOf(files, segment.path)
  if (size === undefined) throw corrupt(segment.path, 0, 'the segment is missing')
  if (size < segment.bytes)
    throw corrupt(segment.path, size, `the segment ends before its ${segment.bytes} bytes`)
}

/** Reads the active segment once and checks it at the end of each commit. Returns where the last good one begins. */
async function verifyActive(files: Files, state: ReplayedState): Promise<number> {
  const { active, marks, last } = state
  const lastMark = last?.entry.data
  const all = lastMark === undefined ? marks : [...marks, lastMark]
  const checked = await countMatching(files, active.path, all)
  const bad = all[checked]
  if (bad !== undefined && bad !== lastMark)
    throw corrupt(
      active.path,
      checked === 0 ? 0 : all[checked - 1]!.to,
      'the bytes differ from their checksum',
    )
  // The last commit's data is not there: it was never acknowledged, so it never happened.
  if (last !== undefined && bad === undefined) addCommit(state, last.entry, last.tail)
  state.last = undefined
  return state.marks.at(-2)?.to ?? 0
}

async function countMatching(
  files: Files,
  path: string,
  marks: { to: number; crc: number }[],
): Promise<number> {
  if (marks.length === 0 || (await sizeOf(files, path)) === undefined) return 0
  const file = await files.open(path, 'read')
  try {
    const buffer = Buffer.allocUnsafe(READ_BYTES)
    let position = 0
    let crc = 0
    for (const [index, mark] of marks.entries()) {
      while (position < mark.to) {
        const bytesRead = await file.read(
          buffer.subarray(0, Math.min(READ_BYTES, mark.to - position)),
          position,
        )
        if (bytesRead === 0) return index
        crc = crc32(buffer.subarray(0, bytesRead), crc)
        position += bytesRead
      }
      if (crc !== mark.crc) return index
    }
    return marks.length
  } finally {
    await file.close()
  }
}

async function sizeOf(files: Files, path: string): Promise<number | undefined> {
  try {
    return (await files.stat(path)).size
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

async function readWhole(files: Files, path: string): Promise<Buffer> {
  const file = await files.open(path, 'read')
  try {
    const bytes = Buffer.allocUnsafe((await file.stat()).size)
    let position = 0
    while (position < bytes.length) {
      const bytesRead = await file.read(bytes.subarray(position), position)
      if (bytesRead === 0) break
      position += bytesRead
    }
    return bytes.subarray(0, position)
  } finally {
    await file.close()
  }
}
