/** Dynamic partitioning: keys by jq, as in AWS's own examples, and what has none. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { errorLines, FirehoseWorld, processing, processor, rawOf } from './firehose-world.ts'

let firehose: FirehoseWorld
before(async () => {
  firehose = await FirehoseWorld.start()
})
after(() => firehose.end())

async function create(stream: string, query: string, prefix: string): Promise<void> {
  await firehose.create(stream, {
    Prefix: prefix,
    ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
    BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 900 },
    DynamicPartitioningConfiguration: { Enabled: true, RetryOptions: { DurationInSeconds: 300 } },
    ...processing(
      processor('MetadataExtraction', { MetadataExtractionQuery: query, JsonParsingEngine: 'JQ-1.6' }),
      processor('AppendDelimiterToRecord'),
    ),
  })
}

const BY_KEY = 'k=!{partitionKeyFromQuery:k}/'

/** Folder -> lines, without the object's name. */
function folders(stream: string): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const { key, bytes } of firehose.objects(stream)) {
    const folder = key.slice(0, key.lastIndexOf('/'))
    if (folder.startsWith('errors/')) continue
    assert.equal(found[folder], undefined, `one object in ${folder}`)
    found[folder] = bytes.toString().trimEnd().split('\n')
  }
  return found
}

test("the example of AWS's guide: several keys, nested ones, and times by strftime", async () => {
  const time = ['year:%Y', 'month:%m', 'day:%d', 'hour:%H']
    .map((part) => part.split(':'))
    .map(([name, format]) => `${name}: .event_timestamp|strftime("${format}")`)
  const query = `{customer_id: .customer_id, device: .type.device, ${time.join(', ')}}`
  const key = (name: string): string => `${name}=!{partitionKeyFromQuery:${name}}/`
  const prefix = ['customer_id', 'device', 'year', 'month', 'day', 'hour'].map(key).join('')
  await create('guide', query, prefix)
  const record = (customer: string, device: string, time: number): string =>
    JSON.stringify({
      type: { device, event: 'user_clicked_submit_button' },
      customer_id: customer,
      event_timestamp: time,
      region: 'sample_region',
    })
  const [first, second, third] = [
    record('1234567890', 'mobile', 1_565_382_027),
    record('1234567890', 'mobile', 1_565_382_028),
    record('98', 'desktop', 1_565_385_600),
  ]
  await firehose.deliver('guide', [first, third, second])
  assert.deepEqual(folders('guide'), {
    'customer_id=1234567890/device=mobile/year=2019/month=08/day=09/hour=20': [first, second],
    'customer_id=98/device=desktop/year=2019/month=08/day=09/hour=21': [third],
  })
})

test('partition keys beside the time of arrival', async () => {
  await create('mixed', '{k: .k}', `!{timestamp:yyyy}/${BY_KEY}!{timestamp:'m'MM}/`)
  const [object] = await firehose.deliver('mixed', ['{"k":"v"}'])
  assert.match(object!.key, /^\d{4}\/k=v\/m\d\d\/mixed-1-\d{4}-/)
})

test('one object per partition, records in their order', async () => {
  await create('ordered', '{k: (.n % 3 | tostring)}', BY_KEY)
  const records = Array.from({ length: 3000 }, (_, n) => JSON.stringify({ n }))
  await firehose.deliver('ordered', records)
  const of = (rest: number): string[] => records.filter((_, n) => n % 3 === rest)
  assert.deepEqual(folders('ordered'), { 'k=0': of(0), 'k=1': of(1), 'k=2': of(2) })
})

test('values as they are: numbers, booleans, slashes, letters of all kinds', async () => {
  await create('values', '{k: .k}', BY_KEY)
  const values = ['plain', 'a/b', 'a b', '50%', '保存', 'x=y', 1, 1.5, 1e21, true, false, '0']
  await firehose.deliver(
    'values',
    values.map((k) => JSON.stringify({ k })),
  )
  assert.deepEqual(
    Object.keys(folders('values')).sort(),
    ['plain', 'a/b', 'a b', '50%', '保存', 'x=y', '1', '1.5', '1e+21', 'true', 'false', '0']
      .map((value) => `k=${value}`)
      .sort(),
  )
})

const FAILING: [record: string, message: string | RegExp][] = [
  ['{"k":null}', 'partitionKeys values must not be null or empty'],
  ['{"other":1}', 'partitionKeys values must not be null or empty'],
  ['{"k":""}', 'partitionKeys values must not be null or empty'],
  ['{"k":{"nested":1}}', /partitionKeys values/],
  ['{"k":[1]}', /partitionKeys values/],
  ['{"k":"a//b"}', /partitionKeys values/],
  ['not JSON', 'Non JSON record provided'],
  ['', 'Non JSON record provided'],
  ['[1]', /./],
  ['"text"', /./],
]

