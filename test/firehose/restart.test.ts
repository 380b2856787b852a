/** What is the same after `kill -9`: who has asked before, what the streams are, which of them are gone. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { request as httpRequest } from 'node:http'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import {
  DeleteDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  ListDeliveryStreamsCommand,
  ListTagsForDeliveryStreamCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  type DeliveryStreamDescription,
  StartDeliveryStreamEncryptionCommand,
  TagDeliveryStreamCommand,
} from '@aws-sdk/client-firehose'
import { sign, type SignedParts } from '../fuzz/signed-request.ts'
import { eventually } from '../hozon-process.ts'
import { python } from '../python/venv.ts'
import { startFaultProxy } from '../store/fault-proxy.ts'
import { FirehoseWorld, processing, processor } from './firehose-world.ts'

async function started(t: TestContext, pipeline?: string): Promise<FirehoseWorld> {
  const hozon = await FirehoseWorld.start(pipeline)
  t.after(() => hozon.end())
  return hozon
}

async function killAndStart(hozon: FirehoseWorld): Promise<void> {
  await hozon.world.kill()
  await hozon.up()
}

interface Put {
  stream: string
  records: readonly string[]
  invocation?: string
  userAgent?: string
}

/** What one attempt of a client is; it may be sent more than once. */
function signed(hozon: FirehoseWorld, { stream, records, invocation, userAgent }: Put): SignedParts {
  const { accessKeyId, secretAccessKey: secret } = hozon.accessKey
  const Records = records.map((record) => ({ Data: Buffer.from(record).toString('base64') }))
  const headers: [string, string][] = []
  if (invocation !== undefined) headers.push(['amz-sdk-invocation-id', invocation])
  if (userAgent !== undefined) headers.push(['User-Agent', userAgent])
  const body = Buffer.from(JSON.stringify({ DeliveryStreamName: stream, Records }))
  return sign({ accessKeyId, secret, host: '127.0.0.1' }, { operation: 'PutRecordBatch', body, headers })
}

/** To whichever port the server has now. Resolves to the ids of the records. */
async function send(hozon: FirehoseWorld, { headers, body }: SignedParts): Promise<string[]> {
  const { port } = new URL(hozon.control.url)
  const options = { host: '127.0.0.1', port, method: 'POST', headers: Object.fromEntries(headers) }
  const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const request = httpRequest(options, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode, text }))
    })
    request.on('error', reject)
    request.end(body)
  })
  assert.equal(answer.status, 200, answer.text)
  const { RequestResponses: responses } = JSON.parse(answer.text) as {
    RequestResponses: { RecordId: string }[]
  }
  return responses.map(({ RecordId }) => RecordId)
}

/** How often each text is there. */
async function texts(hozon: FirehoseWorld, stream: string): Promise<Record<string, number>> {
  const rows = await hozon.sql(
    `SELECT text, count(*) AS n FROM firehose.${stream} GROUP BY text ORDER BY text`,
  )
  return Object.fromEntries(rows.map(({ text, n }) => [String(text), Number(n)]))
}

const textRecord = (text: string): string => `{"text":"${text}"}\n`

test('who has asked before is known after kill -9, and nobody else', async (t) => {
  const hozon = await started(t)
  await hozon.create('asked')
  const put = (text: string, more: Partial<Put> = {}): SignedParts =>
    signed(hozon, { stream: 'asked', records: [textRecord(text), textRecord(text)], ...more })

  const marked = await send(hozon, put('marked', { invocation: 'one' }))
  const replayed = put('replayed')
  const ids = await send(hozon, replayed)
  await send(hozon, put('equal', { invocation: 'two' }))
  const fluentBit = put('fluent bit', { userAgent: 'aws-fluent-bit-plugin' })
  await send(hozon, fluentBit)
  assert.equal(new Set([...marked, ...ids]).size, 4)
  await killAndStart(hozon)

  assert.deepEqual(
    await send(hozon, put('marked', { invocation: 'one' })),
    marked,
    'signed anew, the same call',
  )
  assert.deepEqual(await send(hozon, replayed), ids, 'the very same bytes')
  await send(hozon, put('equal', { invocation: 'three' }))
  await send(hozon, fluentBit)
  await send(hozon, put('other content', { invocation: 'one' }))
  const expected = { equal: 4, 'fluent bit': 4, marked: 2, 'other content': 2, replayed: 2 }
  assert.deepEqual(await texts(hozon, 'asked'), expected)

  // Delivered meanwhile: nothing but the memory of identities knows of them now.
  await hozon.flush('asked')
  await killAndStart(hozon)
  assert.deepEqual(await send(hozon, put('marked', { invocation: 'one' })), marked)
  assert.deepEqual(await send(hozon, replayed), ids)
  assert.deepEqual(await texts(hozon, 'asked'), expected)
  await hozon.audit()
})

