/** Format conversion by tables that were declared through the Glue API of the same endpoint; Parquet read by DuckDB. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Deserializer, ParquetSerDe, SchemaConfiguration } from '@aws-sdk/client-firehose'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { eventually } from '../hozon-process.ts'
import { errorLines, FirehoseWorld, rawOf, ROLE, type Row, type StoredObject } from './firehose-world.ts'
import { glueApi, type GlueApi, type GlueColumns } from './glue-api.ts'

let firehose: FirehoseWorld
let glue: GlueApi
let instance: DuckDBInstance
let duckdb: DuckDBConnection

before(async () => {
  firehose = await FirehoseWorld.start()
  glue = glueApi(firehose)
  await glue.createDatabase('lake')
  instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  duckdb = await instance.connect()
})

after(async () => {
  duckdb.closeSync()
  instance.closeSync()
  await firehose.end()
})

interface Conversion {
  deserializer?: Deserializer
  parquet?: ParquetSerDe
  schema?: Partial<SchemaConfiguration>
}

async function create(stream: string, conversion: Conversion = {}): Promise<void> {
  await firehose.create(stream, {
    Prefix: 'data/',
    ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
    BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 1 },
    DataFormatConversionConfiguration: {
      Enabled: true,
      InputFormatConfiguration: { Deserializer: conversion.deserializer ?? { OpenXJsonSerDe: {} } },
      OutputFormatConfiguration: { Serializer: { ParquetSerDe: conversion.parquet ?? {} } },
      SchemaConfiguration: {
        DatabaseName: 'lake',
        TableName: tableOf(stream),
        RoleARN: ROLE,
        Region: 'eu-west-1',
        ...conversion.schema,
      },
    },
  })
}

const tableOf = (stream: string): string => stream.replaceAll('-', '_')

async function convert(
  stream: string,
  columns: GlueColumns,
  records: readonly (object | string)[],
  conversion: Conversion = {},
): Promise<Row[]> {
  await glue.createTable('lake', tableOf(stream), columns)
  await create(stream, conversion)
  await firehose.put(stream, records.map(textOf))
  await firehose.flush(stream)
  return read(firehose.objects(stream, 'data/'), stream)
}

const textOf = (record: object | string): string =>
  typeof record === 'string' ? record : JSON.stringify(record)

/** Every cell as DuckDB writes it. */
async function read(objects: readonly StoredObject[], bucket: string): Promise<Row[]> {
  const rows: Row[] = []
  for (const object of objects) {
    const path = firehose.path(bucket, object).replaceAll("'", "''")
    const reader = await duckdb.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM read_parquet('${path}')`)
    rows.push(...(reader.getRowObjectsJson() as Row[]))
  }
  return rows
}

async function typesOf(bucket: string): Promise<Row> {
  const [object] = firehose.objects(bucket, 'data/')
  const path = firehose.path(bucket, object!)
  const reader = await duckdb.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet('${path}')`)
  return Object.fromEntries(
    reader.getRowObjectsJson().map(({ column_name: name, column_type: type }) => [name, type]),
  ) as Row
}

const byText = (a: string, b: string): number => (a < b ? -1 : 1)

const failures = (stream: string): Row[] =>
  errorLines(firehose.objects(stream, 'errors/format-conversion-failed/'))

const ALL_TYPES: GlueColumns = {
  ok: 'boolean',
  tiny: 'tinyint',
  small: 'smallint',
  n: 'int',
  big: 'bigint',
  ratio: 'double',
  single: 'float',
  price: 'decimal(10,2)',
  name: 'string',
  code: 'char(3)',
  label: 'varchar(10)',
  at: 'timestamp',
  day: 'date',
  tags: 'array<string>',
  attributes: 'map<string,int>',
  nested: 'struct<a:int,deep:struct<b:string>>',
}

