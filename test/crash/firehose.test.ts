/**
 * Promises 1 and 2 at the Firehose endpoint under SIGKILL: four clients that never stop, somebody who flushes, moves,
 * makes and deletes streams, Hozon killed at random moments a hundred times. Every acknowledged record is there exactly
 * once, whatever had to be repeated: in SQL answers and in the bucket read without Hozon; and the catalog can be made
 * anew from that bucket, with the streams.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import {
  CreateDeliveryStreamCommand,
  ListDeliveryStreamsCommand,
  type ExtendedS3DestinationConfiguration,
} from '@aws-sdk/client-firehose'
import { connectControl } from '../../src/console/control-client.ts'
import { realSys } from '../../src/sys/real.ts'
import { eventually, type Up } from '../hozon-process.ts'
import { checkBucketIsCatalog, checkRebuild } from './catalog.ts'
import { Ledger, type Row } from './firehose/ledger.ts'
import { startOperator } from './firehose/operator.ts'
import { sdkClient, startSenders, type Address } from './firehose/senders.ts'
import { storedRows } from './firehose/stored.ts'
import { SEED, seeded } from './seeded.ts'
import { stopWell, Storm } from './storm.ts'

const KILLS = Number(process.env['HOZON_TEST_KILLS'] ?? 100)
const CHECK_EVERY_KILLS = 20
/** More than the clients can send. */
const ROWS_MAX = 10_000_000

/** One of the pipeline file, as Parquet; two of the API: GZIP, and partitioned by jq. */
const STREAMS = ['rows', 'plain', 'parts'] as const
const PIPELINE = `version: 1
streams:
  rows:
    deliver: { bucket: logs, buffer: { size: 1MiB, interval: 1s } }
    table: firehose.rows
`

/** All in one bucket, so that it can be compared with the catalog as a whole. */
function destination(folder: string): ExtendedS3DestinationConfiguration {
  return {
    RoleARN: 'arn:aws:iam::123456789012:role/firehose',
    BucketARN: 'arn:aws:s3:::logs',
    Prefix: `${folder}/!{timestamp:yyyy/MM/dd}/!{firehose:random-string}/`,
    ErrorOutputPrefix: `errors/${folder}/!{firehose:error-output-type}/`,
    BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 1 },
    CompressionFormat: 'GZIP',
  }
}

