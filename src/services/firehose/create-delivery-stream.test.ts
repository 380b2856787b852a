import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HozonError } from '../../base/errors.ts'
import { BUCKET, ROLE, callOperation, createInput, fault, type Answer } from './testing/call.ts'
import { testPipelineStream } from './testing/pipeline-stream.ts'
import { TEST_NOW_MS, createTestFirehose, testCall, type TestFirehose } from './testing/memory-streams.ts'

const create = (firehose: TestFirehose, input: object): Promise<Answer> =>
  callOperation(firehose.context, 'CreateDeliveryStream', input)

const refused = (firehose: TestFirehose, input: object, message: string | RegExp): Promise<void> =>
  assert.rejects(create(firehose, input), fault('InvalidArgumentException', message))

test('a stream with nothing but a bucket has AWS’s defaults', async () => {
  const firehose = createTestFirehose()
  const answer = await create(firehose, createInput('web-access'))
  assert.deepEqual(answer, {
    DeliveryStreamARN: 'arn:aws:firehose:eu-central-1:123456789012:deliverystream/web-access',
  })
  assert.deepEqual(firehose.streams.find('web-access')?.definition, {
    name: 'web-access',
    arn: answer['DeliveryStreamARN'],
    region: 'eu-central-1',
    type: 'DirectPut',
    createdMs: TEST_NOW_MS,
    updatedMs: undefined,
    version: 1,
    destination: {
      RoleARN: ROLE,
      BucketARN: BUCKET,
      BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 300 },
      CompressionFormat: 'UNCOMPRESSED',
      EncryptionConfiguration: { NoEncryptionConfig: 'NoEncryption' },
      CloudWatchLoggingOptions: { Enabled: false },
      S3BackupMode: 'Disabled',
    },
    tags: [],
    encryption: { status: 'DISABLED' },
    table: { database: 'firehose', name: 'web_access' },
  })
})

test('the older S3DestinationConfiguration makes the same', async () => {
  const firehose = createTestFirehose()
  await create(firehose, {
    DeliveryStreamName: 's',
    S3DestinationConfiguration: { RoleARN: ROLE, BucketARN: BUCKET, Prefix: 'p/', CompressionFormat: 'GZIP' },
  })
  const { destination } = firehose.streams.find('s')!.definition
  assert.equal(destination.Prefix, 'p/')
  assert.equal(destination.CompressionFormat, 'GZIP')
  assert.equal(destination.S3BackupMode, 'Disabled')
})

test('exactly one destination', async () => {
  const firehose = createTestFirehose()
  const message = 'Exactly one destination configuration is supported for a Firehose'
  await refused(firehose, { DeliveryStreamName: 's' }, message)
  const s3 = { RoleARN: ROLE, BucketARN: BUCKET }
  await refused(firehose, createInput('s', {}, { S3DestinationConfiguration: s3 }), message)
})

test('a name is taken until its last records are delivered', async () => {
  const firehose = createTestFirehose()
  const error = fault('ResourceInUseException', 'Firehose s under accountId 123456789012 already exists')
  await create(firehose, createInput('s'))
  await assert.rejects(create(firehose, createInput('s')), error)
  const stream = firehose.streams.find('s')
  assert.ok(stream !== undefined)
  stream.isDeleting = true
  await assert.rejects(create(firehose, createInput('s')), error)
  await firehose.streams.remove('s', true)
  await create(firehose, createInput('s'))
})

test('of two creations of one name at once, one succeeds', async () => {
  const firehose = createTestFirehose()
  const results = await Promise.allSettled([1, 2, 3].map(() => create(firehose, createInput('s'))))
  assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected'])
  for (const result of results) {
    if (result.status === 'rejected') assert.equal((result.reason as Error).name, 'ResourceInUseException')
  }
})

