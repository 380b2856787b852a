/** Gives the query room what it needs of catalog, buffers and store, so that the rooms do not know each other. */
import { join } from 'node:path'
import { assert } from '../base/errors.ts'
import { DEFAULT_TIME_FIELDS, type StreamConfig } from '../base/stream.ts'
import type { Catalog, ObjectFilter, Table } from '../catalog/catalog.ts'
import type { Converter } from '../deliver/converter/contract.ts'
import { errorsTable } from '../deliver/errors-table.ts'
import { takeSnapshot } from '../deliver/snapshot.ts'
import type { SnapshotSource } from '../query/query.ts'
import type { Store } from '../store/store.ts'
import type { Sys } from '../sys/sys.ts'
import { openObjectCache } from './object-cache.ts'
import type { OpenStream } from './open-stream.ts'

export async function openSnapshotSource(context: {
  sys: Sys
  catalog: Catalog
  store: Store
  converter: Converter
  streams: OpenStream[]
  dataDirectory: string
}): Promise<SnapshotSource> {
  const { catalog, streams } = context
  const cache = await openObjectCache(context, join(context.dataDirectory, 'cache'))
  return {
    tables: () => catalog.tables(),
    async snapshot(table, filter) {
      const stream = streams.find((candidate) => candidate.config.name === table.stream)
      // A table whose stream left the pipeline file: there is nothing in a buffer for it.
      if (stream === undefined) return coldSnapshot(context.catalog, cache, table, filter)
      const snapshot = await takeSnapshot({ catalog, ...stream }, table, widened(filter, stream.config))
      const lease = cache.lease()
      return {
        ...snapshot,
        errors: table.name === errorsTable(stream.config).name,
        fetch: (object) => lease.fetch(object),
        release() {
          lease.release()
          snapshot.release()
        },
      }
    },
  }
}

function coldSnapshot(
  catalog: Catalog,
  cache: Awaited<ReturnType<typeof openObjectCache>>,
  asked: Parameters<SnapshotSource['snapshot']>[0],
  filter: Parameters<SnapshotSource['snapshot']>[1],
): ReturnType<SnapshotSource['snapshot']> {
  const table = catalog.table(asked.database, asked.name)
  assert(table !== undefined, 'tables are not dropped while the server runs')
  const lease = cache.lease()
  return Promise.resolve({
    table,
    objects: catalog.objects(table.database, table.name, filter),
    hot: [],
    errors: table.name.endsWith('_errors'),
    fetch: (object) => lease.fetch(object),
    release: () => lease.release(),
  })
}

/**
 * The column whose values are the rows' event times wherever it is not NULL: conditions on it may leave out objects by
 * their times. Only the exact key counts; `Time` may be the column where `time` is the event time.
 */
export function timeColumnOf(streams: OpenStream[]): (table: Table) => string | undefined {
  return (table) => {
    const stream = streams.find((candidate) => candidate.config.name === table.stream)
    if (stream === undefined || table.name !== stream.config.table.name) return undefined
    const key = stream.config.deliver.time ?? DEFAULT_TIME_FIELDS[0]
    return table.schema.columns.find((column) => column.key === key && column.type === 'timestamp')?.name
  }
}

/** Times without a zone are local in the stream's zone for partitions, but plain readings of the clock in the column. */
const ZONE_MS_MAX = 15 * 3600_000

function widened(filter: ObjectFilter, config: StreamConfig): ObjectFilter {
  if (config.deliver.timezone === 'UTC') return filter
  const { minTimeMs, maxTimeMs } = filter
  return {
    ...filter,
    ...(minTimeMs === undefined ? {} : { minTimeMs: minTimeMs - ZONE_MS_MAX }),
    ...(maxTimeMs === undefined ? {} : { maxTimeMs: maxTimeMs + ZONE_MS_MAX }),
  }
}