test('of equal requests at the same time one is stored', async (t) => {
  const hozon = await started(t, 'streams: { lines: { deliver: { bucket: lines } } }\n')
  await hozon.create('asked')
  for (const [stream, table] of [
    ['asked', 'firehose.asked'],
    ['lines', 'logs.lines'],
  ] as const) {
    const records = [textRecord('once')]
    const replayed = signed(hozon, { stream, records })
    const attempts = Array.from({ length: 8 }, () => signed(hozon, { stream, records, invocation: 'same' }))
    const all = [...attempts, replayed, replayed, replayed]
    const answers = await Promise.all(all.map((one) => send(hozon, one)))
    assert.equal(new Set(answers.flat()).size, 2)
    const [row] = await hozon.sql(`SELECT count(*) AS n FROM ${table}`)
    assert.equal(row?.['n'], 2)
  }
})

const BOTO3 = `
import sys, boto3
from botocore.config import Config
client = boto3.client("firehose", endpoint_url=sys.argv[1], region_name="eu-west-1",
    config=Config(retries={"mode": "standard", "total_max_attempts": 20}))
answer = client.put_record_batch(DeliveryStreamName="asked", Records=[{"Data": b'{"text":"boto3"}\\n'}] * 7)
print(answer["FailedPutCount"], answer["ResponseMetadata"]["RetryAttempts"])
`

test('boto3 repeats a call whose answer was lost with the server', async (t) => {
  const hozon = await started(t)
  await hozon.create('asked')
  const { port } = new URL(hozon.control.url)
  // The answer is cut, and the server is gone when boto3 asks again.
  const proxy = await startFaultProxy(hozon.control.url)
  t.after(() => proxy.stop())
  let restarted: Promise<void> | undefined
  proxy.decide = () => {
    if (proxy.seen.length > 1) return undefined
    restarted = eventually(async () => Object.keys(await texts(hozon, 'asked'))[0], 'the first attempt').then(
      async () => {
        await hozon.world.kill()
        await hozon.up({}, Number(port))
      },
    )
    return { kind: 'cut after' }
  }
  const { accessKeyId, secretAccessKey } = hozon.accessKey
  const env = { ...process.env, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
  const { stdout } = await promisify(execFile)(await python(), ['-c', BOTO3, proxy.endpoint], { env })
  await restarted
  const [failed, attempts] = stdout.trim().split(' ').map(Number)
  assert.equal(failed, 0)
  assert.ok(attempts! >= 1)
  assert.deepEqual(await texts(hozon, 'asked'), { boto3: 7 })
})

test('streams are after kill -9 what they were, and deleted ones are gone', async (t) => {
  const hozon = await started(t, 'streams: { lines: { deliver: { bucket: lines } } }\n')
  await hozon.create('kept', {
    Prefix: 'first/',
    CompressionFormat: 'ZIP',
    CustomTimeZone: 'Asia/Tokyo',
    FileExtension: '.log',
    S3BackupMode: 'Disabled',
    ...processing(processor('AppendDelimiterToRecord', { Delimiter: '\\n' })),
  })
  await hozon.update('kept', { Prefix: 'second/', BufferingHints: { SizeInMBs: 7, IntervalInSeconds: 77 } })
  for (const name of ['deleted', 'deleted-after-puts']) await hozon.create(name)
  for (const DeliveryStreamName of ['kept', 'lines']) {
    const Tags = [{ Key: 'team', Value: DeliveryStreamName }, { Key: 'empty' }]
    await hozon.client.send(new TagDeliveryStreamCommand({ DeliveryStreamName, Tags }))
    await hozon.client.send(new StartDeliveryStreamEncryptionCommand({ DeliveryStreamName }))
  }
  await hozon.put('deleted-after-puts', [textRecord('last words')])
  for (const name of ['deleted', 'deleted-after-puts']) await remove(hozon, name)
  const before = await seen(hozon)
  assert.deepEqual(before.names, ['kept', 'lines'])
  await killAndStart(hozon)
  assert.deepEqual(await seen(hozon), before)
  await drained(hozon)
  assert.deepEqual(await texts(hozon, 'deleted_after_puts'), { 'last words': 1 })
  assert.equal(hozon.objects('deleted-after-puts').length, 1)
  await hozon.world.stop()
  await hozon.up()
  assert.deepEqual(await seen(hozon), before)
  // Without a stream of the file, and without what it had put into the file's own.
  await hozon.world.stop()
  hozon.world.pipeline('version: 1\nstreams: {}\n')
  await hozon.up()
  assert.deepEqual((await seen(hozon)).names, ['kept'])
})

async function remove(hozon: FirehoseWorld, DeliveryStreamName: string): Promise<void> {
  await hozon.client.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName }))
}

