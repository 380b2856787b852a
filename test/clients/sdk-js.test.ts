/** AWS's SDK for JavaScript v3: each operation over HTTP and HTTPS, errors as its classes, and its retries. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { after, before, test } from 'node:test'
import {
  ConcurrentModificationException,
  CreateDeliveryStreamCommand,
  DeleteDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  FirehoseClient,
  FirehoseServiceException,
  InvalidArgumentException,
  LimitExceededException,
  ListDeliveryStreamsCommand,
  ListTagsForDeliveryStreamCommand,
  PutRecordBatchCommand,
  PutRecordCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  StartDeliveryStreamEncryptionCommand,
  StopDeliveryStreamEncryptionCommand,
  TagDeliveryStreamCommand,
  UntagDeliveryStreamCommand,
  UpdateDestinationCommand,
  type FirehoseClientConfig,
} from '@aws-sdk/client-firehose'
import { eventually } from '../hozon-process.ts'
import { Endpoint, INGEST_KEY, READ_KEY, type Key } from './endpoint.ts'

const DESTINATION_ID = 'destinationId-000000000001'
const destination = (bucket: string) => ({
  RoleARN: 'arn:aws:iam::123456789012:role/firehose',
  BucketARN: `arn:aws:s3:::${bucket}`,
})

let endpoint: Endpoint
let admin: FirehoseClient

/** Without a setting but the environment's, as after `eval "$(hozon env)"`. */
function clientFor(config: FirehoseClientConfig = {}): FirehoseClient {
  return new FirehoseClient(config)
}

function clientWith({ id, secret }: Key): FirehoseClient {
  return clientFor({ credentials: { accessKeyId: id, secretAccessKey: secret } })
}

before(async () => {
  endpoint = await Endpoint.start('streams: {}\n')
  Object.assign(process.env, endpoint.env)
  admin = clientFor()
})

after(() => endpoint.end())

async function create(name: string): Promise<void> {
  await admin.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: name,
      ExtendedS3DestinationConfiguration: destination(`sdk-${name}`),
    }),
  )
}

async function describe(client: FirehoseClient, name: string) {
  const answer = await client.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: name }))
  assert.ok(answer.DeliveryStreamDescription)
  return answer.DeliveryStreamDescription
}

for (const scheme of ['http', 'https'] as const)
  test(`all operations over ${scheme}`, async () => {
    const ca = readFileSync(endpoint.variable('AWS_CA_BUNDLE'))
    const client = clientFor({
      endpoint: endpoint[scheme],
      requestHandler: { httpsAgent: new Agent({ ca, keepAlive: true }) },
    })
    const DeliveryStreamName = `operations-${scheme}`
    const created = await client.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName,
        ExtendedS3DestinationConfiguration: {
          ...destination(`sdk-${scheme}`),
          BufferingHints: { SizeInMBs: 2, IntervalInSeconds: 0 },
          FileExtension: '.log',
          CustomTimeZone: 'Asia/Tokyo',
        },
        Tags: [{ Key: 'team', Value: 'ops' }],
      }),
    )
    assert.ok(created.DeliveryStreamARN?.endsWith(`:deliverystream/${DeliveryStreamName}`))
    const description = await describe(client, DeliveryStreamName)
    assert.ok(description.CreateTimestamp instanceof Date)
    const shown = description.Destinations?.[0]?.ExtendedS3DestinationDescription
    assert.equal(shown?.FileExtension, '.log')
    assert.equal(shown?.CustomTimeZone, 'Asia/Tokyo')
    assert.deepEqual(shown?.BufferingHints, { SizeInMBs: 2, IntervalInSeconds: 0 })

    const listed = await client.send(new ListDeliveryStreamsCommand({}))
    assert.ok(listed.DeliveryStreamNames?.includes(DeliveryStreamName))
    const Data = Buffer.from('{"n":1}\n')
    const put = await client.send(new PutRecordCommand({ DeliveryStreamName, Record: { Data } }))
    assert.ok(put.RecordId)
    const batch = await client.send(
      new PutRecordBatchCommand({
        DeliveryStreamName,
        Records: Array.from({ length: 500 }, () => ({ Data })),
      }),
    )
    assert.equal(batch.FailedPutCount, 0)
    assert.equal(batch.RequestResponses?.length, 500)

    await client.send(
      new UpdateDestinationCommand({
        DeliveryStreamName,
        CurrentDeliveryStreamVersionId: description.VersionId,
        DestinationId: DESTINATION_ID,
        ExtendedS3DestinationUpdate: { Prefix: 'updated/' },
      }),
    )
    assert.equal((await describe(client, DeliveryStreamName)).VersionId, '2')
    await client.send(new TagDeliveryStreamCommand({ DeliveryStreamName, Tags: [{ Key: 'more' }] }))
    await client.send(new UntagDeliveryStreamCommand({ DeliveryStreamName, TagKeys: ['team'] }))
    const tags = await client.send(new ListTagsForDeliveryStreamCommand({ DeliveryStreamName }))
    assert.deepEqual(
      tags.Tags?.map(({ Key }) => Key),
      ['more'],
    )
    await client.send(new StartDeliveryStreamEncryptionCommand({ DeliveryStreamName }))
    await client.send(new StopDeliveryStreamEncryptionCommand({ DeliveryStreamName }))
    await client.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName }))
    // As at AWS: a stream is DELETING as long as its last records are on their way.
    await eventually(
      () =>
        describe(client, DeliveryStreamName).then(
          () => undefined,
          (error: unknown) => error instanceof ResourceNotFoundException || undefined,
        ),
      'the end of the stream',
    )
  })

