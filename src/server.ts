/**
 * The only place where everything is put together, started and stopped.
 *
 * Start goes from the store upwards, and collecting begins last, when everything behind it can take what comes. Stop is
 * the reverse: collecting ends first, and the catalog, whose lock says who owns DIR, is given back last.
 */
import { join } from 'node:path'
import { HozonError } from './base/errors.ts'
import type { Catalog } from './catalog/catalog.ts'
import { openAccessKeys } from './console/access-keys.ts'
import { openCertificates } from './console/certificates/certificates.ts'
import { startControlApi } from './console/control-api.ts'
import type { RunningServer, ServerApi, ServerOptions, StreamStatus } from './console/server-api.ts'
import { openConverter } from './deliver/converter/converter.ts'
import { openTransformer } from './deliver/lambda/open-transformer.ts'
import type { Pipeline } from './pipeline/pipeline.ts'
import { openDiskRoom, type DiskRoom } from './query/disk-room.ts'
import { openQueryService } from './query/query-service.ts'
import { openRemoteCatalogs } from './query/remote/remote-catalogs.ts'
import type { QueryService } from './query/query.ts'
import { auditStreams } from './server/audit.ts'
import { reportEpisodes } from './server/episodes.ts'
import { askAsOwner } from './server/owner-sql.ts'
import { openDeliveryStreams, refuseTakenNames } from './server/delivery-streams.ts'
import { closeFolders, openPrivateCatalog, OWNER_ONLY_FOLDER } from './server/private-files.ts'
import { publishGlueChanges } from './server/publish-glue.ts'
import { glueBucket } from './server/published-glue.ts'
import { publishStream } from './server/published-streams.ts'
import { openAthena } from './services/athena/athena-context.ts'
import { ATHENA } from './services/athena/service.ts'
import { createFirehoseContext } from './services/firehose/context.ts'
import { openCrawlers } from './services/glue/crawlers/open-crawlers.ts'
import { tableLookup } from './services/data-catalog/tables.ts'
import { GLUE } from './services/glue/service.ts'
import { openSettingsResolver } from './server/resolve-settings.ts'
import { FIREHOSE } from './services/firehose/service.ts'
import { chooseEndpoint } from './services/choose-endpoint.ts'
import { awsEndpoint, bindService } from './services/endpoint.ts'
import { s3Endpoint } from './services/s3/endpoint.ts'
import { stsEndpoint } from './services/sts/endpoint.ts'
import { openStream, type OpenStream, type StreamContext } from './server/open-stream.ts'
import { openBucketAtStart, openStore } from './server/open-store.ts'
import { removeDeletedTables } from './server/remove-deleted-tables.ts'
import { timeColumnOf } from './server/event-times.ts'
import { streamProblems, streamStatus } from './server/status.ts'
import { openTableSource } from './server/table-source.ts'
import { openWriteTarget } from './server/write-target.ts'
import type { Store } from './store/store.ts'
import { hostName } from './sys/host-name.ts'
import type { Clock, Sys } from './sys/sys.ts'
import type { Telemetry } from './telemetry/events.ts'

