/** What a stream makes of its records, with tables declared by the AWS CLI, and read by pyarrow. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateDeliveryStreamCommand,
  FirehoseClient,
  PutRecordBatchCommand,
  type ExtendedS3DestinationConfiguration,
} from '@aws-sdk/client-firehose'
import { aws, awsCli1 } from './aws-cli.ts'
import { Bucket } from './bucket.ts'
import { Endpoint } from './endpoint.ts'

const ROLE = 'arn:aws:iam::123456789012:role/firehose'

let endpoint: Endpoint
let client: FirehoseClient

before(async () => {
  endpoint = await Endpoint.start('streams: {}\n')
  Object.assign(process.env, endpoint.env)
  client = new FirehoseClient({})
})

after(() => endpoint.end())

const COLUMNS = {
  customer: 'string',
  amount: 'int',
  total: 'decimal(10,2)',
  ok: 'boolean',
  at: 'timestamp',
  tags: 'array<string>',
  place: 'struct<city:string,zip:bigint>',
}

test('records become Parquet by the schema of a Glue table', async () => {
  await glue('create-database', '--database-input', '{"Name":"shop"}')
  const table = {
    Name: 'orders',
    StorageDescriptor: {
      Columns: Object.entries(COLUMNS).map(([Name, Type]) => ({ Name, Type })),
    },
  }
  await glue('create-table', '--database-name', 'shop', '--table-input', JSON.stringify(table))
  await create('orders', {
    BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
    Prefix: 'orders/',
    ErrorOutputPrefix: 'failed/!{firehose:error-output-type}/',
    DataFormatConversionConfiguration: {
      SchemaConfiguration: { RoleARN: ROLE, DatabaseName: 'shop', TableName: 'orders' },
      InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
      OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
    },
  })
  const wrong = '{"customer":"b","amount":"many"}'
  await put('orders', [
    '{"customer":"a","AMOUNT":3,"total":12.34,"ok":true,"at":"2026-03-01T12:00:00Z","tags":["x","y"],"place":{"city":"Kyoto","zip":600}}',
    wrong,
    '{"customer":"保存","nobody":"asked for this"}{"customer":"second of a record"}',
    'no json',
  ])
  await endpoint.world.flush()

  const bucket = new Bucket(endpoint.world.data, 'orders')
  const keys = bucket.keys('orders/')
  assert.match(keys.join(), /^orders\/[^,]*\.parquet$/)
  const [rows] = await bucket.rows(keys)
  const nothing = { amount: null, total: null, ok: null, at: null, tags: null, place: null }
  assert.deepEqual(rows, [
    {
      customer: 'a',
      amount: 3,
      total: '12.34',
      ok: true,
      at: '2026-03-01 12:00:00',
      tags: ['x', 'y'],
      place: { city: 'Kyoto', zip: 600 },
    },
    { ...nothing, customer: '保存' },
    { ...nothing, customer: 'second of a record' },
  ])
  const failures = await errorLines(bucket, 'failed/format-conversion-failed/')
  assert.deepEqual(
    failures.map(({ lastErrorCode, rawData }) => [
      lastErrorCode,
      Buffer.from(String(rawData), 'base64').toString(),
    ]),
    [
      ['DataFormatConversion.MalformedData', wrong],
      ['DataFormatConversion.ParseError', 'no json'],
    ],
  )
})

test('records are partitioned by their content, and kept as they came beside', async () => {
  await create('parts', {
    BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
    CompressionFormat: 'GZIP',
    Prefix: 'customer=!{partitionKeyFromQuery:customer}/year=!{partitionKeyFromQuery:year}/',
    ErrorOutputPrefix: 'failed/!{firehose:error-output-type}/',
    DynamicPartitioningConfiguration: { Enabled: true },
    ProcessingConfiguration: {
      Enabled: true,
      Processors: [
        {
          Type: 'RecordDeAggregation',
          Parameters: [{ ParameterName: 'SubRecordType', ParameterValue: 'JSON' }],
        },
        {
          Type: 'MetadataExtraction',
          Parameters: [
            {
              ParameterName: 'MetadataExtractionQuery',
              ParameterValue: '{customer:.customer, year:(.at|fromdateiso8601|strftime("%Y"))}',
            },
            { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
          ],
        },
        { Type: 'AppendDelimiterToRecord', Parameters: [] },
      ],
    },
    S3BackupMode: 'Enabled',
    S3BackupConfiguration: {
      RoleARN: ROLE,
      BucketARN: 'arn:aws:s3:::parts-backup',
      CompressionFormat: 'ZIP',
    },
  })
  const a = '{"customer":"a","at":"2025-12-31T23:00:00Z"}'
  const b = '{"customer":"b","at":"2026-01-01T00:00:00Z"}'
  const records = [a + b, b, '{"customer":null,"at":"2026-01-01T00:00:00Z"}']
  await put('parts', records)
  await endpoint.world.flush()

  const bucket = new Bucket(endpoint.world.data, 'parts')
  const text = async (prefix: string): Promise<string> =>
    Buffer.concat(await bucket.read('gzip', bucket.keys(prefix))).toString()
  assert.equal(await text('customer=a/year=2025/'), `${a}\n`)
  assert.equal(await text('customer=b/year=2026/'), `${b}\n${b}\n`)
  const failures = await errorLines(bucket, 'failed/')
  assert.equal(failures.length, 1)
  assert.match(JSON.stringify(failures), /DynamicPartitioning\.MetadataExtractionFailed/)

  const backup = new Bucket(endpoint.world.data, 'parts-backup')
  assert.equal(Buffer.concat(await backup.read('zip', backup.keys())).toString(), records.join(''))
})

async function glue(...args: string[]): Promise<void> {
  const { code, stderr } = await aws(await awsCli1(), ['glue', ...args], endpoint.env)
  assert.equal(code, 0, stderr)
}

async function create(name: string, settings: Partial<ExtendedS3DestinationConfiguration>): Promise<void> {
  await client.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: name,
      ExtendedS3DestinationConfiguration: { RoleARN: ROLE, BucketARN: `arn:aws:s3:::${name}`, ...settings },
    }),
  )
}

async function put(stream: string, records: readonly string[]): Promise<void> {
  const Records = records.map((text) => ({ Data: Buffer.from(text) }))
  await client.send(new PutRecordBatchCommand({ DeliveryStreamName: stream, Records }))
}

/** AWS's error objects: a JSON object per line, never compressed. */
async function errorLines(bucket: Bucket, prefix: string): Promise<Record<string, unknown>[]> {
  const keys = bucket.keys(prefix)
  const contents = await bucket.read('plain', keys)
  return Buffer.concat(contents)
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
