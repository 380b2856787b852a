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
import { publishedStreams } from './published-streams.ts'

/** What SQLite keeps beside its file; what is left of them after a crash must not meet another file. */
const COMPANIONS = ['-wal', '-shm', '-journal']

export async function rebuildCatalog(
  sys: Sys,
  pipeline: Pipeline,
  dataDirectory: string,
): Promise<({ stream: string } & RebuildReport)[]> {
  const path = join(dataDirectory, 'catalog.sqlite')
  const fresh = `${path}.new`
  await sys.files.makeDirectory(dataDirectory)
  const replaced = await exists(sys, path)
  if (replaced) await refuseWhileRunning(sys, path)
  await removeDatabase(sys, fresh)
  const reports = await fill(sys, pipeline, dataDirectory, fresh)
  for (const companion of COMPANIONS) await sys.files.remove(path + companion)
  await sys.files.remove(`${path}.replaced`)
  if (replaced) await sys.files.link(path, `${path}.replaced`)
  // The moment of change: before it the old catalog is whole, after it the new one.
  await sys.files.rename(fresh, path)
  await sys.files.syncDirectory(dataDirectory)
  return reports
}

async function fill(
  sys: Sys,
  pipeline: Pipeline,
  dataDirectory: string,
  path: string,
): Promise<({ stream: string } & RebuildReport)[]> {
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
    return [...reports, ...(await rebuildApiStreams({ sys, store, catalog, scratch, pipeline }))]
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