test('every type of the table, in its Parquet type', async () => {
  const rows = await convert('types', ALL_TYPES, [
    {
      ok: true,
      tiny: -128,
      small: 32767,
      n: -2147483648,
      big: 9007199254740991,
      ratio: 0.1,
      single: 0.5,
      price: 12.34,
      name: '保存',
      code: 'abc',
      label: 'label',
      at: '2026-11-23 01:02:03.456',
      day: '2026-11-23',
      tags: ['a', 'b'],
      attributes: { x: 1 },
      nested: { a: 1, deep: { b: 'text' } },
    },
    {},
  ])
  assert.deepEqual(rows[0], {
    ok: 'true',
    tiny: '-128',
    small: '32767',
    n: '-2147483648',
    big: '9007199254740991',
    ratio: '0.1',
    single: '0.5',
    price: '12.34',
    name: '保存',
    code: 'abc',
    label: 'label',
    at: '2026-11-23 01:02:03.456',
    day: '2026-11-23',
    tags: '[a, b]',
    attributes: '{x=1}',
    nested: "{'a': 1, 'deep': {'b': text}}",
  })
  assert.deepEqual(rows[1], Object.fromEntries(Object.keys(ALL_TYPES).map((name) => [name, null])))
  const types = await typesOf('types')
  for (const [name, type] of Object.entries({
    ok: 'BOOLEAN',
    n: 'INTEGER',
    big: 'BIGINT',
    ratio: 'DOUBLE',
    single: 'FLOAT',
    price: 'DECIMAL(10,2)',
    name: 'VARCHAR',
    day: 'DATE',
    tags: 'VARCHAR[]',
    attributes: 'MAP(VARCHAR, INTEGER)',
    nested: 'STRUCT(a INTEGER, deep STRUCT(b VARCHAR))',
  }))
    assert.equal(types[name], type, name)
  assert.match(String(types['at']), /^TIMESTAMP/)
})

test('the object: its name, its type, no encoding', async () => {
  await convert('named', { n: 'int' }, [{ n: 1 }])
  const [object, ...more] = firehose.objects('named')
  assert.deepEqual(more, [])
  assert.match(object!.key, /^data\/\d{4}\/\d{2}\/\d{2}\/\d{2}\/named-1-[-0-9a-f]+\.parquet$/)
  assert.deepEqual([object!.contentType, object!.contentEncoding], ['application/octet-stream', undefined])
})

for (const [Compression, codec] of [
  ['SNAPPY', 'SNAPPY'],
  ['GZIP', 'GZIP'],
  ['UNCOMPRESSED', 'UNCOMPRESSED'],
] as const)
  test(`the serializer's compression ${Compression}`, async () => {
    const stream = `codec-${Compression.toLowerCase()}`
    await convert(stream, { text: 'string' }, [{ text: 'x'.repeat(1000) }], { parquet: { Compression } })
    const path = firehose.path(stream, firehose.objects(stream, 'data/')[0]!)
    const reader = await duckdb.runAndReadAll(`SELECT DISTINCT compression FROM parquet_metadata('${path}')`)
    assert.deepEqual(reader.getRows(), [[codec]])
  })

test('several documents in a record; keys that are no columns are dropped; case does not matter', async () => {
  const rows = await convert('documents', { n: 'int', userid: 'string' }, [
    '{"n":1,"UserId":"a","unknown":{"deep":1}}{"N":2}\n{"n":3}',
    ' {"n":4} ',
  ])
  assert.deepEqual(rows, [
    { n: '1', userid: 'a' },
    { n: '2', userid: null },
    { n: '3', userid: null },
    { n: '4', userid: null },
  ])
  assert.deepEqual(await firehose.sql('SELECT n, userid FROM firehose.documents ORDER BY n'), [
    { n: 1, userid: 'a' },
    { n: 2, userid: null },
    { n: 3, userid: null },
    { n: 4, userid: null },
  ])
})

