/**
 * Every way in which the kinesis_firehose output can write records: one Fluent Bit reads real logs and has an output for
 * each way, to a stream of the pipeline file and to one of the API. SQL has every line, before and after delivery.
 */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { CreateDeliveryStreamCommand, FirehoseClient } from '@aws-sdk/client-firehose'
import { stringify } from 'yaml'
import { Endpoint, INGEST_KEY } from '../clients/endpoint.ts'
import { eventually } from '../hozon-process.ts'
import { startFluentBit, type FluentBit } from './fluent-bit.ts'
import { compare, realLines } from './real-lines.ts'

/** JSON objects; Fluent Bit parses them and writes them anew. */
const EVENTS = realLines('cloudtrail.ndjson.gz').slice(0, 700)
/** Plain text with quotes and backslashes; each is the field `log` of a record. */
const LINES = realLines('apache-access-combined.log.gz').slice(0, 700)

const PAUSE_OF_QUERIES_MS = 250

type Options = Record<string, string>

const COMPRESSIONS: Record<string, Options> = {
  plain: {},
  gzip: { compression: 'gzip' },
  zstd: { compression: 'zstd' },
  snappy: { compression: 'snappy' },
}

/** Outputs for the JSON log. */
const WAYS: Record<string, Options> = {
  ...COMPRESSIONS,
  ...Object.fromEntries(
    Object.entries(COMPRESSIONS).map(([name, options]) => [
      `${name}-aggregated`,
      { ...options, simple_aggregation: 'on' },
    ]),
  ),
  timed: { time_key: 'sent_at', time_key_format: '%Y-%m-%dT%H:%M:%S.%3N' },
}

/** Outputs for the text log: whole records, and the text alone. */
const TEXT_WAYS: Record<string, Options> = {
  record: {},
  'log-key': { log_key: 'log' },
  'log-key-gzip': { log_key: 'log', compression: 'gzip' },
}

interface Kind {
  name: 'file' | 'api'
  stream: (way: string) => string
  table: (way: string) => string
}

const KINDS: Kind[] = [
  { name: 'file', stream: (way) => `file-${way}`, table: (way) => `logs.file_${underscored(way)}` },
  { name: 'api', stream: (way) => `api-${way}`, table: (way) => `firehose.api_${underscored(way)}` },
]

const underscored = (name: string): string => name.replaceAll('-', '_')

const ALL_WAYS = [...Object.keys(WAYS), ...Object.keys(TEXT_WAYS)]

let endpoint: Endpoint
let fluentBit: FluentBit

before(async () => {
  const streams = Object.fromEntries(ALL_WAYS.map((way) => [`file-${way}`, {}]))
  endpoint = await Endpoint.start(stringify({ version: 1, streams }))
  Object.assign(process.env, endpoint.env)
  const client = new FirehoseClient({})
  for (const way of ALL_WAYS)
    await client.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: `api-${way}`,
        ExtendedS3DestinationConfiguration: {
          RoleARN: 'arn:aws:iam::123456789012:role/firehose',
          BucketARN: `arn:aws:s3:::api-${way}`,
        },
      }),
    )
  await endpoint.addKey('ingest', INGEST_KEY)
  fluentBit = await startFluentBit(configure(), {
    AWS_ACCESS_KEY_ID: INGEST_KEY.id,
    AWS_SECRET_ACCESS_KEY: INGEST_KEY.secret,
  })
})

after(async () => {
  await fluentBit?.stop()
  await endpoint?.end()
})

