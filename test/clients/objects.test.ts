/** What is delivered, read back by libraries of others: byte for byte what was put. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import {
  CreateDeliveryStreamCommand,
  FirehoseClient,
  PutRecordBatchCommand,
  type ExtendedS3DestinationConfiguration,
} from '@aws-sdk/client-firehose'
import { python } from '../python/venv.ts'
import { Endpoint } from './endpoint.ts'

const READER = resolve(import.meta.dirname, 'read_objects.py')

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
    const keys = objectsOf(stream)
    assert.equal(keys.length, 1)
    const key = KEY.exec(keys[0] ?? '')?.groups
    assert.deepEqual({ ...key }, { prefix: 'some/folder/', stream, end }, keys[0])
    assert.ok((await read(kind, stream, keys))[0]?.equals(Buffer.concat(RECORDS)))
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
  const keys = objectsOf('delimited')
  assert.match(keys.join(), /^[^,]*\.jsonl$/)
  assert.deepEqual((await read('plain', 'delimited', keys)).join(''), '{"n":1}\n{"n":2}\n')
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
    const contents = await read(kind, 'lines', objectsOf('lines', `lines-${kind}/`))
    assert.equal(Buffer.concat(contents).toString(), Buffer.concat(lines).toString())
  })

for (const kind of ['zstd', 'snappy', 'gzip'])
  test(`Parquet with ${kind}`, async () => {
    await put(
      `rows-${kind}`,
      ROWS.map((row) => Buffer.from(JSON.stringify(row))),
    )
    await endpoint.world.flush()
    const keys = objectsOf('rows', `rows-${kind}/`)
    assert.match(keys.join(), /dt=2026-03-01\/hour=12\/[^,]*\.parquet$/)
    const [rows] = (await printed('parquet', 'rows', keys)) as Record<string, unknown>[][]
    assert.deepEqual(
      rows?.map(({ n, text, ratio, deep }) => ({ n, text, ratio, deep })),
      ROWS.map(({ n, text, ratio, deep }) => ({ n, text, ratio, deep })),
    )
    assert.match(String(rows?.[0]?.['time']), /^2026-03-01 12:00:00/)
  })

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

function folderOf(bucket: string): string {
  return join(endpoint.world.data, 'store', bucket)
}

/** Keys, without what is Hozon's own. */
function objectsOf(bucket: string, prefix = ''): string[] {
  const folder = folderOf(bucket)
  return globSync('**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((key) => key.startsWith(prefix) && !/^[_.]/.test(key))
    .sort()
}

async function read(kind: string, bucket: string, keys: readonly string[]): Promise<Buffer[]> {
  assert.ok(keys.length > 0)
  return ((await printed(kind, bucket, keys)) as string[]).map((text) => Buffer.from(text, 'base64'))
}

async function printed(kind: string, bucket: string, keys: readonly string[]): Promise<unknown[]> {
  const paths = keys.map((key) => join(folderOf(bucket), key))
  const { stdout } = await promisify(execFile)(await python(), [READER, kind, ...paths], {
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
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
