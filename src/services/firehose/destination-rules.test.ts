import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExtendedS3Destination } from './definition.ts'
import { createDestination } from './destination.ts'
import type { ExtendedS3DestinationInput } from './inputs.ts'
import { BUCKET, ROLE, fault } from './testing/call.ts'

type Input = ExtendedS3DestinationInput
const LAMBDA = 'arn:aws:lambda:eu-central-1:123456789012:function:redact'

const create = (input: Input): ExtendedS3Destination =>
  createDestination({ RoleARN: ROLE, BucketARN: BUCKET, ...input })

function refused(input: Input, message: string | RegExp): void {
  assert.throws(() => create(input), fault('InvalidArgumentException', message), JSON.stringify(input))
}

const processor = (Type: string, parameters: Record<string, string> = {}) => ({
  Type,
  Parameters: Object.entries(parameters).map(([ParameterName, ParameterValue]) => ({
    ParameterName,
    ParameterValue,
  })),
})

const processing = (...Processors: ReturnType<typeof processor>[]): Input => ({
  ProcessingConfiguration: { Enabled: true, Processors },
})

const RULE = 'Ths supplied prefix(es) do not satisfy the following constraint: '
const ERRORS = 'errors/!{firehose:error-output-type}/'

const PREFIXES: [Input, string | RegExp][] = [
  [
    { Prefix: 'a/!{timestamp:yyyy}/' },
    `${RULE}ErrorOutputPrefix cannot be null or empty when Prefix contains expressions`,
  ],
  [{ Prefix: 'a/!{timestamp:yyyy', ErrorOutputPrefix: ERRORS }, `${RULE}Invalid expression usage`],
  [{ Prefix: 'a/!{yyyy}', ErrorOutputPrefix: ERRORS }, `${RULE}Invalid expression usage`],
  [
    { Prefix: 'a/!{bogus:yyyy}/', ErrorOutputPrefix: ERRORS },
    `${RULE}Namespace to the left of colon (bogus) is an invalid keyword!`,
  ],
  [
    { Prefix: 'a/!{firehose:error-output-type}/', ErrorOutputPrefix: ERRORS },
    `${RULE}Prefix must not contain any occurrence of !{firehose:error-output-type}`,
  ],
  [
    { Prefix: 'a/!{firehose:nonsense}/', ErrorOutputPrefix: ERRORS },
    `${RULE}Invalid conversion character used in the value of the expression in Prefix`,
  ],
  [
    { Prefix: 'a/!{timestamp:yyyy-bb}/', ErrorOutputPrefix: ERRORS },
    /^Ths supplied .*Invalid conversion character used in the value of the expression in Prefix/,
  ],
  [
    { ErrorOutputPrefix: 'e/!{timestamp:yyyy}/' },
    `${RULE}ErrorOutputPrefix must contain at least one occurrence of !{firehose:error-output-type}`,
  ],
  [
    { ErrorOutputPrefix: `${ERRORS}!{timestamp:bb}/` },
    /Invalid conversion character used in the value of the expression in ErrorOutputPrefix/,
  ],
  [
    { ErrorOutputPrefix: '!{partitionKeyFromQuery:a}/' },
    "Dynamic Partitioning Namespaces can't be part of an error prefix expression",
  ],
  [
    { Prefix: '!{partitionKeyFromQuery:a}/', ErrorOutputPrefix: ERRORS },
    'Dynamic Partitioning Namespaces can only be part of a prefix expression when Dynamic Partitioning is enabled.',
  ],
  [{ Prefix: 'x'.repeat(513) }, `${RULE}Length of evaluated prefix cannot be greater than 512`],
  [
    { ErrorOutputPrefix: 'x'.repeat(513) },
    `${RULE}Length of evaluated ErrorOutputPrefix cannot be greater than 512`,
  ],
  [
    { Prefix: '\u00e9'.repeat(512) },
    `${RULE}Length of evaluated prefix cannot be greater than 512 (768 bytes)`,
  ],
  [
    { Prefix: '!{timestamp:zzzz}/'.repeat(50), ErrorOutputPrefix: ERRORS },
    `${RULE}Length of evaluated prefix cannot be greater than 512 (768 bytes)`,
  ],
  [{ Prefix: 'a\ud800' }, `${RULE}The prefix must be valid Unicode`],
  [
    { Prefix: '_hozon/streams/s/' },
    `${RULE}The prefix must not begin with _hozon/: that folder is the server's own`,
  ],
  [
    { Prefix: "!{timestamp:'_hozon/'yyyy}/", ErrorOutputPrefix: ERRORS },
    /The prefix must not begin with _hozon/,
  ],
  [{ ErrorOutputPrefix: `_Hozon/${ERRORS}` }, /The ErrorOutputPrefix must not begin with _hozon/],
  [{ ErrorOutputPrefix: '\udc00/' }, `${RULE}The ErrorOutputPrefix must be valid Unicode`],
]

