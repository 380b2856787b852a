/** What processors make of records: delimiters, de-aggregation, CloudWatch Logs. */
import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { after, before, suite, test } from 'node:test'
import { errorLines, FirehoseWorld, processing, processor } from './firehose-world.ts'

let firehose: FirehoseWorld
before(async () => {
  firehose = await FirehoseWorld.start()
})
after(() => firehose.end())

const ERRORS = { ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/' }
const HINTS = { BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 900 } }

suite('AppendDelimiterToRecord', () => {
  for (const [name, parameters, delimiter] of [
    ['default', {}, '\n'],
    ['two-characters', { Delimiter: '\\n' }, '\n'],
    ['own', { Delimiter: '|||' }, '|||'],
    ['windows', { Delimiter: '\\r\\n' }, '\r\n'],
  ] as [string, Record<string, string>, string][])
    test(`${name}: behind each record, also an empty one`, async () => {
      await firehose.create(`delimiter-${name}`, processing(processor('AppendDelimiterToRecord', parameters)))
      const [object] = await firehose.deliver(`delimiter-${name}`, ['{"n":1}', '', '{"n":2}\n', '{"n":3}'])
      const expected = ['{"n":1}', '', '{"n":2}\n', '{"n":3}', ''].join(delimiter)
      assert.equal(object?.bytes.toString(), expected)
    })

  test('a line feed itself is refused, as AWS does', async () => {
    const settings = processing(processor('AppendDelimiterToRecord', { Delimiter: '\n' }))
    await assert.rejects(firehose.create('a-line-feed', settings), { name: 'ValidationException' })
  })

  test('processing that is not enabled does nothing', async () => {
    const { ProcessingConfiguration } = processing(processor('AppendDelimiterToRecord'))
    await firehose.create('not-enabled', {
      ProcessingConfiguration: { ...ProcessingConfiguration, Enabled: false },
    })
    const [object] = await firehose.deliver('not-enabled', ['abc', 'abc', 'abc'])
    assert.equal(object?.bytes.toString(), 'abcabcabc')
  })
})

