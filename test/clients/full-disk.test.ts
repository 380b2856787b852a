/**
 * A full disk as clients see it: ServiceUnavailableException, which they retry, and nothing stored of what was refused.
 * The disk is a small tmpfs, so this runs as root on Linux.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateDeliveryStreamCommand,
  FirehoseClient,
  PutRecordBatchCommand,
  PutRecordCommand,
  ServiceUnavailableException,
} from '@aws-sdk/client-firehose'
import { mountSmallDisk, type SmallDisk } from '../crash/tmpfs.ts'
import { eventually } from '../hozon-process.ts'
import { Endpoint } from './endpoint.ts'

/** The buffer's reserve of 64 MiB, and some more. */
const DISK_MIB = 192

let endpoint: Endpoint
let disk: SmallDisk

before(async () => {
  endpoint = await Endpoint.start('streams: {}\n', (world) => {
    disk = mountSmallDisk(world.data, DISK_MIB)
  })
  Object.assign(process.env, endpoint.env)
})

after(async () => {
  await endpoint.world.kill()
  disk.unmount()
  await endpoint.end()
})

test('a full disk refuses, and takes records again by itself', async () => {
  const DeliveryStreamName = 'full'
  const once = new FirehoseClient({ maxAttempts: 1 })
  await once.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName,
      ExtendedS3DestinationConfiguration: {
        RoleARN: 'arn:aws:iam::123456789012:role/firehose',
        BucketARN: 'arn:aws:s3:::full-disk',
      },
    }),
  )
  const record = (n: number) => ({ Data: Buffer.from(`{"n":${n}}\n`) })
  const put = (n: number) => once.send(new PutRecordCommand({ DeliveryStreamName, Record: record(n) }))
  await put(0)
  disk.fill()

  // The free space is looked at once a second; what is put before that is stored.
  let stored = 1
  const refusal = await eventually(async () => {
    try {
      await put(stored)
      stored++
      return undefined
    } catch (error) {
      return error
    }
  }, 'a refusal')
  assert.ok(refusal instanceof ServiceUnavailableException, String(refusal))
  assert.equal(refusal.message, 'Slow down.')
  assert.equal(refusal.$metadata.httpStatusCode, 503)
  // A batch is refused whole: no sender has to look for what was taken of it.
  const Records = Array.from({ length: 10 }, (_, index) => record(1000 + index))
  const batch = new PutRecordBatchCommand({ DeliveryStreamName, Records })
  await assert.rejects(once.send(batch), ServiceUnavailableException)

  let refusals = 0
  const patient = new FirehoseClient({ maxAttempts: 20 })
  patient.middlewareStack.add(
    (next) => async (request) => {
      try {
        return await next(request)
      } catch (error) {
        refusals++
        disk.clear()
        throw error
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'clearTheDiskAfterARefusal' },
  )
  assert.equal((await patient.send(batch)).FailedPutCount, 0)
  assert.ok(refusals > 0)
  const [row] = await endpoint.world.sql(
    'SELECT count(*) AS n, count(DISTINCT n) AS different FROM firehose.full',
  )
  assert.deepEqual(row, { n: stored + 10, different: stored + 10 })
})
