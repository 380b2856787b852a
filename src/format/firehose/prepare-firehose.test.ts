import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import type { FirehoseDelivery } from '../../base/firehose-delivery.ts'
import { realFiles } from '../../sys/real-files.ts'
import type { Prepared } from '../prepare.ts'
import { ARRIVAL_MS, prepareBytes, withFolder, type JobPatch } from '../testing/segments.ts'
import { createTransformedFile } from './transformed-file.ts'
import type { Transformed } from './unit.ts'
import { writeRows } from './write-rows.ts'

type Patch = Partial<Omit<FirehoseDelivery, 'processing'>> & {
  processing?: Partial<FirehoseDelivery['processing']>
}

function firehose(patch: Patch): FirehoseDelivery {
  return {
    versionId: '1',
    streamArn: 'arn:aws:firehose:us-east-1:123456789012:deliverystream/web',
    region: 'us-east-1',
    fileExtension: undefined,
    partitioning: undefined,
    conversion: undefined,
    backup: undefined,
    ...patch,
    processing: {
      decompression: 'none',
      deaggregation: undefined,
      lambda: undefined,
      partitionQuery: undefined,
      delimiter: undefined,
      ...patch.processing,
    },
  }
}

interface Outcome {
  prepared: Prepared
  parts: { delivered: Buffer; rows: string[] }[]
  failures: Record<string, unknown>[]
}

async function prepare(
  records: (string | Buffer)[],
  patch: Patch = {},
  job: JobPatch = {},
): Promise<Outcome> {
  return withFolder(async (folder) => {
    const buffers = records.map((record) => Buffer.from(record))
    let end = 0
    const recordEnds = Uint32Array.from(buffers, ({ length }) => (end += length))
    const deliver = { prefix: 'p/', format: 'json', compression: 'none', firehose: firehose(patch) } as const
    const prepared = await prepareBytes(folder, Buffer.concat(buffers), {
      recordEnds,
      lastArrivalMs: ARRIVAL_MS + 5,
      ...job,
      deliver: { ...deliver, partitionBy: 'arrival', ...job.deliver },
    })
    const parts = []
    for (const { path, bytes, fitPath, fitBytes, rows } of prepared.parts) {
      const [delivered, fit] = await Promise.all([readFile(path), readFile(fitPath)])
      assert.deepEqual([delivered.length, fit.length], [bytes, fitBytes])
      const lines = fit.toString().split('\n').slice(0, -1)
      assert.equal(lines.length, rows)
      parts.push({ delivered, rows: lines })
    }
    const errors = prepared.errors === undefined ? '' : await readFile(prepared.errors.path, 'utf8')
    const failures = errors
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    assert.equal(failures.length, prepared.rejected)
    return { prepared, parts, failures }
  })
}

const deliveredTexts = ({ parts }: Outcome): string[] => parts.map(({ delivered }) => delivered.toString())

test('a stream that does nothing copies nothing', async () => {
  const { prepared, parts } = await prepare(['{"a":1}\n', '{"a":2}\n'])
  assert.equal(prepared.parts[0]!.path, prepared.parts[0]!.fitPath)
  assert.match(prepared.parts[0]!.path, /segment\.data$/)
  assert.deepEqual(parts[0]!.rows, ['{"a":1}', '{"a":2}'])
  assert.deepEqual(prepared.schema.columns, [{ name: 'a', key: 'a', type: 'bigint' }])
  assert.deepEqual([prepared.records, prepared.firehose], [2, { units: 2, failures: [] }])
})

test('delivered bytes are the records as they came; queries see rows', async () => {
  const outcome = await prepare(['{"a":1}', '', '{"a":"x"}{"b":2}', 'text', '\n'])
  assert.deepEqual(deliveredTexts(outcome), ['{"a":1}{"a":"x"}{"b":2}text\n'])
  assert.deepEqual(outcome.parts[0]!.rows, ['{"a":1}', '{"a":"x"}', '{"b":2}', '{"line":"text"}'])
  assert.equal(outcome.prepared.parts[0]!.units, 5)
})

