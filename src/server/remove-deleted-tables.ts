/**
 * A table may have a million partitions, whose rows take many seconds to remove. So deleting a table only hides it, and its rows
 * go in the background, a piece at a time; after a crash the next start goes on.
 */
import { HozonError } from '../base/errors.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Clock } from '../sys/sys.ts'

/** Some ten milliseconds. */
const PIECE_ROWS = 1000
/** Between two pieces: requests that have come in the meantime. */
const BREATH_MS = 5
/** Hidden tables are in nobody's way. */
const PAUSE_MS = 1000

export function removeDeletedTables(
  clock: Clock,
  { glue }: Pick<Catalog, 'glue'>,
  failed: (error: unknown) => void,
): { close(): Promise<void> } {
  const stop = new AbortController()
  const removePiece = (): boolean => {
    try {
      return glue.removeDeleted(PIECE_ROWS)
    } catch (error) {
      // A full disk, for one: what is left is removed when there is room.
      if (!(error instanceof HozonError)) throw error
      failed(error)
      return false
    }
  }
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) await clock.sleep(removePiece() ? BREATH_MS : PAUSE_MS, stop.signal)
  }
  const running = run()
  return {
    async close() {
      stop.abort()
      await running
    },
  }
}
