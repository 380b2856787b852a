/** Promise 4, checked: brings together what catalog, buffer, sources and store say of a stream. */
import { crc32 } from 'node:zlib'
import { crcText } from '../base/crc-text.ts'
import { systemCode } from '../base/errors.ts'
import type { StreamConfig } from '../base/stream.ts'
import { auditStream, type AuditInput, type ObjectCheck } from '../catalog/audit.ts'
import type { Catalog, StoredObject } from '../catalog/catalog.ts'
import type { AuditReport, StreamAudit } from '../console/server-api.ts'
import { chunksOf } from '../deliver/converter/file-chunks.ts'
import { ERRORS_SUFFIX } from '../deliver/errors-table.ts'
import type { Store } from '../store/store.ts'
import type { Sys } from '../sys/sys.ts'
import type { OpenStream } from './open-stream.ts'

interface Context {
  sys: Sys
  catalog: Catalog
  store: Store
}

export async function auditStreams(context: Context, streams: OpenStream[]): Promise<AuditReport> {
  const audits: StreamAudit[] = []
  for (const stream of streams) audits.push(await auditOne(context, stream))
  return { holds: audits.every((audit) => audit.problems.length === 0), streams: audits }
}

async function auditOne(context: Context, stream: OpenStream): Promise<StreamAudit> {
  const snapshot = await takeAuditSnapshot(context.catalog, stream)
  const report = await auditStream({ ...snapshot, check: (object) => checkObject(context, object) })
  return {
    name: stream.config.name,
    objects: report.objects,
    bytes: snapshot.objects().reduce((total, object) => total + object.bytes, 0),
    records: snapshot.runs.reduce((total, run) => total + run.records, 0),
    sources: report.sources,
    problems: report.findings.map(({ text }) => text),
  }
}

/** A source that is written to all the time commits between sealing and looking; then it is sealed once more. */
const SEALS_MAX = 20

async function takeAuditSnapshot(catalog: Catalog, { config, buffer }: OpenStream) {
  for (let seals = 0; seals < SEALS_MAX; seals++) {
    await buffer.seal()
    if (buffer.stats().activeArrivalMs === undefined) break
  }
  // One tick: catalog, buffer and offsets are of the same moment, whatever is committed during the checks.
  const deliveredThrough = catalog.deliveredThrough(config.name)
  const objects = [...catalog.allObjects(config.name)].map((object) => inPresentTable(object, config))
  return {
    stream: config.name,
    table: config.table,
    runs: [...catalog.runs(config.name)],
    objects: () => objects,
    ledger: [...catalog.ledger(config.name)],
    buffered: buffer
      .sealed()
      .filter(({ id }) => id > deliveredThrough)
      .flatMap(({ sources }) => sources),
    // Of what nothing was read there is nothing to prove.
    sources: buffer.savedSources().filter(({ offset }) => offset > 0),
  } satisfies Omit<AuditInput, 'check'>
}

/** A stream's table may have had other names, and a row is a row; only tables of rejected lines are counted apart. */
function inPresentTable(object: StoredObject, { table }: StreamConfig): StoredObject {
  const isOfErrors = object.table !== table.name && object.table.endsWith(ERRORS_SUFFIX)
  return isOfErrors ? object : { ...object, database: table.database, table: table.name }
}

/** In the embedded store the bytes themselves are read; of a remote store its own word on size and etag is taken. */
async function checkObject({ sys, store }: Context, object: StoredObject): Promise<ObjectCheck> {
  const path = await store.localPath(object.bucket, object.key)
  if (path === undefined) {
    const head = await store.head(object.bucket, object.key)
    return head === undefined ? { present: false } : { present: true, bytes: head.bytes, etag: head.etag }
  }
  let bytes = 0
  let checksum = 0
  try {
    for await (const chunk of chunksOf(sys.files, [path])) {
      bytes += chunk.length
      checksum = crc32(chunk, checksum)
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { present: false }
    throw error
  }
  return { present: true, bytes, checksum: crcText(checksum) }
}