test('prefixes that AWS refuses', () => {
  for (const [input, message] of PREFIXES) refused(input, message)
})

test('prefixes that AWS takes', () => {
  create({ Prefix: 'x'.repeat(512), ErrorOutputPrefix: 'errors' })
  create({ Prefix: 'a/!{timestamp:yyyy/MM}/!{firehose:random-string}/', ErrorOutputPrefix: 'errors' })
  create({ Prefix: "!{timestamp:'year='yyyy}/", ErrorOutputPrefix: ERRORS })
  create({ Prefix: '_hozon', ErrorOutputPrefix: 'a/_hozon/' })
  assert.equal(create({ Prefix: '' }).Prefix, undefined)
})

test('buckets that can not be', () => {
  for (const name of ['..', 'a', 'UPPER', 'under_score', 'a..b', '-a-', 'x'.repeat(64), '.hozon-x']) {
    const BucketARN = `arn:aws:s3:::${name}`
    refused({ BucketARN }, /^The specified bucket is not valid: /)
    refused(
      { S3BackupMode: 'Enabled', S3BackupConfiguration: { RoleARN: ROLE, BucketARN } },
      /^The specified bucket is not valid: /,
    )
  }
})

test('the backup’s prefixes are under the same rules', () => {
  const S3BackupConfiguration = { RoleARN: ROLE, BucketARN: BUCKET, Prefix: 'a/!{timestamp:yyyy}/' }
  refused({ S3BackupMode: 'Enabled', S3BackupConfiguration }, /ErrorOutputPrefix cannot be null or empty/)
  for (const which of ['Prefix', 'ErrorOutputPrefix']) {
    const ours = { RoleARN: ROLE, BucketARN: BUCKET, [which]: '_hozon/runs/s/' }
    refused({ S3BackupMode: 'Enabled', S3BackupConfiguration: ours }, /must not begin with _hozon/)
  }
  const backup = (IntervalInSeconds: number): Input => ({
    S3BackupMode: 'Enabled',
    S3BackupConfiguration: {
      RoleARN: ROLE,
      BucketARN: BUCKET,
      BufferingHints: { SizeInMBs: 5, IntervalInSeconds },
    },
  })
  refused(backup(0), /^BufferingHints.IntervalInSeconds must be greater than 0: zero buffering/)
  create(backup(1))
  refused(
    { S3BackupMode: 'Enabled' },
    'S3 backup destination configuration is required when enabling S3 backup.',
  )
})

const LAMBDA_PAIR =
  'Both BufferSizeInMBs and BufferIntervalInSeconds are required to configure buffering for lambda processor.'
const buffered = (size: string, interval: string): Input =>
  processing(
    processor('Lambda', { LambdaArn: LAMBDA, BufferSizeInMBs: size, BufferIntervalInSeconds: interval }),
  )
const onlyPartitioned = (type: string): string =>
  `class com.amazonaws.services.firehose.internal.model.${type}Processor can only be present when Dynamic Partitioning is enabled.`
