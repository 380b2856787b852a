import { deepEqual, equal } from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import type { StoredObject } from '../../../catalog/catalog.ts'
import { openGlue, type Answer, type OpenGlue } from '../testing/open-glue.ts'

const NAMES = { DatabaseName: 'lake', TableName: 'events' }
const keys = (...types: string[]): object[] => types.map((Type, place) => ({ Name: `k${place}`, Type }))

let glue: OpenGlue

/** Within a suite: all files of a run share what is outside of them. */
function prepare(): void {
  beforeEach(async () => {
    glue = openGlue()
    await glue.call('CreateDatabase', { DatabaseInput: { Name: 'lake' } })
  })
  afterEach(() => glue.close())
}

async function makeTable(...types: string[]): Promise<void> {
  await glue.call('CreateTable', {
    DatabaseName: 'lake',
    TableInput: { Name: 'events', PartitionKeys: keys(...types), StorageDescriptor: { Columns: [] } },
  })
}

async function makePartitions(...all: string[][]): Promise<void> {
  for (let at = 0; at < all.length; at += 100)
    deepEqual(
      await glue.call('BatchCreatePartition', {
        ...NAMES,
        PartitionInputList: all.slice(at, at + 100).map((Values) => ({ Values })),
      }),
      {},
    )
}

const valuesOf = ({ Partitions }: Answer): string[][] =>
  (Partitions as { Values: string[] }[]).map(({ Values }) => Values)

async function found(Expression: string, more: object = {}): Promise<string[][]> {
  return valuesOf(await glue.call('GetPartitions', { ...NAMES, Expression, ...more }))
}

