/**
 * Looks after the folder of a statement while it writes: DuckDB's writer knows no limit of its own. The server looks after
 * the disk (query/disk-room.ts).
 */
import { join } from 'node:path'
import type { HozonError } from '../../../base/errors.ts'
import { realClock } from '../../../sys/real-clock.ts'
import { realFiles } from '../../../sys/real-files.ts'
import { tooManyBytes } from './limits.ts'
import type { WriteRequest } from './protocol.ts'

/** A fast disk takes some 200 MB in it. */
const LOOK_MS = 200

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