const PARTITIONED: Partial<ExtendedS3DestinationConfiguration> = {
  Prefix: 'parts/shard=!{partitionKeyFromQuery:shard}/',
  BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
  CompressionFormat: 'UNCOMPRESSED',
  DynamicPartitioningConfiguration: { Enabled: true },
  ProcessingConfiguration: {
    Enabled: true,
    Processors: [
      {
        Type: 'MetadataExtraction',
        Parameters: [
          { ParameterName: 'MetadataExtractionQuery', ParameterValue: '{shard: .shard}' },
          { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
        ],
      },
      {
        Type: 'AppendDelimiterToRecord',
        Parameters: [{ ParameterName: 'Delimiter', ParameterValue: '\\n' }],
      },
    ],
  },
}

/** When to kill: in the middle of a start, of anything, of a delivery. */
type Moment = (storm: Storm, server: Up, random: () => number) => Promise<void>
const inStart: Moment = (_storm, _server, random) => delay(50 + random() * 950)
const moments: Moment[] = [
  async (_storm, server, random) => {
    await server.ready
    await delay(random() * 1200)
  },
  inStart,
  async (storm, server, random) => {
    await server.ready
    await eventually(() => isDelivering(storm) || undefined, 'a delivery', 1)
    await delay(random() * 150)
  },
  inStart,
]

/** A delivery makes its objects in a folder of its own. */
function isDelivering(storm: Storm): boolean {
  return readdirSync(join(storm.data, 'scratch'), { recursive: true }).some((name) =>
    /\/run-\d+$/.test(String(name)),
  )
}

test(`every record exactly once through ${KILLS} kills (HOZON_TEST_SEED=${SEED})`, async (t) => {
  const storm = new Storm(t, 'firehose-kill')
  writeFileSync(storm.file, PIPELINE)
  storm.port = await freePort()
  const random = seeded(SEED)
  const ledger = new Ledger()
  let server = storm.up()
  await server.ready
  const address = addressOf(storm)
  const ending = new AbortController()
  const admin = sdkClient(address, 'http', ending.signal)
  for (const [name, settings] of [
    ['plain', {}],
    ['parts', PARTITIONED],
  ] as const) {
    const ExtendedS3DestinationConfiguration = { ...destination(name), ...settings }
    await admin.send(
      new CreateDeliveryStreamCommand({ DeliveryStreamName: name, ExtendedS3DestinationConfiguration }),
    )
  }
  const endOf = (stream: string): string => (stream === 'plain' ? '\n' : '')
  const senders = startSenders(address, { ledger, random, streams: STREAMS, endOf })
  const operator = startOperator({
    client: admin,
    data: storm.data,
    ledger,
    random,
    destination,
    moved: 'plain',
  })
  t.after(() => {
    senders.abort()
    ending.abort()
    admin.destroy()
  })

  for (let kill = 0; kill < KILLS; kill++) {
    if (kill > 0) server = storm.up()
    if (kill % CHECK_EVERY_KILLS === CHECK_EVERY_KILLS - 1) {
      await server.ready
      await checkSql(storm, ledger)
    } else await moments[kill % moments.length]!(storm, server, random)
    await server.kill()
  }
  server = storm.up()
  await server.ready
  await Promise.all([senders.stop(), operator.stop()])
  t.diagnostic(`${ledger.count('acknowledged')} records, ${JSON.stringify(operator.done)}`)
  assert.equal(ledger.count('running'), 0)
  assert.ok(ledger.count('unsure') > 0, 'some calls were given up')
  await nothingDrains(storm)
  await checkSql(storm, ledger)
  await checkAudit(storm)
  const { DeliveryStreamNames: names } = await admin.send(new ListDeliveryStreamsCommand({}))
  assert.deepEqual(names, ['parts', 'plain', 'rows'])
  const flushed = await storm.run('flush')
  assert.equal(flushed.code, 0, flushed.stderr)
  await stopWell(server)

  const bucket = join(storm.data, 'store', 'logs')
  const stored = await storedRows(bucket)
  for (const stream of ledger.streams)
    ledger.check(stream, stored.get(stream) ?? [], ledger.acknowledged(stream), 'the bucket')
  checkBucketIsCatalog(storm.data, bucket)

  await checkRebuild(storm)
  const again = storm.up()
  await again.ready
  await checkSql(storm, ledger)
  await checkAudit(storm)
  assert.deepEqual((await admin.send(new ListDeliveryStreamsCommand({}))).DeliveryStreamNames, names)
  await stopWell(again)
})

/** While the clients go on: what was acknowledged before the look must be there. */
async function checkSql(storm: Storm, ledger: Ledger): Promise<void> {
  const control = await connectControl(realSys, storm.data)
  for (const stream of ledger.streams) {
    const due = ledger.acknowledged(stream)
    if (due.length === 0) continue
    const table = stream.replace('-', '_')
    const { rows, truncated } = await control.sql(
      `SELECT client, number, checksum, length(pad) FROM firehose.${table}`,
      { rowsMax: ROWS_MAX },
    )
    assert.ok(!truncated)
    const read = rows.map((cells): Row => {
      const [client, number, checksum, padLength] = cells.map((cell) => JSON.parse(cell) as unknown)
      return { client, number, checksum, padLength } as Row
    })
    ledger.check(stream, read, due, 'SQL')
  }
}

async function checkAudit(storm: Storm): Promise<void> {
  const audit = await storm.run('audit')
  assert.equal(audit.code, 0, audit.stdout + audit.stderr)
}

/** Deleted streams deliver their last records first. */
async function nothingDrains(storm: Storm): Promise<void> {
  const control = await connectControl(realSys, storm.data)
  await eventually(async () => {
    const { streams } = await control.status()
    return streams.length === STREAMS.length ? true : undefined
  }, 'the end of all deletions')
}

function addressOf(storm: Storm): Address {
  const saved = JSON.parse(readFileSync(join(storm.data, 'credentials.json'), 'utf8')) as {
    accessKeys: Pick<Address, 'accessKeyId' | 'secretAccessKey'>[]
  }
  return { port: storm.port, ca: readFileSync(join(storm.data, 'tls/ca.pem')), ...saved.accessKeys[0]! }
}

/**
 * Below the ports that systems give to clients: one of the clients' own connections could get the server's port while no
 * server has it.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    const server = createServer()
    const isFree = await new Promise<boolean>((resolve) =>
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)),
    )
    if (!isFree) continue
    await new Promise((resolve) => server.close(resolve))
    return port
  }
}