test('records without a key, with exactly the members of AWS', async () => {
  await create('keyless', '{k: .k}', BY_KEY)
  const from = Date.now()
  await firehose.deliver('keyless', [...FAILING.map(([record]) => record), '{"k":"good"}'])
  assert.deepEqual(folders('keyless'), { 'k=good': ['{"k":"good"}'] })
  const [object, ...more] = firehose.objects('keyless', 'errors/')
  assert.deepEqual(more, [])
  assert.match(object!.key, /^errors\/processing-failed\/keyless-1-[-0-9a-f]+$/, 'without an extension')
  const lines = errorLines([object!])
  assert.deepEqual(
    lines.map((line) => rawOf(line)),
    FAILING.map(([record]) => record),
  )
  for (const [index, line] of lines.entries()) {
    const { rawData, errorMessage, arrivalTimestamp, attemptEndingTimestamp, ...rest } = line
    assert.deepEqual(Object.keys(line), [
      'rawData',
      'errorCode',
      'errorMessage',
      'attemptsMade',
      'arrivalTimestamp',
      'attemptEndingTimestamp',
    ])
    assert.deepEqual(rest, {
      errorCode: 'DynamicPartitioning.MetadataExtractionFailed',
      attemptsMade: 1,
    })
    assert.equal(typeof rawData, 'string')
    const expected = FAILING[index]![1]
    if (typeof expected === 'string') assert.equal(errorMessage, expected)
    else assert.match(String(errorMessage), expected)
    for (const time of [arrivalTimestamp, attemptEndingTimestamp])
      assert.ok(Number(time) >= from && Number(time) <= Date.now())
  }
})

test('no value leads out of its folder', async () => {
  await create('outside', '{k: .k}', 'in/!{partitionKeyFromQuery:k}/')
  const values = ['..', '../..', 'a/../../b', '.', '/root', 'a/', 'nul\0', 'back\\slash', '..a', 'a..']
  await firehose.deliver(
    'outside',
    values.map((k) => JSON.stringify({ k })),
  )
  assert.deepEqual(Object.keys(folders('outside')).sort(), ['in/..a', 'in/a..'])
  assert.equal(errorLines(firehose.objects('outside', 'errors/')).length, values.length - 2)
})

test('they are rows of the table of errors, hot and delivered', async () => {
  await create('errors-table', '{k: .k}', BY_KEY)
  await firehose.put('errors-table', ['{"k":"a","n":1}', '{"n":2}', 'text'])
  const ask = () =>
    firehose.sql('SELECT errorcode, errormessage, rawdata FROM firehose.errors_table_errors ORDER BY rawdata')
  const hot = await ask()
  assert.deepEqual(hot.map(({ rawdata }) => Buffer.from(String(rawdata), 'base64').toString()).sort(), [
    'text',
    '{"n":2}',
  ])
  await firehose.flush('errors-table')
  assert.deepEqual(await ask(), hot)
})

test('a program that fails for some records, or gives no object', async () => {
  await create('failing-program', '{k: (.t | fromdateiso8601 | strftime("%Y"))}', BY_KEY)
  await firehose.deliver('failing-program', ['{"t":"2026-01-02T03:04:05Z"}', '{"t":"yesterday"}', '{"t":5}'])
  assert.deepEqual(folders('failing-program'), { 'k=2026': ['{"t":"2026-01-02T03:04:05Z"}'] })
  const lines = errorLines(firehose.objects('failing-program', 'errors/'))
  assert.deepEqual(lines.map(rawOf), ['{"t":"yesterday"}', '{"t":5}'])
})

test('500 partitions are active; the records of others go to the errors, those of the 500 do not', async () => {
  await create('limit', '{k: .k}', BY_KEY)
  const records = Array.from({ length: 503 }, (_, n) => JSON.stringify({ k: `v${n}` }))
  await firehose.put('limit', [...records, '{"k":"v0"}', '{"k":"v502"}'])
  await firehose.flush('limit')
  const found = folders('limit')
  assert.equal(Object.keys(found).length, 500)
  assert.deepEqual(found['k=v0'], ['{"k":"v0"}', '{"k":"v0"}'])
  const lines = errorLines(firehose.objects('limit', 'errors/'))
  assert.deepEqual(
    lines.map((line) => [line['errorCode'], rawOf(line)]),
    ['v500', 'v501', 'v502', 'v502'].map((k) => [
      'DynamicPartitioning.ActivePartitionsLimitExceeded',
      JSON.stringify({ k }),
    ]),
  )
})

test('rows are the same, hot and delivered, and have no partition columns', async () => {
  await create('rows', '{k: .who}', BY_KEY)
  const records = Array.from({ length: 50 }, (_, n) => JSON.stringify({ n, who: `w${n % 4}` }))
  await firehose.put('rows', records)
  const ask = () => firehose.sql('SELECT * FROM firehose.rows ORDER BY n')
  const hot = await ask()
  assert.deepEqual(
    hot.map(({ n, who }) => JSON.stringify({ n, who })),
    records,
  )
  assert.ok(!('k' in hot[0]!))
  await firehose.flush('rows')
  assert.deepEqual(await ask(), hot)
})

test('every stream accounts for its records', async () => {
  await firehose.audit()
})
