/** Lambda transformation in the whole program: a module and an HTTP endpoint behind ARNs of the pipeline file. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { after, before, test } from 'node:test'
import { errorLines, FirehoseWorld, processing, processor, rawOf, type Row } from './firehose-world.ts'

const ARN = (name: string): string => `arn:aws:lambda:us-east-1:123456789012:function:${name}`

interface Event {
  invocationId: string
  deliveryStreamArn: string
  region: string
  records: { recordId: string; approximateArrivalTimestamp: number; data: string }[]
}

/** What the record says is done with it; each call is noted in a file. */
const MODULE = `
import { appendFileSync } from 'node:fs'
const calls = new URL('./calls', import.meta.url)
export const handler = async (event: { invocationId: string; records: { recordId: string; data: string }[] }) => {
  appendFileSync(calls, event.records.length + '\\n')
  const texts = event.records.map(({ data }) => Buffer.from(data, 'base64').toString())
  if (texts.some((text) => text.includes('THROW'))) throw new Error('boom')
  const records = event.records.flatMap(({ recordId }, index) => {
    const text = texts[index]!
    const ok = (value: string, metadata?: object) =>
      ({ recordId, result: 'Ok', data: Buffer.from(value).toString('base64'), metadata })
    if (text.includes('DROP')) return [{ recordId, result: 'Dropped', data: '' }]
    if (text.includes('FAIL')) return [{ recordId, result: 'ProcessingFailed', data: '' }]
    if (text.includes('MISSING')) return []
    if (text.includes('TWICE')) return [ok('1'), ok('2')]
    if (text.includes('RANDOM')) return [ok(JSON.stringify({ random: Math.random(), text }) + '\\n')]
    if (text.startsWith('{"team"')) return [ok(text, { partitionKeys: JSON.parse(text) })]
    return [ok(text.toUpperCase() + '\\n')]
  })
  return { records }
}
`

let firehose: FirehoseWorld
let server: Server
const events: Event[] = []

