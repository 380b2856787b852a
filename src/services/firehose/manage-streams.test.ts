/** Listing, deleting, tags and encryption. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callOperation, createInput, fault, type Answer } from './testing/call.ts'
import { createTestFirehose, type TestFirehose } from './testing/memory-streams.ts'
import { testPipelineStream } from './testing/pipeline-stream.ts'

const NOT_FOUND = fault('ResourceNotFoundException', 'Firehose s under account 123456789012 not found.')

const call = ({ context }: TestFirehose, name: string, input: object = {}): Promise<Answer> =>
  callOperation(context, name, input)

async function withStreams(...names: string[]): Promise<TestFirehose> {
  const firehose = createTestFirehose()
  for (const name of names) await call(firehose, 'CreateDeliveryStream', createInput(name))
  return firehose
}

const onStream = (firehose: TestFirehose, operation: string, input: object = {}): Promise<Answer> =>
  call(firehose, operation, { DeliveryStreamName: 's', ...input })

const list = (firehose: TestFirehose, input: object = {}): Promise<Answer> =>
  call(firehose, 'ListDeliveryStreams', input)

test('lists are alphabetical, ten at a time', async () => {
  const letters = 'kjihgfedcba'.split('')
  const firehose = await withStreams(...letters)
  assert.deepEqual(await list(firehose), {
    DeliveryStreamNames: 'abcdefghij'.split(''),
    HasMoreDeliveryStreams: true,
  })
  assert.deepEqual(await list(firehose, { ExclusiveStartDeliveryStreamName: 'j' }), {
    DeliveryStreamNames: ['k'],
    HasMoreDeliveryStreams: false,
  })
  assert.deepEqual(await list(firehose, { Limit: 2, ExclusiveStartDeliveryStreamName: 'bb' }), {
    DeliveryStreamNames: ['c', 'd'],
    HasMoreDeliveryStreams: true,
  })
  assert.deepEqual(await list(firehose, { Limit: 11 }), {
    DeliveryStreamNames: letters.toReversed(),
    HasMoreDeliveryStreams: false,
  })
})

test('lists by type; streams of the pipeline file are there too', async () => {
  const firehose = await withStreams('api')
  testPipelineStream(firehose, 'file')
  assert.deepEqual((await list(firehose, { DeliveryStreamType: 'DirectPut' }))['DeliveryStreamNames'], [
    'api',
    'file',
  ])
  assert.deepEqual(
    (await list(firehose, { DeliveryStreamType: 'KinesisStreamAsSource' }))['DeliveryStreamNames'],
    [],
  )
})

test('deleting delivers first, unless it is forced', async () => {
  const firehose = await withStreams('s', 't')
  assert.deepEqual(await onStream(firehose, 'DeleteDeliveryStream'), {})
  await call(firehose, 'DeleteDeliveryStream', { DeliveryStreamName: 't', AllowForceDelete: true })
  assert.deepEqual(firehose.streams.removed, [
    { name: 's', discard: false },
    { name: 't', discard: true },
  ])
  await assert.rejects(onStream(firehose, 'DeleteDeliveryStream'), NOT_FOUND)
})

test('two deletions at once: the second finds nothing', async () => {
  const firehose = await withStreams('s')
  const results = await Promise.allSettled([1, 2].map(() => onStream(firehose, 'DeleteDeliveryStream')))
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  )
})

const tags = (count: number, from = 0): { Key: string; Value: string }[] =>
  Array.from({ length: count }, (_, index) => ({ Key: `key${from + index}`, Value: String(index) }))

test('tags: set, replaced in their place, removed, in pages', async () => {
  const firehose = await withStreams('s')
  await onStream(firehose, 'TagDeliveryStream', { Tags: tags(3) })
  await onStream(firehose, 'TagDeliveryStream', { Tags: [{ Key: 'key1', Value: 'new' }, { Key: 'a' }] })
  const all = [
    { Key: 'key0', Value: '0' },
    { Key: 'key1', Value: 'new' },
    { Key: 'key2', Value: '2' },
    { Key: 'a', Value: '' },
  ]
  const page = (input: object): Promise<Answer> => onStream(firehose, 'ListTagsForDeliveryStream', input)
  assert.deepEqual(await page({}), { Tags: all, HasMoreTags: false })
  assert.deepEqual(await page({ Limit: 2 }), { Tags: all.slice(0, 2), HasMoreTags: true })
  assert.deepEqual(await page({ Limit: 2, ExclusiveStartTagKey: 'key1' }), {
    Tags: all.slice(2),
    HasMoreTags: false,
  })
  assert.deepEqual(await page({ ExclusiveStartTagKey: 'unknown' }), { Tags: all, HasMoreTags: false })
  await onStream(firehose, 'UntagDeliveryStream', { TagKeys: ['key0', 'unknown'] })
  assert.deepEqual((await page({}))['Tags'], all.slice(1))
})

test('tags whose keys are numbers keep their order too, and those that were kept as an object are read', async () => {
  const firehose = await withStreams('s')
  const shown = async (): Promise<unknown> =>
    (await onStream(firehose, 'ListTagsForDeliveryStream', {}))['Tags']
  const pairs = ['b', '10', '9'].map((Key) => ({ Key, Value: 'v' }))
  await onStream(firehose, 'TagDeliveryStream', { Tags: pairs })
  assert.deepEqual(await shown(), pairs)
  await onStream(firehose, 'UntagDeliveryStream', { TagKeys: ['10'] })
  assert.deepEqual(await shown(), [pairs[0], pairs[2]])
  const { definition } = firehose.streams.find('s')!
  await firehose.streams.update({ ...definition, tags: { b: 'v', a: 'w' } })
  await onStream(firehose, 'TagDeliveryStream', { Tags: [{ Key: '1', Value: 'x' }] })
  assert.deepEqual(await shown(), [pairs[0], { Key: 'a', Value: 'w' }, { Key: '1', Value: 'x' }])
})

test('50 tags and not one more, however they come', async () => {
  const firehose = await withStreams('s')
  await onStream(firehose, 'TagDeliveryStream', { Tags: tags(50) })
  await onStream(firehose, 'TagDeliveryStream', { Tags: tags(50) })
  await assert.rejects(onStream(firehose, 'TagDeliveryStream', { Tags: tags(1, 50) }), {
    name: 'LimitExceededException',
  })
  await assert.rejects(onStream(firehose, 'TagDeliveryStream', { Tags: tags(51) }), {
    name: 'ValidationException',
  })
  assert.equal(Object.keys(firehose.streams.find('s')!.definition.tags).length, 50)
})

test('keys of AWS’s own are refused', async () => {
  const firehose = await withStreams('s')
  await assert.rejects(
    onStream(firehose, 'TagDeliveryStream', { Tags: [{ Key: 'aws:x' }] }),
    /Value at 'tags\.1\.member\.key' failed to satisfy constraint: Member must satisfy regular expression pattern/,
  )
})

test('changes of tags at once are all kept', async () => {
  const firehose = await withStreams('s')
  await Promise.all(tags(10).map((tag) => onStream(firehose, 'TagDeliveryStream', { Tags: [tag] })))
  assert.equal(Object.keys(firehose.streams.find('s')!.definition.tags).length, 10)
})

const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/one'

test('encryption is stored and shown', async () => {
  const firehose = await withStreams('s')
  const shown = async (): Promise<unknown> => {
    const { DeliveryStreamDescription: description } = await onStream(firehose, 'DescribeDeliveryStream')
    return (description as Answer)['DeliveryStreamEncryptionConfiguration']
  }
  const start = (key?: object): Promise<Answer> =>
    onStream(
      firehose,
      'StartDeliveryStreamEncryption',
      key === undefined ? {} : { DeliveryStreamEncryptionConfigurationInput: key },
    )
  assert.deepEqual(await start(), {})
  assert.deepEqual(await shown(), { KeyType: 'AWS_OWNED_CMK', Status: 'ENABLED' })
  await start({ KeyType: 'CUSTOMER_MANAGED_CMK', KeyARN: KEY })
  assert.deepEqual(await shown(), { KeyARN: KEY, KeyType: 'CUSTOMER_MANAGED_CMK', Status: 'ENABLED' })
  await assert.rejects(start({ KeyType: 'CUSTOMER_MANAGED_CMK' }), { name: 'InvalidArgumentException' })
  await assert.rejects(start({ KeyType: 'CUSTOMER_MANAGED_CMK', KeyARN: 'one' }), {
    name: 'ValidationException',
  })
  assert.deepEqual(await onStream(firehose, 'StopDeliveryStreamEncryption'), {})
  assert.deepEqual(await shown(), { Status: 'DISABLED' })
})

test('encryption is started and stopped 25 times in 24 hours', async () => {
  const firehose = await withStreams('s')
  const stop = (): Promise<Answer> => onStream(firehose, 'StopDeliveryStreamEncryption')
  for (let call = 0; call < 24; call++) await stop()
  await onStream(firehose, 'StartDeliveryStreamEncryption')
  await assert.rejects(stop(), { name: 'LimitExceededException' })
  firehose.clock.nowMs += 24 * 3600_000
  await stop()
})

test('tags and encryption of streams of the pipeline file', async () => {
  const firehose = createTestFirehose()
  testPipelineStream(firehose, 's')
  await onStream(firehose, 'TagDeliveryStream', { Tags: tags(1) })
  await onStream(firehose, 'StartDeliveryStreamEncryption')
  const { definition } = firehose.streams.find('s')!
  assert.deepEqual(definition.tags, [['key0', '0']])
  assert.equal(definition.encryption.status, 'ENABLED')
})

test('an unknown stream', async () => {
  const firehose = createTestFirehose()
  const inputs: Record<string, object> = {
    TagDeliveryStream: { Tags: tags(1) },
    UntagDeliveryStream: { TagKeys: ['a'] },
    ListTagsForDeliveryStream: {},
    StartDeliveryStreamEncryption: {},
    StopDeliveryStreamEncryption: {},
    DeleteDeliveryStream: {},
  }
  for (const [operation, input] of Object.entries(inputs))
    await assert.rejects(onStream(firehose, operation, input), NOT_FOUND, operation)
})