test('what a schema that is fixed has no place for is in _extra', async () => {
  const schema = { version: 3, columns: [{ name: 'a', key: 'a', type: 'bigint' as const }] }
  const { parts, prepared } = await prepare(['{"a":1}\n', '{"a":"x","b":1}\n'], {}, { schema, evolve: false })
  assert.deepEqual(parts[0]!.rows, ['{"a":1}', '{"_extra":"{\\"a\\":\\"x\\",\\"b\\":1}"}'])
  assert.deepEqual(prepared.schema, schema)
})

test('the delimiter follows each record, after de-aggregation each of its parts', async () => {
  assert.deepEqual(deliveredTexts(await prepare(['a', 'b'], { processing: { delimiter: '\n' } })), ['a\nb\n'])
  const outcome = await prepare(['{"a":1}\n{"a":2}', '{"a":3}'], {
    processing: { deaggregation: { kind: 'json' }, delimiter: '\n' },
  })
  assert.deepEqual(deliveredTexts(outcome), ['{"a":1}\n{"a":2}\n{"a":3}\n'])
  assert.deepEqual([outcome.prepared.records, outcome.prepared.firehose?.units], [2, 3])
})

const PARTITIONED: Patch = {
  partitioning: { activePartitionsMax: 2 },
  processing: { partitionQuery: '{k:.k}', delimiter: '\n' },
}
const KEY_PREFIX = { deliver: { prefix: 'k=!{partitionKeyFromQuery:k}/' } }

test('a part for each partition; failures as AWS writes them', async () => {
  const records = ['{"k":"a"}', '{"k":"b"}', 'text', '{"k":"a","n":1}', '{"k":"c"}', '{"k":null}']
  const outcome = await prepare(records, PARTITIONED, KEY_PREFIX)
  assert.deepEqual(deliveredTexts(outcome), ['{"k":"a"}\n{"k":"a","n":1}\n', '{"k":"b"}\n'])
  assert.deepEqual(
    outcome.prepared.parts.map(({ keys, units }) => [keys, units]),
    [
      [{ query: { k: 'a' }, lambda: {} }, 2],
      [{ query: { k: 'b' }, lambda: {} }, 1],
    ],
  )
  const line = (record: string, code: string, message: string): object => ({
    rawData: Buffer.from(record).toString('base64'),
    errorCode: `DynamicPartitioning.${code}`,
    errorMessage: message,
    attemptsMade: 1,
    arrivalTimestamp: ARRIVAL_MS,
    attemptEndingTimestamp: ARRIVAL_MS + 5,
  })
  const empty = 'partitionKeys values must not be null or empty'
  assert.deepEqual(outcome.failures, [
    line('text', 'MetadataExtractionFailed', 'Non JSON record provided'),
    line(
      '{"k":"c"}',
      'ActivePartitionsLimitExceeded',
      'The number of active partitions has exceeded the configured limit',
    ),
    line('{"k":null}', 'MetadataExtractionFailed', empty),
  ])
  assert.deepEqual(Object.keys(outcome.failures[0]!), Object.keys(line('', '', '')))
  assert.deepEqual(
    outcome.prepared.firehose?.failures.map(({ type, rows }) => [type, rows]),
    [['processing-failed', 3]],
  )
})

test('after decompression failures keep the record as it came', async () => {
  const bad = gzipSync('{"k":""}')
  const cut = bad.subarray(0, 10)
  const processing = { ...PARTITIONED.processing, decompression: 'envelope' as const }
  const outcome = await prepare([gzipSync('{"k":"a"}'), bad, cut], { ...PARTITIONED, processing }, KEY_PREFIX)
  assert.deepEqual(deliveredTexts(outcome), ['{"k":"a"}\n'])
  assert.deepEqual(
    outcome.failures.map(({ errorCode, rawData }) => [errorCode, rawData]),
    [
      ['DynamicPartitioning.MetadataExtractionFailed', bad.toString('base64')],
      ['Decompression.InvalidData', cut.toString('base64')],
    ],
  )
  assert.deepEqual(
    outcome.prepared.firehose?.failures.map(({ type, rows }) => [type, rows]),
    [
      ['decompression-failed', 1],
      ['processing-failed', 1],
    ],
  )
})

