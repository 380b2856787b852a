/** Gives the query room what it needs of catalog, buffers and store, so that the rooms do not know each other. */
import { join } from 'node:path'
import { assert } from '../base/errors.ts'
import { uuid5 } from '../base/uuid5.ts'
import type { DeliverConfig, StreamConfig } from '../base/stream.ts'
import type { Catalog, ObjectFilter, StoredObject, Table } from '../catalog/catalog.ts'
import type { Converter } from '../deliver/converter/contract.ts'
import { errorsTable } from '../deliver/errors-table.ts'
import { sealAndPrepare, takeSnapshot } from '../deliver/snapshot.ts'
import type { DiskRoom } from '../query/disk-room.ts'
import type { TableSnapshot, TableSource } from '../query/query.ts'
import type { Store } from '../store/store.ts'
import type { Clock, Sys } from '../sys/sys.ts'
import { widenedToZones } from './event-times.ts'
import { areDownloaded, openObjectCache, type Fit, type ObjectLease } from './object-cache.ts'
import type { OpenStream } from './open-stream.ts'

export interface SourceContext {
  sys: Sys
  catalog: Catalog
  store: Store
  converter: Converter
  streams: OpenStream[]
  dataDirectory: string
  room: DiskRoom
}

export async function openSnapshotSource(
  context: SourceContext,
): Promise<Pick<TableSource, 'refresh' | 'snapshot'>> {
  const { catalog, streams } = context
  const cache = await openObjectCache(context, join(context.dataDirectory, 'cache'))
  return {
    async refresh(tables) {
      const names = new Set(tables.map((table) => table.stream))
      await Promise.all(streams.filter(({ config }) => names.has(config.name)).map(sealAndPrepare))
    },
    async snapshot(table, filter, signal) {
      const stream = streams.find(({ config }) => isFilledBy(table, config))
      // Its stream left the pipeline file, or has another table now: there is nothing in a buffer for this one.
      if (stream === undefined) return coldSnapshot(context, cache.lease(signal), table, filter)
      const snapshot = await takeSnapshot(
        { catalog, ...stream },
        table,
        widenedToZones(catalog, stream.config, filter),
      )
      const lease = cache.lease(signal)
      const release = (): void => {
        lease.release()
        snapshot.release()
      }
      try {
        const objects = await allOf(context.sys.clock, snapshot.objects)
        return {
          ...snapshot,
          ...readable(context, lease, snapshot.table, objects),
          errors: table.name === errorsTable(stream.config).name,
          release,
        }
      } catch (error) {
        release()
        throw error
      }
    },
  }
}

function isFilledBy(table: Table, config: StreamConfig): boolean {
  return [config.table, errorsTable(config)].some(
    ({ database, name }) => database === table.database && name === table.name,
  )
}

async function coldSnapshot(
  context: SourceContext,
  lease: ObjectLease,
  asked: Table,
  filter: ObjectFilter,
): Promise<TableSnapshot> {
  const { catalog } = context
  const table = catalog.table(asked.database, asked.name)
  assert(table !== undefined, 'tables are not dropped while the server runs')
  const objects = await allOf(context.sys.clock, catalog.objectPages(table.database, table.name, filter))
  return {
    table,
    ...readable(context, lease, table, objects),
    hot: [],
    errors: table.name.endsWith('_errors'),
    release: () => lease.release(),
  }
}

/** Between two pages the process takes records and answers others. */
async function allOf(clock: Clock, pages: Iterable<StoredObject[]>): Promise<StoredObject[]> {
  const all: StoredObject[] = []
  for (const page of pages) {
    if (all.length > 0) await clock.sleep(0)
    for (const object of page) all.push(object)
  }
  return all
}

/** What the query engine reads by itself; other objects are given to it as JSON lines that fit. */
const READABLE = ['none', 'gzip', 'zstd']

function readable(
  { catalog, converter, store, dataDirectory }: SourceContext,
  lease: ObjectLease,
  table: Table,
  objects: StoredObject[],
): Pick<TableSnapshot, 'objects' | 'expect' | 'fetch'> {
  const originals = new Map<string, StoredObject>()
  const shown = objects.map((object): StoredObject => {
    if (
      object.format === 'parquet' ||
      (object.format === 'json' && object.fits && READABLE.includes(object.compression))
    ) {
      return object
    }
    originals.set(`${object.bucket}/${object.key}`, object)
    return { ...object, format: 'json', compression: 'none', fits: true, schemaVersion: table.schema.version }
  })
  const isRemote = areDownloaded(store, objects)
  const fitOf = (object: StoredObject): Fit | undefined => {
    const original = originals.get(`${object.bucket}/${object.key}`)
    return original && { name: `version ${table.schema.version}`, write: refit(original) }
  }
  const refit =
    (original: StoredObject): Fit['write'] =>
    (path, out) =>
      converter.refit({
        stream: table.stream,
        path,
        compression: original.compression,
        deliver: { ...settingsOf(catalog, original), format: original.format },
        schema: table.schema,
        out,
        scratch: join(dataDirectory, 'scratch', 'refit', uuid5(REFITS, out)),
      })
  return {
    objects: shown,
    ...((isRemote || originals.size > 0) && {
      expect: (asked: readonly StoredObject[]) =>
        lease.expect(isRemote ? asked : asked.filter((object) => fitOf(object) !== undefined), fitOf),
    }),
    fetch(object) {
      const fit = fitOf(object)
      return fit === undefined ? lease.fetch(object) : lease.fetchFit(object, fit)
    },
  }
}

/** Names the scratch folder of each copy. */
const REFITS = '8d5a3c1e-55a7-4b6e-9d0e-6a6c9a3f4b11'

/** What an object was delivered with: its stream may have other settings by now, or be another stream of that name. */
function settingsOf(catalog: Catalog, object: StoredObject): DeliverConfig {
  const run = catalog.run(object.run)
  assert(run !== undefined, `run ${object.run} of ${object.key} is committed`)
  return JSON.parse(run.deliver) as DeliverConfig
}