before(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const event = JSON.parse(Buffer.concat(chunks).toString()) as Event
      events.push(event)
      const records = event.records.map(({ recordId, data }) => ({ recordId, result: 'Ok', data }))
      response.end(JSON.stringify({ records: records.reverse() }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const functions = `functions:
  ${ARN('module')}: ./functions.ts
  ${ARN('http')}: http://127.0.0.1:${port}/
`
  firehose = await FirehoseWorld.start(`streams: {}\n${functions}`, ({ folder }) =>
    writeFileSync(join(folder, 'functions.ts'), MODULE),
  )
})

after(async () => {
  server.closeAllConnections()
  server.close()
  await firehose.end()
})

const ERRORS = { ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/' }

async function create(stream: string, arn: string, parameters: Record<string, string> = {}): Promise<void> {
  await firehose.create(stream, {
    Prefix: 'ok/',
    ...ERRORS,
    ...processing(processor('Lambda', { LambdaArn: arn, NumberOfRetries: '0', ...parameters })),
  })
}

const delivered = (stream: string): string =>
  firehose
    .objects(stream, 'ok/')
    .map(({ bytes }) => bytes.toString())
    .join('')

const failures = (stream: string): Row[] => errorLines(firehose.objects(stream, 'errors/processing-failed/'))
const calls = (): number =>
  readFileSync(join(firehose.world.folder, 'calls'), 'utf8').trimEnd().split('\n').length

test('Ok, Dropped and ProcessingFailed; hot rows are what the function gave', async () => {
  await create('kinds', ARN('module'))
  await firehose.put('kinds', ['one', 'DROP me', 'two', 'FAIL me'])
  const ask = () => firehose.sql('SELECT line FROM firehose.kinds ORDER BY line')
  assert.deepEqual(await ask(), [{ line: 'ONE' }, { line: 'TWO' }])
  await firehose.flush('kinds')
  assert.deepEqual(await ask(), [{ line: 'ONE' }, { line: 'TWO' }])
  assert.equal(delivered('kinds'), 'ONE\nTWO\n')
  const [line, ...more] = failures('kinds')
  assert.deepEqual(more, [])
  assert.deepEqual(Object.keys(line!), [
    'rawData',
    'errorCode',
    'errorMessage',
    'attemptsMade',
    'arrivalTimestamp',
    'attemptEndingTimestamp',
    'lambdaARN',
  ])
  const { arrivalTimestamp, attemptEndingTimestamp, ...rest } = line!
  assert.deepEqual(rest, {
    rawData: Buffer.from('FAIL me').toString('base64'),
    errorCode: 'Lambda.ProcessingFailedStatus',
    errorMessage: 'ProcessingFailed status set for record',
    attemptsMade: 1,
    lambdaARN: ARN('module'),
  })
  assert.ok(Number(arrivalTimestamp) <= Number(attemptEndingTimestamp))
  const status = await firehose.status('kinds')
  assert.deepEqual([status.deliveredRecords, status.rejectedRecords], [2, 1])
})

test('a missing and a doubled record id', async () => {
  await create('ids', `${ARN('module')}:$LATEST`)
  await firehose.deliver('ids', ['one', 'MISSING', 'TWICE', 'two'])
  assert.equal(delivered('ids'), 'ONE\nTWO\n')
  assert.deepEqual(
    failures('ids').map((line) => [rawOf(line), line['errorCode'], line['lambdaARN']]),
    [
      ['MISSING', 'Lambda.MissingRecordId', `${ARN('module')}:$LATEST`],
      ['TWICE', 'Lambda.DuplicatedRecordId', `${ARN('module')}:$LATEST`],
    ],
  )
})

test('a function that throws fails its whole batch, after the retries', async () => {
  await create('throws', ARN('module'), { NumberOfRetries: '1' })
  await firehose.deliver('throws', ['one', 'THROW', 'two'])
  assert.equal(delivered('throws'), '')
  const lines = failures('throws')
  assert.deepEqual(lines.map(rawOf), ['one', 'THROW', 'two'])
  for (const { errorCode, attemptsMade } of lines)
    assert.deepEqual([errorCode, attemptsMade], ['Lambda.FunctionError', 2])
  assert.deepEqual(await firehose.sql('SELECT count(*) AS n FROM firehose.throws'), [{ n: 0 }])
  assert.deepEqual(
    await firehose.sql('SELECT errorcode, count(*) AS n FROM firehose.throws_errors GROUP BY errorcode'),
    [{ errorcode: 'Lambda.FunctionError', n: 3 }],
  )
})

test('a function that nobody mapped', async () => {
  await create('unmapped', ARN('unknown'))
  await firehose.deliver('unmapped', ['one'])
  assert.deepEqual(
    failures('unmapped').map((line) => [rawOf(line), line['errorCode']]),
    [['one', 'Lambda.ResourceNotFound']],
  )
})

test('over HTTP: the event of AWS, and answers in another order', async () => {
  const from = Date.now()
  await create('over-http', ARN('http'))
  const records = ['{"n":1}\n', Buffer.from([0, 255, 10]), '', '保存']
  await firehose.deliver('over-http', records)
  assert.equal(delivered('over-http'), Buffer.concat(records.map((record) => Buffer.from(record))).toString())
  const event = events.find(({ deliveryStreamArn }) => deliveryStreamArn.endsWith('/over-http'))!
  assert.equal(event.deliveryStreamArn, 'arn:aws:firehose:eu-west-1:123456789012:deliverystream/over-http')
  assert.equal(event.region, 'eu-west-1')
  assert.match(event.invocationId, /^[0-9a-f-]{36}$/)
  assert.deepEqual(
    event.records.map(({ data }) => data),
    records.map((record) => Buffer.from(record).toString('base64')),
  )
  assert.equal(new Set(event.records.map(({ recordId }) => recordId)).size, records.length)
  for (const { approximateArrivalTimestamp } of event.records)
    assert.ok(approximateArrivalTimestamp >= from && approximateArrivalTimestamp <= Date.now())
})

test('batches of the buffer size', async () => {
  await create('batches', ARN('http'), { BufferSizeInMBs: '0.2', BufferIntervalInSeconds: '0' })
  const records = Array.from({ length: 30 }, (_, n) => Buffer.alloc(20_000, `${n} `))
  await firehose.deliver('batches', records)
  assert.equal(delivered('batches'), Buffer.concat(records).toString())
  const sizes = events
    .filter(({ deliveryStreamArn }) => deliveryStreamArn.endsWith('/batches'))
    .map(({ records: all }) => all.length)
  assert.deepEqual(sizes, [10, 10, 10])
})

test('keys of the function are partitions', async () => {
  await firehose.create('keyed', {
    Prefix: 'team=!{partitionKeyFromLambda:team}/region=!{partitionKeyFromQuery:region}/',
    ...ERRORS,
    BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 900 },
    DynamicPartitioningConfiguration: { Enabled: true },
    ...processing(
      processor('Lambda', { LambdaArn: ARN('module'), NumberOfRetries: '0' }),
      processor('MetadataExtraction', {
        MetadataExtractionQuery: '{region: .region}',
        JsonParsingEngine: 'JQ-1.6',
      }),
      processor('AppendDelimiterToRecord'),
    ),
  })
  const record = (team: string, region: string): string => JSON.stringify({ team, region })
  await firehose.deliver('keyed', [
    record('a', 'eu'),
    record('b', 'us'),
    record('', 'us'),
    record('a', 'eu'),
    '{"region":"eu"}',
  ])
  assert.deepEqual(
    firehose
      .objects('keyed', 'team')
      .map(({ key, bytes }) => [key.replace(/keyed-.*/, ''), bytes.toString()]),
    [
      ['team=a/region=eu/', `${record('a', 'eu')}\n`.repeat(2)],
      ['team=b/region=us/', `${record('b', 'us')}\n`],
    ],
  )
  assert.deepEqual(
    failures('keyed').map(({ errorCode, errorMessage }) => [errorCode, errorMessage]),
    Array(2).fill([
      'DynamicPartitioning.MetadataExtractionFailed',
      'partitionKeys values must not be null or empty',
    ]),
  )
})

test('records are decompressed and split before the function; what fails is kept as it came', async () => {
  await firehose.create('chain', {
    Prefix: 'ok/',
    ...ERRORS,
    ...processing(
      processor('Lambda', { LambdaArn: ARN('module'), NumberOfRetries: '0' }),
      processor('Decompression', { CompressionFormat: 'GZIP' }),
      processor('CloudWatchLogProcessing', { DataMessageExtraction: 'true' }),
    ),
  })
  const envelope = (...messages: string[]): Buffer =>
    gzipSync(
      JSON.stringify({
        messageType: 'DATA_MESSAGE',
        logEvents: messages.map((message) => ({ id: '1', timestamp: 1, message })),
      }),
    )
  const failing = envelope('FAIL')
  await firehose.deliver('chain', [envelope('one', 'DROP', 'two'), failing])
  assert.equal(delivered('chain'), 'ONE\nTWO\n')
  assert.deepEqual(
    failures('chain').map(({ rawData }) => rawData),
    [failing.toString('base64')],
  )
})

test('after a crash the same answers are delivered, and the function is not called again', async () => {
  await create('crash', ARN('module'))
  await firehose.put('crash', ['RANDOM 1', 'RANDOM 2'])
  const ask = () => firehose.sql('SELECT random, text FROM firehose.crash ORDER BY text')
  const hot = await ask()
  assert.equal(hot.length, 2)
  const before = calls()
  await firehose.world.kill()
  await firehose.up()
  assert.deepEqual(await ask(), hot)
  await firehose.flush('crash')
  assert.deepEqual(await ask(), hot)
  assert.equal(calls(), before)
  const lines = delivered('crash').trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line) as unknown),
    hot,
  )
})

test('killed while it delivers, again and again: each record once, as the function gave it', async () => {
  await create('killed', ARN('module'))
  await firehose.update('killed', { BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 } })
  const all = Array.from({ length: 300 }, (_, n) => `RANDOM ${n}`)
  for (let from = 0; from < all.length; from += 100) {
    const before = firehose.objects('killed', 'ok/').length
    for (let at = from; at < from + 100; at += 10) await firehose.put('killed', all.slice(at, at + 10))
    // In the middle of something: some are delivered, some are with the function, some wait.
    await firehose.waitForObjects('killed', before + 1, 'ok/')
    await firehose.world.kill()
    await firehose.up()
  }
  await firehose.flush('killed')
  const lines = delivered('killed').trimEnd().split('\n')
  const texts = lines.map((line) => (JSON.parse(line) as { text: string }).text)
  assert.deepEqual(texts.sort(byText), all.sort(byText))
  const rows = await firehose.sql('SELECT random, text FROM firehose.killed')
  assert.deepEqual(rows.map((row) => JSON.stringify(row)).sort(byText), lines.sort(byText))
})

const byText = (a: string, b: string): number => (a < b ? -1 : 1)

test('every stream accounts for its records', async () => {
  await firehose.audit()
})
