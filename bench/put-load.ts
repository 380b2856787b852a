/**
 * `node put-load.ts JOB`: sends batches and says how long answers took. A process of its own, so that what the client costs is
 * not counted as the server's. JOB is a LoadJob as JSON; the last line printed is a LoadResult.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { quantile } from './measure.ts'
import { headSigner, putBodies, type BodyOptions, type PutBody, type Signer } from './put-bodies.ts'
import { openConnection, type Place, type PutConnection } from './put-connection.ts'

export interface LoadJob extends Place, Omit<Signer, 'host'>, Omit<BodyOptions, 'stream'> {
  /** One after the other: each gets an equal share. */
  streams: string[]
  requests: number
  connections: number
  /** Each body is encoded and hashed when it is sent, as AWS's SDKs do; else once, so that the client costs as little as it can. */
  encodes?: boolean
  /** Open loop: requests are due at this rate, whatever became of those before. Without: as fast as answers come. */
  requestsPerSecond?: number
}

export interface LoadResult {
  seconds: number
  cpuSeconds: number
  /** Decoded, of all requests. */
  recordBytes: number
  bodyBytes: number
  /** Answered with 503, not counted otherwise. */
  refused: number
  /** From the time a request was due until its whole answer was there. */
  p50Ms: number
  p99Ms: number
  maxMs: number
}

/** Timers come no finer. */
const TICK_MS = 1

const job = JSON.parse(process.argv[2] ?? '') as LoadJob
const signed = headSigner({ ...job, host: `localhost:${job.port}` })
const bodies = job.streams.map((stream) => putBodies({ ...job, stream }))
const latencies: number[] = []
let recordBytes = 0
let bodyBytes = 0
let refused = 0

const connections = await Promise.all(Array.from({ length: job.connections }, () => openConnection(job)))
const cpuBefore = process.cpuUsage()
const startMs = performance.now()
await (job.requestsPerSecond === undefined ? closedLoop() : openLoop(job.requestsPerSecond))
const seconds = (performance.now() - startMs) / 1000
const { user, system } = process.cpuUsage(cpuBefore)
for (const connection of connections) connection.close()
const result: LoadResult = {
  seconds,
  cpuSeconds: (user + system) / 1e6,
  recordBytes,
  bodyBytes,
  refused,
  p50Ms: quantile(latencies, 0.5),
  p99Ms: quantile(latencies, 0.99),
  maxMs: quantile(latencies, 1),
}
console.log(JSON.stringify(result))

function bodyOf(request: number): PutBody {
  const ofStream = bodies[Math.floor((request * bodies.length) / job.requests)]!
  const body = ofStream[request % ofStream.length]!
  return job.encodes === true ? body.again() : body
}

async function send(connection: PutConnection, request: number, dueMs: number): Promise<void> {
  const body = bodyOf(request)
  const status = await connection.send(signed('PutRecordBatch', body), body.bytes)
  if (status !== 200) {
    refused++
    return
  }
  latencies.push(performance.now() - dueMs)
  recordBytes += body.recordBytes
  bodyBytes += body.bytes.length
}

async function closedLoop(): Promise<void> {
  let next = 0
  const work = async (connection: PutConnection): Promise<void> => {
    while (next < job.requests) await send(connection, next++, performance.now())
  }
  await Promise.all(connections.map(work))
}

/** A request that finds no free connection waits for one, and the wait counts. */
async function openLoop(perSecond: number): Promise<void> {
  const dueMs = (request: number): number => startMs + (request * 1000) / perSecond
  const idle = [...connections]
  let next = 0
  const take = async (connection: PutConnection): Promise<void> => {
    while (next < job.requests && dueMs(next) <= performance.now())
      await send(connection, next, dueMs(next++))
    idle.push(connection)
  }
  const busy = new Set<Promise<void>>()
  while (next < job.requests) {
    while (idle.length > 0 && next < job.requests && dueMs(next) <= performance.now()) {
      const taken: Promise<void> = take(idle.pop()!).finally(() => busy.delete(taken))
      busy.add(taken)
    }
    await sleep(TICK_MS)
  }
  await Promise.all(busy)
}
