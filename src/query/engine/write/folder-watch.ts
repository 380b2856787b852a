/**
 * Looks after the folder of a statement while it writes: DuckDB's writer knows no limit of its own, and a full disk
 * would stop the buffer, and with it everybody who sends.
 */
import { join } from 'node:path'
import { HozonError } from '../../../base/errors.ts'
import { realClock } from '../../../sys/real-clock.ts'
import { realFiles } from '../../../sys/real-files.ts'
import { tooManyBytes } from './limits.ts'
import type { WriteRequest } from './protocol.ts'

/** A fast disk takes some 200 MB in it. */
const LOOK_MS = 200
/** What a statement leaves free: the buffer and the catalog need room whatever queries do. */
const FREE_BYTES_MIN = 256 * 1024 * 1024

export interface FolderWatch {
  /** Why it stopped the statement, if it did. */
  reason(): HozonError | undefined
  end(): void
}

export function watchFolder(
  { folder, bytesMax }: Pick<WriteRequest, 'folder' | 'bytesMax'>,
  stop: () => void,
): FolderWatch {
  const ended = new AbortController()
  let reason: HozonError | undefined
  const look = async (): Promise<void> => {
    while (!ended.signal.aborted && reason === undefined) {
      await realClock.sleep(LOOK_MS, ended.signal)
      if (ended.signal.aborted) return
      if ((await folderBytes(folder)) > bytesMax) reason = tooManyBytes(bytesMax)
      else if ((await realFiles.freeBytes(folder)) < FREE_BYTES_MIN) reason = diskFull()
    }
    if (!ended.signal.aborted) stop()
  }
  // The folder goes away with the statement: then there is nothing to watch any more.
  look().catch(() => {})
  return { reason: () => reason, end: () => ended.abort() }
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0
  for (const { name, kind } of await realFiles.list(folder)) {
    const path = join(folder, name)
    bytes += kind === 'directory' ? await folderBytes(path) : (await realFiles.stat(path)).size
  }
  return bytes
}

function diskFull(): HozonError {
  return new HozonError('HOZON_SQL_FAILED', 'the disk is nearly full', {
    op: 'write files',
    hint: 'make room on the disk that holds the data directory',
    retryable: true,
  })
}