test('errors are the classes of the SDK', async () => {
  await create('errors')
  const DeliveryStreamName = 'errors'
  const update = (version: string, id: string) =>
    admin.send(
      new UpdateDestinationCommand({
        DeliveryStreamName,
        CurrentDeliveryStreamVersionId: version,
        DestinationId: id,
        ExtendedS3DestinationUpdate: { Prefix: 'p/' },
      }),
    )
  const tag = (from: number, to: number) =>
    admin.send(
      new TagDeliveryStreamCommand({
        DeliveryStreamName,
        Tags: Array.from({ length: to - from }, (_, index) => ({ Key: `k${from + index}` })),
      }),
    )
  await assert.rejects(
    admin.send(new PutRecordCommand({ DeliveryStreamName: 'nowhere', Record: { Data: Buffer.from('x') } })),
    (error: unknown) => {
      assert.ok(error instanceof ResourceNotFoundException)
      assert.equal(error.message, 'Firehose nowhere under account 123456789012 not found.')
      assert.equal(error.$metadata.httpStatusCode, 400)
      assert.ok(error.$metadata.requestId)
      return true
    },
  )
  await assert.rejects(create('errors'), ResourceInUseException)
  await assert.rejects(
    admin.send(new CreateDeliveryStreamCommand({ DeliveryStreamName: 'none' })),
    InvalidArgumentException,
  )
  await assert.rejects(update('7', DESTINATION_ID), ConcurrentModificationException)
  await assert.rejects(update('1', 'destinationId-000000000002'), InvalidArgumentException)
  await tag(0, 50)
  await assert.rejects(tag(50, 51), LimitExceededException)
})

/** The SDK checks nothing before it sends. */
test('what the model forbids is refused by the server', async () => {
  const named = async (name: string, run: Promise<unknown>): Promise<void> =>
    assert.rejects(run, (error: unknown) => {
      assert.ok(error instanceof FirehoseServiceException)
      assert.equal(error.name, name, error.message)
      return true
    })
  await named(
    'ValidationException',
    admin.send(new CreateDeliveryStreamCommand({ DeliveryStreamName: undefined })),
  )
  await named(
    'ValidationException',
    admin.send(new PutRecordBatchCommand({ DeliveryStreamName: 'errors', Records: [] })),
  )
  await named(
    'ValidationException',
    admin.send(
      new PutRecordCommand({ DeliveryStreamName: 'errors', Record: { Data: Buffer.alloc(1_024_001) } }),
    ),
  )
})

test('keys and roles', async () => {
  await endpoint.addKey('ingest', INGEST_KEY)
  await endpoint.addKey('read', READ_KEY)
  const put = new PutRecordCommand({ DeliveryStreamName: 'errors', Record: { Data: Buffer.from('x') } })
  const list = new ListDeliveryStreamsCommand({})
  const refusal = (name: string) => (error: unknown) =>
    error instanceof FirehoseServiceException && error.name === name
  await clientWith(INGEST_KEY).send(put)
  await clientWith(READ_KEY).send(list)
  await assert.rejects(
    clientWith(INGEST_KEY).send(new DeleteDeliveryStreamCommand({ DeliveryStreamName: 'errors' })),
    refusal('AccessDeniedException'),
  )
  await assert.rejects(clientWith(READ_KEY).send(put), refusal('AccessDeniedException'))
  const wrongSecret = clientWith({ ...READ_KEY, secret: 'wrong' })
  await assert.rejects(wrongSecret.send(list), refusal('InvalidSignatureException'))
  const unknown = clientWith({ id: 'AKIANOBODY0000000000', secret: 'wrong' })
  await assert.rejects(unknown.send(list), refusal('UnrecognizedClientException'))
})

/**
 * The answer is lost on its way, so the SDK sends the request again, marked as the same invocation: stored once. The
 * second time Hozon was killed in between.
 */
for (const restart of [false, true])
  test(`a retry is stored once${restart ? ', through a kill' : ''}`, async () => {
    const name = restart ? 'killed' : 'retried'
    await create(name)
    const client = clientFor({ maxAttempts: 5 })
    const answers: string[] = []
    client.middlewareStack.add(
      (next) => async (request) => {
        const answer = await next(request)
        answers.push(JSON.stringify(answer.output))
        if (answers.length > 1) return answer
        if (restart) {
          await endpoint.world.kill()
          await endpoint.startAgain()
        }
        throw Object.assign(new Error('the answer was lost'), { code: 'ECONNRESET', name: 'TimeoutError' })
      },
      { step: 'finalizeRequest', priority: 'low', name: 'loseTheFirstAnswer' },
    )
    const Records = Array.from({ length: 20 }, (_, n) => ({ Data: Buffer.from(`{"n":${n}}\n`) }))
    const put = await client.send(new PutRecordBatchCommand({ DeliveryStreamName: name, Records }))
    assert.equal(put.FailedPutCount, 0)
    assert.ok(answers.length === 2, `${answers.length} attempts reached the server`)
    assert.deepEqual(await counted(name), { n: 20, different: 20 })
    // The same content again is another request.
    await clientFor().send(new PutRecordBatchCommand({ DeliveryStreamName: name, Records }))
    assert.deepEqual(await counted(name), { n: 40, different: 20 })
  })

async function counted(name: string): Promise<unknown> {
  const [row] = await endpoint.world.sql(
    `SELECT count(*) AS n, count(DISTINCT n) AS different FROM firehose.${name}`,
  )
  return row
}