const LAMBDA = {
  arn: 'arn:aws:lambda:us-east-1:123456789012:function:f',
  retries: 3,
  bufferBytes: 1,
  bufferIntervalMs: 1,
}

test('answers of Lambda: kept, dropped, failed, with keys of their own', async () => {
  await withFolder(async (folder) => {
    const failure = {
      type: 'processing-failed',
      code: 'Lambda.ProcessingFailedStatus',
      message: 'm',
    } as const
    const times = { attempts: 4, arrivalMs: 1, endedMs: 2, lambdaArn: LAMBDA.arn }
    const answers: Transformed[] = [
      { kind: 'ok', data: Buffer.from('{"z":1}'), keys: { k: 'x' } },
      { kind: 'dropped' },
      { kind: 'failed', failure: { ...failure, ...times, raw: Buffer.from('c') } },
      { kind: 'ok', data: Buffer.from('d'), keys: undefined },
    ]
    const transformed = join(folder, 'answers')
    const writer = await createTransformedFile(realFiles, transformed, '0'.repeat(32))
    await writer.append(answers)
    await writer.commit()
    const outcome = await prepare(
      ['a', 'b', 'c', 'd'],
      { partitioning: { activePartitionsMax: 500 }, processing: { lambda: LAMBDA } },
      { transformed, deliver: { prefix: '!{partitionKeyFromLambda:k}/' } },
    )
    assert.deepEqual(deliveredTexts(outcome), ['{"z":1}'])
    assert.deepEqual(outcome.prepared.parts[0]!.keys, { query: {}, lambda: { k: 'x' } })
    assert.deepEqual([outcome.prepared.rejected, outcome.prepared.blank], [2, 1])
    assert.deepEqual(outcome.failures[0], {
      rawData: 'Yw==',
      errorCode: failure.code,
      errorMessage: 'm',
      attemptsMade: 4,
      arrivalTimestamp: 1,
      attemptEndingTimestamp: 2,
      lambdaARN: LAMBDA.arn,
    })
    assert.equal(outcome.failures[1]!['errorCode'], 'DynamicPartitioning.MetadataExtractionFailed')
  })
})

const CONVERSION: FirehoseDelivery['conversion'] = {
  deserializer: { kind: 'openx', caseInsensitive: true, dotsToUnderscores: false, keyMappings: {} },
  schema: { catalogId: '123456789012', database: 'd', table: 't', region: 'us-east-1', version: 'LATEST' },
  parquet: { compression: 'snappy', blockBytes: 1, pageBytes: 1, dictionary: false, writerVersion: 'V1' },
  columns: [{ name: 'a', key: 'a', type: 'int' }],
}

test('conversion: the table’s columns and no others; failures in their own form', async () => {
  const outcome = await prepare(['{"A":1,"b":2}{"a":2}', 'x', '{"a":{}}'], { conversion: CONVERSION })
  assert.deepEqual(
    outcome.parts[0]!.rows.map((row) => (JSON.parse(row) as { a: unknown }).a),
    [1, 2],
  )
  assert.deepEqual(outcome.prepared.schema, { version: 2, columns: CONVERSION.columns })
  assert.equal(outcome.prepared.parts[0]!.units, 1)
  assert.deepEqual(
    outcome.failures.map(({ lastErrorCode, rawData }) => [lastErrorCode, rawData]),
    [
      ['DataFormatConversion.ParseError', 'eA=='],
      ['DataFormatConversion.MalformedData', Buffer.from('{"a":{}}').toString('base64')],
    ],
  )
  assert.deepEqual(Object.keys(outcome.failures[0]!), [
    'attemptsMade',
    'arrivalTimestamp',
    'lastErrorCode',
    'lastErrorMessage',
    'attemptEndingTimestamp',
    'rawData',
    'sequenceNumber',
    'subSequenceNumber',
    'dataCatalogTable',
  ])
  assert.deepEqual(outcome.prepared.firehose?.failures[0]?.type, 'format-conversion-failed')
})

