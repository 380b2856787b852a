/** What put-load.ts is let loose on: the Firehose endpoint of a `hozon up`, and a bare Node HTTP server beside it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { CreateDeliveryStreamCommand, FirehoseClient } from '@aws-sdk/client-firehose'
import { CACHE, runScript } from './measure.ts'
import type { Server } from './server.ts'
import type { LoadJob, LoadResult } from './put-load.ts'

export interface Endpoint {
  pid: number
  port: number
  accessKeyId: string
  secretAccessKey: string
}

export async function firehoseEndpoint({ pid, client }: Server): Promise<Endpoint> {
  const { accessKeyId, secretAccessKey } = await client.createKey({ role: 'admin' })
  const port = Number(new URL(client.url).port)
  return { pid, port, accessKeyId, secretAccessKey }
}

/** A stream of the API that delivers nothing by itself for as long as a load takes. */
export async function createApiStream(endpoint: Endpoint, name: string): Promise<void> {
  const { port, accessKeyId, secretAccessKey } = endpoint
  const client = new FirehoseClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
  })
  try {
    await client.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: name,
        ExtendedS3DestinationConfiguration: {
          RoleARN: 'arn:aws:iam::123456789012:role/delivery',
          BucketARN: 'arn:aws:s3:::logs',
          BufferingHints: { SizeInMBs: 128, IntervalInSeconds: 900 },
        },
      }),
    )
  } finally {
    client.destroy()
  }
}

export interface BareServer extends Endpoint {
  stop(): Promise<void>
}

/** Answers with as many bytes as the endpoint does. With TLS it has a key like the endpoint's: that of its authority. */
export async function startBareServer(
  beside: Endpoint,
  { dataDirectory }: Server,
  options: { answerBytes: number; isTls: boolean },
): Promise<BareServer> {
  const files = options.isTls ? ['ca.pem', 'ca-key.pem'].map((name) => join(dataDirectory, 'tls', name)) : []
  const script = join(import.meta.dirname, 'bare-http.ts')
  const child = spawn(process.execPath, [script, String(options.answerBytes), ...files], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(CACHE, 'compiled') },
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const { port } = JSON.parse(line.toString()) as { port: number }
  return {
    ...beside,
    port,
    pid: child.pid ?? -1,
    async stop() {
      const closed = once(child, 'close')
      child.kill()
      await closed
    },
  }
}

export type Load = Omit<LoadJob, 'host' | 'port' | 'accessKeyId' | 'secretAccessKey'>

/** With `mayRefuse` some may be told to slow down: of the largest batches not all fit into what bodies may take together. */
export async function runLoad(
  { port, accessKeyId, secretAccessKey }: Endpoint,
  load: Load,
  mayRefuse = false,
): Promise<LoadResult> {
  const job: LoadJob = { ...load, host: '127.0.0.1', port, accessKeyId, secretAccessKey }
  const result = await runScript<LoadResult>('put-load.ts', [JSON.stringify(job)])
  if (result.refused > 0 && !mayRefuse) throw new Error(`${result.refused} requests were told to slow down`)
  return result
}