const COUNT = 'A maximum of 5 and a minimum of 1 processor needs to be supplied when processing is enabled.'
const JQ = { JsonParsingEngine: 'JQ-1.6', MetadataExtractionQuery: '{a:.a}' }

const PROCESSORS: [Input, string | RegExp][] = [
  [processing(), COUNT],
  [processing(...Array.from({ length: 6 }, () => processor('AppendDelimiterToRecord'))), COUNT],
  [processing(processor('Lambda')), 'LambdaArn is required when Lambda processor is used.'],
  [processing(processor('Lambda', { LambdaArn: 'not-an-arn' })), 'Invalid lambda ARN.'],
  [processing(processor('Lambda', { LambdaArn: `${LAMBDA}?` })), 'Invalid lambda ARN.'],
  [processing(processor('Lambda', { LambdaArn: LAMBDA, BufferSizeInMBs: '1' })), LAMBDA_PAIR],
  [processing(processor('Lambda', { LambdaArn: LAMBDA, BufferIntervalInSeconds: '60' })), LAMBDA_PAIR],
  [buffered('0.19', '60'), 'BufferSizeInMBs for lambda processor must be between 0.2 and 3.'],
  [buffered('3.1', '60'), 'BufferSizeInMBs for lambda processor must be between 0.2 and 3.'],
  [buffered('1', '901'), 'BufferIntervalInSeconds for lambda processor must be between 0 and 900.'],
  [buffered('1', 'x'), 'BufferIntervalInSeconds for lambda processor must be between 0 and 900.'],
  [
    processing(processor('Lambda', { LambdaArn: LAMBDA, NumberOfRetries: '301' })),
    'Number of retries for lambda must be between 0 and 300.',
  ],
  [
    processing(processor('Lambda', { LambdaArn: LAMBDA }), processor('Lambda', { LambdaArn: LAMBDA })),
    'Cannot have more than 1 Lambda processor.',
  ],
  [processing(processor('MetadataExtraction', JQ)), onlyPartitioned('MetadataExtraction')],
  [
    processing(processor('MetadataExtraction', { ...JQ, JsonParsingEngine: 'JQ-1.7' })),
    'MetaDataExtraction JSON Parsing Engine has to be one of JQ-1.6',
  ],
  [
    processing(processor('RecordDeAggregation', { SubRecordType: 'JSON' })),
    onlyPartitioned('RecordDeAggregation'),
  ],
  [
    processing(processor('RecordDeAggregation', { SubRecordType: 'XML' })),
    'SubRecordType has to be one of JSON, DELIMITED',
  ],
  [
    processing(processor('RecordDeAggregation', { SubRecordType: 'DELIMITED' })),
    'Delimiter should be present for DELIMITED',
  ],
  [processing(processor('RecordDeAggregation', { SubRecordType: 'DELIMITED', Delimiter: '####' })), /base64/],
  [
    processing(processor('CloudWatchLogProcessing', { DataMessageExtraction: 'true' })),
    'CloudWatchLogProcessingProcessor can only be enabled with DecompressionProcessor',
  ],
  [
    processing(processor('Decompression'), processor('CloudWatchLogProcessing')),
    'Invalid parameter value for DataMessageExtraction. Allowed values are True and False.',
  ],
  [processing(processor('Decompression', { CompressionFormat: 'ZIP' })), /CompressionFormat/],
]

test('processors that AWS refuses', () => {
  for (const [input, message] of PROCESSORS) refused(input, message)
  const twice = processor('Lambda')
  twice.Parameters = [
    { ParameterName: 'NumberOfRetries', ParameterValue: '1' },
    { ParameterName: 'NumberOfRetries', ParameterValue: '2' },
  ]
  refused(processing(twice), 'Duplicate ProcessorParameter passed to ProcessingConfiguration.')
})

test('five processors are not too many', () => {
  create(
    partitioned(
      processing(
        processor('Decompression'),
        processor('RecordDeAggregation', { SubRecordType: 'JSON' }),
        processor('Lambda', { LambdaArn: LAMBDA }),
        processor('MetadataExtraction', JQ),
        processor('AppendDelimiterToRecord'),
      ),
    ),
  )
})

