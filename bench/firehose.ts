/**
 * PutRecordBatch, durable: throughput beside a bare Node HTTP server that reads the same bodies from the same client, records per
 * CPU-second, latency at half load, memory; over HTTP and TLS, for streams of the pipeline file and of the API.
 */
import { cpuSeconds, MB, median, memoryBytes, touchFreeMemory, withScratch } from './measure.ts'
import {
  createApiStream,
  firehoseEndpoint,
  runLoad,
  startBareServer,
  type BareServer,
  type Endpoint,
} from './firehose-servers.ts'
import { RECORDS_PER_BATCH } from './put-bodies.ts'
import type { LoadResult } from './put-load.ts'
import type { Report, Target } from './report.ts'
import type { BenchOptions } from './run.ts'
import { cpuByProcess, withServer, type Server } from './server.ts'

const CONNECTIONS = 64
/** Of one load; below what makes a stream of the API deliver, so that nothing but putting is measured. */
const LOAD_BYTES_MAX = 100 * MB
const LATENCY_SECONDS = 5
/** RecordIds of 500 records, as the endpoint answers. */
const ANSWER_BYTES = 32_059
const KINDS = ['bare Node server', 'pipeline stream', 'API stream'] as const
/** Nothing is delivered before somebody asks for it. */
const PIPELINE = `  app: {deliver: {buffer: {size: 4096MiB, interval: 15m}}}\n`

type Kind = (typeof KINDS)[number]

interface Case {
  what: string
  recordBytes: number
  isTls: boolean
  isGzip?: boolean
  encodes?: boolean
}

const CASES: Case[] = [
  { what: '200 B', recordBytes: 200, isTls: false },
  { what: '300 B', recordBytes: 300, isTls: false },
  { what: '1 KB', recordBytes: 1024, isTls: false },
  { what: '200 B, client encodes', recordBytes: 200, isTls: false, encodes: true },
  { what: '1 KB, client encodes', recordBytes: 1024, isTls: false, encodes: true },
  { what: '200 B, TLS', recordBytes: 200, isTls: true },
  { what: '1 KB, TLS', recordBytes: 1024, isTls: true },
  { what: '200 B, TLS, client encodes', recordBytes: 200, isTls: true, encodes: true },
  { what: '1 KB, TLS, client encodes', recordBytes: 1024, isTls: true, encodes: true },
]
const GZIP: Case = { what: '200 B, gzip each', recordBytes: 200, isTls: false, isGzip: true }

interface Run extends LoadResult {
  requests: number
  serverCpuSeconds: number
}

interface World {
  server: Server
  endpoint: Endpoint
  bare: { http: BareServer; tls: BareServer }
  loadBytes: number
  runs: Map<string, Run[]>
  latencies: Map<string, LoadResult[]>
}

const keyOf = ({ what }: Case, kind: Kind): string => `${what}/${kind}`

export async function measure({ bytes, runs }: BenchOptions): Promise<Report> {
  const results: Pick<World, 'runs' | 'latencies'> = { runs: new Map(), latencies: new Map() }
  const peaks: { underLoad: number[]; large: number[] } = { underLoad: [], large: [] }
  const delivered: number[] = []
  for (let turn = 0; turn < runs; turn++)
    await withWorld({ ...results, loadBytes: Math.min(bytes / 10, LOAD_BYTES_MAX) }, async (world) => {
      await warmUp(world)
      for (const each of [...CASES, GZIP]) for (const kind of KINDS) await throughput(world, each, kind)
      for (const each of CASES) for (const kind of KINDS) await latency(world, each, kind)
      peaks.underLoad.push(memoryBytes(world.endpoint.pid, 'status', 'VmHWM') ?? NaN)
      delivered.push(await deliver(world))
      peaks.large.push(await largest(world))
    })
  return report(results, {
    delivered: median(delivered),
    underLoad: median(peaks.underLoad),
    large: median(peaks.large),
  })
}

async function withWorld(
  fields: Pick<World, 'runs' | 'latencies' | 'loadBytes'>,
  use: (world: World) => Promise<void>,
): Promise<void> {
  await withScratch((folder) =>
    withServer(folder, PIPELINE, async (server) => {
      const endpoint = await firehoseEndpoint(server)
      const start = (isTls: boolean): Promise<BareServer> =>
        startBareServer(endpoint, server, { answerBytes: ANSWER_BYTES, isTls })
      const bare = { http: await start(false), tls: await start(true) }
      try {
        await use({ ...fields, server, endpoint, bare })
      } finally {
        await Promise.all([bare.http.stop(), bare.tls.stop()])
      }
    }),
  )
}

let streamsMade = 0

/** A new stream of the API for each load: together they would fill one so far that it delivers. */
async function placeOf({ endpoint, bare }: World, { isTls }: Case, kind: Kind): Promise<[Endpoint, string]> {
  if (kind === 'bare Node server') return [isTls ? bare.tls : bare.http, 'app']
  if (kind === 'pipeline stream') return [endpoint, 'app']
  const name = `bench-${streamsMade++}`
  await createApiStream(endpoint, name)
  return [endpoint, name]
}

/** Not counted: until the compiler has seen everything. */
async function warmUp(world: World): Promise<void> {
  for (const each of CASES)
    for (const kind of KINDS) {
      const [at, stream] = await placeOf(world, each, kind)
      await runLoad(at, { ...each, streams: [stream], connections: CONNECTIONS, requests: 200 })
    }
}

