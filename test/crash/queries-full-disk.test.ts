/**
 * Queries of somebody who may only read fill the disk, with answers, with what they spill, both at once: they are refused or
 * ended, while every record that is put meanwhile is taken, and is there afterwards. The disk is a small tmpfs, so this
 * runs as root on Linux.
 */
import assert from 'node:assert/strict'
import { readdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { AthenaClient, type QueryExecution } from '@aws-sdk/client-athena'
import { CreateDeliveryStreamCommand, FirehoseClient, PutRecordCommand } from '@aws-sdk/client-firehose'
import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { CLIENT_RESERVE_BYTES, queryReserveBytes } from '../../src/base/disk-reserves.ts'
import { AthenaWorld } from '../athena/athena-world.ts'
import { eventually } from '../hozon-process.ts'
import { mountSmallDisk, type SmallDisk } from './tmpfs.ts'

const MIB = 1024 * 1024
/** Its reserve for queries is twice that for clients. */
const DISK_MIB = 2048
/** Of queries: for three answers, and not for another one. */
const ROOM_MIB = 150
const PUT_EVERY_MS = 10
const DeliveryStreamName = 'meanwhile'

/** 40 MB each. */
const ANSWER = `SELECT lpad(CAST(i AS varchar), 1000, 'x') AS text FROM range(40000) t(i)`
const ENDLESS_ANSWER = `SELECT lpad(CAST(i AS varchar), 1000, 'x') AS text FROM range(1000000000) t(i)`
const SPILLING = `SELECT max(n) FROM (SELECT row_number() OVER (ORDER BY text) AS n
  FROM (SELECT lpad(CAST(i * 7919 % 10000019 AS varchar), 1000, 'x') AS text FROM range(2000000) t(i)))`

let world: AthenaWorld
let disk: SmallDisk
let firehose: FirehoseClient
const leastFree = { bytes: Infinity }
const stopping = new AbortController()
let puts: Promise<number>

before(async () => {
  world = new AthenaWorld()
  world.world.pipeline('version: 1\nstreams: {}\n')
  disk = mountSmallDisk(world.world.data, DISK_MIB)
  disk.fill(queryReserveBytes(DISK_MIB * MIB) / MIB + ROOM_MIB)
  await world.up()
  const endpoint = { endpoint: world.control.url, region: 'eu-west-1', maxAttempts: 1 }
  firehose = new FirehoseClient({ ...endpoint, credentials: world.accessKey })
  await firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName,
      ExtendedS3DestinationConfiguration: {
        RoleARN: 'arn:aws:iam::123456789012:role/firehose',
        BucketARN: 'arn:aws:s3:::meanwhile',
      },
    }),
  )
  const reader = await world.control.createKey({ role: 'read' })
  world.athena = new AthenaClient({ ...endpoint, credentials: reader })
  puts = putAll()
  // Who awaits it comes at the end.
  puts.catch(() => {})
})

after(async () => {
  stopping.abort()
  firehose.destroy()
  await world.world.kill()
  disk.unmount()
  await world.end()
})

/** One record after the other: none may be refused. */
async function putAll(): Promise<number> {
  let n = 0
  while (!stopping.signal.aborted) {
    const Record = { Data: Buffer.from(`{"n":${n}}\n`) }
    await firehose.send(new PutRecordCommand({ DeliveryStreamName, Record }))
    n++
    leastFree.bytes = Math.min(leastFree.bytes, freeBytes())
    await sleep(PUT_EVERY_MS)
  }
  return n
}

function freeBytes(): number {
  const { bavail, bsize } = statfsSync(disk.path)
  return bavail * bsize
}

function assertNoRoom({ Status: status }: QueryExecution): void {
  assert.equal(status?.State, 'FAILED', status?.StateChangeReason)
  assert.equal(status.StateChangeReason, 'the disk has no room left for queries')
  assert.equal(status.AthenaError?.Retryable, false)
}

async function nothingIsLeft(): Promise<void> {
  const scratch = join(world.world.data, 'scratch')
  await eventually(() => {
    const entries = readdirSync(scratch, { recursive: true, withFileTypes: true })
    return entries.every((entry) => entry.isDirectory()) ? true : undefined
  }, 'an empty scratch folder')
}

test('a query that spills more than there is ends', async () => {
  assertNoRoom(await world.run(SPILLING))
  await nothingIsLeft()
})

test('of two that fill the disk together one ends after the other', async () => {
  const both = await Promise.all([world.run(ENDLESS_ANSWER), world.run(SPILLING)])
  for (const execution of both) assertNoRoom(execution)
  await nothingIsLeft()
  assert.deepEqual(await world.rows('SELECT 1'), [['_col0'], ['1']])
})

test('answers are kept until there is no more room, and again when there is', async () => {
  const kept: string[] = []
  for (;;) {
    const execution = await world.run(ANSWER)
    if (execution.Status?.State !== 'SUCCEEDED') {
      assertNoRoom(execution)
      break
    }
    kept.push(execution.ResultConfiguration!.OutputLocation!)
  }
  assert.equal(kept.length, 3)
  await nothingIsLeft()
  // What needs nothing of the disk goes on.
  assert.deepEqual((await world.control.sql('SELECT 40 + 2')).rows, [['42']])

  for (const uri of kept) {
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri)!
    await world.s3.send(new DeleteObjectCommand({ Bucket, Key }))
  }
  assert.equal((await world.run(ANSWER)).Status?.State, 'SUCCEEDED')
})

test('every record that was put meanwhile was taken, and is there', async () => {
  stopping.abort()
  const count = await puts
  const rows = await world.rows(
    `SELECT count(*), count(DISTINCT n), max(n) FROM firehose.${DeliveryStreamName}`,
  )
  assert.deepEqual(rows[1], [String(count), String(count), String(count - 1)])
  assert.ok(leastFree.bytes > CLIENT_RESERVE_BYTES, `only ${leastFree.bytes} bytes were free`)
})