test('OpenX: mappings, dots, and case when it counts', async () => {
  const rows = await convert(
    'openx',
    { stamp: 'bigint', user_name: 'string', lower: 'string' },
    [
      { timestamp: 5, 'user.name': 'dots', lower: 'yes' },
      { timestamp: 6, LOWER: 'no' },
    ],
    {
      deserializer: {
        OpenXJsonSerDe: {
          ColumnToJsonKeyMappings: { stamp: 'timestamp' },
          ConvertDotsInJsonKeysToUnderscores: true,
          CaseInsensitive: false,
        },
      },
    },
  )
  assert.deepEqual(rows, [
    { stamp: '5', user_name: 'dots', lower: 'yes' },
    { stamp: '6', user_name: null, lower: null },
  ])
})

test('OpenX: the spellings of a time', async () => {
  const times = [
    '2026-11-23T01:02:03Z',
    '2026-11-23T01:02:03.456Z',
    '2026-11-23 01:02:03',
    '2026-11-23 01:02:03.456',
    1_795_395_723,
    1_795_395_723_456,
    '1795395723',
    1_795_395_723.456,
  ]
  const rows = await convert(
    'openx-times',
    { at: 'timestamp' },
    times.map((at) => ({ at })),
  )
  const [second, milli] = ['2026-11-23 01:02:03', '2026-11-23 01:02:03.456']
  assert.deepEqual(
    rows.map(({ at }) => at),
    [second, milli, second, milli, second, milli, second, milli],
  )
})

test('Hive: its own formats of time, and strict types', async () => {
  const rows = await convert(
    'hive',
    { at: 'timestamp', n: 'int' },
    [
      { at: '23/Nov/2026:01:02:03 +0000', n: 1 },
      { at: '23/Nov/2026:10:02:03 +0900', n: 2 },
      { at: 1_795_395_723_000, n: 3 },
      { n: '4' },
    ],
    { deserializer: { HiveJsonSerDe: { TimestampFormats: ['dd/MMM/yyyy:HH:mm:ss Z', 'millis'] } } },
  )
  assert.deepEqual(
    rows.map(({ at, n }) => [at, n]),
    ['1', '2', '3'].map((n) => ['2026-11-23 01:02:03', n]),
  )
  const [line] = failures('hive')
  assert.equal(rawOf(line!), '{"n":"4"}')
  assert.match(String(line!['lastErrorMessage']), /VALUE_STRING.*not numeric/)
})