suite('partitions', () => {
  prepare()

  test('are made, shown, changed and deleted', async () => {
    await makeTable('string')
    const input = {
      Values: ['a'],
      StorageDescriptor: { Columns: [{ Name: 'x', Type: 'int' }], Location: 's3://b/a/' },
    }
    deepEqual(await glue.call('CreatePartition', { ...NAMES, PartitionInput: input }), {})
    await glue.refused(
      'CreatePartition',
      { ...NAMES, PartitionInput: input },
      'AlreadyExistsException',
      'Partition already exists.',
    )
    const shown = {
      Values: ['a'],
      StorageDescriptor: {
        Compressed: false,
        NumberOfBuckets: 0,
        BucketColumns: [],
        SortColumns: [],
        StoredAsSubDirectories: false,
        ...input.StorageDescriptor,
      },
      DatabaseName: 'lake',
      TableName: 'events',
      CatalogId: '123456789012',
      CreationTime: 1.5,
    }
    deepEqual(await glue.call('GetPartition', { ...NAMES, PartitionValues: ['a'] }), { Partition: shown })
    const [bare] = (await glue.call('GetPartitions', { ...NAMES, ExcludeColumnSchema: true }))[
      'Partitions'
    ] as (typeof shown)[]
    equal(bare?.StorageDescriptor.Columns, undefined)
    const moved = { PartitionValueList: ['a'], PartitionInput: { Values: ['b'] } }
    deepEqual(await glue.call('UpdatePartition', { ...NAMES, ...moved }), {})
    await glue.refused(
      'UpdatePartition',
      { ...NAMES, ...moved },
      'EntityNotFoundException',
      'Cannot find partition.',
    )
    await glue.refused(
      'GetPartition',
      { ...NAMES, PartitionValues: ['a'] },
      'EntityNotFoundException',
      'Cannot find partition.',
    )
    deepEqual(await glue.call('DeletePartition', { ...NAMES, PartitionValues: ['b'] }), {})
    await glue.refused(
      'DeletePartition',
      { ...NAMES, PartitionValues: ['b'] },
      'EntityNotFoundException',
      'Cannot find partition.',
    )
  })

  test('need a table and a value for each of its keys', async () => {
    const other = { ...NAMES, TableName: 'none' }
    await glue.refused('GetPartitions', other, 'EntityNotFoundException', 'Table none not found.')
    await glue.refused(
      'GetPartitions',
      { ...NAMES, DatabaseName: 'sea' },
      'EntityNotFoundException',
      'Database sea not found.',
    )
    await makeTable('string', 'string')
    const input = { ...NAMES, PartitionInput: { Values: ['a'] } }
    await glue.refused(
      'CreatePartition',
      input,
      'InvalidInputException',
      /number of partition keys do not match/,
    )
    // The first value alone names none.
    await makePartitions(['a', 'b'])
    await glue.refused(
      'GetPartition',
      { ...NAMES, PartitionValues: ['a'] },
      'EntityNotFoundException',
      /partition/,
    )
  })

  test('in batches fail one by one', async () => {
    await makeTable('string')
    await makePartitions(['a'], ['b'])
    const error = (ErrorCode: string, ErrorMessage: string): object => ({
      ErrorDetail: { ErrorCode, ErrorMessage },
    })
    const missing = error('EntityNotFoundException', 'Cannot find partition.')
    deepEqual(
      await glue.call('BatchCreatePartition', {
        ...NAMES,
        PartitionInputList: [{ Values: ['a'] }, { Values: ['c'] }],
      }),
      {
        Errors: [{ PartitionValues: ['a'], ...error('AlreadyExistsException', 'Partition already exists.') }],
      },
    )
    const entry = (from: string, Values: string[]): object => ({
      PartitionValueList: [from],
      PartitionInput: { Values },
    })
    deepEqual(
      await glue.call('BatchUpdatePartition', { ...NAMES, Entries: [entry('a', ['d']), entry('x', ['y'])] }),
      {
        Errors: [{ PartitionValueList: ['x'], ...missing }],
      },
    )
    const wanted = [{ Values: ['d'] }, { Values: ['x'] }, { Values: ['b'] }]
    deepEqual(valuesOf(await glue.call('BatchGetPartition', { ...NAMES, PartitionsToGet: wanted })), [
      ['d'],
      ['b'],
    ])
    deepEqual(await glue.call('BatchDeletePartition', { ...NAMES, PartitionsToDelete: wanted }), {
      Errors: [{ PartitionValues: ['x'], ...missing }],
    })
    deepEqual(await found(''), [['c']])
    const tooMany = { ...NAMES, PartitionsToDelete: Array.from({ length: 26 }, () => ({ Values: ['c'] })) }
    await glue.refused('BatchDeletePartition', tooMany, 'ValidationException', /less than or equal to 25/)
  })

  test('come in pages and segments', async () => {
    await makeTable('string')
    const all = Array.from({ length: 1234 }, (_, place) => [String(10_000 + place)])
    await makePartitions(...all)
    const read = async (more: object): Promise<string[][]> => {
      const seen: string[][] = []
      let token: unknown
      do {
        const answer = await glue.call('GetPartitions', {
          ...NAMES,
          ...more,
          ...(token === undefined ? {} : { NextToken: token }),
        })
        seen.push(...valuesOf(answer))
        token = answer['NextToken']
      } while (token !== undefined)
      return seen
    }
    deepEqual(await read({}), all)
    deepEqual(await read({ MaxResults: 617 }), all)
    const segments = await Promise.all(
      [0, 1, 2].map((SegmentNumber) =>
        read({ Segment: { SegmentNumber, TotalSegments: 3 }, MaxResults: 100 }),
      ),
    )
    deepEqual(
      segments.flat().toSorted(([a = ''], [b = '']) => Number(a) - Number(b)),
      all,
    )
    equal(
      segments.every((segment) => segment.length > 300),
      true,
    )
    deepEqual(await read({ Expression: "k0 in ('11000', '10001', 'x')", MaxResults: 1 }), [
      ['10001'],
      ['11000'],
    ])
    await glue.refused('GetPartitions', { ...NAMES, NextToken: '!' }, 'InvalidInputException', /NextToken/)
    const segment = { SegmentNumber: 3, TotalSegments: 3 }
    await glue.refused(
      'GetPartitions',
      { ...NAMES, Segment: segment },
      'InvalidInputException',
      /SegmentNumber/,
    )
  })

  test('an answer that looked at many has a token though it may be empty', async () => {
    await makeTable('string')
    const { glue: tables } = glue.catalog
    tables.atOnce(() => {
      for (let place = 0; place < 10_001; place++)
        tables.partitions.create('lake', 'events', { values: [String(100_000 + place)], definition: '{}' })
    })
    const answer = await glue.call('GetPartitions', { ...NAMES, Expression: "k0 > '110000'" })
    deepEqual([valuesOf(answer), typeof answer['NextToken']], [[], 'string'])
    await makePartitions(['110001'])
    deepEqual(await found("k0 > '110000'", { NextToken: answer['NextToken'] }), [['110001']])
    deepEqual(await found("k0 = '110001'"), [['110001']])
  })

  test('of a stream are there without a crawler, and only to be read', async () => {
    const { catalog } = glue
    const stream = {
      database: 'logs',
      name: 'web',
      stream: 'web',
      partitionKeys: ['dt', 'hour'],
      location: 's3://logs/web/',
    }
    catalog.ensureTable(stream)
    catalog.evolve('logs', 'web', { version: 2, columns: [{ name: 'a_b', key: 'a.b', type: 'double' }] })
    const run = {
      id: 'r',
      stream: 'web',
      firstSegment: 1,
      lastSegment: 1,
      arrivalMs: 0,
      schemaVersion: 2,
      deliver: '{}',
    }
    const object = (key: string, partition: string[]): StoredObject => ({
      bucket: 'logs',
      key,
      database: 'logs',
      table: 'web',
      run: 'r',
      partition,
      bytes: 10,
      etag: '',
      checksum: '',
      rows: 2,
      format: 'json',
      compression: 'gzip',
      schemaVersion: 2,
      fits: true,
    })
    catalog.planRun(run)
    catalog.commitRun(run, {
      objects: [object('web/dt=1/hour=2/a.gz', ['1', '2']), object('web/dt=1/hour=3/b.gz', ['1', '3'])],
      records: 4,
      rejected: 0,
      blank: 0,
      late: 0,
      ranges: [],
    })
    const names = { DatabaseName: 'logs', TableName: 'web' }
    const { Partitions } = await glue.call('GetPartitions', { ...names, Expression: "hour = '3'" })
    deepEqual(Partitions, [
      {
        Values: ['1', '3'],
        Parameters: { numFiles: '1', numRows: '2', totalSize: '10' },
        StorageDescriptor: {
          Columns: [
            { Name: 'a_b', Type: 'double' },
            { Name: '_extra', Type: 'string' },
          ],
          Location: 's3://logs/web/dt=1/hour=3/',
          InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
          OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
          SerdeInfo: {
            SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
            Parameters: { 'mapping.a_b': 'a.b' },
          },
          Compressed: false,
          NumberOfBuckets: 0,
          BucketColumns: [],
          SortColumns: [],
          StoredAsSubDirectories: false,
        },
        DatabaseName: 'logs',
        TableName: 'web',
        CatalogId: '123456789012',
        CreationTime: 1.5,
      },
    ])
    deepEqual(
      valuesOf(
        await glue.call('BatchGetPartition', {
          ...names,
          PartitionsToGet: [{ Values: ['1', '2'] }, { Values: ['1'] }],
        }),
      ),
      [['1', '2']],
    )
    const { Table } = (await glue.call('GetTable', { DatabaseName: 'logs', Name: 'web' })) as {
      Table: Answer
    }
    equal((Table['Parameters'] as Answer)['classification'], 'json')
    for (const [name, input] of [
      ['CreatePartition', { PartitionInput: { Values: ['a', 'b'] } }],
      ['UpdatePartition', { PartitionValueList: ['1', '2'], PartitionInput: {} }],
      ['DeletePartition', { PartitionValues: ['1', '2'] }],
      ['BatchDeletePartition', { PartitionsToDelete: [] }],
      ['CreatePartitionIndex', { PartitionIndex: { Keys: ['dt'], IndexName: 'i' } }],
    ] as const)
      await glue.refused(name, { ...names, ...input }, 'InvalidInputException', /read-only/)
  })
})

