import { deepEqual, equal } from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { openGlue, type OpenGlue } from './testing/open-glue.ts'

const NAMES = { DatabaseName: 'lake', TableName: 'events' }

let glue: OpenGlue

/** Within a suite: all files of a run share what is outside of them. */
function prepare(): void {
  beforeEach(async () => {
    glue = openGlue()
    await glue.call('CreateDatabase', { DatabaseInput: { Name: 'lake' } })
    await glue.call('CreateTable', {
      DatabaseName: 'lake',
      TableInput: { Name: 'events', PartitionKeys: [{ Name: 'dt', Type: 'string' }] },
      PartitionIndexes: [{ Keys: ['dt'], IndexName: 'first' }],
    })
    await glue.call('CreatePartition', { ...NAMES, PartitionInput: { Values: ['a'] } })
  })
  afterEach(() => glue.close())
}

suite('statistics of columns', () => {
  prepare()

  const statistics = {
    ColumnName: 'Id',
    ColumnType: 'decimal(3,1)',
    AnalyzedTime: 7,
    StatisticsData: {
      Type: 'DECIMAL',
      DecimalColumnStatisticsData: {
        MinimumValue: { UnscaledValue: 'AQ==', Scale: 1 },
        NumberOfNulls: 0,
        NumberOfDistinctValues: 2,
      },
    },
  }
  const missing = (ColumnName: string): object => ({
    ColumnName,
    Error: {
      ErrorCode: 'EntityNotFoundException',
      ErrorMessage: `No column statistics found for the column: ${ColumnName}`,
    },
  })

  for (const [of, place] of [
    ['Table', {}],
    ['Partition', { PartitionValues: ['a'] }],
  ] as const)
    test(`of a ${of.toLowerCase()} are kept, shown and deleted`, async () => {
      const input = { ...NAMES, ...place }
      const update = { ...input, ColumnStatisticsList: [statistics] }
      deepEqual(await glue.call(`UpdateColumnStatisticsFor${of}`, update), { Errors: [] })
      const names = { ...input, ColumnNames: ['id', 'x'] }
      deepEqual(await glue.call(`GetColumnStatisticsFor${of}`, names), {
        ColumnStatisticsList: [statistics],
        Errors: [missing('x')],
      })
      const one = { ...input, ColumnName: 'ID' }
      deepEqual(await glue.call(`DeleteColumnStatisticsFor${of}`, one), {})
      deepEqual(await glue.call(`DeleteColumnStatisticsFor${of}`, one), {})
      deepEqual((await glue.call(`GetColumnStatisticsFor${of}`, names))['ColumnStatisticsList'], [])
    })

  test('of a column of NULLs alone may leave their average length out', async () => {
    const length = { MaximumLength: 0, NumberOfNulls: 5, NumberOfDistinctValues: 1 }
    const ofText = (data: object): object => ({
      ...statistics,
      ColumnType: 'string',
      StatisticsData: { Type: 'STRING', StringColumnStatisticsData: data },
    })
    const update = { ...NAMES, ColumnStatisticsList: [ofText(length)] }
    deepEqual(await glue.call('UpdateColumnStatisticsForTable', update), { Errors: [] })
    const found = await glue.call('GetColumnStatisticsForTable', { ...NAMES, ColumnNames: ['id'] })
    deepEqual(found, { ColumnStatisticsList: [ofText({ AverageLength: 0, ...length })], Errors: [] })
  })

  test('need their partition', () =>
    glue.refused(
      'GetColumnStatisticsForPartition',
      { ...NAMES, PartitionValues: ['b'], ColumnNames: ['id'] },
      'EntityNotFoundException',
      'Cannot find partition.',
    ))
})