suite('RecordDeAggregation', () => {
  /** AWS takes de-aggregation only together with partitioning. */
  async function create(stream: string, parameters: Record<string, string>, delimiter = true): Promise<void> {
    await firehose.create(stream, {
      Prefix: 'p=!{partitionKeyFromQuery:p}/',
      ...ERRORS,
      ...HINTS,
      DynamicPartitioningConfiguration: { Enabled: true },
      ...processing(
        processor('RecordDeAggregation', parameters),
        processor('MetadataExtraction', { MetadataExtractionQuery: '{p: .p}', JsonParsingEngine: 'JQ-1.6' }),
        ...(delimiter ? [processor('AppendDelimiterToRecord')] : []),
      ),
    })
  }

  const contents = (stream: string): Record<string, string> =>
    Object.fromEntries(
      firehose
        .objects(stream, 'p=')
        .map(({ key, bytes }) => [key.slice(2, key.indexOf('/')), bytes.toString()]),
    )

  test('JSON: objects that are glued, one per line, or spread over lines', async () => {
    await create('split-json', { SubRecordType: 'JSON' })
    await firehose.put('split-json', [
      '{"p":"x","n":1}{"p":"y","n":2}',
      '{"p":"x","n":3}\n{"p":"y","n":4}\n',
      '{\n  "p": "x",\n  "n": 5\n}\r\n\t {"p":"x","text":"}{\\"","n":[{},{}]}',
      '{"p":"y","n":6}',
    ])
    await firehose.flush('split-json')
    assert.deepEqual(contents('split-json'), {
      x: '{"p":"x","n":1}\n{"p":"x","n":3}\n{\n  "p": "x",\n  "n": 5\n}\n{"p":"x","text":"}{\\"","n":[{},{}]}\n',
      y: '{"p":"y","n":2}\n{"p":"y","n":4}\n{"p":"y","n":6}\n',
    })
    assert.deepEqual(
      await firehose.sql('SELECT p, count(*) AS c FROM firehose.split_json GROUP BY p ORDER BY p'),
      [
        { p: 'x', c: 4 },
        { p: 'y', c: 3 },
      ],
    )
  })

  test('JSON: without AppendDelimiterToRecord they are glued', async () => {
    await create('split-glued', { SubRecordType: 'JSON' }, false)
    await firehose.put('split-glued', ['{"p":"x","n":1}\n{"p":"x","n":2}\n'])
    await firehose.flush('split-glued')
    assert.deepEqual(contents('split-glued'), { x: '{"p":"x","n":1}{"p":"x","n":2}' })
  })

  test('JSON: an array is no record of several, and has no keys', async () => {
    await create('split-array', { SubRecordType: 'JSON' })
    const array = '[{"p":"x"},{"p":"y"}]'
    await firehose.put('split-array', [array, '{"p":"z"}'])
    await firehose.flush('split-array')
    assert.deepEqual(contents('split-array'), { z: '{"p":"z"}\n' })
    const [line, ...more] = errorLines(firehose.objects('split-array', 'errors/processing-failed/'))
    assert.deepEqual(more, [])
    assert.equal(line?.['errorCode'], 'DynamicPartitioning.MetadataExtractionFailed')
    assert.equal(Buffer.from(String(line?.['rawData']), 'base64').toString(), array)
  })

  test('JSON: 500 are split; more are not', async () => {
    await create('split-many', { SubRecordType: 'JSON' })
    const glued = (count: number, p: string): string => `{"p":"${p}"}`.repeat(count)
    await firehose.put('split-many', [glued(500, 'few'), glued(501, 'many')])
    await firehose.flush('split-many')
    assert.deepEqual(contents('split-many'), { few: '{"p":"few"}\n'.repeat(500) })
    const lines = errorLines(firehose.objects('split-many', 'errors/'))
    assert.deepEqual(
      lines.map(({ rawData }) => Buffer.from(String(rawData), 'base64').toString()),
      [glued(501, 'many')],
    )
  })

  test('delimited: between its delimiter, which is base64', async () => {
    const Delimiter = Buffer.from('####').toString('base64')
    await create('split-by', { SubRecordType: 'DELIMITED', Delimiter })
    await firehose.put('split-by', [
      '{"p":"x","n":1}####{"p":"y","n":2}',
      '####{"p":"x","n":3}########{"p":"x","n":"#"}####',
      '{"p":"y","n":4}',
    ])
    await firehose.flush('split-by')
    assert.deepEqual(contents('split-by'), {
      x: '{"p":"x","n":1}\n{"p":"x","n":3}\n{"p":"x","n":"#"}\n',
      y: '{"p":"y","n":2}\n{"p":"y","n":4}\n',
    })
  })
})

