/**
 * Streams of the Firehose API while their store takes nothing: a real MinIO behind a proxy that refuses what the test
 * says. What is deleted waits with its last records, what is put is taken until DIR's disk is full, and nothing is lost
 * or doubled by kills in between. The disk is a small tmpfs, so this runs as root on Linux.
 */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import {
  DeleteDeliveryStreamCommand,
  FirehoseClient,
  PutRecordBatchCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  ServiceUnavailableException,
} from '@aws-sdk/client-firehose'
import { FirehoseWorld } from '../firehose/firehose-world.ts'
import { eventually } from '../hozon-process.ts'
import { startFaultProxy, type FaultProxy } from '../store/fault-proxy.ts'
import { startMinio } from '../store/minio.ts'
import { mountSmallDisk, type SmallDisk } from './tmpfs.ts'

/** Room for the buffer's reserve of 64 MiB, and for what a test writes. */
const DISK_MIB = 192
/** Of it free: little more than the quarter that queries leave. */
const FULL_FOR_QUERIES_MIB = 60
/** Room for a query's copies of all of it. */
const LARGER_DISK_MIB = 1024
const HANG = { timeout: 300_000 }

interface Place {
  hozon: FirehoseWorld
  proxy: FaultProxy
  disk: SmallDisk
  restart: () => Promise<void>
}

async function started(t: TestContext): Promise<Place> {
  const minio = await startMinio()
  t.after(() => minio.stop())
  const proxy = await startFaultProxy(minio.endpoint)
  t.after(() => proxy.stop())
  const hozon = new FirehoseWorld()
  const disk = mountSmallDisk(hozon.world.data, DISK_MIB)
  t.after(async () => {
    await hozon.world.kill()
    disk.unmount()
    await hozon.end()
  })
  const { accessKeyId, secretAccessKey } = minio.credentials
  const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
  const s3 = `{endpoint: '${proxy.endpoint}', region: ${minio.region}, pathStyle: true}`
  hozon.world.pipeline(`version: 1\nstreams: {}\nstore: {s3: ${s3}}\n`)
  await hozon.up(env)
  return {
    hozon,
    proxy,
    disk,
    async restart() {
      await hozon.world.kill()
      await hozon.up(env)
    },
  }
}

/** Puts of keys that match are answered with 503. Resolves when one was. */
function refusePuts(proxy: FaultProxy, keys: RegExp): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  proxy.decide = ({ method, url }) => {
    if (method !== 'PUT' || !keys.test(url)) return undefined
    resolve()
    return { kind: 'status', status: 503, code: 'SlowDown' }
  }
  return promise
}

function takePuts(proxy: FaultProxy): void {
  proxy.decide = () => undefined
}

const lines = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `{"n":${from + index}}\n`)

async function numbers({ hozon }: Place, stream: string): Promise<unknown> {
  const [row] = await hozon.sql(
    `SELECT count(*) AS n, count(DISTINCT n) AS different FROM firehose.${stream}`,
  )
  return row
}

test('a deleted stream waits for its store with its last records, through kills', HANG, async (t) => {
  const place = await started(t)
  const { hozon, proxy, restart } = place
  const settings = { BucketARN: 'arn:aws:s3:::shared', Prefix: 'doomed/' }
  await hozon.create('doomed', settings)
  await hozon.put('doomed', lines(0, 10))
  await hozon.flush('doomed')
  await hozon.put('doomed', lines(10, 10))

  const goesOn = async (): Promise<void> => {
    await assert.rejects(hozon.put('doomed', lines(0, 1)), ResourceNotFoundException)
    await assert.rejects(hozon.create('doomed', settings), ResourceInUseException)
    assert.deepEqual(await numbers(place, 'doomed'), { n: 20, different: 20 })
  }
  const objectsRefused = refusePuts(proxy, /\/shared\/doomed\//)
  await hozon.client.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName: 'doomed' }))
  await objectsRefused
  await goesOn()
  await restart()
  await goesOn()
  // Its records are delivered then, but not yet that it is gone.
  const endRefused = refusePuts(proxy, /\/shared\/_hozon\/streams\/doomed\//)
  await endRefused
  await goesOn()
  await restart()
  await goesOn()
  takePuts(proxy)
  await eventually(async () => {
    const { streams } = await hozon.control.status()
    return streams.length === 0 ? true : undefined
  }, 'the end of the deletion')
  assert.deepEqual(await numbers(place, 'doomed'), { n: 20, different: 20 })

  await hozon.create('doomed', settings)
  await hozon.put('doomed', lines(20, 10))
  await hozon.flush('doomed')
  assert.deepEqual(await numbers(place, 'doomed'), { n: 30, different: 30 })
  await hozon.audit()
  await restart()
  assert.deepEqual(await numbers(place, 'doomed'), { n: 30, different: 30 })
})

test(
  'puts are taken while the store is down, until the disk is full; then all is delivered',
  HANG,
  async (t) => {
    const place = await started(t)
    const { hozon, proxy, disk, restart } = place
    await hozon.create('waiting', { BufferingHints: { SizeInMBs: 4, IntervalInSeconds: 1 } })
    const refused = refusePuts(proxy, /\/waiting\/\d{4}\//)
    const pad = 'x'.repeat(100_000)
    const batch = (from: number) =>
      new PutRecordBatchCommand({
        DeliveryStreamName: 'waiting',
        Records: lines(from, 30).map((line) => ({
          Data: Buffer.from(line.replace('}', `,"pad":"${pad}"}`)),
        })),
      })
    const clientOf = (maxAttempts: number): FirehoseClient =>
      new FirehoseClient({
        endpoint: hozon.control.url,
        region: 'eu-west-1',
        credentials: hozon.accessKey,
        maxAttempts,
      })
    let stored = 0
    const putUntilRefused = async (): Promise<void> => {
      const refusal = await eventually(
        async () => {
          try {
            await clientOf(1).send(batch(stored))
            stored += 30
            return undefined
          } catch (error) {
            return error
          }
        },
        'a refusal',
        1,
      )
      assert.ok(refusal instanceof ServiceUnavailableException, String(refusal))
      assert.equal(refusal.message, 'Slow down.')
    }
    await putUntilRefused()
    assert.ok(stored >= 300, `${stored} records were taken while nothing could be delivered`)
    await refused
    assert.deepEqual(await numbers(place, 'waiting'), { n: stored, different: stored })
    await restart()
    // What was being made of the records is gone with the process, and is made again: until then there may be room for more.
    await putUntilRefused()
    assert.deepEqual(await numbers(place, 'waiting'), { n: stored, different: stored })

    takePuts(proxy)
    const patient = clientOf(100)
    assert.equal((await patient.send(batch(stored))).FailedPutCount, 0)
    stored += 30
    await hozon.flush('waiting')
    const { bufferedRecords, deliveredRecords } = await hozon.status('waiting')
    assert.deepEqual({ bufferedRecords, deliveredRecords }, { bufferedRecords: 0, deliveredRecords: stored })
    disk.fill(FULL_FOR_QUERIES_MIB)
    await assert.rejects(numbers(place, 'waiting'), {
      code: 'HOZON_SQL_DISK',
      message: /: [\d.]+ MiB are needed, and [\d.]+ MiB are left$/,
    })
    disk.clear()
    disk.grow(LARGER_DISK_MIB)
    assert.deepEqual(await numbers(place, 'waiting'), { n: stored, different: stored })
    await hozon.audit()
  },
)