suite('partition indexes', () => {
  prepare()

  const shown = (IndexName: string): object => ({
    IndexName,
    Keys: [{ Name: 'dt', Type: 'string' }],
    IndexStatus: 'ACTIVE',
  })

  test('are kept and shown', async () => {
    const index = (IndexName: string, Keys = ['dt']): object => ({
      ...NAMES,
      PartitionIndex: { IndexName, Keys },
    })
    deepEqual(await glue.call('CreatePartitionIndex', index('second')), {})
    await glue.refused('CreatePartitionIndex', index('second'), 'AlreadyExistsException', /already exists/)
    await glue.refused('CreatePartitionIndex', index('x', ['y']), 'InvalidInputException', /partition key/)
    await glue.refused('CreatePartitionIndex', index('x', ['dt', 'DT']), 'InvalidInputException', /twice/)
    deepEqual(await glue.call('GetPartitionIndexes', NAMES), {
      PartitionIndexDescriptorList: [shown('first'), shown('second')],
    })
    await glue.call('CreatePartitionIndex', index('third'))
    await glue.refused('CreatePartitionIndex', index('x'), 'ResourceNumberLimitExceededException', /3/)
    const one = { ...NAMES, IndexName: 'first' }
    deepEqual(await glue.call('DeletePartitionIndex', one), {})
    await glue.refused('DeletePartitionIndex', one, 'EntityNotFoundException', 'Index first not found.')
  })

  test('that are wrong leave no table', async () => {
    const input = {
      DatabaseName: 'lake',
      TableInput: { Name: 'other' },
      PartitionIndexes: [{ Keys: ['dt'], IndexName: 'i' }],
    }
    await glue.refused('CreateTable', input, 'InvalidInputException', /partition key/)
    await glue.refused(
      'GetTable',
      { DatabaseName: 'lake', Name: 'other' },
      'EntityNotFoundException',
      /other/,
    )
  })
})

suite('functions', () => {
  prepare()

  test('are made, shown, changed and deleted', async () => {
    const named = { DatabaseName: 'lake', FunctionName: 'F' }
    const input = { FunctionName: 'F', ClassName: 'c', OwnerType: 'USER' }
    deepEqual(
      await glue.call('CreateUserDefinedFunction', { DatabaseName: 'lake', FunctionInput: input }),
      {},
    )
    await glue.refused(
      'CreateUserDefinedFunction',
      { DatabaseName: 'lake', FunctionInput: input },
      'AlreadyExistsException',
      'Function already exists.',
    )
    const shown = {
      ...input,
      FunctionName: 'f',
      FunctionType: 'REGULAR_FUNCTION',
      DatabaseName: 'lake',
      CatalogId: '123456789012',
      CreateTime: 1.5,
    }
    deepEqual(await glue.call('GetUserDefinedFunction', named), { UserDefinedFunction: shown })
    deepEqual(await glue.call('GetUserDefinedFunctions', { Pattern: '*' }), { UserDefinedFunctions: [shown] })
    const none = { Pattern: 'g.*', DatabaseName: 'lake' }
    deepEqual(await glue.call('GetUserDefinedFunctions', none), { UserDefinedFunctions: [] })
    await glue.call('UpdateUserDefinedFunction', { ...named, FunctionInput: { ClassName: 'd' } })
    const { UserDefinedFunction } = await glue.call('GetUserDefinedFunction', named)
    equal((UserDefinedFunction as { ClassName: string }).ClassName, 'd')
    deepEqual(await glue.call('DeleteUserDefinedFunction', named), {})
    for (const name of ['GetUserDefinedFunction', 'DeleteUserDefinedFunction'])
      await glue.refused(name, named, 'EntityNotFoundException', 'Function F not found.')
  })
})

