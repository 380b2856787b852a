/** Long work over many partitions, in pieces: the process has records to take in the meantime. */
import { HozonError } from '../../base/errors.ts'
import type { DdlContext } from './ddl-context.ts'

/** A thousand partitions are read or written within a few milliseconds. */
export const PIECE = 1000

export type Turns = Pick<DdlContext, 'clock' | 'signal'>

export async function inTurns<Item>(
  context: Turns,
  items: Iterable<Item>,
  use: (piece: Item[]) => void | Promise<void>,
  pieceMax = PIECE,
): Promise<void> {
  let piece: Item[] = []
  for (const item of items) {
    if (piece.push(item) < pieceMax) continue
    await use(piece)
    piece = []
    await context.clock.sleep(0)
    throwIfCancelled(context)
  }
  if (piece.length > 0) await use(piece)
}

export function throwIfCancelled({ signal }: Pick<DdlContext, 'signal'>): void {
  if (signal?.aborted === true)
    throw new HozonError('HOZON_SQL_CANCELLED', 'the statement was cancelled', { op: 'run statement' })
}
