/** What is delivered, read back by libraries of others: byte for byte what was put. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateDeliveryStreamCommand,
  FirehoseClient,
  PutRecordBatchCommand,
  type ExtendedS3DestinationConfiguration,
} from '@aws-sdk/client-firehose'
import { Bucket } from './bucket.ts'
import { Endpoint } from './endpoint.ts'

const PIPELINE = `version: 1
streams:
  rows-zstd: { deliver: { bucket: rows, compression: zstd } }
  rows-snappy: { deliver: { bucket: rows, compression: snappy } }
  rows-gzip: { deliver: { bucket: rows, compression: gzip } }
  lines-gzip: { deliver: { bucket: lines, format: json, compression: gzip } }
  lines-zstd: { deliver: { bucket: lines, format: json, compression: zstd } }
  lines-zip: { deliver: { bucket: lines, format: json, compression: zip } }
  lines-xerial: { deliver: { bucket: lines, format: json, compression: snappy } }
  lines-hadoop: { deliver: { bucket: lines, format: json, compression: hadoop-snappy } }
`

/** Bytes of every value, text of many languages, an empty record, one of a megabyte that no codec makes small. */
const RECORDS: Buffer[] = [
  Buffer.from('{"n":1,"text":"保存 ✓"}\n'),
  Buffer.alloc(0),
  Buffer.from(Array.from({ length: 256 }, (_, index) => index)),
  pseudoRandom(1_000_000),
  Buffer.alloc(1_000_000, 'compressible '),
  Buffer.from('no line feed at the end'),
]

let endpoint: Endpoint
let client: FirehoseClient

before(async () => {
  endpoint = await Endpoint.start(PIPELINE)
  Object.assign(process.env, endpoint.env)
  client = new FirehoseClient({})
})

after(() => endpoint.end())

const KEY =
  /^(?<prefix>.*)\d{4}\/\d{2}\/\d{2}\/\d{2}\/(?<stream>[a-z-]+)-1-\d{4}(-\d{2}){5}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?<end>.*)$/

for (const [format, kind, end] of [
  ['UNCOMPRESSED', 'plain', ''],
  ['GZIP', 'gzip', '.gz'],
  ['ZIP', 'zip', '.zip'],
  ['Snappy', 'xerial', '.snappy'],
  ['HADOOP_SNAPPY', 'hadoop', '.snappy'],
] as const)
  test(`${format} objects of a stream of the API`, async () => {
    const stream = `objects-${kind}`
    await create(stream, { CompressionFormat: format, Prefix: 'some/folder/' })
    await put(stream, RECORDS)
    await endpoint.world.flush()
    const bucket = bucketOf(stream)
    const keys = bucket.keys()
    assert.equal(keys.length, 1)
    const key = KEY.exec(keys[0] ?? '')?.groups
    assert.deepEqual({ ...key }, { prefix: 'some/folder/', stream, end }, keys[0])
    assert.ok((await bucket.read(kind, keys))[0]?.equals(Buffer.concat(RECORDS)))
  })

test('a delimiter after each record, and an extension of its own', async () => {
  await create('delimited', {
    FileExtension: '.jsonl',
    ProcessingConfiguration: {
      Enabled: true,
      Processors: [{ Type: 'AppendDelimiterToRecord', Parameters: [] }],
    },
  })
  await put('delimited', [Buffer.from('{"n":1}'), Buffer.from('{"n":2}')])
  await endpoint.world.flush()
  const bucket = bucketOf('delimited')
  const keys = bucket.keys()
  assert.match(keys.join(), /^[^,]*\.jsonl$/)
  assert.deepEqual((await bucket.read('plain', keys)).join(''), '{"n":1}\n{"n":2}\n')
})

const ROWS = Array.from({ length: 300 }, (_, n) => ({
  time: '2026-03-01T12:00:00Z',
  n,
  text: `line ${n} 保存`,
  ratio: n / 8,
  deep: { even: n % 2 === 0, list: [n, n + 1] },
}))

for (const kind of ['gzip', 'zstd', 'zip', 'xerial', 'hadoop'])
  test(`${kind} lines of a stream of the pipeline file`, async () => {
    const lines = ROWS.map((row) => Buffer.from(`${JSON.stringify(row)}\n`))
    await put(`lines-${kind}`, lines)
    await endpoint.world.flush()
    const bucket = bucketOf('lines')
    const contents = await bucket.read(kind, bucket.keys(`lines-${kind}/`))
    assert.equal(Buffer.concat(contents).toString(), Buffer.concat(lines).toString())
  })

for (const kind of ['zstd', 'snappy', 'gzip'])
  test(`Parquet with ${kind}`, async () => {
    await put(
      `rows-${kind}`,
      ROWS.map((row) => Buffer.from(JSON.stringify(row))),
    )
    await endpoint.world.flush()
    const bucket = bucketOf('rows')
    const keys = bucket.keys(`rows-${kind}/`)
    assert.match(keys.join(), /dt=2026-03-01\/hour=12\/[^,]*\.parquet$/)
    const [rows] = await bucket.rows(keys)
    assert.deepEqual(
      rows?.map(({ n, text, ratio, deep }) => ({ n, text, ratio, deep })),
      ROWS.map(({ n, text, ratio, deep }) => ({ n, text, ratio, deep })),
    )
    assert.match(String(rows?.[0]?.['time']), /^2026-03-01 12:00:00/)
  })

const bucketOf = (name: string): Bucket => new Bucket(endpoint.world.data, name)

async function create(stream: string, settings: Partial<ExtendedS3DestinationConfiguration>): Promise<void> {
  await client.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: stream,
      ExtendedS3DestinationConfiguration: {
        RoleARN: 'arn:aws:iam::123456789012:role/firehose',
        BucketARN: `arn:aws:s3:::${stream}`,
        ...settings,
      },
    }),
  )
}

async function put(stream: string, records: readonly Buffer[]): Promise<void> {
  const Records = records.map((Data) => ({ Data }))
  const answer = await client.send(new PutRecordBatchCommand({ DeliveryStreamName: stream, Records }))
  assert.equal(answer.FailedPutCount, 0)
}

function pseudoRandom(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = 1
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[index] = state >>> 24
  }
  return bytes
}
