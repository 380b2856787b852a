import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HozonError } from '../../base/errors.ts'
import { PUT_BYTES_MAX } from './put.ts'
import { callOperation, createInput, fault, type Answer } from './testing/call.ts'
import { createTestFirehose, testCall, type TestFirehose } from './testing/memory-streams.ts'

const RECORD_BYTES_MAX = 1_024_000
const ID = /^[A-Za-z0-9+/]{48}$/

async function withStream(): Promise<TestFirehose> {
  const firehose = createTestFirehose()
  await callOperation(firehose.context, 'CreateDeliveryStream', createInput('s'))
  return firehose
}

const record = (data: Buffer | string): { Data: string } => ({ Data: Buffer.from(data).toString('base64') })

const putBatch = (firehose: TestFirehose, records: object[], identity?: string): Promise<Answer> =>
  callOperation(
    firehose.context,
    'PutRecordBatch',
    { DeliveryStreamName: 's', Records: records },
    testCall(identity),
  )

test('a record', async () => {
  const firehose = await withStream()
  const answer = await callOperation(firehose.context, 'PutRecord', {
    DeliveryStreamName: 's',
    Record: record('line\n'),
  })
  assert.deepEqual(Object.keys(answer), ['RecordId', 'Encrypted'])
  assert.match(String(answer['RecordId']), ID)
  assert.equal(answer['Encrypted'], false)
  assert.deepEqual(firehose.streams.find('s')?.puts, [
    { records: [Buffer.from('line\n')], identity: testCall().identity },
  ])
})

test('a batch: as many answers, each with its own id; the same again for the same request', async () => {
  const firehose = await withStream()
  const records = [record('one'), record(''), record('three')]
  const answer = await putBatch(firehose, records)
  assert.equal(answer['FailedPutCount'], 0)
  assert.equal(answer['Encrypted'], false)
  const responses = answer['RequestResponses'] as { RecordId: string }[]
  assert.deepEqual(responses.map(Object.keys), [['RecordId'], ['RecordId'], ['RecordId']])
  assert.equal(new Set(responses.map(({ RecordId }) => RecordId)).size, 3)
  for (const { RecordId } of responses) assert.match(RecordId, ID)
  assert.deepEqual(firehose.streams.find('s')?.puts[0]?.records.map(String), ['one', '', 'three'])

  assert.deepEqual(await putBatch(firehose, records), answer)
  assert.notDeepEqual(await putBatch(firehose, records, 'another identity'), answer)
})

test('requests, records and bytes are counted under CloudWatch’s names', async () => {
  const firehose = await withStream()
  await callOperation(firehose.context, 'PutRecord', { DeliveryStreamName: 's', Record: record('hello') })
  await putBatch(firehose, [record('hello'), record('a')])
  const counted = firehose.counted.filter(([, name]) => !name.endsWith('Latency'))
  assert.deepEqual(counted, [
    ['s', 'PutRecord.Requests', 1],
    ['s', 'PutRecord.Bytes', 5],
    ['s', 'PutRecordBatch.Requests', 1],
    ['s', 'PutRecordBatch.Bytes', 6],
    ['s', 'PutRecordBatch.Records', 2],
  ])
})

test('encrypted streams say so', async () => {
  const firehose = await withStream()
  await callOperation(firehose.context, 'StartDeliveryStreamEncryption', { DeliveryStreamName: 's' })
  assert.equal((await putBatch(firehose, [record('x')]))['Encrypted'], true)
})

test('500 records and not one more', async () => {
  const firehose = await withStream()
  const records = Array.from({ length: 500 }, (_, index) => record(String(index)))
  const { RequestResponses: responses } = await putBatch(firehose, records)
  assert.equal(new Set((responses as { RecordId: string }[]).map(({ RecordId }) => RecordId)).size, 500)
  await assert.rejects(
    putBatch(firehose, [...records, record('x')]),
    fault(
      'ValidationException',
      "1 validation error detected: Value at 'records' failed to satisfy constraint: Member must have length less than or equal to 500",
    ),
  )
  await assert.rejects(
    putBatch(firehose, []),
    fault(
      'ValidationException',
      "1 validation error detected: Value at 'records' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ),
  )
})

test('a record of 1,024,000 bytes and not one more', async () => {
  const firehose = await withStream()
  const largest = Buffer.alloc(RECORD_BYTES_MAX, 'x')
  await putBatch(firehose, [record('x'), record(largest)])
  await assert.rejects(
    putBatch(firehose, [record('x'), record(Buffer.concat([largest, Buffer.from('x')]))]),
    fault(
      'ValidationException',
      "1 validation error detected: Value at 'records.2.member.data' failed to satisfy constraint: Member must have length less than or equal to 1024000",
    ),
  )
  assert.equal(firehose.streams.find('s')?.puts.length, 1)
})

test('4 MiB of decoded records and not one byte more', async () => {
  const firehose = await withStream()
  const sizes = [...Array.from({ length: 4 }, () => RECORD_BYTES_MAX), PUT_BYTES_MAX - 4 * RECORD_BYTES_MAX]
  const records = sizes.map((size) => record(Buffer.alloc(size, 'x')))
  await putBatch(firehose, records)
  await assert.rejects(
    putBatch(firehose, [...records, record('x')]),
    fault('InvalidArgumentException', 'Records size exceeds 4 MB limit'),
  )
  assert.equal(firehose.streams.find('s')?.puts.length, 1)
})

test('an unknown stream', async () => {
  const firehose = createTestFirehose()
  await assert.rejects(
    putBatch(firehose, [record('x')]),
    fault('ResourceNotFoundException', 'Firehose s under account 123456789012 not found.'),
  )
})

test('what passes by itself is retried by the sender; what does not is a failure of ours', async () => {
  const firehose = await withStream()
  firehose.streams.putFault = new HozonError('HOZON_BUFFER_FULL', 'full', { op: 'append', retryable: true })
  await assert.rejects(putBatch(firehose, [record('x')]), {
    ...fault('ServiceUnavailableException', 'Slow down.'),
    status: 503,
  })
  firehose.streams.putFault = new HozonError('HOZON_BUFFER_CLOSED', 'closed', { op: 'append' })
  await assert.rejects(putBatch(firehose, [record('x')]), firehose.streams.putFault)
})

test('base64 must be AWS’s', async () => {
  const firehose = await withStream()
  for (const Data of ['YQ', 'YR==', '_-__', 'YQ==YQ==', 'Y Q=']) {
    await assert.rejects(putBatch(firehose, [{ Data }]), { name: 'SerializationException' }, Data)
  }
})