test('the quota is of a region, and holds for creations at once', async () => {
  const firehose = createTestFirehose(2)
  const results = await Promise.allSettled(['b', 'a', 'c'].map((name) => create(firehose, createInput(name))))
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected'],
  )
  await assert.rejects(
    create(firehose, createInput('c')),
    fault(
      'LimitExceededException',
      'You have already consumed your firehose quota of 2 hoses. Firehose names: [a, b]',
    ),
  )
  const elsewhere = testCall('sixteen bytes id', 'us-east-1')
  await callOperation(firehose.context, 'CreateDeliveryStream', createInput('c'), elsewhere)
  assert.equal(
    firehose.streams.find('c')?.definition.arn,
    'arn:aws:firehose:us-east-1:123456789012:deliverystream/c',
  )
})

test('streams of the pipeline file are not counted', async () => {
  const firehose = createTestFirehose(1)
  testPipelineStream(firehose, 'file')
  await create(firehose, createInput('s'))
})

test('two names that would be one table', async () => {
  const firehose = createTestFirehose()
  for (const name of ['web.access', 'Web-Access', 'web_access']) await create(firehose, createInput(name))
  const tableOf = (name: string): string => firehose.streams.find(name)!.definition.table.name
  assert.equal(tableOf('web.access'), 'web_access')
  assert.match(tableOf('Web-Access'), /^web_access_[0-9a-f]{8}$/)
  assert.match(tableOf('web_access'), /^web_access_[0-9a-f]{8}$/)
  assert.notEqual(tableOf('Web-Access'), tableOf('web_access'))
})

test('neither a table nor that of its rejected records belongs to another stream', async () => {
  const firehose = createTestFirehose()
  for (const name of ['app', 'app_errors', 'web_errors', 'web']) await create(firehose, createInput(name))
  const tableOf = (name: string): string => firehose.streams.find(name)!.definition.table.name
  assert.equal(tableOf('app'), 'app')
  assert.match(tableOf('app_errors'), /^app_errors_[0-9a-f]{8}$/)
  assert.equal(tableOf('web_errors'), 'web_errors')
  assert.match(tableOf('web'), /^web_[0-9a-f]{8}$/)
})

test('other sources', async () => {
  const firehose = createTestFirehose()
  const kinesis = {
    KinesisStreamARN: 'arn:aws:kinesis:eu-central-1:123456789012:stream/x',
    RoleARN: ROLE,
  }
  await refused(
    firehose,
    createInput('s', {}, { KinesisStreamSourceConfiguration: kinesis }),
    'KinesisSourceStreamConfig is only applicable for KinesisStreamAsSource stream type.',
  )
  await refused(
    firehose,
    createInput('s', {}, { DeliveryStreamType: 'KinesisStreamAsSource' }),
    'KinesisSourceStreamConfig is mandatory for KinesisStreamAsSource stream type.',
  )
  const both = { DeliveryStreamType: 'KinesisStreamAsSource', KinesisStreamSourceConfiguration: kinesis }
  await refused(firehose, createInput('s', {}, both), /KinesisStreamAsSource is not supported/)
  for (const DeliveryStreamType of ['MSKAsSource', 'DatabaseAsSource'])
    await refused(firehose, createInput('s', {}, { DeliveryStreamType }), /is not supported by this endpoint/)
})

test('other destinations are checked by shape and then refused', async () => {
  const firehose = createTestFirehose()
  const endpoint = { EndpointConfiguration: { Url: 'https://example.com' } }
  const S3Configuration = { RoleARN: ROLE, BucketARN: BUCKET }
  await refused(
    firehose,
    {
      DeliveryStreamName: 's',
      HttpEndpointDestinationConfiguration: { ...endpoint, S3Configuration },
    },
    'HttpEndpointDestinationConfiguration is not supported by this endpoint. Use ExtendedS3DestinationConfiguration.',
  )
  await assert.rejects(
    create(firehose, { DeliveryStreamName: 's', HttpEndpointDestinationConfiguration: endpoint }),
    { name: 'ValidationException' },
  )
})

