/**
 * Four clients that never stop: AWS's SDK over HTTP and HTTPS, which marks what it repeats, and two that know nothing but
 * signatures and send the very same bytes again until they are answered; those give up now and then.
 */
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'
import {
  FirehoseClient,
  PutRecordBatchCommand,
  PutRecordCommand,
  type FirehoseClientConfig,
} from '@aws-sdk/client-firehose'
import { sign, type SignedParts } from '../../fuzz/signed-request.ts'
import { pick } from '../seeded.ts'
import { recordOf, type Call, type Ledger } from './ledger.ts'

export interface Address {
  port: number
  ca: Buffer
  accessKeyId: string
  secretAccessKey: string
}

export const REGION = 'eu-west-1'
/** Between two attempts of one call, and at most between two calls. */
const RETRY_MS = 40
const PAUSE_MS_MAX = 20
const BATCH_RECORDS_MAX = 40
/** Calls of a client at the same time. */
const CALLS = 4
/** Share of the raw clients' calls whose answer nobody waits for. */
const GIVEN_UP = 0.03

export interface Senders {
  /** Lets all calls come to their end, for which a server must be there. Rejects with what a client could not repeat. */
  stop(): Promise<void>
  /** For tests that have failed. */
  abort(): void
}

type Send = (call: Call, records: Buffer[]) => Promise<Call['outcome']>

interface World {
  ledger: Ledger
  random: () => number
  streams: readonly [string, ...string[]]
  /** Ends each record of the streams that are not lines by themselves. */
  endOf: (stream: string) => string
  stopping: AbortSignal
  aborted: AbortSignal
}

export function startSenders(address: Address, world: Omit<World, 'stopping' | 'aborted'>): Senders {
  const stopping = new AbortController()
  const aborted = new AbortController()
  const signals = { stopping: stopping.signal, aborted: aborted.signal }
  const clients: [string, Send][] = [
    ['sdk-http', sdkSend(sdkClient(address, 'http', aborted.signal))],
    ['sdk-https', sdkSend(sdkClient(address, 'https', aborted.signal))],
    ['raw-http', rawSend(address, 'http', world.random, aborted.signal)],
    ['raw-https', rawSend(address, 'https', world.random, aborted.signal)],
  ]
  const loops = clients.flatMap(([name, send]) =>
    Array.from({ length: CALLS }, () => sendForEver({ ...world, ...signals }, name, send)),
  )
  const done = Promise.all(loops)
  // Told by stop(), which may be much later.
  done.catch(() => {})
  return {
    async stop() {
      stopping.abort()
      await done
    },
    abort() {
      stopping.abort()
      aborted.abort()
    },
  }
}

async function sendForEver(world: World, client: string, send: Send): Promise<void> {
  const { random, streams, stopping } = world
  while (!stopping.aborted) {
    const stream = pick(random, streams)
    await sendOnce(world, stream, client, send)
    await delay(random() * PAUSE_MS_MAX)
  }
}

async function sendOnce(
  { ledger, random, endOf }: World,
  stream: string,
  client: string,
  send: Send,
): Promise<void> {
  const count = random() < 0.4 ? 1 : 1 + Math.floor(random() * BATCH_RECORDS_MAX)
  const call = ledger.begin(stream, client, count)
  const records = call.numbers.map((number) => Buffer.from(recordOf(client, number) + endOf(stream)))
  call.outcome = await send(call, records)
}

/** Never gives up while it is told to repeat; the token bucket of the SDK's own strategy would. */
export function sdkClient(address: Address, scheme: 'http' | 'https', signal: AbortSignal): FirehoseClient {
  const { port, ca, accessKeyId, secretAccessKey } = address
  const retryStrategy: FirehoseClientConfig['retryStrategy'] = {
    acquireInitialRetryToken: async () => tokenOf(0),
    async refreshRetryTokenForRetry(token, { error, errorType }) {
      if (signal.aborted || errorType === 'CLIENT_ERROR') throw error ?? new Error('gave up')
      await delay(RETRY_MS)
      return tokenOf(token.getRetryCount() + 1)
    },
    recordSuccess() {},
  }
  return new FirehoseClient({
    endpoint: `${scheme}://127.0.0.1:${port}`,
    region: REGION,
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: { httpsAgent: new HttpsAgent({ ca, keepAlive: true }) },
    retryStrategy,
  })
}

function tokenOf(count: number) {
  return { getRetryCount: () => count, getRetryDelay: () => 0 }
}

export function sdkSend(client: FirehoseClient): Send {
  return async ({ stream: DeliveryStreamName }, records) => {
    if (records.length === 1) {
      await client.send(new PutRecordCommand({ DeliveryStreamName, Record: { Data: records[0] } }))
      return 'acknowledged'
    }
    const Records = records.map((Data) => ({ Data }))
    const { FailedPutCount } = await client.send(new PutRecordBatchCommand({ DeliveryStreamName, Records }))
    if (FailedPutCount !== 0) throw new Error(`${FailedPutCount} records failed`)
    return 'acknowledged'
  }
}

function rawSend(
  address: Address,
  scheme: 'http' | 'https',
  random: () => number,
  signal: AbortSignal,
): Send {
  const { port, ca, accessKeyId, secretAccessKey: secret } = address
  const agent =
    scheme === 'http' ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ ca, keepAlive: true })
  const post = (signed: SignedParts, isGivenUp: boolean): Promise<number | undefined> =>
    new Promise((resolve) => {
      const options = {
        host: '127.0.0.1',
        port,
        agent,
        method: 'POST',
        headers: Object.fromEntries(signed.headers),
      }
      const sent = (scheme === 'http' ? httpRequest : httpsRequest)(options, (answer) => {
        answer.resume()
        answer.on('end', () => resolve(answer.statusCode))
        answer.on('error', () => resolve(undefined))
      })
      sent.on('error', () => resolve(undefined))
      sent.end(signed.body, () => {
        if (isGivenUp) setTimeout(() => sent.destroy(new Error('gave up')), random() * 10)
      })
    })
  return async ({ stream: DeliveryStreamName }, records) => {
    const [operation, content] =
      records.length === 1
        ? ['PutRecord', { Record: { Data: records[0]!.toString('base64') } }]
        : ['PutRecordBatch', { Records: records.map((record) => ({ Data: record.toString('base64') })) }]
    const body = Buffer.from(JSON.stringify({ DeliveryStreamName, ...content }))
    const signed = sign({ accessKeyId, secret, host: `127.0.0.1:${port}` }, { operation, body })
    if (random() < GIVEN_UP) {
      await post(signed, true)
      return 'unsure'
    }
    for (;;) {
      const status = await post(signed, false)
      if (status === 200) return 'acknowledged'
      if (signal.aborted) return 'unsure'
      if (status !== undefined && status !== 503) throw new Error(`${operation} was answered with ${status}`)
      await delay(RETRY_MS)
    }
  }
}
