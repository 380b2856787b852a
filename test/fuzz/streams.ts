/** Streams that come, change and go while records are put into them; with settings that are at the edge, or beyond it. */
import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { awsError } from './answers.ts'
import { hostileRecord } from './hostile-records.ts'
import { RawConnection } from './raw-connection.ts'
import { sign, toWire } from './signed-request.ts'
import type { Target } from './world.ts'

const ROLE = 'arn:aws:iam::123456789012:role/fuzz'
/** Some are names that other systems do not like; `.` and `..` are refused. */
const NAMES = [
  '.',
  '..',
  '...',
  '-',
  '_',
  '.a',
  'a.',
  'CON',
  '__proto__',
  'constructor',
  'toString',
  'x'.repeat(64),
  'storm',
]
const BUCKETS = [
  'fuzz-storm',
  'fuzz-storm',
  'fuzz-storm',
  'a',
  '..',
  'UPPER',
  'under_score',
  'a..b',
  'x'.repeat(255),
  '1.2.3.4',
]
const PREFIXES = [
  '', '/', '//', '/x//y', 'x//', '../', '../../../../tmp/', 'a/../b', './a', 'a/..', '..', '.', '...', 'a\\b', '\0', 'a\0b/', 'a\tb', '\x7f',
  '%2e%2e/', '%', 'a b', '*?<>|":', '.hozon-x/', '_hozon/', '_hozon/streams/x', '_hozon/runs/', '{}', '${x}', 'a=b/c=d/', '~', ' ', ' /',
  'CON/', `${'x'.repeat(251)}/`, 'x'.repeat(512), 'x'.repeat(513), 'é'.repeat(300), 'é'.repeat(512), '\u{1f600}'.repeat(256), '\u{1f600}'.repeat(1024),
  '\ud800', '\u2028', '\u202e', 'e\u0301', "'; DROP TABLE x; --", '[a-z]*/', 'hour=1/hour=2/', '!{timestamp:yyyy', '!{timestamp:yyyy}/',
  '!{timestamp:zzzz}'.repeat(60), '!{x}', '!{firehose:random-string}', '!{partitionKeyFromQuery:k}/',
] // prettier-ignore
const EXTENSIONS = [
  '',
  '.',
  '..',
  '.json',
  '.a/b',
  '.....',
  ".'()*!",
  `.${'a'.repeat(127)}`,
  `.${'a'.repeat(128)}`,
]
const ZONES = ['UTC', 'utc', 'GMT', 'Asia/Tokyo', 'a', '///', '../etc', 'America/Argentina/Buenos_Aires', '']
/** Values of a partition key that no folder can have. */
const KEYS = [
  'x',
  '../..',
  'a/b',
  '/',
  '.',
  '\0',
  'a\nb',
  'x'.repeat(5000),
  'é'.repeat(400),
  '',
  '__HIVE_DEFAULT_PARTITION__',
  '.hozon-x',
  'a=b',
  ' ',
  '%2e',
  '{}',
  '😀',
]

/** In a sensible API's words; what a storm's own streams may be answered. */
const REFUSALS = [
  'InvalidArgumentException',
  'ValidationException',
  'ResourceInUseException',
  'ResourceNotFoundException',
  'ConcurrentModificationException',
  'LimitExceededException',
]

async function call(
  target: Target,
  operation: string,
  content: object,
): Promise<{ error: string | undefined; text: string }> {
  const connection = await RawConnection.open(target.port)
  const body = Buffer.from(JSON.stringify(content))
  connection.write(toWire(sign(target.signer, { operation, body })))
  const [answer] = await connection.hear(1)
  connection.cut()
  assert.ok(answer !== undefined, `no answer to ${operation} ${body.toString('latin1').slice(0, 500)}`)
  const error = awsError(answer)
  const text = answer.body.toString()
  assert.ok(
    error === undefined || REFUSALS.includes(error),
    `${operation} ${body.toString().slice(0, 2000)} is answered ${text}`,
  )
  return { error, text }
}

function destination({ chance }: Target): object {
  const odd = <T>(values: readonly T[], plain: T): T => (chance.is(0.4) ? chance.pick(values) : plain)
  return {
    RoleARN: ROLE,
    BucketARN: `arn:aws:s3:::${odd(BUCKETS, 'fuzz-storm')}`,
    Prefix: odd(PREFIXES, 'storm/'),
    ErrorOutputPrefix: odd(PREFIXES, 'errors/!{firehose:error-output-type}/'),
    BufferingHints: { SizeInMBs: chance.pick([1, 128]), IntervalInSeconds: chance.pick([0, 1, 900]) },
    // What is read again at the end.
    CompressionFormat: chance.pick(['UNCOMPRESSED', 'GZIP']),
    ...(chance.is(0.2) ? { FileExtension: chance.pick(EXTENSIONS) } : {}),
    ...(chance.is(0.2) ? { CustomTimeZone: chance.pick(ZONES) } : {}),
  }
}