test('a Lambda processor is stored with all its parameters, in AWS’s order', () => {
  const { ProcessingConfiguration } = create({
    ProcessingConfiguration: {
      Processors: [
        processor('Lambda', {
          BufferIntervalInSeconds: '0',
          BufferSizeInMBs: '0.2',
          LambdaArn: `${LAMBDA}:$LATEST`,
        }),
      ],
    },
  })
  assert.deepEqual(ProcessingConfiguration, {
    Enabled: false,
    Processors: [
      processor('Lambda', {
        LambdaArn: `${LAMBDA}:$LATEST`,
        NumberOfRetries: '3',
        RoleArn: ROLE,
        BufferSizeInMBs: '0.2',
        BufferIntervalInSeconds: '0',
      }),
    ],
  })
})

const conversion = (change: object = {}): Input => ({
  DataFormatConversionConfiguration: {
    SchemaConfiguration: { RoleARN: ROLE, DatabaseName: 'db', TableName: 'table' },
    InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
    OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
    ...change,
  },
})

const SMALL = { SizeInMBs: 63, IntervalInSeconds: 60 }
const COMPRESSED =
  "The S3 destination's compression format must be set to UNCOMPRESSED when data format conversion is enabled. To enable compression within the converted output format, set the appropriate serialization option in the output format configuration."
const deserializer = (Deserializer: object): Input =>
  conversion({ InputFormatConfiguration: { Deserializer } })
const serializer = (Serializer: object): Input => conversion({ OutputFormatConfiguration: { Serializer } })
const schema = (SchemaConfiguration: object): Input => conversion({ SchemaConfiguration })

const CONVERSIONS: [Input, string | RegExp][] = [
  [{ DataFormatConversionConfiguration: {}, BufferingHints: SMALL, CompressionFormat: 'GZIP' }, COMPRESSED],
  [
    { DataFormatConversionConfiguration: {}, BufferingHints: SMALL },
    'BufferingHints.SizeInMBs must be at least 64 when data format conversion is enabled.',
  ],
  [{ DataFormatConversionConfiguration: {} }, 'InputFormatConfiguration must not be null'],
  [
    { DataFormatConversionConfiguration: { InputFormatConfiguration: {} } },
    'OutputFormatConfiguration must not be null',
  ],
  [
    {
      DataFormatConversionConfiguration: { InputFormatConfiguration: {}, OutputFormatConfiguration: {} },
    },
    'SchemaConfiguration must not be null',
  ],
  [deserializer({}), 'Deserializer must not be null'],
  [
    deserializer({ OpenXJsonSerDe: {}, HiveJsonSerDe: {} }),
    'More than one deserializer specified. Only one may be chosen.',
  ],
  [serializer({}), 'Serializer must not be null'],
  [
    serializer({ ParquetSerDe: {}, OrcSerDe: {} }),
    'More than one serializer specified. Only one may be chosen.',
  ],
  [serializer({ OrcSerDe: {} }), /^OrcSerDe is not supported/],
  [schema({}), 'SchemaConfiguration.RoleArn must not be null or empty'],
  [schema({ RoleARN: ROLE }), 'SchemaConfiguration.DatabaseName must not be null or empty'],
  [schema({ RoleARN: ROLE, DatabaseName: 'db' }), 'SchemaConfiguration.TableName must not be null or empty'],
]

test('conversions that AWS refuses, in its order', () => {
  for (const [input, message] of CONVERSIONS) refused(input, message)
})

test('conversion has larger buffers, and none of the rules where it is not enabled', () => {
  const converted = create(conversion())
  assert.deepEqual(converted.BufferingHints, { SizeInMBs: 128, IntervalInSeconds: 300 })
  assert.equal(converted.DataFormatConversionConfiguration?.Enabled, true)
  create({ ...conversion(), BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 0 } })
  const off = create({
    ...serializer({ OrcSerDe: {} }),
    BufferingHints: SMALL,
    CompressionFormat: 'GZIP',
    ...conversion({ Enabled: false }),
  })
  assert.equal(off.DataFormatConversionConfiguration?.Enabled, false)
})