test('a bucket ARN with two colons is none', async () => {
  const input = createInput('s', { BucketARN: 'arn:aws:s3::bucket' })
  await assert.rejects(create(createTestFirehose(), input), {
    name: 'ValidationException',
    message:
      "1 validation error detected: Value at 'extendedS3DestinationConfiguration.bucketARN' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:.*:s3:::[\\w\\.\\-]{1,255}",
  })
})

const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/one'

test('encryption and tags come with the stream', async () => {
  const firehose = createTestFirehose()
  const encrypted = (input: object): object => ({ DeliveryStreamEncryptionConfigurationInput: input })
  const Tags = [{ Key: 'b', Value: '1' }, { Key: 'a' }]
  const key = { KeyType: 'CUSTOMER_MANAGED_CMK', KeyARN: KEY }
  await create(firehose, createInput('s', {}, { ...encrypted(key), Tags }))
  const { definition } = firehose.streams.find('s')!
  assert.deepEqual(definition.encryption, {
    status: 'ENABLED',
    keyType: 'CUSTOMER_MANAGED_CMK',
    keyArn: KEY,
  })
  assert.deepEqual(definition.tags, [
    ['b', '1'],
    ['a', ''],
  ])

  const other: [object, string][] = [
    [{ KeyType: 'CUSTOMER_MANAGED_CMK' }, 'KeyARN has to be specified when KeyType is CUSTOMER_MANAGED_CMK'],
    [{ KeyType: 'AWS_OWNED_CMK', KeyARN: KEY }, 'KeyARN cannot be specified when KeyType is AWS_OWNED_CMK'],
    [
      { KeyType: 'CUSTOMER_MANAGED_CMK', KeyARN: KEY.replace('eu-central-1', 'us-east-1') },
      'Cross-region keys are not allowed for SSE. Please provide CMKs in the same region as firehose',
    ],
  ]
  for (const [input, message] of other)
    await refused(firehose, createInput('t', {}, encrypted(input)), message)
})

test('a jq program that can not be compiled', async () => {
  const parameters = { JsonParsingEngine: 'JQ-1.6', MetadataExtractionQuery: '{a:.a | nonsense}' }
  const Parameters = Object.entries(parameters).map(([ParameterName, ParameterValue]) => ({
    ParameterName,
    ParameterValue,
  }))
  const destination = {
    Prefix: '!{partitionKeyFromQuery:a}/',
    ErrorOutputPrefix: 'errors/',
    DynamicPartitioningConfiguration: { Enabled: true },
    ProcessingConfiguration: { Enabled: true, Processors: [{ Type: 'MetadataExtraction', Parameters }] },
  }
  await refused(
    createTestFirehose(),
    createInput('s', destination),
    /^MetadataExtractionQuery is not a valid JQ program: .*nonsense/,
  )
})

test('a name of dots only would be a folder that is there', async () => {
  const firehose = createTestFirehose()
  for (const name of ['.', '..', '...'])
    await refused(firehose, createInput(name), /other characters than dots/)
  await create(firehose, createInput('.a'))
})

test('a bucket that can not be had is the caller’s fault', async () => {
  const firehose = createTestFirehose()
  const fails = (code: string, hint?: string): void => {
    firehose.streams.changeFault = new HozonError(code, '404', { op: 'open bucket', ...(hint && { hint }) })
  }
  fails('HOZON_STORE_NO_BUCKET', 'make the bucket')
  await refused(
    firehose,
    createInput('s'),
    `The specified bucket does not exist: ${BUCKET} (make the bucket)`,
  )
  fails('HOZON_STORE_DENIED')
  await refused(firehose, createInput('s'), `Access to the specified bucket is denied: ${BUCKET}`)
  fails('HOZON_STORE_UNAVAILABLE')
  await assert.rejects(create(firehose, createInput('s')), { code: 'HOZON_STORE_UNAVAILABLE' })
})
