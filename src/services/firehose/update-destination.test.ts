import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HozonError } from '../../base/errors.ts'
import type { ExtendedS3Destination } from './definition.ts'
import { DESTINATION_ID } from './destination-id.ts'
import { BUCKET, ROLE, callOperation, createInput, fault, type Answer } from './testing/call.ts'
import { createTestFirehose, type TestFirehose } from './testing/memory-streams.ts'
import { testPipelineStream } from './testing/pipeline-stream.ts'

async function withStream(destination: object = {}): Promise<TestFirehose> {
  const firehose = createTestFirehose()
  await callOperation(firehose.context, 'CreateDeliveryStream', createInput('s', destination))
  return firehose
}

const request = (change: object, version = '1'): Record<string, unknown> => ({
  DeliveryStreamName: 's',
  CurrentDeliveryStreamVersionId: version,
  DestinationId: DESTINATION_ID,
  ExtendedS3DestinationUpdate: change,
})

const send = ({ context }: TestFirehose, input: object): Promise<Answer> =>
  callOperation(context, 'UpdateDestination', input)

const update = (firehose: TestFirehose, change: object): Promise<Answer> =>
  send(firehose, request(change, String(firehose.streams.find('s')!.definition.version)))

const stored = ({ streams }: TestFirehose): ExtendedS3Destination => streams.find('s')!.definition.destination

const refused = (firehose: TestFirehose, change: object, message: string | RegExp): Promise<void> =>
  assert.rejects(update(firehose, change), fault('InvalidArgumentException', message))

test('what is given changes, the rest stays', async () => {
  const firehose = await withStream({
    Prefix: 'old/',
    ErrorOutputPrefix: 'errors/',
    CompressionFormat: 'GZIP',
  })
  firehose.clock.nowMs += 5000
  assert.deepEqual(await update(firehose, { Prefix: 'new/' }), {})
  const { definition } = firehose.streams.find('s')!
  assert.equal(definition.version, 2)
  assert.equal(definition.updatedMs, firehose.clock.nowMs)
  assert.deepEqual(definition.destination, {
    RoleARN: ROLE,
    BucketARN: BUCKET,
    Prefix: 'new/',
    ErrorOutputPrefix: 'errors/',
    BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 300 },
    CompressionFormat: 'GZIP',
    EncryptionConfiguration: { NoEncryptionConfig: 'NoEncryption' },
    CloudWatchLoggingOptions: { Enabled: false },
    S3BackupMode: 'Disabled',
  })
  await update(firehose, { Prefix: '', BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 } })
  assert.equal(stored(firehose).Prefix, undefined)
  assert.deepEqual(stored(firehose).BufferingHints, { SizeInMBs: 1, IntervalInSeconds: 0 })
  await refused(firehose, { BufferingHints: { SizeInMBs: 9 } }, /Both SizeInMBs and IntervalInSeconds/)
})

test('the older S3DestinationUpdate does the same', async () => {
  const firehose = await withStream({ FileExtension: '.log' })
  const { ExtendedS3DestinationUpdate: _, ...input } = request({})
  await send(firehose, { ...input, S3DestinationUpdate: { Prefix: 'p/' } })
  assert.equal(stored(firehose).Prefix, 'p/')
  assert.equal(stored(firehose).FileExtension, '.log')
})