const record = fc.oneof(
  fc
    .record({ k: fc.constantFrom('a', 'b', 'c', '', null), v: fc.jsonValue({ maxDepth: 2 }) })
    .map((v) => JSON.stringify(v)),
  fc
    .array(fc.constantFrom('{"k":"a"}', '{"k":1}', '\n', 'x'), { maxLength: 4 })
    .map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const raw = fc.oneof(
  record.map((text) => Buffer.from(text)),
  record.map((text) => gzipSync(text)),
  record.map((text) => zstdCompressSync(`${text}\n`)),
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
)
const settings = fc.record({
  decompression: fc.constantFrom('none' as const, 'envelope' as const),
  deaggregation: fc.constantFrom(
    undefined,
    { kind: 'json' as const },
    { kind: 'delimited' as const, delimiterBase64: 'Cg==' },
  ),
  delimiter: fc.constantFrom(undefined, '\n'),
  partitioned: fc.boolean(),
})

test('each unit ends once; a repeat gives the same bytes; hot rows are those of the object', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(raw, { maxLength: 12 }),
      settings,
      async (records, { partitioned, ...processing }) => {
        const patch: Patch = partitioned
          ? { ...PARTITIONED, processing: { ...processing, partitionQuery: '{k:.k}' } }
          : { processing }
        const job = partitioned ? KEY_PREFIX : {}
        const once = await prepare(records, patch, job)
        const { parts, rejected, blank, firehose: counts } = once.prepared
        const units = parts.reduce((sum, part) => sum + part.units!, 0)
        assert.equal(units + rejected + blank, counts!.units)
        assert.equal(once.prepared.records, records.length)
        const again = await prepare(records, patch, job)
        assert.deepEqual(again.parts, once.parts)
        assert.deepEqual(again.failures, once.failures)
        for (const [index, { delivered }] of once.parts.entries()) {
          const fixed = { ...job, schema: once.prepared.schema, evolve: false }
          assert.deepEqual((await prepare([delivered], {}, fixed)).parts[0]!.rows, once.parts[index]!.rows)
          assert.equal(await rowCount(delivered), once.parts[index]!.rows.length)
        }
      },
    ),
    { numRuns: 25 },
  )
})

function rowCount(object: Buffer): Promise<number> {
  return withFolder(async (folder) => {
    const path = join(folder, 'rows')
    await writeRows(realFiles, [object.subarray(0, 3), object.subarray(3)], path)
    return (await readFile(path, 'latin1')).split('\n').length - 1
  })
}

test('more partitions than may be active', async () => {
  const records = Array.from({ length: 3000 }, (_, index) => `{"k":"${index % 700}"}`)
  const { prepared } = await prepare(
    records,
    { ...PARTITIONED, partitioning: { activePartitionsMax: 500 } },
    KEY_PREFIX,
  )
  assert.equal(prepared.parts.length, 500)
  assert.equal(prepared.rejected, records.filter((_, index) => index % 700 >= 500).length)
})

test('nothing is left open or behind but what the result names', async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'x')
    await writeFile(path, 'x')
    await prepareBytes(folder, Buffer.from('{"a":1}x'), {
      recordEnds: Uint32Array.of(8),
      scratch: folder,
      deliver: { firehose: firehose({}) },
    })
    const names = (await readdir(folder)).filter((name) => !name.startsWith('scratch-'))
    assert.deepEqual(names.sort(), ['part-0.rows.jsonl', 'x'])
  })
})