/** Everything that AWS's clients are shown, but when pipeline streams were made: at each start. */
async function seen({ client }: FirehoseWorld) {
  const { DeliveryStreamNames: listed } = await client.send(new ListDeliveryStreamsCommand({}))
  const names: string[] = []
  const streams = []
  for (const DeliveryStreamName of listed ?? []) {
    const shown = await described(client, DeliveryStreamName)
    // One that is being deleted is shown until it is gone, which may be at any time.
    if (shown === undefined || shown.DeliveryStreamStatus === 'DELETING') continue
    names.push(DeliveryStreamName)
    const { Tags } = await client.send(new ListTagsForDeliveryStreamCommand({ DeliveryStreamName }))
    streams.push({
      ...shown,
      CreateTimestamp: DeliveryStreamName === 'lines' ? null : shown?.CreateTimestamp,
      Tags,
    })
  }
  return { names, streams }
}

async function described(
  client: FirehoseWorld['client'],
  DeliveryStreamName: string,
): Promise<DeliveryStreamDescription | undefined> {
  try {
    return (await client.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName })))
      .DeliveryStreamDescription
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined
    throw error
  }
}

/** Until the last records of deleted streams are delivered, as tools wait for it: nothing is shown of them any more. */
async function drained({ client }: FirehoseWorld): Promise<void> {
  await eventually(async () => {
    const { DeliveryStreamNames: names } = await client.send(new ListDeliveryStreamsCommand({}))
    const shown = await Promise.all((names ?? []).map((name) => described(client, name)))
    return shown.every((stream) => stream?.DeliveryStreamStatus === 'ACTIVE') ? true : undefined
  }, 'the end of all deletions')
}

test('a name is used again: numbers of segments go on, and every object is accounted for', async (t) => {
  const hozon = await started(t)
  for (const [life, end] of ['kill', 'stop', 'none'].entries()) {
    await hozon.create('again', { Prefix: `life-${life}/`, BucketARN: 'arn:aws:s3:::again' })
    // Some are delivered before the deletion, some by it.
    for (const number of [0, 1, 2]) {
      await hozon.put('again', [textRecord(`${life}.${number}`)])
      if (number === 1) await hozon.flush('again')
    }
    await remove(hozon, 'again')
    await assert.rejects(hozon.put('again', ['late']), ResourceNotFoundException)
    if (end === 'kill') await killAndStart(hozon)
    if (end === 'stop') {
      await hozon.world.stop()
      await hozon.up()
    }
    await drained(hozon)
  }
  await hozon.create('again', { Prefix: 'life-3/' })
  const all = ['0.0', '0.1', '0.2', '1.0', '1.1', '1.2', '2.0', '2.1', '2.2']
  const expected = Object.fromEntries(all.map((text) => [text, 1]))
  const check = async (): Promise<void> => {
    assert.deepEqual(await texts(hozon, 'again'), expected)
    await hozon.audit()
    const { deliveredRecords, deliveredObjects } = await hozon.status('again')
    assert.deepEqual({ deliveredRecords, deliveredObjects }, { deliveredRecords: 9, deliveredObjects: 6 })
    const keys = hozon.objects('again').map(({ key }) => key)
    assert.deepEqual(
      keys.map((key) => key.split('/')[0]),
      ['life-0', 'life-0', 'life-1', 'life-1', 'life-2', 'life-2'],
    )
  }
  await check()
  await hozon.world.stop()
  const rebuilt = await hozon.world.run('catalog', 'rebuild', hozon.world.file)
  assert.equal(rebuilt.code, 0, rebuilt.stdout + rebuilt.stderr)
  await hozon.up()
  await check()
})