test('errors, in AWS’s words', async () => {
  const firehose = await withStream()
  await assert.rejects(
    send(firehose, { ...request({}), DeliveryStreamName: 'foo' }),
    fault('ResourceNotFoundException', 'Firehose foo under accountId 123456789012 not found.'),
  )
  await assert.rejects(
    send(firehose, request({}, '2')),
    fault(
      'ConcurrentModificationException',
      'Cannot update firehose: s since the current version id: 1 and specified version id: 2 do not match',
    ),
  )
  await assert.rejects(
    send(firehose, { ...request({}), DestinationId: 'destinationId-000000000009' }),
    fault('InvalidArgumentException', 'Destination Id destinationId-000000000009 not found'),
  )
  const { ExtendedS3DestinationUpdate: _, ...nothing } = request({})
  await assert.rejects(
    send(firehose, nothing),
    fault('InvalidArgumentException', 'Exactly one destination configuration is supported for a Firehose'),
  )
  await assert.rejects(
    send(firehose, { ...nothing, HttpEndpointDestinationUpdate: {} }),
    fault(
      'InvalidArgumentException',
      'Changing the destination type to or from HttpEndpoint is not supported at this time.',
    ),
  )
  assert.equal(firehose.streams.find('s')?.definition.version, 1)
})

test('of two updates at once with one version, one succeeds', async () => {
  const firehose = await withStream()
  const updates = ['a/', 'b/'].map((Prefix) => send(firehose, request({ Prefix })))
  const [first, second] = await Promise.allSettled(updates)
  assert.equal(first?.status, 'fulfilled')
  assert.equal(
    second?.status === 'rejected' && (second.reason as Error).name,
    'ConcurrentModificationException',
  )
  assert.equal(stored(firehose).Prefix, 'a/')
  assert.equal(firehose.streams.atOnce(), 1)
})

test('a refused update changes nothing, and the next one gets its turn', async () => {
  const firehose = await withStream()
  await refused(firehose, { Prefix: '!{bogus:x}' }, /invalid keyword/)
  assert.equal(stored(firehose).Prefix, undefined)
  await update(firehose, { Prefix: 'p/' })
  assert.equal(firehose.streams.find('s')?.definition.version, 2)
})

const CONVERSION = {
  SchemaConfiguration: { RoleARN: ROLE, DatabaseName: 'db', TableName: 'table' },
  InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
  OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
}

test('conversion merges member by member, and the whole is checked', async () => {
  const firehose = await withStream({ DataFormatConversionConfiguration: CONVERSION })
  const change = (DataFormatConversionConfiguration: object, other: object = {}): Promise<Answer> =>
    update(firehose, { DataFormatConversionConfiguration, ...other })
  await change({ SchemaConfiguration: { TableName: 'other' } })
  await change({ InputFormatConfiguration: { Deserializer: { HiveJsonSerDe: {} } } })
  await change({ Enabled: false })
  assert.deepEqual(stored(firehose).DataFormatConversionConfiguration, {
    ...CONVERSION,
    SchemaConfiguration: { RoleARN: ROLE, DatabaseName: 'db', TableName: 'other' },
    InputFormatConfiguration: { Deserializer: { HiveJsonSerDe: {} } },
    Enabled: false,
  })
  await update(firehose, { CompressionFormat: 'GZIP' })
  const enabled = { Enabled: true }
  await refused(firehose, { DataFormatConversionConfiguration: enabled }, /must be set to UNCOMPRESSED/)
  await change(enabled, { CompressionFormat: 'UNCOMPRESSED' })
  assert.equal(stored(firehose).DataFormatConversionConfiguration?.Enabled, true)
})

test('conversion needs larger buffers than a plain stream has', async () => {
  await refused(
    await withStream(),
    { DataFormatConversionConfiguration: CONVERSION },
    'BufferingHints.SizeInMBs must be at least 64 when data format conversion is enabled.',
  )
})

const lambda = (...parameters: [string, string][]): object => ({
  Enabled: true,
  Processors: [
    {
      Type: 'Lambda',
      Parameters: parameters.map(([ParameterName, ParameterValue]) => ({ ParameterName, ParameterValue })),
    },
  ],
})