suite('partition expressions', () => {
  prepare()

  const cases: { types: string[]; values: string[][]; expression: string; finds: string[] }[] = [
    { types: ['string'], values: [['one'], ['two'], ["it's"]], expression: "k0 = 'it''s'", finds: ["it's"] },
    { types: ['string'], values: [['1'], ['10'], ['9']], expression: "k0 > '1' AND k0 < '9'", finds: ['10'] },
    { types: ['int'], values: [['1'], ['10'], ['09']], expression: 'k0 >= 9', finds: ['09', '10'] },
    {
      types: ['int'],
      values: [['1'], ['2'], ['3']],
      expression: '(k0) = ((2)) OR 3 <= "K0"',
      finds: ['2', '3'],
    },
    { types: ['int'], values: [['1'], ['2'], ['3']], expression: 'NOT (k0 = 1 OR k0 IN (3))', finds: ['2'] },
    { types: ['int'], values: [['1'], ['2'], ['3']], expression: 'k0 not between 2 and 3', finds: ['1'] },
    {
      types: ['bigint'],
      values: [['9007199254740993'], ['9007199254740992']],
      expression: 'k0 = 9007199254740993',
      finds: ['9007199254740993'],
    },
    {
      types: ['decimal(20,2)'],
      values: [['1.20'], ['1.2000001'], ['12e-1']],
      expression: 'k0 = 1.2',
      finds: ['1.20', '12e-1'],
    },
    {
      types: ['date'],
      values: [['2024-02-29'], ['2024-03-01']],
      expression: "k0 < '2024-03-01'",
      finds: ['2024-02-29'],
    },
    {
      types: ['timestamp'],
      values: [['2024-01-01 00:00:00.5'], ['2024-01-01 00:00:00']],
      expression: "k0 > '2024-01-01 00:00:00.0'",
      finds: ['2024-01-01 00:00:00.5'],
    },
    {
      types: ['string'],
      values: [['axb'], ['a%b'], ['ab']],
      expression: "k0 LIKE 'a_b'",
      finds: ['a%b', 'axb'],
    },
    {
      types: ['string'],
      values: [['abcbd'], ['d']],
      expression: "k0 like '%b%d' and k0 not like 'd%'",
      finds: ['abcbd'],
    },
    {
      types: ['string'],
      values: [['__HIVE_DEFAULT_PARTITION__'], ['a']],
      expression: "k0 <> 'b' OR NOT k0 = 'c'",
      finds: ['a'],
    },
    {
      types: ['string'],
      values: [['__HIVE_DEFAULT_PARTITION__'], ['a']],
      expression: 'k0 IS NOT NULL',
      finds: ['a'],
    },
    {
      types: ['string'],
      values: [['a'], ['b'], ['c']],
      expression: "(((k0 = 'a') OR (k0 in ('c', 'x'))))",
      finds: ['a', 'c'],
    },
  ]
  for (const { types, values, expression, finds } of cases)
    test(expression, async () => {
      await makeTable(...types)
      await makePartitions(...values)
      deepEqual((await found(expression)).flat(), finds)
    })

  test('on leading keys are looked up, whatever the other keys hold', async () => {
    await makeTable('string', 'int')
    await makePartitions(['a', '1'], ['a', '2'], ['a!', '1'], ['b', '1'])
    deepEqual(await found("k0 = 'a' AND k1 > 1"), [['a', '2']])
    deepEqual(await found("k1 = 1 AND k0 IN ('b', 'a')"), [
      ['a', '1'],
      ['b', '1'],
    ])
    deepEqual(await found("k1 = 1 OR k0 = 'a'"), [
      ['a!', '1'],
      ['a', '1'],
      ['a', '2'],
      ['b', '1'],
    ])
  })

  test('that are wrong are refused with a reason', async () => {
    await makeTable('string', 'int', 'float', 'date')
    await makePartitions(['a', 'x', '1', '2024-01-01'])
    const wrong: [string, string, string | RegExp][] = [
      ["unknown = 'a'", 'InvalidInputException', 'Invalid partition expression!'],
      ["k1 = 'a'", 'InvalidInputException', '"a" is not an integer.'],
      ['k1 = 2', 'InvalidStateException', '"x" is not an integer.'],
      ["k1 LIKE '2'", 'InvalidInputException', "Integral data type doesn't support operation 'LIKE'"],
      ['k2 = 1.0', 'InvalidInputException', "Unknown type : 'float'"],
      ["k3 = '2023-02-29'", 'InvalidInputException', '2023-02-29 is not a date.'],
      ["k0 IS test' AND not parsable", 'InvalidInputException', /^Unsupported expression/],
      ["k0 = 'a' k1 = 2", 'InvalidInputException', /^Unsupported expression/],
      ["(k0 = 'a'", 'InvalidInputException', /^Unsupported expression/],
      ['k0 = k1', 'InvalidInputException', /^Unsupported expression/],
      ['('.repeat(1000), 'InvalidInputException', /^Unsupported expression/],
    ]
    for (const [Expression, fault, message] of wrong)
      await glue.refused('GetPartitions', { ...NAMES, Expression }, fault, message)
  })
})
