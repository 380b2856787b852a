/**
 * What a query sees of one table: the objects of the catalog and the prepared segments of the buffer, taken in one tick,
 * so that a segment whose delivery commits meanwhile is in exactly one of the two.
 */
import { HozonError } from '../base/errors.ts'
import type { StreamBuffer } from '../buffer/buffer.ts'
import type { Catalog, ObjectFilter, StoredObject, Table } from '../catalog/catalog.ts'
import type { Prepared } from '../format/prepare.ts'
import type { Preparations } from './preparations.ts'

export interface Snapshot {
  table: Table
  /** In pages, as the catalog gives them. */
  objects: Iterable<StoredObject[]>
  hot: Prepared[]
  release(): void
}

export async function takeSnapshot(
  { catalog, buffer, preparations }: { catalog: Catalog; buffer: StreamBuffer; preparations: Preparations },
  asked: Table,
  filter: ObjectFilter,
): Promise<Snapshot> {
  const candidates = buffer.sealed().map(({ id }) => id)
  // Pinned before the wait, so that a delivery that commits during it does not remove what we may need.
  const pins = preparations.pin(candidates)
  const files = buffer.pin(candidates)
  const release = (): void => {
    files.release()
    // A file that can not be removed now goes with the whole scratch folder at the next start.
    pins.release().catch(() => {})
  }
  try {
    const prepared = await preparations.soon(candidates)
    // From here to the return nothing awaits: catalog and buffer are read in one tick.
    const table = catalog.table(asked.database, asked.name)
    if (table === undefined) {
      throw new HozonError('HOZON_SQL_TABLE', 'the table is gone', {
        op: 'query',
        target: `${asked.database}.${asked.name}`,
      })
    }
    const deliveredThrough = catalog.deliveredThrough(table.stream)
    return {
      table,
      objects: catalog.objectPages(table.database, table.name, filter),
      hot: prepared.filter(({ segment }) => segment > deliveredThrough),
      release,
    }
  } catch (error) {
    release()
    throw error
  }
}

/** What is durable now becomes part of the next snapshot, and its columns part of the table. */
export async function sealAndPrepare({
  buffer,
  preparations,
}: {
  buffer: StreamBuffer
  preparations: Preparations
}): Promise<void> {
  await buffer.seal()
  const blocked = preparations.blocked()
  if (blocked !== undefined) throw blocked
  await preparations.soon(buffer.sealed().map(({ id }) => id))
}
