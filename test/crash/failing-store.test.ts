/**
 * Promises 2 and 4 with a store that fails: a real MinIO behind a proxy that answers 503, cuts connections before and
 * after a request was applied, damages and delays, while writers write and Hozon is killed. Afterwards every line is
 * there once, in SQL answers and in the bucket read without Hozon.
 */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'
import { startFaultProxy, type Fault } from '../store/fault-proxy.ts'
import { startMinio, type Minio } from '../store/minio.ts'
import { checkBucket } from './bucket.ts'
import { checkBucketIsCatalog, checkRebuild } from './catalog.ts'
import { checkEverything } from './check.ts'
import { pick, SEED, seeded } from './seeded.ts'
import { stopWell, Storm } from './storm.ts'

const KILLS = Number(process.env['HOZON_TEST_STORE_KILLS'] ?? 30)
/** About as long as a start takes. */
const START_MS = 1000
/** On average a little more: a delivery begins after a second. */
const LIFE_MS = 2000
/** Shares of requests that are struck: good days, bad days, and a store that is gone. */
const START_WEATHER = [0, 0.1, 0.3] as const
const WEATHER = [0.1, 0.2, 0.4, 1] as const

test(`every line exactly once through a failing store and ${KILLS} kills (HOZON_TEST_SEED=${SEED})`, async (t) => {
  const minio = await startMinio()
  t.after(() => minio.stop())
  const proxy = await startFaultProxy(minio.endpoint)
  t.after(() => proxy.stop())
  const storm = new Storm(t, 'failing-store')
  const { accessKeyId, secretAccessKey } = minio.credentials
  storm.env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
  storm.pipeline(`store: {s3: {endpoint: '${proxy.endpoint}', region: ${minio.region}, pathStyle: true}}\n`)
  const random = seeded(SEED)
  const struck = new Map<string, number>()
  const setWeather = (share: number): void => {
    proxy.decide = () => {
      if (random() >= share) return undefined
      const fault = aFault(random)
      struck.set(fault.kind, (struck.get(fault.kind) ?? 0) + 1)
      return fault
    }
  }

  const first = storm.up()
  await first.ready
  await storm.write(
    { name: 'fast', linesPerSecond: 3000, rotateMs: 300 },
    { name: 'slow', linesPerSecond: 200, rotateMs: 1700 },
  )
  for (let kill = 0; kill < KILLS; kill++) {
    setWeather(pick(random, START_WEATHER))
    const server = kill === 0 ? first : storm.up()
    const isStartHit = random() < 0.2
    if (isStartHit) await delay(random() * START_MS)
    else {
      await server.ready
      setWeather(pick(random, WEATHER))
      await delay(LIFE_MS * (0.2 + random()))
    }
    await server.kill()
  }
  setWeather(0)
  const written = await storm.written()
  t.diagnostic(`faults: ${JSON.stringify([...struck])}`)
  assert.ok(struck.size > KILLS / 10, 'faults of many kinds have struck')

  const server = storm.up()
  await server.ready
  await checkEverything(storm.data, 'lines', written)
  await stopWell(server)
  const copy = join(storm.folder, 'copy')
  await downloadBucket(minio, copy)
  await checkBucket(copy, written)
  checkBucketIsCatalog(storm.data, copy)
  await checkRebuild(storm)
})

function aFault(random: () => number): Fault {
  return pick(random, [
    { kind: 'status', status: 503, code: 'SlowDown' },
    { kind: 'status', status: 503, code: 'ServiceUnavailable' },
    { kind: 'status', status: 500, code: 'InternalError' },
    { kind: 'cut before' },
    { kind: 'cut after' },
    { kind: 'lost answer' },
    { kind: 'corrupt request' },
    { kind: 'delay', ms: Math.round(random() * 1500) },
  ])
}

/** Past the proxy, with nothing of Hozon's. */
async function downloadBucket({ endpoint, region, credentials }: Minio, folder: string): Promise<void> {
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
  for await (const page of paginateListObjectsV2({ client }, { Bucket: 'logs' })) {
    for (const { Key } of page.Contents ?? []) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: 'logs', Key }))
      const path = join(folder, Key!)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, await Body!.transformToByteArray())
    }
  }
  client.destroy()
}