suite('many tables at once', () => {
  prepare()

  test('versions are deleted, but for the newest', async () => {
    const { Table } = await glue.call('GetTable', { DatabaseName: 'lake', Name: 'events' })
    const { PartitionKeys } = Table as { PartitionKeys: object[] }
    for (const Description of ['1', '2', '3'])
      await glue.call('UpdateTable', {
        DatabaseName: 'lake',
        TableInput: { Name: 'events', Description, PartitionKeys },
      })
    deepEqual(await glue.call('DeleteTableVersion', { ...NAMES, VersionId: '0' }), {})
    await glue.refused('DeleteTableVersion', { ...NAMES, VersionId: '3' }, 'InvalidInputException', /current/)
    const { Errors } = await glue.call('BatchDeleteTableVersion', { ...NAMES, VersionIds: ['0', '1'] })
    deepEqual(Errors, [
      {
        TableName: 'events',
        VersionId: '0',
        ErrorDetail: { ErrorCode: 'EntityNotFoundException', ErrorMessage: 'Version not found.' },
      },
    ])
    const { TableVersions } = await glue.call('GetTableVersions', NAMES)
    deepEqual(
      (TableVersions as { VersionId: string }[]).map(({ VersionId }) => VersionId),
      ['3', '2'],
    )
  })

  test('are deleted one by one', async () => {
    const input = { DatabaseName: 'lake', TablesToDelete: ['none', 'EVENTS'] }
    deepEqual(await glue.call('BatchDeleteTable', input), {
      Errors: [
        {
          TableName: 'none',
          ErrorDetail: { ErrorCode: 'EntityNotFoundException', ErrorMessage: 'Table none not found.' },
        },
      ],
    })
    deepEqual((await glue.call('GetTables', { DatabaseName: 'lake' }))['TableList'], [])
  })

  test('are searched by words and properties', async () => {
    const make = (Name: string, more: object): Promise<object> =>
      glue.call('CreateTable', { DatabaseName: 'lake', TableInput: { Name, ...more } })
    await make('b', { Description: 'Web shop', Parameters: { rows: '10' } })
    await make('a', { Owner: 'web', Parameters: { rows: '9' } })
    const search = async (input: object): Promise<string[]> =>
      ((await glue.call('SearchTables', input))['TableList'] as { Name: string }[]).map(({ Name }) => Name)
    deepEqual(await search({}), ['a', 'b', 'events'])
    deepEqual(await search({ SearchText: 'web' }), ['b'])
    deepEqual(await search({ SearchText: '"dt"' }), ['events'])
    deepEqual(await search({ Filters: [{ Key: 'owner', Value: 'web' }] }), ['a'])
    deepEqual(await search({ Filters: [{ Key: 'rows', Value: '9', Comparator: 'GREATER_THAN' }] }), ['b'])
    deepEqual(await search({ SortCriteria: [{ FieldName: 'Name', Sort: 'DESC' }] }), ['events', 'b', 'a'])
    const first = await glue.call('SearchTables', { MaxResults: 2 })
    deepEqual(await search({ MaxResults: 2, NextToken: first['NextToken'] }), ['events'])
  })

  test('are searched page by page, also where the last one of a page is deleted', async () => {
    const owners = { a: 'x', b: 'z', c: 'y', d: 'y', e: 'y' }
    for (const [Name, Owner] of Object.entries(owners))
      await glue.call('CreateTable', { DatabaseName: 'lake', TableInput: { Name, Owner } })
    const SortCriteria = [{ FieldName: 'Owner', Sort: 'DESC' }]
    const input = { SortCriteria, MaxResults: 2, Filters: [{ Key: 'DatabaseName', Value: 'lake' }] }
    const names: string[] = []
    let page = await glue.call('SearchTables', input)
    while (page['NextToken'] !== undefined) {
      names.push(...(page['TableList'] as { Name: string }[]).map(({ Name }) => Name))
      await glue.call('DeleteTable', { DatabaseName: 'lake', Name: names.at(-1) })
      page = await glue.call('SearchTables', { ...input, NextToken: page['NextToken'] })
    }
    names.push(...(page['TableList'] as { Name: string }[]).map(({ Name }) => Name))
    deepEqual(names, ['b', 'c', 'd', 'e', 'a', 'events'])
    for (const text of ['5', 'null', 'lake', '["a"]'])
      await glue.refused(
        'SearchTables',
        { ...input, NextToken: Buffer.from(text).toString('base64url') },
        'InvalidInputException',
        'Invalid NextToken.',
      )
  })
})

suite('settings', () => {
  prepare()

  test('are those of an account that nobody changed', async () => {
    deepEqual(await glue.call('GetCatalogImportStatus', {}), { ImportStatus: { ImportCompleted: true } })
    deepEqual(await glue.call('GetResourcePolicies', {}), { GetResourcePoliciesResponseList: [] })
    const { DataCatalogEncryptionSettings } = await glue.call('GetDataCatalogEncryptionSettings', {})
    deepEqual(DataCatalogEncryptionSettings, {
      EncryptionAtRest: { CatalogEncryptionMode: 'DISABLED' },
      ConnectionPasswordEncryption: { ReturnConnectionPasswordEncrypted: false },
    })
    await glue.refused('GetConnection', { Name: 'c' }, 'EntityNotFoundException', 'Connection c not found.')
    await glue.refused('GetResourcePolicy', {}, 'EntityNotFoundException', 'Policy not found')
  })
})
