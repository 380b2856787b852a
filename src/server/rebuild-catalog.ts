/**
 * `hozon catalog rebuild`: a new catalog from the manifests in the buckets. It is made beside the old one and takes its
 * place only when it is whole; the old one stays as catalog.sqlite.replaced.
 */
import { join } from 'node:path'
import { HozonError } from '../base/errors.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { rebuildStream, type RebuildReport } from '../deliver/rebuild.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import type { Sys } from '../sys/sys.ts'
import { streamConfigOf } from '../services/firehose/stream-config.ts'
import type { Store } from '../store/store.ts'
import { openStore } from './open-store.ts'
import { tableOf } from './open-stream.ts'
import { closeFolders, openPrivateCatalog } from './private-files.ts'
import { glueBucket, publishedGlue } from './published-glue.ts'
import { publishedStreams } from './published-streams.ts'

/** What SQLite keeps beside its file; what is left of them after a crash must not meet another file. */
const COMPANIONS = ['-wal', '-shm', '-journal']

export interface Rebuilt {
  streams: ({ stream: string } & RebuildReport)[]
  /** Brought back of what was declared through Glue and SQL. */
  declared: { databases: number; tables: number; partitions: number }
  /** Of that. */
  problems: string[]
}

export async function rebuildCatalog(sys: Sys, pipeline: Pipeline, dataDirectory: string): Promise<Rebuilt> {
  const path = join(dataDirectory, 'catalog.sqlite')
  const fresh = `${path}.new`
  await sys.files.makeDirectory(dataDirectory)
  const replaced = await exists(sys, path)
  if (replaced) await refuseWhileRunning(sys, path)
  await removeDatabase(sys, fresh)
  const rebuilt = await fill(sys, pipeline, dataDirectory, fresh)
  for (const companion of COMPANIONS) await sys.files.remove(path + companion)
  await sys.files.remove(`${path}.replaced`)
  if (replaced) await sys.files.link(path, `${path}.replaced`)
  // The moment of change: before it the old catalog is whole, after it the new one.
  await sys.files.rename(fresh, path)
  await sys.files.syncDirectory(dataDirectory)
  return rebuilt
}

async function fill(sys: Sys, pipeline: Pipeline, dataDirectory: string, path: string): Promise<Rebuilt> {
  const scratch = join(dataDirectory, 'scratch', 'rebuild')
  await closeFolders(sys.files, dataDirectory)
  await sys.files.makeDirectory(scratch)
  const store = await openStore(sys, pipeline.store)
  const catalog = await openPrivateCatalog(sys, path)
  try {
    const reports = []
    for (const config of pipeline.streams) {
      const report = await rebuildStream({ sys, store, catalog, config, table: tableOf(config), scratch })
      reports.push({ stream: config.name, ...report })
    }
    const place = { sys, store, catalog, scratch, pipeline }
    const streams = [...reports, ...(await rebuildApiStreams(place))]
    // Streams first: their tables are what their objects say, whatever else has their names.
    return { streams, ...(await rebuildGlue(place)) }
  } finally {
    catalog.close()
    await store.close()
    await sys.files.removeTree(scratch)
  }
}

interface Place {
  sys: Sys
  store: Store
  catalog: Catalog
  scratch: string
  pipeline: Pipeline
}

/** Streams made through the Firehose API say themselves in the buckets what they are. */
async function rebuildApiStreams(place: Place): Promise<({ stream: string } & RebuildReport)[]> {
  const { store, catalog, pipeline } = place
  const named = pipeline.streams.map(({ deliver }) => deliver.bucket)
  // A deleted stream's name may be that of one of the file now: what lies under it has been read with that.
  const isRead = (name: string, bucket: string): boolean =>
    pipeline.streams.some((stream) => stream.name === name && stream.deliver.bucket === bucket)
  const buckets = [...new Set([...(await store.buckets()), ...named])]
  const reports = []
  for (const { published, buckets: delivered } of await publishedStreams(place, buckets)) {
    const { definition, deleted } = published
    const config = streamConfigOf(definition)
    const saved = JSON.stringify({ origin: 'api', definition })
    if (!deleted) catalog.saveDeliveryStream({ name: config.name, definition: saved, isDraining: false })
    for (const bucket of delivered.filter((there) => !isRead(config.name, there))) {
      const there = { ...config, deliver: { ...config.deliver, bucket } }
      const report = await rebuildStream({ ...place, config: there, table: tableOf(config) })
      reports.push({ stream: config.name, ...report })
    }
  }
  return reports
}

async function rebuildGlue(place: Place): Promise<Omit<Rebuilt, 'streams'>> {
  const { store, catalog, pipeline } = place
  const numbers = { database: 0, table: 0, partitions: 0, function: 0, crawler: 0, classifier: 0 }
  const problems: string[] = []
  const buckets = new Set([
    ...(await store.buckets()),
    ...pipeline.streams.map(({ deliver }) => deliver.bucket),
  ])
  for await (const { key, item } of publishedGlue(place, glueBucket(pipeline), [...buckets])) {
    if (item === undefined) {
      problems.push(`${key} is not a part of a catalog that this version knows`)
      continue
    }
    const restored = catalog.glue.copies.restore(item, item.content)
    if (restored > 0) numbers[item.kind] += restored
    else
      problems.push(
        `${item.kind} ${item.name.join('.')} has no place: its name is taken, or what it belongs to is not there`,
      )
  }
  const { database: databases, table: tables, partitions } = numbers
  return { declared: { databases, tables, partitions }, problems }
}

/** The lock tells whether a server runs; that the catalog is damaged is no obstacle here. */
async function refuseWhileRunning(sys: Sys, path: string): Promise<void> {
  try {
    const catalog = await openPrivateCatalog(sys, path)
    catalog.close()
  } catch (error) {
    if (error instanceof HozonError && error.code === 'HOZON_CATALOG_CORRUPT') return
    throw error
  }
}

async function removeDatabase(sys: Sys, path: string): Promise<void> {
  for (const suffix of ['', ...COMPANIONS]) await sys.files.remove(path + suffix)
}

async function exists(sys: Sys, path: string): Promise<boolean> {
  const entries = await sys.files.list(join(path, '..'))
  return entries.some(({ name }) => path.endsWith(`/${name}`))
}
