import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Shape } from '../../aws/shape.ts'
import { validate } from '../../aws/validate.ts'
import { INPUTS } from './shapes.ts'

const ROLE = 'arn:aws:iam::123456789012:role/firehose'
const BUCKET = 'arn:aws:s3:::logs'

function message(operation: keyof typeof INPUTS, input: object): string {
  try {
    validate(INPUTS[operation], input)
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

const create = (extended: object): string =>
  message('CreateDeliveryStream', {
    DeliveryStreamName: 'x',
    ExtendedS3DestinationConfiguration: { RoleARN: ROLE, BucketARN: BUCKET, ...extended },
  })

const PATH = 'extendedS3DestinationConfiguration'
const at = (path: string, text: string): string =>
  `Value at '${PATH}.${path}' failed to satisfy constraint: ${text}`

test('a destination with everything is accepted', () => {
  const text = create({
    Prefix: 'logs/!{timestamp:yyyy/MM/dd}/',
    ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
    BufferingHints: { SizeInMBs: 128, IntervalInSeconds: 0 },
    CompressionFormat: 'HADOOP_SNAPPY',
    FileExtension: '.json.gz',
    CustomTimeZone: 'Asia/Tokyo',
    EncryptionConfiguration: {
      KMSEncryptionConfig: { AWSKMSKeyARN: 'arn:aws:kms:eu-west-1:123456789012:key/abc-1' },
    },
    ProcessingConfiguration: {
      Enabled: true,
      Processors: [{ Type: 'Lambda', Parameters: [{ ParameterName: 'LambdaArn', ParameterValue: 'arn' }] }],
    },
    S3BackupConfiguration: { RoleARN: ROLE, BucketARN: BUCKET },
  })
  assert.equal(text, '')
})

test('the names and records of puts', () => {
  assert.equal(
    message('PutRecordBatch', { DeliveryStreamName: 'a b' }),
    "2 validation errors detected: Value at 'records' failed to satisfy constraint: Member must not be null; " +
      "Value at 'deliveryStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
  )
  const batch = (bytes: number, count: number): string =>
    message('PutRecordBatch', {
      DeliveryStreamName: 'a',
      Records: Array.from({ length: count }, () => ({ Data: Buffer.alloc(bytes) })),
    })
  assert.equal(batch(1_024_000, 1), '')
  assert.equal(batch(0, 500), '')
  assert.match(batch(1_024_001, 1), /'records\.1\.member\.data' .* less than or equal to 1024000$/)
  assert.match(batch(0, 501), /'records' .* less than or equal to 500$/)
})

// What follows was captured from AWS: the texts and their order.
test('compression, extension, processors', () => {
  assert.equal(
    create({ CompressionFormat: 'BROTLI' }),
    `1 validation error detected: ${at('compressionFormat', 'Member must satisfy enum value set: [ZIP, HADOOP_SNAPPY, Snappy, GZIP, UNCOMPRESSED]')}`,
  )
  assert.match(create({ FileExtension: '.Custom' }), /pattern: \^\$\|\\\.\[0-9a-z!\\-_\.\*'\(\)\]\+$/)
  for (const extension of ['', '.gz', '..', ".a-b_c!*'()"])
    assert.equal(create({ FileExtension: extension }), '')
  const processing = (processor: object): string =>
    create({ ProcessingConfiguration: { Enabled: true, Processors: [processor] } })
  assert.equal(
    processing({ Type: 'Bogus' }),
    `1 validation error detected: ${at(
      'processingConfiguration.processors.1.member.type',
      'Member must satisfy enum value set: [Decompression, Lambda, RecordDeAggregation, MetadataExtraction, AppendDelimiterToRecord, CloudWatchLogProcessing]',
    )}`,
  )
  assert.equal(
    processing({ Type: 'Lambda', Parameters: [{ ParameterName: 'Bogus', ParameterValue: 'x' }] }),
    `1 validation error detected: ${at(
      'processingConfiguration.processors.1.member.parameters.1.member.parameterName',
      'Member must satisfy enum value set: [DataMessageExtraction, NumberOfRetries, Delimiter, RoleArn, JsonParsingEngine, SubRecordType, MetadataExtractionQuery, BufferIntervalInSeconds, LambdaArn, BufferSizeInMBs, CompressionFormat]',
    )}`,
  )
  const parameter = 'processingConfiguration.processors.1.member.parameters.1.member.parameterValue'
  assert.equal(
    processing({ Type: 'Lambda', Parameters: [{ ParameterName: 'LambdaArn', ParameterValue: '' }] }),
    `2 validation errors detected: ${at(parameter, 'Member must have length greater than or equal to 1')}; ${at(
      parameter,
      'Member must satisfy regular expression pattern: ^(?!\\s*$).+',
    )}`,
  )
})

test('violations come in the order of AWS', () => {
  const paths = (text: string): string[] =>
    [...text.matchAll(/Value at '([^']+)'/g)].map(([, path]) => path!.split('.').at(-1)!)
  const convert = (configuration: object): string[] =>
    paths(create({ DataFormatConversionConfiguration: configuration }))
  const output = (serializer: object): object => ({ OutputFormatConfiguration: { Serializer: serializer } })
  const parquet = {
    MaxPaddingBytes: -1,
    BlockSizeBytes: 1,
    PageSizeBytes: 1,
    Compression: 'ZSTD',
    WriterVersion: 'V3',
  }
  const orc = {
    StripeSizeBytes: 1,
    BlockSizeBytes: 1,
    RowIndexStride: 1,
    PaddingTolerance: -1,
    Compression: 'ZSTD',
    BloomFilterFalsePositiveProbability: 2,
    DictionaryKeyThreshold: 2,
    FormatVersion: 'V0_10',
  }
  assert.deepEqual(convert(output({ ParquetSerDe: parquet })), [
    'maxPaddingBytes',
    'blockSizeBytes',
    'pageSizeBytes',
    'compression',
    'writerVersion',
  ])
  assert.deepEqual(convert(output({ OrcSerDe: orc })), [
    'dictionaryKeyThreshold',
    'blockSizeBytes',
    'rowIndexStride',
    'paddingTolerance',
    'stripeSizeBytes',
    'compression',
    'formatVersion',
    'bloomFilterFalsePositiveProbability',
  ])
  const wrong = ['CatalogId', 'DatabaseName', 'TableName', 'Region', 'VersionId', 'RoleARN'].map((name) => [
    name,
    'a b',
  ])
  assert.deepEqual(convert({ SchemaConfiguration: Object.fromEntries(wrong) }), [
    'versionId',
    'catalogId',
    'databaseName',
    'roleARN',
    'region',
    'tableName',
  ])
  assert.deepEqual(
    convert({
      SchemaConfiguration: { TableName: 'g h' },
      InputFormatConfiguration: {
        Deserializer: { OpenXJsonSerDe: { ColumnToJsonKeyMappings: { 'a b': 'v' } } },
      },
      ...output({ OrcSerDe: { RowIndexStride: 1 }, ParquetSerDe: { PageSizeBytes: 1 } }),
    }),
    ['pageSizeBytes', 'rowIndexStride', 'columnToJsonKeyMappings', 'tableName'],
  )
})

test('every pattern of every shape can be tried', () => {
  let patterns = 0
  const visit = (shape: Shape): void => {
    if (shape.type === 'structure') Object.values(shape.members).forEach(visit)
    if (shape.type === 'list') visit(shape.member)
    if (shape.type === 'map') [shape.key, shape.value].forEach(visit)
    if (shape.type !== 'string' || shape.pattern === undefined) return
    patterns += 1
    const tryIt = (): unknown => validate({ type: 'structure', members: { X: shape } }, { X: ':\n\0' })
    assert.throws(tryIt, { name: 'ValidationException' }, shape.pattern)
  }
  Object.values(INPUTS).forEach(visit)
  assert.ok(patterns > 100, String(patterns))
})
