/**
 * What the times that the catalog keeps of a stream's objects say about the values of a column. They are those of the
 * settings that each object was delivered with, and the settings of a stream may change.
 */
import { DEFAULT_TIME_FIELDS, type DeliverConfig, type StreamConfig } from '../base/stream.ts'
import type { Catalog, ObjectFilter, Table } from '../catalog/catalog.ts'
import type { OpenStream } from './open-stream.ts'

/**
 * The column whose values are the rows' event times wherever it is not NULL: conditions on it may leave out objects by
 * their times. Only the exact key counts; `Time` may be the column where `time` is the event time.
 */
export function timeColumnOf(
  catalog: Pick<Catalog, 'deliverSettings'>,
  streams: OpenStream[],
): (table: Table) => string | undefined {
  return (table) => {
    const stream = streams.find(({ config }) => config.name === table.stream)
    if (stream === undefined || table.name !== stream.config.table.name) return undefined
    const [key, ...others] = new Set(settingsOf(catalog, stream.config).map(timeField))
    if (others.length > 0) return undefined
    return table.schema.columns.find((column) => column.key === key && column.type === 'timestamp')?.name
  }
}

/** Times without a zone are local in the stream's zone for partitions, but plain readings of the clock in the column. */
const ZONE_MS_MAX = 15 * 3600_000

/** A filter by values of the column, as one that leaves out no object that has them. */
export function widenedToZones(
  catalog: Pick<Catalog, 'deliverSettings'>,
  config: StreamConfig,
  filter: ObjectFilter,
): ObjectFilter {
  const { minTimeMs, maxTimeMs } = filter
  if (minTimeMs === undefined && maxTimeMs === undefined) return filter
  if (settingsOf(catalog, config).every(({ timezone }) => timezone === 'UTC')) return filter
  return {
    ...filter,
    ...(minTimeMs === undefined ? {} : { minTimeMs: minTimeMs - ZONE_MS_MAX }),
    ...(maxTimeMs === undefined ? {} : { maxTimeMs: maxTimeMs + ZONE_MS_MAX }),
  }
}

function settingsOf(
  catalog: Pick<Catalog, 'deliverSettings'>,
  { name, deliver }: StreamConfig,
): DeliverConfig[] {
  return [deliver, ...catalog.deliverSettings(name).map((settings) => JSON.parse(settings) as DeliverConfig)]
}

function timeField({ time }: DeliverConfig): string {
  return time ?? DEFAULT_TIME_FIELDS[0]
}