test('a stream of the API whose name comes into the pipeline file', async (t) => {
  const hozon = await started(t)
  await hozon.create('mine', { BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 900 } })
  await hozon.put('mine', [textRecord('buffered')])
  await hozon.world.kill()
  hozon.world.pipeline('version: 1\nstreams: { mine: { deliver: { bucket: mine }, table: logs.mine } }\n')
  const refused = await hozon.world.startToFail()
  assert.equal(refused.code, 1)
  assert.match(
    refused.stderr,
    /mine: a stream of this name was made through the Firehose API; give the stream .* name/,
  )

  // Nothing was done to it: it is whole when the file is mended.
  hozon.world.pipeline('version: 1\nstreams: {}\n')
  await hozon.up()
  assert.deepEqual(await texts(hozon, 'mine'), { buffered: 1 })
  await remove(hozon, 'mine')
  await drained(hozon)
  assert.equal(hozon.objects('mine').length, 1)
  await hozon.world.stop()

  hozon.world.pipeline('version: 1\nstreams: { mine: { deliver: { bucket: mine }, table: logs.mine } }\n')
  await hozon.up()
  await hozon.put('mine', [textRecord('of the file')])
  await hozon.flush('mine')
  const check = async (): Promise<void> => {
    assert.deepEqual(await texts(hozon, 'mine'), { buffered: 1 })
    assert.deepEqual(await hozon.sql('SELECT text FROM logs.mine'), [{ text: 'of the file' }])
    assert.equal(hozon.objects('mine').length, 2)
    await hozon.audit()
  }
  await check()
  await hozon.world.stop()
  const rebuilt = await hozon.world.run('catalog', 'rebuild', hozon.world.file)
  assert.equal(rebuilt.code, 0, rebuilt.stdout + rebuilt.stderr)
  await hozon.up()
  await check()
})

test('a stream of the file that is gone, and one of the API by its name', async (t) => {
  const file =
    'streams: { left: { deliver: { bucket: left, buffer: { interval: 900s } }, table: logs.left } }'
  const hozon = await started(t, `${file}\n`)
  await hozon.put('left', [textRecord('of the file')])
  await hozon.world.kill()
  hozon.world.pipeline('version: 1\nstreams: {}\n')
  await hozon.up()
  // What it left in the buffer must not end up in another bucket and another table.
  await assert.rejects(hozon.create('left'), ResourceInUseException)
  await assert.rejects(hozon.create('left'), /records of a stream of the pipeline file with this name/)
  await hozon.world.stop()
  hozon.world.pipeline(`version: 1\n${file}\n`)
  await hozon.up()
  await hozon.flush('left')
  await hozon.world.stop()
  hozon.world.pipeline('version: 1\nstreams: {}\n')
  await hozon.up()
  await hozon.create('left')
  await hozon.put('left', [textRecord('of the API')])
  await killAndStart(hozon)
  await hozon.flush('left')
  assert.deepEqual(await texts(hozon, 'left'), { 'of the API': 1 })
  assert.deepEqual(await hozon.sql('SELECT text FROM logs.left'), [{ text: 'of the file' }])
  await hozon.audit()
})

test('UpdateDestination under load: what was put before is delivered as before, what comes then as it says', async (t) => {
  const hozon = await started(t)
  const hints = { BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 900 } }
  await hozon.create('moved', { Prefix: 'v1/', ...hints })
  const acknowledged: { text: string; from: number; to: number }[] = []
  /** The version that was answered last, and the one that is asked for: both while a change is under way. */
  let answered = 1
  let asked = 1
  let isDone = false
  const sendAll = async (client: number): Promise<void> => {
    for (let number = 0; !isDone; number++) {
      const text = `${client}.${number}`
      const from = answered
      await hozon.put('moved', [textRecord(text)])
      acknowledged.push({ text, from, to: asked })
    }
  }
  const senders = [0, 1, 2, 3].map(sendAll)
  for (let version = 2; version <= 6; version++) {
    const enough = acknowledged.length + 60
    await eventually(() => acknowledged.length >= enough || undefined, 'more records', 1)
    asked = version
    await hozon.update('moved', { Prefix: `v${version}/`, ...hints })
    answered = version
  }
  isDone = true
  await Promise.all(senders)
  await hozon.flush('moved')
  const stored = new Map<string, number>()
  for (const { key, bytes } of hozon.objects('moved')) {
    const version = /^v(\d)\/\d{4}\/.*\/moved-(\d)-[^/]*$/.exec(key)
    assert.ok(version, key)
    assert.equal(version[1], version[2], key)
    for (const line of bytes.toString().trim().split('\n')) {
      const { text } = JSON.parse(line) as { text: string }
      assert.ok(!stored.has(text), `${text} is there twice`)
      stored.set(text, Number(version[1]))
    }
  }
  assert.equal(stored.size, acknowledged.length)
  const wrong = acknowledged.filter(
    ({ text, from, to }) => !(stored.get(text)! >= from && stored.get(text)! <= to),
  )
  assert.deepEqual(wrong, [])
  await hozon.audit()
})