const partitioned = (change: Input = {}): Input => ({
  DynamicPartitioningConfiguration: { Enabled: true },
  Prefix: 'customer=!{partitionKeyFromQuery:a}/',
  ErrorOutputPrefix: ERRORS,
  ...processing(processor('MetadataExtraction', JQ)),
  ...change,
})

const PARTITIONED: [Input, string | RegExp][] = [
  [
    { BufferingHints: SMALL },
    'BufferingHints.SizeInMBs must be at least 64 when Dynamic Partitioning is enabled.',
  ],
  [
    { BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 59 } },
    'BufferingHints.IntervalInSeconds must be at least 60 seconds when Dynamic Partitioning is enabled.',
  ],
  [
    processing(processor('AppendDelimiterToRecord')),
    'Processing Configuration is not enabled when DataPartitioning is enabled',
  ],
  [
    { Prefix: 'a/' },
    'S3 Prefix should contain Dynamic Partitioning namespaces when Dynamic Partitioning is enabled',
  ],
  [
    { Prefix: '!{partitionKeyFromQuery:a}/!{partitionKeyFromLambda:b}/' },
    'Lambda should be present when S3 Prefix contains keys from partitionKeyFromLambda namespace',
  ],
  [
    processing(processor('Lambda', { LambdaArn: LAMBDA })),
    'MetadataExtraction processor should be present when S3 Prefix has partitionKeyFromQuery namespace',
  ],
  [
    processing(
      processor('MetadataExtraction', { ...JQ, MetadataExtractionQuery: '{a: .a, b : .b.c|tostring}' }),
    ),
    "MetaDataExtraction JQ Query can't contain keys that are not present in the S3 Prefix expression",
  ],
]

test('dynamic partitioning that AWS refuses', () => {
  for (const [change, message] of PARTITIONED) refused(partitioned(change), message)
  const { ErrorOutputPrefix: _, ...without } = partitioned()
  refused(without, /ErrorOutputPrefix cannot be null or empty/)
})

test('dynamic partitioning that AWS takes', () => {
  assert.equal(create(partitioned()).BufferingHints.SizeInMBs, 128)
  create(partitioned({ BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 } }))
  create(
    partitioned(
      processing(processor('MetadataExtraction', { ...JQ, MetadataExtractionQuery: '.x | {a, "b": 1}' })),
    ),
  )
})

test('logging, encryption, hints, time zones', () => {
  refused(
    { CloudWatchLoggingOptions: { Enabled: true } },
    'CloudWatch Log Group Name is required if CloudWatch Logging is enabled',
  )
  refused(
    { CloudWatchLoggingOptions: { Enabled: true, LogGroupName: 'g' } },
    'CloudWatch Log Stream Name is required if CloudWatch Logging is enabled',
  )
  refused(
    {
      EncryptionConfiguration: {
        NoEncryptionConfig: 'NoEncryption',
        KMSEncryptionConfig: { AWSKMSKeyARN: 'arn:aws:kms:eu-central-1:123456789012:key/one' },
      },
    },
    /Only one of/,
  )
  refused({ BufferingHints: { SizeInMBs: 5 } }, /Both SizeInMBs and IntervalInSeconds/)
  refused({ BufferingHints: { IntervalInSeconds: 5 } }, /Both SizeInMBs and IntervalInSeconds/)
  for (const CustomTimeZone of ['Mars/Phobos', 'EST'])
    refused({ CustomTimeZone }, /^Provided custom time zone is not supported\./)
  assert.equal(create({ CustomTimeZone: 'Asia/Tokyo' }).CustomTimeZone, 'Asia/Tokyo')
  assert.equal(create({ CustomTimeZone: '', FileExtension: '' }).FileExtension, undefined)
  assert.deepEqual(create({ BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 } }).BufferingHints, {
    SizeInMBs: 1,
    IntervalInSeconds: 0,
  })
})