test('processing is replaced as a whole', async () => {
  const LambdaArn = 'arn:aws:lambda:eu-central-1:123456789012:function:f'
  const firehose = await withStream({ ProcessingConfiguration: lambda(['LambdaArn', LambdaArn]) })
  await refused(
    firehose,
    { ProcessingConfiguration: lambda(['NumberOfRetries', '7']) },
    'LambdaArn is required when Lambda processor is used.',
  )
  await update(firehose, { Prefix: 'p/' })
  assert.equal(stored(firehose).ProcessingConfiguration?.Processors?.[0]?.Parameters?.length, 5)
  await update(firehose, { ProcessingConfiguration: { Enabled: false } })
  assert.deepEqual(stored(firehose).ProcessingConfiguration, { Enabled: false })
})

test('backup can be enabled later, and then not disabled', async () => {
  const firehose = await withStream()
  await refused(
    firehose,
    { S3BackupMode: 'Enabled' },
    'S3 backup destination configuration is required when enabling S3 backup.',
  )
  await refused(
    firehose,
    { S3BackupMode: 'Enabled', S3BackupUpdate: { Prefix: 'b/' } },
    /RoleARN and BucketARN/,
  )
  await update(firehose, {
    S3BackupMode: 'Enabled',
    S3BackupUpdate: { RoleARN: ROLE, BucketARN: BUCKET, Prefix: 'b/' },
  })
  await update(firehose, { S3BackupUpdate: { CompressionFormat: 'ZIP' } })
  assert.equal(stored(firehose).S3BackupDescription?.Prefix, 'b/')
  assert.equal(stored(firehose).S3BackupDescription?.CompressionFormat, 'ZIP')
  await refused(firehose, { S3BackupMode: 'Disabled' }, 'S3 backup cannot be disabled once it is enabled.')
})

test('dynamic partitioning is decided when the stream is created', async () => {
  const DynamicPartitioningConfiguration = { Enabled: true }
  await refused(await withStream(), { DynamicPartitioningConfiguration }, /cannot be enabled for an existing/)
  const extraction = (MetadataExtractionQuery: string): object => {
    const parameters = { JsonParsingEngine: 'JQ-1.6', MetadataExtractionQuery }
    const Parameters = Object.entries(parameters).map(([ParameterName, ParameterValue]) => ({
      ParameterName,
      ParameterValue,
    }))
    return { Enabled: true, Processors: [{ Type: 'MetadataExtraction', Parameters }] }
  }
  const firehose = await withStream({
    DynamicPartitioningConfiguration,
    Prefix: '!{partitionKeyFromQuery:a}/',
    ErrorOutputPrefix: 'errors/',
    ProcessingConfiguration: extraction('{a:.a}'),
  })
  await refused(
    firehose,
    { DynamicPartitioningConfiguration: { Enabled: false } },
    /cannot be disabled for an existing/,
  )
  await refused(firehose, { ProcessingConfiguration: extraction('{a:.a') }, /not a valid JQ program/)
  await update(firehose, { ProcessingConfiguration: extraction('{a:.b}') })
  await update(firehose, { DynamicPartitioningConfiguration: { RetryOptions: { DurationInSeconds: 9 } } })
  assert.deepEqual(stored(firehose).DynamicPartitioningConfiguration, {
    Enabled: true,
    RetryOptions: { DurationInSeconds: 9 },
  })
})

test('a stream of the pipeline file is changed in the file', async () => {
  const firehose = createTestFirehose()
  testPipelineStream(firehose, 's')
  const message =
    'Firehose s is defined in the pipeline file; change or remove it there, not through the API.'
  await refused(firehose, { Prefix: 'p/' }, message)
  await assert.rejects(
    callOperation(firehose.context, 'DeleteDeliveryStream', { DeliveryStreamName: 's' }),
    fault('InvalidArgumentException', message),
  )
})

test('a bucket that can not be had leaves the stream as it is', async () => {
  const firehose = await withStream()
  firehose.streams.changeFault = new HozonError('HOZON_STORE_NO_BUCKET', '404', { op: 'open bucket' })
  const other = 'arn:aws:s3:::missing'
  await refused(firehose, { BucketARN: other }, `The specified bucket does not exist: ${other}`)
  assert.equal(stored(firehose).BucketARN, BUCKET)
})
