/** Workgroups, named queries, prepared statements, data catalogs and their metadata, tags, roles. */
import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { csvAnswer, invalid, openTestAthena, type Answer, type TestAthena } from './testing/test-athena.ts'

describe('athena', () => {
  let athena: TestAthena
  beforeEach(async () => {
    athena = await openTestAthena()
  })
  afterEach(() => athena.close())

  const call = (operation: string, input: object = {}): Promise<Answer> => athena.call(operation, input)
  const group = async (name: string): Promise<Answer> =>
    (await call('GetWorkGroup', { WorkGroup: name }))['WorkGroup']
  const locationOf = (execution: Answer): string => execution['ResultConfiguration'].OutputLocation

  it('always has a primary workgroup', async () => {
    const primary = await group('primary')
    deepEqual(primary['Configuration'], {
      ResultConfiguration: { OutputLocation: 's3://hozon-query-results/' },
      EnforceWorkGroupConfiguration: false,
      PublishCloudWatchMetricsEnabled: false,
      RequesterPaysEnabled: false,
      EnableMinimumEncryptionConfiguration: false,
      EngineVersion: { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: 'Athena engine version 3' },
    })
    equal(primary['State'], 'ENABLED')
    await athena.clock.advance(5000)
    await athena.restart()
    deepEqual(await group('primary'), primary)
    await rejects(
      call('DeleteWorkGroup', { WorkGroup: 'primary', RecursiveDeleteOption: true }),
      invalid('The primary workgroup cannot be deleted.'),
    )
  })

  it('takes any token without harm, and none that is no token', async () => {
    await athena.run('SELECT 1')
    const lists: [operation: string, input: object][] = [
      ['ListQueryExecutions', {}],
      ['ListWorkGroups', {}],
      ['ListNamedQueries', {}],
      ['ListPreparedStatements', { WorkGroup: 'primary' }],
      ['ListDataCatalogs', {}],
      ['ListDatabases', { CatalogName: 'AwsDataCatalog' }],
      ['ListTableMetadata', { CatalogName: 'AwsDataCatalog', DatabaseName: 'default' }],
    ]
    for (const [operation, input] of lists) {
      for (const wrong of ['!', 'x', 'YQ==', Buffer.from([255, 254]).toString('base64url')])
        await rejects(
          call(operation, { ...input, NextToken: wrong }),
          invalid('Invalid token'),
          `${operation} ${wrong}`,
        )
      for (const key of ['', '-1', 'zzzz', '\0', '{}', '18446744073709551616', '€'.repeat(200)])
        await call(operation, {
          ...input,
          NextToken: key === '' ? 'AA' : Buffer.from(key).toString('base64url'),
        })
    }
    // Of an execution that is forgotten, and all before it too: the list does not start over.
    const NextToken = Buffer.from('forgotten').toString('base64url')
    deepEqual(await call('ListQueryExecutions', { NextToken }), { QueryExecutionIds: [] })
  })

  it('says first whether one may, and then what is wrong with the input', async () => {
    for (const [operation, input] of [
      ['CreateWorkGroup', { Name: '!' }],
      ['DeleteWorkGroup', {}],
      ['TagResource', { ResourceARN: 1 }],
    ] as const) {
      await rejects(athena.call(operation, input, 'read'), { name: 'AccessDeniedException' })
      await rejects(athena.call(operation, input), { name: /InvalidRequest|Serialization/ }, operation)
    }
  })

  it('makes, changes, lists and deletes workgroups', async () => {
    const Configuration = { ResultConfiguration: { OutputLocation: 's3://mine/a' } }
    await call('CreateWorkGroup', { Name: 'w', Description: 'd', Configuration })
    await rejects(call('CreateWorkGroup', { Name: 'w' }), invalid('WorkGroup is already created'))
    equal((await group('w'))['Configuration'].EnforceWorkGroupConfiguration, true)
    await call('UpdateWorkGroup', {
      WorkGroup: 'w',
      State: 'DISABLED',
      Description: '',
      ConfigurationUpdates: {
        EnforceWorkGroupConfiguration: false,
        BytesScannedCutoffPerQuery: 10_000_000,
        ResultConfigurationUpdates: {
          RemoveOutputLocation: true,
          EncryptionConfiguration: { EncryptionOption: 'SSE_S3' },
        },
      },
    })
    const { Configuration: after, ...rest } = await group('w')
    deepEqual([rest['State'], rest['Description']], ['DISABLED', ''])
    equal(after.BytesScannedCutoffPerQuery, 10_000_000)
    deepEqual(after.ResultConfiguration, { EncryptionConfiguration: { EncryptionOption: 'SSE_S3' } })
    await rejects(athena.run('SELECT 1', { WorkGroup: 'w' }), invalid('WorkGroup w is disabled.'))
    await rejects(
      call('UpdateWorkGroup', { WorkGroup: 'w', ConfigurationUpdates: { BytesScannedCutoffPerQuery: 1 } }),
      invalid(/bytesScannedCutoffPerQuery.*greater than or equal to 10000000/),
    )
    await call('UpdateWorkGroup', {
      WorkGroup: 'w',
      State: 'ENABLED',
      ConfigurationUpdates: { RemoveBytesScannedCutoffPerQuery: true },
    })
    equal((await group('w'))['Configuration'].BytesScannedCutoffPerQuery, undefined)

    const first = await call('ListWorkGroups', { MaxResults: 1 })
    deepEqual([first['WorkGroups'][0].Name, first['WorkGroups'].length], ['primary', 1])
    const second = await call('ListWorkGroups', { NextToken: first['NextToken'] })
    deepEqual([second['WorkGroups'][0].Name, second['NextToken']], ['w', undefined])

    await athena.run('SELECT 1', { WorkGroup: 'w' })
    await rejects(call('DeleteWorkGroup', { WorkGroup: 'w' }), invalid('WorkGroup w is not empty'))
    await call('DeleteWorkGroup', { WorkGroup: 'w', RecursiveDeleteOption: true })
    await rejects(call('GetWorkGroup', { WorkGroup: 'w' }), invalid('WorkGroup w is not found.'))
    await rejects(
      athena.run('SELECT 1', { WorkGroup: 'w' }),
      invalid('WorkGroup w is not found.', 'INVALID_INPUT'),
    )
    // Its executions went with it.
    await call('CreateWorkGroup', { Name: 'w' })
    deepEqual(await call('ListQueryExecutions', { WorkGroup: 'w' }), { QueryExecutionIds: [] })
    await call('DeleteWorkGroup', { WorkGroup: 'w' })
  })

  it('puts answers where the caller or the workgroup says', async () => {
    for (const bucket of ['mine', 'theirs']) await athena.store.openBucket(bucket)
    const mine = { ResultConfiguration: { OutputLocation: 's3://mine/a' } }
    match(locationOf(await athena.run('SELECT 1', mine)), /^s3:\/\/mine\/a\/[0-9a-f-]{36}\.csv$/)
    match(locationOf(await athena.run('SHOW TABLES', mine)), /^s3:\/\/mine\/a\/[0-9a-f-]{36}\.txt$/)
    match(locationOf(await athena.run('SELECT 1')), /^s3:\/\/hozon-query-results\/[0-9a-f-]{36}\.csv$/)
    const Configuration = { ResultConfiguration: { OutputLocation: 's3://theirs/b/' } }
    await call('CreateWorkGroup', { Name: 'w', Configuration })
    match(locationOf(await athena.run('SELECT 1', { ...mine, WorkGroup: 'w' })), /^s3:\/\/theirs\/b\//)
    await call('UpdateWorkGroup', {
      WorkGroup: 'w',
      ConfigurationUpdates: { EnforceWorkGroupConfiguration: false },
    })
    match(locationOf(await athena.run('SELECT 1', { ...mine, WorkGroup: 'w' })), /^s3:\/\/mine\/a\//)
    match(locationOf(await athena.run('SELECT 1', { WorkGroup: 'w' })), /^s3:\/\/theirs\/b\//)
    // A key that may only read does not choose.
    match(
      locationOf(await athena.run('SELECT 1', { ...mine, WorkGroup: 'w' }, 'read')),
      /^s3:\/\/theirs\/b\//,
    )
    match(locationOf(await athena.run('SELECT 1', mine, 'read')), /^s3:\/\/hozon-query-results\//)

    const nowhere = { ResultConfiguration: { OutputLocation: 's3://no-such-bucket/a' } }
    await rejects(
      athena.run('SELECT 1', nowhere),
      invalid('Unable to verify/create output bucket no-such-bucket'),
    )
    const wrong = { ResultConfiguration: { OutputLocation: '/tmp/x' } }
    await rejects(athena.run('SELECT 1', wrong), invalid('outputLocation is not a valid S3 path.'))
  })

  it('shows no location of managed results', async () => {
    const ManagedQueryResultsConfiguration = { Enabled: true }
    await call('CreateWorkGroup', { Name: 'm', Configuration: { ManagedQueryResultsConfiguration } })
    const execution = await athena.run('SELECT 1', { WorkGroup: 'm' })
    equal(execution['ResultConfiguration'], undefined)
    deepEqual(execution['ManagedQueryResultsConfiguration'], { Enabled: true })
    const { ResultSet: set } = await call('GetQueryResults', {
      QueryExecutionId: execution['QueryExecutionId'],
    })
    equal(set.Rows.length, 2)
    await rejects(
      call('UpdateWorkGroup', {
        WorkGroup: 'm',
        ConfigurationUpdates: { ResultConfigurationUpdates: { OutputLocation: 's3://mine/' } },
      }),
      { name: 'InvalidRequestException' },
    )
  })

  it('keeps named queries', async () => {
    const input = { Name: 'n', Database: 'logs', QueryString: 'SELECT 1' }
    const { NamedQueryId: id } = await call('CreateNamedQuery', input)
    const token = { ClientRequestToken: 'a token of at least 32 characters' }
    const { NamedQueryId: other } = await call('CreateNamedQuery', { ...input, ...token })
    deepEqual(await call('CreateNamedQuery', { ...input, ...token }), { NamedQueryId: other })
    await rejects(
      call('CreateNamedQuery', { ...input, ...token, Name: 'x' }),
      invalid('Idempotent parameters do not match'),
    )
    deepEqual((await call('GetNamedQuery', { NamedQueryId: id }))['NamedQuery'], {
      ...input,
      NamedQueryId: id,
      WorkGroup: 'primary',
    })
    await call('UpdateNamedQuery', { NamedQueryId: id, Name: 'N', QueryString: 'SELECT 2' })
    const batch = await call('BatchGetNamedQuery', { NamedQueryIds: [id, 'nobody'] })
    deepEqual(batch['NamedQueries'], [
      { ...input, Name: 'N', QueryString: 'SELECT 2', NamedQueryId: id, WorkGroup: 'primary' },
    ])
    equal(batch['UnprocessedNamedQueryIds'][0].NamedQueryId, 'nobody')
    deepEqual(await call('ListNamedQueries'), {
      NamedQueryIds: [String(id), String(other)].sort((a, b) => (a < b ? -1 : 1)),
    })
    await call('DeleteNamedQuery', { NamedQueryId: id })
    await rejects(call('GetNamedQuery', { NamedQueryId: id }), invalid(`NamedQuery ${id} does not exist`))
    await rejects(call('DeleteNamedQuery', { NamedQueryId: id }), invalid(/does not exist/))
  })

  it('keeps prepared statements, made by the API or by SQL, and runs them with parameters', async () => {
    const seen: [string, readonly string[] | undefined][] = []
    athena.behaviour.execute = (sql, options) => {
      seen.push([sql, options.parameters])
      return csvAnswer(options, ['n'], [])
    }
    const place = { WorkGroup: 'primary', StatementName: 'by_api' }
    await call('CreatePreparedStatement', { ...place, QueryStatement: 'SELECT ?' })
    await rejects(
      call('CreatePreparedStatement', { ...place, QueryStatement: 'SELECT ?' }),
      invalid(/already exists/),
    )
    const prepared = await athena.run('PREPARE by_sql FROM SELECT ?, ?')
    deepEqual([prepared['Status'].State, prepared['SubstatementType']], ['SUCCEEDED', 'PREPARE'])
    match(locationOf(prepared), /\.txt$/)
    const list = await call('ListPreparedStatements', { WorkGroup: 'primary' })
    deepEqual(
      list['PreparedStatements'].map(({ StatementName: name }: Answer) => name),
      ['by_api', 'by_sql'],
    )
    const executed = await athena.run("EXECUTE by_sql USING 1, 'it''s'")
    deepEqual([executed['SubstatementType'], executed['StatementType']], ['SELECT', 'DML'])
    await athena.run('EXECUTE by_api', { ExecutionParameters: ["'a'"] })
    await athena.run('SELECT ?', { ExecutionParameters: ['1'] })
    deepEqual(seen, [
      ['SELECT ?, ?', ['1', "'it''s'"]],
      ['SELECT ?', ["'a'"]],
      ['SELECT ?', ['1']],
    ])
    await call('UpdatePreparedStatement', { ...place, QueryStatement: 'SELECT 2', Description: 'd' })
    const { PreparedStatement: statement } = await call('GetPreparedStatement', place)
    deepEqual(
      [statement.QueryStatement, statement.Description, statement.WorkGroupName],
      ['SELECT 2', 'd', 'primary'],
    )
    const names = { WorkGroup: 'primary', PreparedStatementNames: ['by_sql', 'nobody'] }
    const batch = await call('BatchGetPreparedStatement', names)
    equal(batch['PreparedStatements'][0].QueryStatement, 'SELECT ?, ?')
    equal(batch['UnprocessedPreparedStatementNames'][0].StatementName, 'nobody')
    await athena.run('DEALLOCATE PREPARE by_sql')
    equal((await athena.run('DEALLOCATE PREPARE by_sql'))['Status'].State, 'FAILED')
    await call('DeletePreparedStatement', place)
    for (const operation of ['GetPreparedStatement', 'DeletePreparedStatement'])
      await rejects(call(operation, place), { name: 'ResourceNotFoundException' })
    await rejects(athena.run('EXECUTE by_sql USING 1'), invalid(/was not found/))
  })

  it('describes catalogs, databases and tables', async () => {
    athena.behaviour.catalogs = ['awsdatacatalog', 'users']
    const { glue } = athena.catalog
    glue.createDatabase('logs', JSON.stringify({ Name: 'logs', Description: 'd', Parameters: { a: 'b' } }))
    for (const name of ['web', 'app'])
      glue.createTable({ database: 'logs', name, definition: JSON.stringify(tableInput(name)) })
    deepEqual((await call('ListDataCatalogs'))['DataCatalogsSummary'], [
      { CatalogName: 'AwsDataCatalog', Type: 'GLUE', Status: 'CREATE_COMPLETE' },
      { CatalogName: 'users', Type: 'FEDERATED', Status: 'CREATE_COMPLETE' },
    ])
    equal((await call('GetDataCatalog', { Name: 'awsdatacatalog' }))['DataCatalog'].Name, 'AwsDataCatalog')
    await rejects(call('GetDataCatalog', { Name: 'x' }), invalid('DataCatalog x was not found'))
    await rejects(call('CreateDataCatalog', { Name: 'x', Type: 'GLUE' }), invalid(/pipeline file/))

    const CatalogName = 'AwsDataCatalog'
    const database = { Name: 'logs', Description: 'd', Parameters: { a: 'b' } }
    const byDefault = { Name: 'default', Description: 'Default Hive database', Parameters: {} }
    deepEqual(await call('ListDatabases', { CatalogName }), { DatabaseList: [byDefault, database] })
    const place = { CatalogName, DatabaseName: 'logs' }
    deepEqual((await call('GetDatabase', place))['Database'], database)
    const missing = { name: 'MetadataException', message: 'Database x not found.' }
    await rejects(call('GetDatabase', { ...place, DatabaseName: 'x' }), missing)
    await rejects(call('ListTableMetadata', { ...place, DatabaseName: 'x' }), missing)

    const tables = async (Expression?: string): Promise<string[]> =>
      (await call('ListTableMetadata', { ...place, Expression }))['TableMetadataList'].map(
        ({ Name }: Answer) => Name,
      )
    deepEqual(await tables(), ['app', 'web'])
    deepEqual(await tables('w.*'), ['web'])
    await rejects(tables('(a+)+'), invalid(/Unsupported expression/))
    const { TableMetadata: table } = await call('GetTableMetadata', { ...place, TableName: 'WEB' })
    deepEqual(
      { ...table, CreateTime: 0 },
      {
        Name: 'web',
        CreateTime: 0,
        LastAccessTime: 0,
        TableType: 'EXTERNAL_TABLE',
        Columns: [{ Name: 'a', Type: 'int', Comment: 'c' }],
        PartitionKeys: [{ Name: 'dt', Type: 'string' }],
        Parameters: {
          EXTERNAL: 'TRUE',
          inputformat: 'in',
          location: 's3://logs/web/',
          outputformat: 'out',
          'serde.serialization.lib': 'lib',
          'serde.param.field.delim': ',',
        },
      },
    )
    await rejects(call('GetTableMetadata', { ...place, TableName: 'x' }), {
      name: 'MetadataException',
      message: 'Table x not found.',
    })
    const remote = { CatalogName: 'users', DatabaseName: 'public' }
    deepEqual((await call('ListDatabases', { CatalogName: 'users' }))['DatabaseList'], [{ Name: 'public' }])
    const { TableMetadata: users } = await call('GetTableMetadata', { ...remote, TableName: 'users' })
    deepEqual(users.Columns, [{ Name: 'id', Type: 'bigint' }])
    equal((await call('ListTableMetadata', remote))['TableMetadataList'].length, 1)
  })

  it('tags workgroups', async () => {
    await call('CreateWorkGroup', { Name: 'w', Tags: [{ Key: 'a', Value: '1' }] })
    const ResourceARN = 'arn:aws:athena:eu-central-1:123456789012:workgroup/w'
    await call('TagResource', { ResourceARN, Tags: [{ Key: 'b', Value: '2' }] })
    await call('UntagResource', { ResourceARN, TagKeys: ['a'] })
    deepEqual(await call('ListTagsForResource', { ResourceARN }), { Tags: [{ Key: 'b', Value: '2' }] })
    await rejects(call('ListTagsForResource', { ResourceARN: `${ResourceARN}x` }), {
      name: 'ResourceNotFoundException',
    })
    const catalog = { ResourceARN: 'arn:aws:athena:eu-central-1:123456789012:datacatalog/AwsDataCatalog' }
    deepEqual(await call('ListTagsForResource', catalog), { Tags: [] })
  })

  it('lets keys that may only read ask, and change nothing', async () => {
    const as = (operation: string, input: object): Promise<Answer> => athena.call(operation, input, 'read')
    let mayWrite: boolean | undefined
    athena.behaviour.execute = (_, options) => {
      mayWrite = options.mayWrite
      return csvAnswer(options, ['n'], [])
    }
    const asked = await athena.run('SELECT 1', {}, 'read')
    equal(asked['Status'].State, 'SUCCEEDED')
    equal(mayWrite, false)
    await call('CreatePreparedStatement', {
      WorkGroup: 'primary',
      StatementName: 'del',
      QueryStatement: 'INSERT INTO t SELECT 1',
    })
    const denied = { name: 'AccessDeniedException' }
    for (const sql of [
      'DROP TABLE logs.web',
      'CREATE TABLE t AS SELECT 1 AS a',
      'INSERT INTO t SELECT 1',
      "UNLOAD (SELECT 1) TO 's3://b/' WITH (format = 'PARQUET')",
      'PREPARE p FROM SELECT 1',
      'DEALLOCATE PREPARE del',
      'EXECUTE del',
      'MSCK REPAIR TABLE t',
    ])
      await rejects(as('StartQueryExecution', { QueryString: sql }), denied, sql)
    for (const sql of ['SHOW TABLES', 'DESCRIBE logs.web', 'EXPLAIN SELECT 1'])
      equal((await athena.run(sql, {}, 'read'))['Status'].State, 'SUCCEEDED', sql)
    await rejects(as('CreateWorkGroup', { Name: 'x' }), denied)
    const { QueryExecutionId: id } = await call('StartQueryExecution', { QueryString: 'SELECT 1' })
    await rejects(as('StopQueryExecution', { QueryExecutionId: id }), denied)
    await as('StopQueryExecution', { QueryExecutionId: asked['QueryExecutionId'] })
    await rejects(athena.call('ListWorkGroups', {}, 'ingest'), denied)
    await athena.end(id)
  })

  it('tells what it does not have', async () => {
    await rejects(call('StartSession', { WorkGroup: 'x' }), invalid(/no Spark/))
    deepEqual((await call('ListEngineVersions'))['EngineVersions'][1], {
      SelectedEngineVersion: 'Athena engine version 3',
      EffectiveEngineVersion: 'Athena engine version 3',
    })
  })
})

function tableInput(name: string): object {
  return {
    Name: name,
    TableType: 'EXTERNAL_TABLE',
    Parameters: { EXTERNAL: 'TRUE' },
    PartitionKeys: [{ Name: 'dt', Type: 'string' }],
    StorageDescriptor: {
      Columns: [{ Name: 'a', Type: 'int', Comment: 'c' }],
      Location: `s3://logs/${name}/`,
      InputFormat: 'in',
      OutputFormat: 'out',
      SerdeInfo: { SerializationLibrary: 'lib', Parameters: { 'field.delim': ',' } },
    },
  }
}