suite('CloudWatch Logs', () => {
  const envelope = (messages: readonly string[], members: object = {}): string =>
    JSON.stringify({
      messageType: 'DATA_MESSAGE',
      owner: '123456789012',
      logGroup: '/aws/lambda/shop',
      logStream: '2026/11/23/[$LATEST]abc',
      subscriptionFilters: ['to-firehose'],
      logEvents: messages.map((message, id) => ({
        id: String(id),
        timestamp: 1_800_000_000_000 + id,
        message,
      })),
      ...members,
    })
  const CONTROL = envelope(['CWL CONTROL MESSAGE: Checking health of destination Firehose.'], {
    messageType: 'CONTROL_MESSAGE',
    owner: 'CloudwatchLogs',
    logGroup: '',
    logStream: '',
  })
  const DAMAGED = gzipSync(envelope(['lost'])).subarray(0, 60)
  const decompression = processor('Decompression', { CompressionFormat: 'GZIP' })
  const extraction = processor('CloudWatchLogProcessing', { DataMessageExtraction: 'true' })

  test('the envelopes, decompressed', async () => {
    await firehose.create('envelopes', processing(decompression))
    const sent = [envelope(['START', '{"level":"info"}']), CONTROL, envelope([])]
    const [object] = await firehose.deliver(
      'envelopes',
      sent.map((text) => gzipSync(text, { level: 6 })),
    )
    assert.equal(object?.bytes.toString(), sent.join(''))
    const rows = await firehose.sql(
      'SELECT messagetype, loggroup, cardinality(logevents) AS events FROM firehose.envelopes ORDER BY 1, 3',
    )
    assert.deepEqual(rows, [
      { messagetype: 'CONTROL_MESSAGE', loggroup: '', events: 1 },
      { messagetype: 'DATA_MESSAGE', loggroup: '/aws/lambda/shop', events: 0 },
      { messagetype: 'DATA_MESSAGE', loggroup: '/aws/lambda/shop', events: 2 },
    ])
  })

  test('only the messages', async () => {
    await firehose.create(
      'messages',
      processing(decompression, extraction, processor('AppendDelimiterToRecord')),
    )
    const messages = ['START RequestId: 1', '{"level":"warn","text":"保存"}', 'two\nlines']
    const [object] = await firehose.deliver('messages', [
      gzipSync(envelope(messages)),
      gzipSync(envelope([])),
    ])
    assert.equal(object?.bytes.toString(), `${messages.join('\n')}\n`)
    const rows = await firehose.sql('SELECT line, level, text FROM firehose.messages')
    assert.equal(rows.length, 4)
    assert.deepEqual(
      rows.find(({ level }) => level === 'warn'),
      { line: null, level: 'warn', text: '保存' },
    )
  })

  test('what is not gzip, damaged, or no envelope goes to decompression-failed as it came', async () => {
    await firehose.create('damaged', {
      Prefix: 'logs/',
      ...ERRORS,
      CompressionFormat: 'GZIP',
      ...processing(decompression, extraction),
    })
    const bad = [Buffer.from('plain text'), DAMAGED, gzipSync('{"no":"envelope"}'), gzipSync('not JSON')]
    const good = gzipSync(envelope(['good']))
    const objects = await firehose.deliver('damaged', [bad[0]!, good, ...bad.slice(1)])
    const [failed, ...others] = objects.filter(({ key }) => key.startsWith('errors/'))
    assert.deepEqual(others, [])
    assert.match(failed!.key, /^errors\/decompression-failed\/damaged-1-[-0-9a-f]+$/, 'without an extension')
    assert.equal(failed!.contentEncoding, undefined)
    const lines = errorLines([failed!])
    assert.deepEqual(
      lines.map(({ rawData }) => rawData),
      bad.map((bytes) => bytes.toString('base64')),
    )
    for (const line of lines) assert.match(String(line['errorCode']), /^Decompression\./)
    const [row] = await firehose.sql(
      'SELECT (SELECT count(*) FROM firehose.damaged) AS rows, (SELECT count(*) FROM firehose.damaged_errors) AS errors',
    )
    assert.deepEqual(row, { rows: 1, errors: 4 })
    assert.equal((await firehose.status('damaged')).rejectedRecords, 4)
  })

  test('the empty owner of a control message is no partition; the record is kept as it came', async () => {
    await firehose.create('by-group', {
      Prefix: 'group=!{partitionKeyFromQuery:group}/',
      ...ERRORS,
      ...HINTS,
      DynamicPartitioningConfiguration: { Enabled: true },
      ...processing(
        decompression,
        processor('MetadataExtraction', {
          MetadataExtractionQuery: '{group: .logGroup}',
          JsonParsingEngine: 'JQ-1.6',
        }),
      ),
    })
    const control = gzipSync(CONTROL)
    await firehose.deliver('by-group', [control, gzipSync(envelope(['m'], { logGroup: 'shop' }))])
    assert.deepEqual(
      firehose.objects('by-group', 'group=').map(({ key }) => key.split('/')[0]),
      ['group=shop'],
    )
    const [line] = errorLines(firehose.objects('by-group', 'errors/processing-failed/'))
    assert.equal(line?.['errorMessage'], 'partitionKeys values must not be null or empty')
    assert.equal(line?.['rawData'], control.toString('base64'))
  })
})

test('every stream accounts for its records', async () => {
  await firehose.audit()
})