test('what can not be converted: lines as AWS writes them, the rest is converted', async () => {
  const from = Date.now()
  const bad = ['{"n":"abc"}', 'not JSON', '{"n":1', '[{"n":1}]', '']
  const rows = await convert('failing', { n: 'int' }, ['{"n":1}', ...bad, '{"n":2}'])
  assert.deepEqual(rows, [{ n: '1' }, { n: '2' }])
  const lines = failures('failing')
  assert.deepEqual(
    lines.map((line) => [rawOf(line), line['lastErrorCode']]),
    [
      ['{"n":"abc"}', 'DataFormatConversion.MalformedData'],
      ['not JSON', 'DataFormatConversion.ParseError'],
      ['{"n":1', 'DataFormatConversion.ParseError'],
      ['[{"n":1}]', 'DataFormatConversion.MalformedData'],
      ['', 'DataFormatConversion.ParseError'],
    ],
  )
  const [object] = firehose.objects('failing', 'errors/')
  assert.match(object!.key, /^errors\/format-conversion-failed\/failing-1-[-0-9a-f]+$/)
  assert.deepEqual(Object.keys(lines[0]!), [
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
  const { attemptsMade, arrivalTimestamp, lastErrorMessage, sequenceNumber, subSequenceNumber } = lines[0]!
  assert.equal(attemptsMade, 1)
  assert.ok(Number(arrivalTimestamp) >= from && Number(arrivalTimestamp) <= Date.now())
  assert.match(String(lastErrorMessage), /^Data does not match the schema\. /)
  assert.match(String(lines[1]!['lastErrorMessage']), /^Encountered malformed JSON\. /)
  assert.match(String(sequenceNumber), /^\d{56}$/)
  assert.equal(subSequenceNumber, null)
  const numbers = lines.map((line) => BigInt(String(line['sequenceNumber'])))
  for (const [index, number] of numbers.slice(1).entries()) assert.ok(number > numbers[index]!)
  assert.deepEqual(lines[0]!['dataCatalogTable'], {
    catalogId: '123456789012',
    databaseName: 'lake',
    tableName: 'failing',
    region: 'eu-west-1',
    versionId: 'LATEST',
    catalogArn: null,
  })
  assert.deepEqual(
    await firehose.sql(
      'SELECT lasterrorcode, count(*) AS n FROM firehose.failing_errors GROUP BY 1 ORDER BY 1',
    ),
    [
      { lasterrorcode: 'DataFormatConversion.MalformedData', n: 2 },
      { lasterrorcode: 'DataFormatConversion.ParseError', n: 3 },
    ],
  )
})

test('while the table is missing records wait, and status says why; they arrive when it is there', async () => {
  await create('too-early')
  await firehose.put('too-early', ['{"n":1}', '{"n":2}'])
  const problem = await eventually(
    async () => (await firehose.control.status()).problems.find((text) => text.includes('too-early')),
    'a problem of the stream',
  )
  assert.match(problem, /Glue table does not exist/)
  assert.equal((await firehose.status('too-early')).bufferedRecords, 2)
  const done = await firehose.world.run('status')
  assert.match(done.stdout + done.stderr, /Glue table does not exist/)
  await glue.createTable('lake', 'too_early', { n: 'int' })
  await firehose.put('too-early', ['{"n":3}'])
  await eventually(
    async () => ((await firehose.status('too-early')).bufferedRecords === 0 ? true : undefined),
    'the records to be delivered',
  )
  const rows = await read(firehose.objects('too-early', 'data/'), 'too-early')
  assert.deepEqual(
    rows.map(({ n }) => Number(n)).sort((a, b) => a - b),
    [1, 2, 3],
  )
  assert.deepEqual(
    (await firehose.control.status()).problems.filter((text) => text.includes('too-early')),
    [],
  )
})

test('a new version of the table counts for later records', async () => {
  await convert('versions', { n: 'int' }, [{ n: 1, text: 'dropped' }])
  await glue.updateTable('lake', 'versions', { n: 'bigint', text: 'string' })
  await firehose.put('versions', ['{"n":2,"text":"kept"}'])
  await firehose.flush('versions')
  const rows = await read(firehose.objects('versions', 'data/'), 'versions')
  assert.deepEqual(
    rows.sort((a, b) => Number(a['n']) - Number(b['n'])),
    [{ n: '1' }, { n: '2', text: 'kept' }],
  )
  assert.deepEqual(await firehose.sql('SELECT n, text FROM firehose.versions ORDER BY n'), [
    { n: 1, text: null },
    { n: 2, text: 'kept' },
  ])
})

test('a type that older files do not have: their values are read where they fit, or named by column and file', async () => {
  await convert('types-change', { n: 'string' }, [{ n: '1' }, {}])
  await glue.updateTable('lake', 'types_change', { n: 'int' })
  await firehose.put('types-change', ['{"n":2}'])
  await firehose.flush('types-change')
  assert.deepEqual(await firehose.sql('SELECT n + 1 AS m FROM firehose.types_change ORDER BY n'), [
    { m: 2 },
    { m: 3 },
    { m: null },
  ])
  await glue.updateTable('lake', 'types_change', { n: 'date' })
  await firehose.put('types-change', ['{"n":"2026-11-23"}'])
  await firehose.flush('types-change')
  await assert.rejects(firehose.sql('SELECT n FROM firehose.types_change'), {
    message:
      /HIVE_BAD_DATA: Field n's type \w+ in parquet file s3:\/\/types-change\/data\/\S+ is incompatible with type date defined in table schema/,
  })
})

test('a column that goes from the table: not in new files, and not in rows', async () => {
  await convert('going', { n: 'int', old: 'string' }, [{ n: 1, old: 'in its file' }])
  await glue.updateTable('lake', 'going', { n: 'int' })
  await firehose.put('going', ['{"n":2,"old":"dropped"}'])
  await firehose.flush('going')
  assert.deepEqual(await firehose.sql('SELECT * FROM firehose.going ORDER BY n'), [
    { n: 1, _extra: null },
    { n: 2, _extra: null },
  ])
  const rows = await read(firehose.objects('going', 'data/'), 'going')
  assert.deepEqual(rows.map((row) => Object.keys(row).join()).sort(byText), ['n', 'n,old'])
})

test('a version that is named stays', async () => {
  await glue.createTable('lake', 'pinned', { n: 'int' })
  await glue.updateTable('lake', 'pinned', { n: 'int', text: 'string' })
  const { TableVersions } = await glue.call('GetTableVersions', { DatabaseName: 'lake', TableName: 'pinned' })
  const versions = (TableVersions as { VersionId: string }[]).map(({ VersionId }) => Number(VersionId))
  await create('pinned', { schema: { VersionId: String(Math.min(...versions)) } })
  await firehose.deliver('pinned', ['{"n":1,"text":"dropped"}'])
  assert.deepEqual(await read(firehose.objects('pinned', 'data/'), 'pinned'), [{ n: '1' }])
})

test('rows are the same, hot and delivered', async () => {
  await glue.createTable('lake', 'fresh', { n: 'int', at: 'timestamp', tags: 'array<string>' })
  await create('fresh')
  await firehose.update('fresh', { BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 900 } })
  await firehose.put('fresh', ['{"n":1,"at":"2026-01-01T00:00:00Z","tags":["a"]}', '{"n":2}', 'bad'])
  const ask = () => firehose.sql('SELECT * FROM firehose.fresh ORDER BY n')
  const hot = await ask()
  assert.deepEqual(
    hot.map(({ n }) => n),
    [1, 2],
  )
  await firehose.flush('fresh')
  assert.deepEqual(await ask(), hot)
})

test('ORC is refused, in words', async () => {
  const creating = firehose.create('orc', {
    BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
    DataFormatConversionConfiguration: {
      InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
      OutputFormatConfiguration: { Serializer: { OrcSerDe: {} } },
      SchemaConfiguration: { DatabaseName: 'lake', TableName: 'types', RoleARN: ROLE },
    },
  })
  await assert.rejects(creating, { name: 'InvalidArgumentException', message: /OrcSerDe is not supported/ })
})

test('every stream accounts for its records', async () => {
  await firehose.audit()
})

test('after `hozon catalog rebuild` files of any version are read, and records are converted as before', async () => {
  const before = await firehose.sql('SELECT n, text FROM firehose.versions ORDER BY n')
  await firehose.world.stop()
  const rebuilt = await firehose.world.run('catalog', 'rebuild', firehose.world.file)
  assert.equal(rebuilt.code, 0, rebuilt.stderr)
  await firehose.up()
  glue = glueApi(firehose)
  assert.deepEqual(await firehose.sql('SELECT n, text FROM firehose.versions ORDER BY n'), before)
  // All columns that any file has.
  assert.deepEqual(await firehose.sql('SELECT n, old FROM firehose.going ORDER BY n'), [
    { n: 1, old: 'in its file' },
    { n: 2, old: null },
  ])
  await firehose.put('going', ['{"n":3}'])
  await firehose.flush('going')
  assert.deepEqual(await firehose.sql('SELECT n FROM firehose.going ORDER BY n'), [
    { n: 1 },
    { n: 2 },
    { n: 3 },
  ])
  await firehose.audit()
})