export async function startServer(
  sys: Sys,
  pipeline: Pipeline,
  options: ServerOptions,
): Promise<RunningServer> {
  const opened = new Opened()
  try {
    return await start(sys, pipeline, options, opened)
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** What has been opened so far, closed in the reverse order. */
class Opened {
  readonly #closers: (() => Promise<void>)[] = []
  #closing: Promise<void> | undefined

  add(close: () => Promise<void> | void): void {
    this.#closers.push(async () => close())
  }

  /** Safe to repeat. A failure does not keep the rest from being closed; the first is thrown at the end. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll()
    return this.#closing
  }

  async #closeAll(): Promise<void> {
    const failures: unknown[] = []
    for (const close of this.#closers.reverse()) await close().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  }
}

interface Parts {
  sys: Sys
  catalog: Catalog
  store: Store
  queries: QueryService
  streams: OpenStream[]
  telemetry: Telemetry
  /** Of answers of statements. */
  answers: string
}

async function start(
  sys: Sys,
  pipeline: Pipeline,
  options: ServerOptions,
  opened: Opened,
): Promise<RunningServer> {
  const { dataDirectory } = options
  await sys.files.makeDirectory(dataDirectory)
  // First: the catalog's lock says that DIR is ours; nothing in DIR may be touched before.
  const catalog = await openPrivateCatalog(sys, join(dataDirectory, 'catalog.sqlite'))
  opened.add(() => catalog.close())
  refuseTakenNames(catalog, pipeline.streams)
  await closeFolders(sys.files, dataDirectory)
  const store = await openStore(sys, pipeline.store)
  opened.add(() => store.close())
  const closeStore = (): void => void store.close()
  options.stopping?.addEventListener('abort', closeStore, { once: true })
  // Half-made files of the time before; whatever they were made of is still in the buffer.
  await sys.files.removeTree(join(dataDirectory, 'scratch'))
  await sys.files.makeDirectory(join(dataDirectory, 'scratch'), OWNER_ONLY_FOLDER)
  const glueCopies = publishGlueChanges({
    sys,
    store,
    scratch: join(dataDirectory, 'scratch'),
    catalog,
    bucket: glueBucket(pipeline),
    failed: (error) => options.telemetry.endpoint.failed('PublishCatalog', error),
  })
  opened.add(() => glueCopies.close())
  const removing = removeDeletedTables(sys.clock, catalog, (error) =>
    options.telemetry.endpoint.failed('RemoveDeletedTables', error),
  )
  opened.add(() => removing.close())
  const converter = openConverter(sys, {
    temporary: join(dataDirectory, 'scratch', 'duckdb'),
    eager: true,
    died: (reason) => options.telemetry.engine.died('converter', reason),
  })
  opened.add(() => converter.close())
  // What senders of API streams may ask for (jq, decompression, de-aggregation) must not hold up the streams of the file.
  const processor = openConverter(sys, {
    temporary: join(dataDirectory, 'scratch', 'duckdb-processor'),
    died: (reason) => options.telemetry.engine.died('processor', reason),
  })
  opened.add(() => processor.close())

  const streams: OpenStream[] = []
  const transformer = openTransformer(sys, {
    functions: pipeline.functions,
    events: options.telemetry.functions,
    writeUnits: (job) => processor.writeUnits(job),
  })
  const context: StreamContext = {
    sys,
    catalog,
    store,
    openBucket: (bucket) =>
      openBucketAtStart(
        { clock: sys.clock, store, waiting: (place) => options.telemetry.server.waitingForStore(place) },
        bucket,
      ),
    converter,
    transformer,
    resolve: openSettingsResolver(tableLookup({ catalog })),
    events: options.telemetry.delivery,
    dataDirectory,
  }
  for (const config of pipeline.streams) {
    const stream = await openStream(context, config)
    streams.push(stream)
    opened.add(() => stream.buffer.close())
    opened.add(() => stream.delivery.stop())
  }
  for (const stream of streams) stream.delivery.start()
  const registry = openDeliveryStreams({
    catalog,
    streams,
    open: (config) => openStream({ ...context, converter: processor }, config),
    openBucket: (bucket) => store.openBucket(bucket),
    publish: (bucket, published) =>
      publishStream({ sys, store, scratch: join(dataDirectory, 'scratch') }, bucket, published),
    clock: sys.clock,
    region: pipeline.endpoint.region,
    telemetry: options.telemetry,
  })
  opened.add(() => registry.close())
  await registry.restore()
  // Before the deliveries end: one that waits for a function would hold the stop up for minutes.
  opened.add(() => transformer.close())
  const watching = new AbortController()
  const watched = reportEpisodes(sys, streams, options.telemetry, watching.signal)
  opened.add(async () => {
    watching.abort()
    await watched
  })

  const writeTarget = await openWriteTarget({
    catalog,
    store,
    scratch: join(dataDirectory, 'scratch', 'write'),
  })
  const room = openDiskRoom(sys, {
    directory: dataDirectory,
    alsoOn: pipeline.store.kind === 'local' ? [pipeline.store.path] : [],
  })
  const remote = await openRemote(sys, pipeline, dataDirectory, room)
  opened.add(() => remote.close())
  const tables = await openTableSource({
    sys,
    catalog,
    store,
    converter,
    streams,
    dataDirectory,
    remote,
    room,
  })
  opened.add(() => tables.close())
  const source = writeTarget.hidePlanned(tables)
  const queries = openQueryService(sys, source, {
    spillDirectory: join(dataDirectory, 'scratch', 'query'),
    room,
    timeColumn: timeColumnOf(catalog, streams),
    target: { catalog, store },
    writeTarget,
  })
  opened.add(() => queries.close())
  const answers = join(dataDirectory, 'scratch', 'athena')
  await sys.files.makeDirectory(answers, OWNER_ONLY_FOLDER)
  const athena = openAthena({
    sys,
    catalog,
    store,
    queries,
    tables: source,
    room,
    directory: answers,
    failed: (error) => options.telemetry.endpoint.failed('QueryExecution', error),
  })
  opened.add(() => athena.close())

  const crawlers = openCrawlers({
    sys,
    catalog,
    store,
    scratch: join(dataDirectory, 'scratch'),
    failed: (error) => options.telemetry.endpoint.failed('Crawler', error),
  })
  opened.add(() => crawlers.close())

  const parts: Parts = { sys, catalog, store, queries, streams, telemetry: options.telemetry, answers }
  const state = { ready: false }
  const api = serverApi(parts, state)
  const { region, names, certificate: own } = pipeline.endpoint
  const keys = await openAccessKeys(sys, dataDirectory)
  const ofCertificates = { dataDirectory, host: options.host, names, own, machineName: hostName }
  const certificates = await openCertificates(sys, ofCertificates, options.telemetry.tls)
  opened.add(() => certificates.close())
  const json = awsEndpoint({
    sys,
    services: [
      bindService(FIREHOSE, createFirehoseContext(registry, sys.clock, options.telemetry.cloudWatch)),
      bindService(GLUE, { catalog, crawlers, nowMs: () => sys.clock.now() }),
      bindService(ATHENA, athena.context),
    ],
    accessKeys: keys,
    events: options.telemetry.endpoint,
  })
  const s3 = s3Endpoint({
    sys,
    objects: store.served,
    location: store.location,
    accessKeys: keys,
    region,
    names: ['localhost', ...names],
    events: options.telemetry.endpoint,
  })
  const sts = stsEndpoint({ sys, accessKeys: keys, events: options.telemetry.endpoint })
  const fallback = chooseEndpoint({ json, s3, sts })
  const control = await startControlApi(sys, api, options, { keys, region, certificates, fallback })
  opened.add(() => control.stop())

  for (const stream of streams) {
    for (const source of stream.sources) {
      opened.add(() => source.stop())
      await source.start()
    }
  }
  state.ready = true
  await control.announce()
  // Starts an engine, so that the first question need not wait for one. That it fails is the first question's to tell.
  queries.run('SELECT 1').catch(() => {})
  opened.add(() => {
    state.ready = false
  })
  // From here on a stop lets the store finish what is under way.
  options.stopping?.removeEventListener('abort', closeStore)
  const stop = (): Promise<void> => stopInTime(sys.clock, store, opened)
  return { ...api, urls: control.urls, stop, failed: new Promise(() => {}) }
}

/** Requests to the store that a stop finds under way get so long; what they are for goes on at the next start. */
const STORE_LAST_MS = 5_000

async function stopInTime(clock: Clock, store: Store, opened: Opened): Promise<void> {
  const stopped = new AbortController()
  const last = clock
    .sleep(STORE_LAST_MS, stopped.signal)
    .then(() => (stopped.signal.aborted ? undefined : store.close()))
  try {
    await opened.close()
  } finally {
    stopped.abort()
    await last
  }
}

/** Live databases; their rows lie in a folder of their own while a query reads them. */
async function openRemote(
  sys: Sys,
  { catalogs }: Pipeline,
  dataDirectory: string,
  room: DiskRoom,
): Promise<ReturnType<typeof openRemoteCatalogs>> {
  const folder = join(dataDirectory, 'scratch', 'remote')
  await sys.files.makeDirectory(folder)
  return openRemoteCatalogs(sys, catalogs, folder, room)
}

function serverApi(
  { sys, catalog, store, queries, streams, telemetry, answers }: Parts,
  state: { ready: boolean },
): ServerApi {
  const named = (name: string | undefined): OpenStream[] => {
    if (name === undefined) return streams
    const found = streams.find((stream) => stream.config.name === name)
    if (found !== undefined) return [found]
    throw new HozonError('HOZON_STREAM_UNKNOWN', `there is no stream ${name}`, {
      op: 'find stream',
      target: name,
      hint: `the pipeline file has ${streams.map((stream) => stream.config.name).join(', ')}`,
    })
  }
  const statusOf = (): StreamStatus[] => {
    const nowMs = sys.clock.now()
    return streams.map((stream) => streamStatus(stream, catalog, telemetry.cloudWatch, nowMs))
  }
  return {
    ready: () => state.ready,
    async status() {
      return {
        streams: statusOf(),
        problems: streams.flatMap(streamProblems),
      }
    },
    async flush(name) {
      const flushed = named(name).map(async ({ config, delivery }) => {
        const before = catalog.totals(config.name)
        await delivery.flush()
        const after = catalog.totals(config.name)
        return {
          name: config.name,
          records: after.deliveredRecords - before.deliveredRecords,
          objects: after.deliveredObjects - before.deliveredObjects,
        }
      })
      return { streams: await Promise.all(flushed) }
    },
    audit: (name) => auditStreams({ sys, catalog, store }, named(name)),
    sql: (query, options) => askAsOwner({ sys, catalog, queries, directory: answers }, query, options),
    tail(name, onLines) {
      const [stream] = named(name)
      stream?.tails.add(onLines)
      return { stop: () => void stream?.tails.delete(onLines) }
    },
    metrics: async () => telemetry.renderMetrics(statusOf()),
  }
}
