/** Finds the saved source that a file continues: by inode, proved by its content. */
import type { SavedSource } from '../../buffer/buffer.ts'
import type { FileStat, OpenFile } from '../../sys/sys.ts'
import {
  believableBirth,
  digest,
  fromJson,
  HEAD_BYTES_MAX,
  MARKER_BYTES_MAX,
  type Position,
  type SavedState,
} from './identity.ts'

export interface Resumption {
  source: string
  state: SavedState
  at: Position
}

export async function findResumption(
  saved: readonly SavedSource[],
  file: OpenFile,
  stat: FileStat,
): Promise<Resumption | undefined> {
  for (const each of saved.toReversed()) {
    const state = fromJson(each.state)
    if (state === undefined || state.ino !== String(stat.ino) || state.dev !== String(stat.dev)) continue
    const birth = believableBirth(stat)
    if (birth !== undefined && state.birth !== undefined && birth !== state.birth) continue
    const at = await positionIn(file, stat.size, each.offset, state)
    if (at !== undefined) return { source: each.source, state, at }
  }
  return undefined
}

/** The saved position in this file, if the content up to it is the one that was read. */
export async function positionIn(
  file: Pick<OpenFile, 'read'>,
  size: number,
  offset: number,
  state: SavedState,
): Promise<Position | undefined> {
  if (size < offset) return undefined
  const head = await readFully(file, 0, Math.min(offset, HEAD_BYTES_MAX))
  const marker = await readFully(
    file,
    Math.max(0, offset - MARKER_BYTES_MAX),
    Math.min(offset, MARKER_BYTES_MAX),
  )
  if (head === undefined || marker === undefined) return undefined
  if (digest(head) !== state.head || digest(marker) !== state.marker) return undefined
  const { crc, crcFrom, flushed } = state
  return { offset, head, marker, crc, crcFrom, flushed: flushed ?? false }
}

async function readFully(
  file: Pick<OpenFile, 'read'>,
  position: number,
  bytes: number,
): Promise<Buffer | undefined> {
  const buffer = Buffer.alloc(bytes)
  let filled = 0
  while (filled < bytes) {
    const count = await file.read(buffer.subarray(filled), position + filled)
    if (count === 0) return undefined
    filled += count
  }
  return buffer
}
