/** Objects put and got through the S3 endpoint, against a bare Node server that makes files durable and sends them. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { firehoseEndpoint, type Endpoint } from './firehose-servers.ts'
import { CACHE, MB, median, runScript, withScratch } from './measure.ts'
import type { Report } from './report.ts'
import type { BenchOptions } from './run.ts'
import type { S3Load, S3LoadResult } from './s3-load.ts'
import { withServer } from './server.ts'

const BUCKET = 'bench'
/** What a delivery puts, a usual log file, and a small one. */
const SIZES: { name: string; bytes: number; objects: number }[] = [
  { name: '64 MiB', bytes: 64 * 1024 * 1024, objects: 8 },
  { name: '1 MiB', bytes: 1024 * 1024, objects: 200 },
  { name: '4 KiB', bytes: 4096, objects: 1000 },
]
const CONNECTIONS = 4

type Measured = Map<string, number[]>

export async function measure({ runs }: BenchOptions): Promise<Report> {
  return withScratch((folder) =>
    withServer(folder, '  {}\n', async (server) => {
      const ours = await firehoseEndpoint(server)
      await createBucket(ours)
      const bare = await startBareFiles(folder, ours)
      const [measured, limit]: [Measured, Measured] = [new Map(), new Map()]
      try {
        for (let run = 0; run < runs; run++) {
          await measureAll(ours, measured)
          await measureAll(bare, limit)
        }
      } finally {
        await bare.stop()
      }
      return report(measured, limit)
    }),
  )
}

async function createBucket({ port, accessKeyId, secretAccessKey }: Endpoint): Promise<void> {
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  })
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }))
  client.destroy()
}

async function startBareFiles(
  folder: string,
  beside: Endpoint,
): Promise<Endpoint & { stop(): Promise<void> }> {
  const files = join(folder, 'bare')
  mkdirSync(files)
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-files.ts'), files], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(CACHE, 'compiled') },
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const { port } = JSON.parse(line.toString()) as { port: number }
  return {
    ...beside,
    port,
    async stop() {
      const closed = once(child, 'close')
      child.kill()
      await closed
    },
  }
}

async function measureAll(endpoint: Endpoint, measured: Measured): Promise<void> {
  for (const { name, bytes, objects } of SIZES) {
    for (const method of ['PUT', 'GET'] as const) {
      const job: S3Load = {
        ...endpoint,
        bucket: BUCKET,
        method,
        objects,
        objectBytes: bytes,
        connections: CONNECTIONS,
      }
      const { seconds } = await runScript<S3LoadResult>('s3-load.ts', [JSON.stringify(job)])
      const key = `${method} ${name}`
      measured.set(key, [...(measured.get(key) ?? []), (bytes * objects) / MB / seconds])
    }
  }
}

function report(measured: Measured, limit: Measured): Report {
  const rows = [...measured].map(([key, rates]): (string | number)[] => {
    const [ours, bare] = [median(rates), median(limit.get(key) ?? [])]
    return [key, ours, bare, ours / bare]
  })
  return {
    tables: [{ columns: ['objects', 'Hozon, MB/s', 'bare Node, MB/s', 'part'], rows }],
    targets: [],
    notes: [
      `${CONNECTIONS} connections, signed requests; the bare server syncs each file and its folder, checks no signature and keeps no metadata`,
      'Hozon also computes the MD5 of what is put, which is its ETag',
    ],
  }
}