async function throughput(world: World, each: Case, kind: Kind): Promise<void> {
  const [at, stream] = await placeOf(world, each, kind)
  const requests = Math.ceil(world.loadBytes / (each.recordBytes * RECORDS_PER_BATCH))
  // For records, for the journal and for what is prepared of them meanwhile.
  touchFreeMemory(world.server.dataDirectory, 3 * world.loadBytes)
  const before = cpuSeconds(at.pid) ?? NaN
  const result = await runLoad(at, { ...each, streams: [stream], connections: CONNECTIONS, requests })
  add(world.runs, keyOf(each, kind), {
    ...result,
    requests,
    serverCpuSeconds: (cpuSeconds(at.pid) ?? NaN) - before,
  })
}

/** At half of what was measured as the most just before, in a fixed rhythm. */
async function latency(world: World, each: Case, kind: Kind): Promise<void> {
  const { requests, seconds } = world.runs.get(keyOf(each, kind))!.at(-1)!
  const requestsPerSecond = requests / seconds / 2
  const [at, stream] = await placeOf(world, each, kind)
  const most = Math.ceil(world.loadBytes / (each.recordBytes * RECORDS_PER_BATCH))
  const sent = Math.min(most, Math.ceil(requestsPerSecond * LATENCY_SECONDS))
  const load = { ...each, streams: [stream], connections: CONNECTIONS, requests: sent, requestsPerSecond }
  add(world.latencies, keyOf(each, kind), await runLoad(at, load))
}

/** MB for each CPU-second of all processes, for putting and for delivering as Parquet. */
async function deliver({ server, endpoint, loadBytes }: World): Promise<number> {
  await server.client.flush('app')
  const total = (): number => [...cpuByProcess(server.pid).values()].reduce((sum, each) => sum + each, 0)
  const before = total()
  const requests = Math.ceil(loadBytes / (300 * RECORDS_PER_BATCH))
  const { recordBytes } = await runLoad(endpoint, {
    streams: ['app'],
    recordBytes: 300,
    connections: CONNECTIONS,
    requests,
  })
  await server.client.flush('app')
  return recordBytes / MB / (total() - before)
}

/** The largest batches AWS takes on all connections at once: 4 MB of records each, 5.5 MB of body. */
async function largest({ endpoint }: World): Promise<number> {
  const load = { streams: ['app'], recordBytes: 8000, connections: CONNECTIONS, requests: 4 * CONNECTIONS }
  await runLoad(endpoint, load, true)
  return memoryBytes(endpoint.pid, 'status', 'VmHWM') ?? NaN
}

function add<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key) ?? []
  map.set(key, [...values, value])
}

function report(
  { runs, latencies }: Pick<World, 'runs' | 'latencies'>,
  { delivered, underLoad, large }: { delivered: number; underLoad: number; large: number },
): Report {
  const of = (each: Case, kind: Kind, pick: (run: Run) => number): number =>
    median(runs.get(keyOf(each, kind))!.map(pick))
  const perSecond = ({ requests, seconds }: Run): number => requests / seconds
  const perCpu = (run: Run): number => run.recordBytes / MB / run.serverCpuSeconds
  const part = (each: Case, kind: Kind): number =>
    of(each, kind, perSecond) / of(each, 'bare Node server', perSecond)
  const row = (each: Case, kind: Kind): (string | number)[] => [
    each.what,
    kind,
    of(each, kind, perSecond),
    of(each, kind, (run) => run.recordBytes / MB / run.seconds),
    part(each, kind),
    of(each, kind, perCpu),
    of(each, kind, (run) => (run.cpuSeconds / run.requests) * 1e6),
  ]
  const latencyRow = (each: Case, kind: Kind): (string | number)[] => {
    const all = latencies.get(keyOf(each, kind))!
    return [
      each.what,
      kind,
      median(all.map((run) => run.p50Ms)),
      median(all.map((run) => run.p99Ms)),
      median(all.map((run) => run.maxMs)),
    ]
  }
  const ours = KINDS.slice(1)
  const targets = CASES.flatMap((each): Target[] => [
    {
      what: `${each.what}: throughput as part of the bare server`,
      bound: { least: 0.6, unit: '' },
      measured: Math.min(...ours.map((kind) => part(each, kind))),
    },
    ...(each.isTls
      ? []
      : [
          {
            what: `${each.what}: MB of records per CPU-second of the main process`,
            bound: { least: 150, unit: ' MB' },
            measured: Math.min(...ours.map((kind) => of(each, kind, perCpu))),
          },
        ]),
  ])
  return {
    tables: [
      {
        columns: [
          '500 records of',
          'server',
          'batches/s',
          'MB/s',
          'part of bare',
          'MB per CPU-second',
          'client, µs CPU per batch',
        ],
        rows: [...CASES, GZIP].flatMap((each) => KINDS.map((kind) => row(each, kind))),
      },
      {
        columns: ['at half load, 500 records of', 'server', 'p50 ms', 'p99 ms', 'max ms'],
        rows: CASES.flatMap((each) => KINDS.map((kind) => latencyRow(each, kind))),
      },
      {
        columns: ['', ''],
        rows: [
          ['all processes, put and delivered as Parquet: MB per CPU-second', delivered],
          ['main process, RSS at most, all of the above, MB', underLoad / MB],
          [`main process, RSS at most, ${CONNECTIONS} connections with batches of 4 MB, MB`, large / MB],
        ],
      },
    ],
    targets,
    notes: [`${CONNECTIONS} connections; the client runs on the same machine`],
  }
}
