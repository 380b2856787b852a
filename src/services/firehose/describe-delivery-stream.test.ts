import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DESTINATION_ID } from './destination-id.ts'
import { BUCKET, ROLE, callOperation, createInput, fault, type Answer } from './testing/call.ts'
import { createTestFirehose, type TestFirehose } from './testing/memory-streams.ts'
import { testPipelineStream } from './testing/pipeline-stream.ts'

const describe = async (firehose: TestFirehose, other: object = {}): Promise<Answer> => {
  const input = { DeliveryStreamName: 's', ...other }
  const answer = await callOperation(firehose.context, 'DescribeDeliveryStream', input)
  return answer['DeliveryStreamDescription'] as Answer
}

test('the S3 destination comes twice, with AWS’s defaults and without what is not set', async () => {
  const firehose = createTestFirehose()
  const given = { Prefix: 'p/', FileExtension: '.log', CustomTimeZone: 'Asia/Tokyo' }
  await callOperation(firehose.context, 'CreateDeliveryStream', createInput('s', given))
  const s3 = {
    RoleARN: ROLE,
    BucketARN: BUCKET,
    Prefix: 'p/',
    BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 300 },
    CompressionFormat: 'UNCOMPRESSED',
    EncryptionConfiguration: { NoEncryptionConfig: 'NoEncryption' },
    CloudWatchLoggingOptions: { Enabled: false },
  }
  const destination = {
    DestinationId: DESTINATION_ID,
    S3DestinationDescription: s3,
    ExtendedS3DestinationDescription: {
      ...s3,
      FileExtension: '.log',
      CustomTimeZone: 'Asia/Tokyo',
      S3BackupMode: 'Disabled',
    },
  }
  assert.deepEqual(await describe(firehose), {
    DeliveryStreamName: 's',
    DeliveryStreamARN: 'arn:aws:firehose:eu-central-1:123456789012:deliverystream/s',
    DeliveryStreamStatus: 'ACTIVE',
    DeliveryStreamEncryptionConfiguration: { Status: 'DISABLED' },
    DeliveryStreamType: 'DirectPut',
    VersionId: '1',
    CreateTimestamp: Date.UTC(2026, 10, 23, 5, 0, 0, 250) / 1000,
    Destinations: [destination],
    HasMoreDestinations: false,
  })
  assert.deepEqual(
    (await describe(firehose, { ExclusiveStartDestinationId: DESTINATION_ID }))['Destinations'],
    [],
  )
})

test('after an update: its version and its time', async () => {
  const firehose = createTestFirehose()
  await callOperation(firehose.context, 'CreateDeliveryStream', createInput('s'))
  firehose.clock.nowMs += 1750
  await callOperation(firehose.context, 'UpdateDestination', {
    DeliveryStreamName: 's',
    CurrentDeliveryStreamVersionId: '1',
    DestinationId: DESTINATION_ID,
    ExtendedS3DestinationUpdate: { Prefix: 'p/' },
  })
  const description = await describe(firehose)
  assert.equal(description['VersionId'], '2')
  assert.equal(description['LastUpdateTimestamp'], Date.UTC(2026, 10, 23, 5, 0, 2) / 1000)
})

test('streams of the pipeline file', async () => {
  const firehose = createTestFirehose()
  testPipelineStream(firehose, 's')
  const description = await describe(firehose)
  const [destination] = description['Destinations'] as [Record<string, Answer>]
  const extended = destination['ExtendedS3DestinationDescription']!
  assert.equal(description['DeliveryStreamStatus'], 'ACTIVE')
  assert.equal(extended['BucketARN'], 'arn:aws:s3:::logs')
  assert.equal(extended['Prefix'], 's/dt=!{timestamp:yyyy-MM-dd}/')
  assert.deepEqual(extended['BufferingHints'], { SizeInMBs: 64, IntervalInSeconds: 60 })
  assert.equal((extended['DataFormatConversionConfiguration'] as Answer)['Enabled'], true)
  assert.equal(destination['S3DestinationDescription']?.['CustomTimeZone'], undefined)
})

test('an unknown stream', async () => {
  await assert.rejects(
    describe(createTestFirehose()),
    fault('ResourceNotFoundException', 'Firehose s under account 123456789012 not found.'),
  )
})
