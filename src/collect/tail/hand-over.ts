/**
 * From a block to the buffer. Several batches of a file may be under way; the buffer keeps their order. When one is
 * refused, all later ones of the file are too, and reading begins again at the last durable position.
 */
import { HozonError } from '../../base/errors.ts'
import type { SourceProgress, StreamBuffer } from '../../buffer/buffer.ts'
import type { Clock } from '../../sys/sys.ts'
import type { FollowedFile } from './followed-file.ts'
import { toJson, type Position } from './identity.ts'

export interface Piece {
  chunks: readonly Buffer[]
  records: number
  to: Position
  /** The bytes may change or be reused from now on. */
  release: () => void
}

export interface HandOver {
  /** Makes a new source known, so that it is found again after a restart even if nothing of it was read. */
  introduce(followed: FollowedFile): void
  give(followed: FollowedFile, piece: Piece): void
  /** To be called when a reader has left the file: a rewind waits for it. */
  readerLeft(followed: FollowedFile): void
  /** Resolves when nothing is outstanding. */
  settled(): Promise<void>
}

export function handOver(options: {
  clock: Clock
  buffer: StreamBuffer
  signal: AbortSignal
  /** The file may be read (on): room was made, or it was wound back. */
  ready: (followed: FollowedFile) => void
}): HandOver {
  const { clock, buffer, signal, ready } = options
  const outstanding = new Set<Promise<void>>()

  function give(followed: FollowedFile, piece: Piece): void {
    const progress: SourceProgress = {
      source: followed.source,
      path: followed.path,
      from: followed.handed.offset,
      to: piece.to.offset,
      state: toJson(followed.stateAt(piece.to, clock.now())),
    }
    const bytes = piece.to.offset - followed.handed.offset
    followed.handed = piece.to
    followed.outstandingBytes += bytes
    followed.outstandingBatches += 1
    const appended =
      piece.records === 0
        ? buffer.saveSource(progress)
        : buffer.append({ chunks: piece.chunks, records: piece.records, progress })
    const done = settle(followed, piece, bytes, appended).finally(() => outstanding.delete(done))
    outstanding.add(done)
  }

  async function settle(followed: FollowedFile, piece: Piece, bytes: number, appended: Promise<void>) {
    try {
      await appended
      followed.durable = piece.to
      followed.isSaved = true
      followed.addToTrail(piece.to)
    } catch (error) {
      // Anything else is a bug and ends the process.
      if (!(error instanceof HozonError)) throw error
      followed.isRewinding = true
      followed.message = error.message
      // The buffer is closed: nothing will be taken any more.
      if (!error.retryable) followed.isDone = true
    } finally {
      piece.release()
      followed.outstandingBytes -= bytes
      followed.outstandingBatches -= 1
    }
    if (followed.isRewinding) await rewind(followed)
    else ready(followed)
  }

  async function rewind(followed: FollowedFile): Promise<void> {
    if (followed.outstandingBatches > 0 || followed.isBusy || followed.isWaitingForRoom) return
    if (signal.aborted || followed.isDone) return
    followed.isWaitingForRoom = true
    await buffer.waitForRoom(Math.max(1, followed.handed.offset - followed.durable.offset), signal)
    followed.isWaitingForRoom = false
    followed.isRewinding = false
    followed.handed = followed.durable
    followed.longLineScanned = 0
    followed.message = undefined
    introduce(followed)
    ready(followed)
  }

  function introduce(followed: FollowedFile): void {
    if (!followed.isSaved && !signal.aborted)
      give(followed, { chunks: [], records: 0, to: followed.handed, release: () => {} })
  }

  return {
    introduce,
    give,
    readerLeft(followed) {
      if (!followed.isRewinding) return
      const done = rewind(followed).finally(() => outstanding.delete(done))
      outstanding.add(done)
    },
    async settled() {
      while (outstanding.size > 0) await Promise.all(outstanding)
    },
  }
}
