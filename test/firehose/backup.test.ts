/** S3 backup: the records as they came, whatever is done to them on the way to the destination. */
import assert from 'node:assert/strict'
import { gunzipSync, gzipSync } from 'node:zlib'
import { after, before, test } from 'node:test'
import { errorLines, FirehoseWorld, processing, processor, ROLE } from './firehose-world.ts'
import { glueApi } from './glue-api.ts'

let firehose: FirehoseWorld
before(async () => {
  firehose = await FirehoseWorld.start()
})
after(() => firehose.end())

const backup = (bucket: string, settings: object = {}) => ({
  S3BackupMode: 'Enabled' as const,
  S3BackupConfiguration: {
    RoleARN: ROLE,
    BucketARN: `arn:aws:s3:::${bucket}`,
    Prefix: 'source/',
    ...settings,
  },
})
const ERRORS = { ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/' }

test('processed in the destination, as they came in the backup', async () => {
  await firehose.create('processed', {
    Prefix: 'data/',
    ...ERRORS,
    ...processing(
      processor('Decompression', { CompressionFormat: 'GZIP' }),
      processor('AppendDelimiterToRecord'),
    ),
    ...backup('processed-backup'),
  })
  const records = [gzipSync('{"n":1}'), Buffer.from('damaged'), gzipSync('{"n":2}')]
  const objects = await firehose.deliver('processed', records)
  assert.equal(objects.find(({ key }) => key.startsWith('data/'))?.bytes.toString(), '{"n":1}\n{"n":2}\n')
  assert.equal(errorLines(objects.filter(({ key }) => key.startsWith('errors/'))).length, 1)
  const [copy, ...more] = firehose.objects('processed-backup')
  assert.deepEqual(more, [])
  assert.ok(copy!.bytes.equals(Buffer.concat(records)))
  assert.match(copy!.key, /^source\/\d{4}\/\d{2}\/\d{2}\/\d{2}\/processed-1-\d{4}(-\d{2}){5}-[-0-9a-f]{36}$/)
})

test('a compression of its own, in the same bucket', async () => {
  await firehose.create('same-bucket', {
    Prefix: 'data/',
    CompressionFormat: 'ZIP',
    CustomTimeZone: 'Asia/Tokyo',
    ...backup('same-bucket', { CompressionFormat: 'GZIP', Prefix: "b/!{timestamp:yyyy'x'XXX}/", ...ERRORS }),
  })
  const objects = await firehose.deliver('same-bucket', ['one', '', 'two'])
  assert.equal(objects.length, 2)
  const copy = objects.find(({ key }) => key.startsWith('b/'))!
  assert.match(copy.key, /^b\/\d{4}xZ\/same-bucket-1-.*\.gz$/, 'in UTC')
  assert.equal(copy.contentEncoding, 'gzip')
  assert.equal(gunzipSync(copy.bytes).toString(), 'onetwo')
})

test('of converted and partitioned records', async () => {
  const glue = glueApi(firehose)
  await glue.createDatabase('lake')
  await glue.createTable('lake', 'everything', { n: 'int', k: 'string' })
  await firehose.create('everything', {
    Prefix: 'k=!{partitionKeyFromQuery:k}/',
    ...ERRORS,
    BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 900 },
    DynamicPartitioningConfiguration: { Enabled: true },
    ...processing(
      processor('RecordDeAggregation', { SubRecordType: 'JSON' }),
      processor('MetadataExtraction', { MetadataExtractionQuery: '{k: .k}', JsonParsingEngine: 'JQ-1.6' }),
    ),
    DataFormatConversionConfiguration: {
      InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
      OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
      SchemaConfiguration: { DatabaseName: 'lake', TableName: 'everything', RoleARN: ROLE },
    },
    ...backup('everything-backup'),
  })
  const records = ['{"k":"a","n":1}{"k":"b","n":2}', '{"k":"a","n":"x"}', '{"n":3}']
  const objects = await firehose.deliver('everything', records)
  assert.deepEqual(
    objects.map(({ key }) => key.replace(/everything-1-[-0-9a-f]+/, 'NAME')),
    [
      'errors/format-conversion-failed/NAME',
      'errors/processing-failed/NAME',
      'k=a/NAME.parquet',
      'k=b/NAME.parquet',
    ],
  )
  const [copy] = firehose.objects('everything-backup')
  assert.equal(copy!.bytes.toString(), records.join(''))
  assert.deepEqual(await firehose.sql('SELECT k, n FROM firehose.everything ORDER BY n'), [
    { k: 'a', n: 1 },
    { k: 'b', n: 2 },
  ])
})

test('it may be enabled later, and not disabled', async () => {
  await firehose.create('later', {})
  await firehose.deliver('later', ['before'])
  await firehose.update('later', {
    S3BackupMode: 'Enabled',
    S3BackupUpdate: { RoleARN: ROLE, BucketARN: 'arn:aws:s3:::later-backup' },
  })
  await firehose.deliver('later', ['after'])
  assert.deepEqual(
    firehose.objects('later-backup').map(({ bytes }) => bytes.toString()),
    ['after'],
  )
  await assert.rejects(firehose.update('later', { S3BackupMode: 'Disabled' }), {
    name: 'InvalidArgumentException',
  })
})

test('backups are no rows, and the audit holds', async () => {
  assert.deepEqual(await firehose.sql('SELECT count(*) AS n FROM firehose.later'), [{ n: 2 }])
  await firehose.audit()
})