/** One thing done to one of the streams; several at a time. */
export async function storm(target: Target): Promise<void> {
  const { chance } = target
  const name = chance.pick(NAMES)
  switch (chance.below(8)) {
    case 0:
    case 1:
      await call(target, 'CreateDeliveryStream', {
        DeliveryStreamName: name,
        ExtendedS3DestinationConfiguration: destination(target),
      })
      break
    case 2:
      await call(target, 'DeleteDeliveryStream', { DeliveryStreamName: name })
      break
    case 3:
      await call(target, 'UpdateDestination', {
        DeliveryStreamName: name,
        CurrentDeliveryStreamVersionId: String(chance.between(1, 3)),
        DestinationId: 'destinationId-000000000001',
        ExtendedS3DestinationUpdate: destination(target),
      })
      break
    case 4:
      await call(target, 'TagDeliveryStream', {
        DeliveryStreamName: name,
        Tags: [
          { Key: chance.pick(['__proto__', 'constructor', 'a', chance.word(3)]), Value: chance.word(3) },
        ],
      })
      break
    default:
      await putInto(target, name)
  }
}

async function putInto(target: Target, name: string): Promise<void> {
  const { ledger, chance } = target
  const { id, data } = ledger.record({ k: chance.pick(KEYS) })
  const { error } = await call(target, 'PutRecordBatch', {
    DeliveryStreamName: name,
    Records: [{ Data: data.toString('base64') }],
  })
  ledger.settle([id], error === undefined ? 'kept' : 'refused')
}

/** Streams that do something with each record; made once, fed with what they can and can not read. */
export const PROCESSED: Record<string, object> = {
  'fuzz-messages': {
    ProcessingConfiguration: processing(
      processor('Decompression', { CompressionFormat: 'GZIP' }),
      processor('CloudWatchLogProcessing', { DataMessageExtraction: 'true' }),
    ),
  },
  'fuzz-split': {
    Prefix: 'split/!{partitionKeyFromQuery:k}/',
    ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
    BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
    DynamicPartitioningConfiguration: { Enabled: true },
    ProcessingConfiguration: processing(
      processor('RecordDeAggregation', { SubRecordType: 'JSON' }),
      processor('MetadataExtraction', { JsonParsingEngine: 'JQ-1.6', MetadataExtractionQuery: '{k: .k}' }),
      processor('AppendDelimiterToRecord', {}),
    ),
  },
  'fuzz-delimited': {
    Prefix: 'delimited/!{partitionKeyFromQuery:k}/',
    ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
    BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
    DynamicPartitioningConfiguration: { Enabled: true },
    ProcessingConfiguration: processing(
      processor('RecordDeAggregation', { SubRecordType: 'DELIMITED', Delimiter: 'Cg==' }),
      processor('MetadataExtraction', {
        JsonParsingEngine: 'JQ-1.6',
        MetadataExtractionQuery: '{k: (.k | ascii_downcase)}',
      }),
    ),
  },
}

function processing(...Processors: object[]): object {
  return { Enabled: true, Processors }
}

function processor(Type: string, parameters: Record<string, string>): object {
  const Parameters = Object.entries(parameters).map(([ParameterName, ParameterValue]) => ({
    ParameterName,
    ParameterValue,
  }))
  return { Type, Parameters }
}

export async function createProcessed(target: Target): Promise<void> {
  for (const [name, more] of Object.entries(PROCESSED)) {
    const { error, text } = await call(target, 'CreateDeliveryStream', {
      DeliveryStreamName: name,
      ExtendedS3DestinationConfiguration: {
        RoleARN: ROLE,
        BucketARN: 'arn:aws:s3:::fuzz-processed',
        ...more,
      },
    })
    assert.equal(error, undefined, text)
  }
}

/** A good record among hostile ones: it is delivered or told as an error, once. */
export async function putProcessed(target: Target): Promise<void> {
  const { chance, ledger } = target
  const name = chance.pick(Object.keys(PROCESSED))
  const records = Array.from({ length: chance.between(1, 3) }, () => ledger.record({ k: chance.pick(KEYS) }))
  const data =
    name === 'fuzz-messages'
      ? envelope(records)
      : Buffer.concat(records.map((record) => Buffer.concat([record.data, Buffer.from('\n')])))
  const Records = [data, ...Array.from({ length: chance.below(3) }, () => hostileRecord(chance))].map(
    (bytes) => ({
      Data: bytes.toString('base64'),
    }),
  )
  const { error } = await call(target, 'PutRecordBatch', { DeliveryStreamName: name, Records })
  assert.equal(error, undefined)
  ledger.settle(
    records.map(({ id }) => id),
    'kept',
  )
}

function envelope(records: readonly { data: Buffer }[]): Buffer {
  const logEvents = records.map(({ data }, index) => ({
    id: String(index),
    timestamp: 0,
    message: data.toString(),
  }))
  return gzipSync(
    JSON.stringify({
      messageType: 'DATA_MESSAGE',
      owner: '1',
      logGroup: 'g',
      logStream: 's',
      subscriptionFilters: [],
      logEvents,
    }),
  )
}

/** Names of all streams that there are. */
export async function streamNames(target: Target): Promise<string[]> {
  const { text } = await call(target, 'ListDeliveryStreams', { Limit: 10_000 })
  return (JSON.parse(text) as { DeliveryStreamNames: string[] }).DeliveryStreamNames
}

export async function deleteStream(target: Target, name: string): Promise<void> {
  const { error, text } = await call(target, 'DeleteDeliveryStream', { DeliveryStreamName: name })
  assert.equal(error, undefined, text)
}

export async function createPlain(target: Target, name: string): Promise<void> {
  const { error, text } = await call(target, 'CreateDeliveryStream', {
    DeliveryStreamName: name,
    ExtendedS3DestinationConfiguration: {
      RoleARN: ROLE,
      BucketARN: `arn:aws:s3:::${name}`,
      Prefix: `${name}/`,
    },
  })
  assert.equal(error, undefined, text)
}