/** Writes the logs and the configuration; returns its path. */
function configure(): string {
  const folder = join(endpoint.world.folder, 'fluent-bit')
  mkdirSync(folder)
  writeFileSync(join(folder, 'events.log'), EVENTS.join('\n') + '\n')
  writeFileSync(join(folder, 'lines.log'), LINES.join('\n') + '\n')
  const tail = { name: 'tail', read_from_head: 'on', buffer_max_size: '4M' }
  const outputs = (tag: string, ways: Record<string, Options>): Options[] =>
    Object.entries(ways).flatMap(([way, options]) =>
      KINDS.map(({ stream }) => ({
        name: 'kinesis_firehose',
        match: tag,
        region: 'us-east-1',
        delivery_stream: stream(way),
        endpoint: '127.0.0.1',
        port: String(endpoint.port),
        'tls.ca_file': join(endpoint.world.data, 'tls/ca.pem'),
        retry_limit: 'no_limits',
        ...options,
      })),
    )
  const configuration = {
    service: { flush: 1, 'scheduler.base': 1, 'scheduler.cap': 5 },
    parsers: [{ name: 'app-json', format: 'json' }],
    pipeline: {
      inputs: [
        { ...tail, tag: 'events', path: join(folder, 'events.log'), parser: 'app-json' },
        { ...tail, tag: 'lines', path: join(folder, 'lines.log') },
      ],
      outputs: [...outputs('events', WAYS), ...outputs('lines', TEXT_WAYS)],
    },
  }
  const file = join(folder, 'fluent-bit.yaml')
  writeFileSync(file, stringify(configuration))
  return file
}

/** Waits until as many rows are there, and returns them as text. There are no columns before the first record. */
async function rows(query: string, count: number): Promise<string[]> {
  let said = ''
  try {
    return await eventually(
      async () => {
        const { code, stdout, stderr } = await endpoint.world.run('sql', query, '--format', 'json')
        said = stderr
        const found = code === 0 ? (JSON.parse(stdout) as { row: unknown }[]) : []
        return found.length >= count ? found.map(({ row }) => String(row)) : undefined
      },
      query,
      PAUSE_OF_QUERIES_MS,
    )
  } catch (error) {
    throw new Error(`${said}${fluentBit.output().slice(-3000)}`, { cause: error })
  }
}

/** The same for what is buffered and for what is delivered. */
async function everyLine(query: string, written: string[]): Promise<void> {
  const complete = { lost: [], strange: [], duplicates: 0 }
  assert.deepEqual(compare(written, await rows(query, written.length)), complete, 'buffered')
  await endpoint.world.flush()
  assert.deepEqual(compare(written, await rows(query, written.length)), complete, 'delivered')
}

interface Event {
  eventID: string
  eventName: string
  userIdentity: { type?: string }
}

const EVENT_ROWS = EVENTS.map((line) => {
  const { eventID, eventName, userIdentity } = JSON.parse(line) as Event
  return `${eventID} ${eventName} ${userIdentity.type ?? 'none'}`
})

for (const { name, table } of KINDS) {
  for (const way of Object.keys(WAYS))
    test(`${way} to a stream of the ${name}`, () =>
      everyLine(
        `SELECT eventid || ' ' || eventname || ' ' || coalesce(useridentity.type, 'none') AS row FROM ${table(way)}`,
        EVENT_ROWS,
      ))

  test(`time_key to a stream of the ${name}`, async () => {
    const [row] = await endpoint.world.sql(
      `SELECT count(sent_at) AS n, count(DISTINCT typeof(sent_at)) AS types FROM ${table('timed')}`,
    )
    assert.deepEqual(row, { n: EVENTS.length, types: 1 })
  })

  test(`records of text to a stream of the ${name}`, () =>
    everyLine(`SELECT log AS row FROM ${table('record')}`, LINES))
}

/** Fluent Bit takes the text's quotes off, and leaves its escapes. */
const ESCAPED = LINES.map((line) => JSON.stringify(line).slice(1, -1))

for (const way of ['log-key', 'log-key-gzip']) {
  test(`${way} to a stream of the file: no JSON, so kept as lines that are none`, () =>
    everyLine(`SELECT line AS row FROM logs.file_${underscored(way)}_errors`, ESCAPED))

  test(`${way} to a stream of the api: a row for each line`, () =>
    everyLine(`SELECT line AS row FROM firehose.api_${underscored(way)}`, ESCAPED))
}
