import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { parseJsonBody } from '../../aws/json-body.ts'
import type { AwsCall } from '../../aws/service.ts'
import { validate } from '../../aws/validate.ts'
import type { FirehoseConversion } from '../../base/firehose-delivery.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import { openCatalog } from '../../catalog/open-catalog.ts'
import { resolveConversion } from '../../format/serde/resolve-conversion.ts'
import { realClock } from '../../sys/real-clock.ts'
import { realRandom } from '../../sys/real-random.ts'
import { tableLookup } from '../data-catalog/tables.ts'
import type { GlueContext } from './glue-context.ts'
import { GLUE } from './service.ts'
import type { StructureShape } from '../../aws/shape.ts'

const CALL: AwsCall = {
  requestId: 'r',
  region: 'eu-west-1',
  accountId: '123456789012',
  accessKey: { accessKeyId: 'AKIA', secretAccessKey: 's', role: 'admin' },
  identity: Buffer.alloc(16),
  memory: { take: (bytes) => Buffer.allocUnsafe(bytes) },
}

let directory: string
let catalog: Catalog

/** Within a suite: all files of a run share what is outside of them. */
function prepare(): void {
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hozon-glue-'))
    catalog = openCatalog(join(directory, 'catalog.sqlite'), { ...realClock, now: () => 1_500 }, realRandom)
  })
  afterEach(() => {
    catalog.close()
    rmSync(directory, { recursive: true })
  })
}

type Answer = Record<string, unknown>

async function call(name: string, input: object): Promise<Answer> {
  const operation = GLUE.operations.find((known) => known.name === name)!
  const body = Buffer.from(JSON.stringify(input))
  const checked =
    operation.read?.(body, CALL.memory) ?? validate(operation.input as StructureShape, parseJsonBody(body))
  return (await operation.handle({ catalog } as unknown as GlueContext, checked as never, CALL)) as Answer
}

const refused = async (name: string, input: object, fault: string, message: string | RegExp): Promise<void> =>
  rejects(call(name, input), { name: fault, message })

const table = (name: string, columns: object[], more: object = {}): object => ({
  DatabaseName: 'Lake',
  TableInput: { Name: name, StorageDescriptor: { Columns: columns, Location: 's3://lake/x' }, ...more },
})

const STREAM = {
  database: 'logs',
  name: 'web',
  stream: 'web',
  partitionKeys: ['dt'],
  location: 's3://logs/web/',
}

function makeStreamTable(): void {
  catalog.ensureTable(STREAM)
  catalog.evolve('logs', 'web', { version: 2, columns: [{ name: 's', key: 'S', type: { list: 'double' } }] })
}

suite('databases', () => {
  prepare()

  test('are made, shown in lower case and deleted with their tables', async () => {
    const input = { Name: 'Lake', Description: 'd', Parameters: { k: 'v' } }
    deepEqual(await call('CreateDatabase', { DatabaseInput: input }), {})
    await refused(
      'CreateDatabase',
      { DatabaseInput: { Name: 'lake' } },
      'AlreadyExistsException',
      'Database already exists.',
    )
    const shown = { ...input, Name: 'lake', CreateTime: 1.5, CatalogId: '123456789012' }
    deepEqual(await call('GetDatabase', { Name: 'LAKE' }), { Database: shown })
    await call('CreateTable', table('t', []))
    deepEqual(await call('DeleteDatabase', { Name: 'lake' }), {})
    await refused('GetDatabase', { Name: 'lake' }, 'EntityNotFoundException', 'Database lake not found.')
    await refused('DeleteDatabase', { Name: 'lake' }, 'EntityNotFoundException', 'Database lake not found.')
    await refused(
      'GetTables',
      { DatabaseName: 'lake' },
      'EntityNotFoundException',
      'Database lake not found.',
    )
  })

  test('an empty CatalogId is none', async () => {
    await call('CreateDatabase', { CatalogId: '', DatabaseInput: { Name: 'lake' } })
    const { Database } = await call('GetDatabase', { CatalogId: '', Name: 'lake' })
    equal((Database as Answer)['CatalogId'], '123456789012')
    await refused(
      'GetDatabase',
      { CatalogId: ' '.repeat(256), Name: 'lake' },
      'ValidationException',
      /catalogId/,
    )
    await refused('GetDatabase', { CatalogId: '' }, 'ValidationException', /'name'/)
  })

  test('have tags, with the account in the ARN or without', async () => {
    const ResourceArn = 'arn:aws:glue:us-east-1::database/lake'
    const tags = async (arn = ResourceArn) => (await call('GetTags', { ResourceArn: arn }))['Tags']
    await refused('GetTags', { ResourceArn }, 'EntityNotFoundException', 'Database lake not found.')
    await call('CreateDatabase', { DatabaseInput: { Name: 'lake' }, Tags: { a: '1', b: '2' } })
    await call('TagResource', { ResourceArn, TagsToAdd: { b: '3', c: '' } })
    await call('UntagResource', { ResourceArn, TagsToRemove: ['a', 'unknown'] })
    deepEqual(await tags('arn:aws:glue:eu-west-1:123456789012:database/Lake'), { b: '3', c: '' })
    deepEqual((await call('GetDatabase', { Name: 'lake' }))['Database'], {
      Name: 'lake',
      CreateTime: 1.5,
      CatalogId: '123456789012',
    })
    const many = Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`k${index}`, '']))
    await refused('TagResource', { ResourceArn, TagsToAdd: many }, 'InvalidInputException', /more than 50/)
    await call('UpdateDatabase', { Name: 'lake', DatabaseInput: { Name: 'Lake', Description: 'new' } })
    const { Database } = await call('GetDatabase', { Name: 'lake' })
    deepEqual([(Database as Answer)['Description'], await tags()], ['new', { b: '3', c: '' }])
    await refused(
      'UpdateDatabase',
      { Name: 'lake', DatabaseInput: { Name: 'sea' } },
      'InvalidInputException',
      /another name/,
    )
  })

  test('of streams have tags too, and tables have none', async () => {
    makeStreamTable()
    const database = 'arn:aws:glue:us-east-1:123456789012:database/logs'
    await call('TagResource', { ResourceArn: database, TagsToAdd: { a: '1' } })
    deepEqual(await call('GetTags', { ResourceArn: database }), { Tags: { a: '1' } })
    const arn = 'arn:aws:glue:us-east-1:123456789012:table/logs/web'
    deepEqual(await call('GetTags', { ResourceArn: arn }), { Tags: {} })
    await refused('TagResource', { ResourceArn: arn, TagsToAdd: {} }, 'InvalidInputException', /Tables/)
    for (const other of [`${arn}x`, 'arn:aws:glue:us-east-1:123456789012:job/x', `${database}/more`])
      await refused('GetTags', { ResourceArn: other }, 'EntityNotFoundException', /not found/)
  })

  test('come in pages', async () => {
    for (const name of ['c', 'a', 'b']) await call('CreateDatabase', { DatabaseInput: { Name: name } })
    const names: string[] = []
    let token: unknown
    do {
      const page = await call('GetDatabases', { MaxResults: 2, NextToken: token })
      names.push(...(page['DatabaseList'] as { Name: string }[]).map(({ Name }) => Name))
      token = page['NextToken']
    } while (token !== undefined)
    deepEqual(names, ['a', 'b', 'c'])
    await refused('GetDatabases', { NextToken: '!' }, 'InvalidInputException', 'Invalid NextToken.')
  })
})

suite('tables', () => {
  prepare()

  const columns = [{ Name: 'Id', Type: 'bigint', Comment: 'c' }]

  beforeEach(() => call('CreateDatabase', { DatabaseInput: { Name: 'lake' } }))

  test('have versions', async () => {
    await call(
      'CreateTable',
      table('Events', columns, { TableType: 'EXTERNAL_TABLE', Parameters: { a: 'b' } }),
    )
    await refused('CreateTable', table('events', []), 'AlreadyExistsException', 'Table already exists.')
    deepEqual(await call('GetTable', { DatabaseName: 'lake', Name: 'EVENTS' }), {
      Table: {
        Name: 'events',
        DatabaseName: 'lake',
        CatalogId: '123456789012',
        VersionId: '0',
        CreateTime: 1.5,
        UpdateTime: 1.5,
        Retention: 0,
        IsRegisteredWithLakeFormation: false,
        PartitionKeys: [],
        TableType: 'EXTERNAL_TABLE',
        Parameters: { a: 'b' },
        StorageDescriptor: {
          Columns: columns,
          Location: 's3://lake/x',
          Compressed: false,
          NumberOfBuckets: 0,
          BucketColumns: [],
          SortColumns: [],
          StoredAsSubDirectories: false,
        },
      },
    })
    await call('UpdateTable', table('events', []))
    await call('UpdateTable', { ...table('events', columns), VersionId: '1', SkipArchive: true })
    await refused(
      'UpdateTable',
      { ...table('events', []), VersionId: '1' },
      'ConcurrentModificationException',
      /concurrent/,
    )
    const name = { DatabaseName: 'lake', TableName: 'events' }
    const versions = (await call('GetTableVersions', name))['TableVersions'] as { VersionId: string }[]
    deepEqual(
      versions.map(({ VersionId }) => VersionId),
      ['2', '0'],
    )
    const one = await call('GetTableVersion', { ...name, VersionId: '0' })
    deepEqual((one['TableVersion'] as Answer)['VersionId'], '0')
    await refused('GetTableVersion', { ...name, VersionId: 'x' }, 'InvalidInputException', /integer/)
    for (const version of ['1', '3'])
      await refused(
        'GetTableVersion',
        { ...name, VersionId: version },
        'EntityNotFoundException',
        'Version not found.',
      )
    const at = { DatabaseName: 'lake', TableName: 'EVENTS' }
    deepEqual(await call('GetPartitionIndexes', at), { PartitionIndexDescriptorList: [] })
    deepEqual(await call('DeleteTable', { DatabaseName: 'lake', Name: 'Events' }), {})
    await refused('GetPartitionIndexes', at, 'EntityNotFoundException', 'Table EVENTS not found.')
    const gone = { DatabaseName: 'lake', Name: 'Events' }
    for (const operation of ['GetTable', 'DeleteTable'])
      await refused(operation, gone, 'EntityNotFoundException', 'Table Events not found.')
    await refused('UpdateTable', table('events', []), 'EntityNotFoundException', 'Table events not found.')
    await refused('GetTableVersions', name, 'EntityNotFoundException', 'Table events not found.')
  })

  test('have versions in pages, also when one is deleted between two of them', async () => {
    await call('CreateTable', table('events', []))
    for (let version = 1; version <= 12; version++) await call('UpdateTable', table('events', []))
    const name = { DatabaseName: 'lake', TableName: 'events' }
    const page = async (more: object): Promise<[versions: string[], token: unknown]> => {
      const answer = await call('GetTableVersions', { ...name, ...more })
      const versions = answer['TableVersions'] as { VersionId: string }[]
      return [versions.map(({ VersionId }) => VersionId), answer['NextToken']]
    }
    const [first, token] = await page({ MaxResults: 3 })
    deepEqual(first, ['12', '11', '10'])
    for (const VersionId of ['10', '8']) await call('DeleteTableVersion', { ...name, VersionId })
    deepEqual((await page({ MaxResults: 3, NextToken: token }))[0], ['9', '7', '6'])
  })

  test('are looked for by name', async () => {
    for (const name of ['web_a', 'web_b', 'app']) await call('CreateTable', table(name, []))
    const found = async (more: object): Promise<string[]> => {
      const answer = await call('GetTables', { DatabaseName: 'lake', ...more })
      return (answer['TableList'] as { Name: string }[]).map(({ Name }) => Name)
    }
    deepEqual(await found({}), ['app', 'web_a', 'web_b'])
    deepEqual(await found({ Expression: 'WEB*' }), ['web_a', 'web_b'])
    deepEqual(await found({ Expression: '.*b|app' }), ['app', 'web_b'])
    deepEqual(await found({ MaxResults: 1 }), ['app'])
    await refused(
      'GetTables',
      { DatabaseName: 'lake', Expression: '(a+)+$' },
      'InvalidInputException',
      /Unsupported expression/,
    )
  })

  test('are checked as AWS does', async () => {
    await refused(
      'CreateTable',
      { DatabaseName: 'no', TableInput: { Name: 'a' } },
      'EntityNotFoundException',
      'Database no not found.',
    )
    await refused('CreateTable', { DatabaseName: 'lake' }, 'InvalidInputException', /Iceberg/)
    await refused(
      'CreateTable',
      table('', []),
      'ValidationException',
      /tableInput\.name.*length greater than or equal to 1/,
    )
    await refused('CreateTable', table('a\nb', []), 'ValidationException', /regular expression pattern/)
    await call('CreateTable', table('日本 𝄞', []))
    await refused('GetTable', { Name: 'a' }, 'ValidationException', /databaseName.*not be null/)
  })
})

suite('tables of streams', () => {
  prepare()

  beforeEach(makeStreamTable)

  test('are shown beside the others', async () => {
    await call('CreateTable', { DatabaseName: 'logs', TableInput: { Name: 'app' } })
    const { TableList: tables } = await call('GetTables', { DatabaseName: 'logs' })
    deepEqual(
      (tables as { Name: string }[]).map(({ Name }) => Name),
      ['app', 'web'],
    )
    const shown = (await call('GetTable', { DatabaseName: 'logs', Name: 'web' }))['Table'] as Answer
    const { Columns: columns, Location: location } = shown['StorageDescriptor'] as Answer
    deepEqual(columns, [
      { Name: 's', Type: 'array<double>' },
      { Name: '_extra', Type: 'string' },
    ])
    equal(location, 's3://logs/web/')
    deepEqual(shown['PartitionKeys'], [{ Name: 'dt', Type: 'string' }])
    equal(shown['VersionId'], '2')
    const name = { DatabaseName: 'logs', TableName: 'web' }
    const first = (await call('GetTableVersion', { ...name, VersionId: '1' }))['TableVersion'] as Answer
    equal(first['VersionId'], '1')
    equal(((await call('GetTableVersions', name))['TableVersions'] as unknown[]).length, 1)
    match(JSON.stringify(await call('GetDatabases', {})), /"Name":"logs"/)
  })

  test('are read-only', async () => {
    const input = { DatabaseName: 'logs', TableInput: { Name: 'web' } }
    await refused('CreateTable', input, 'AlreadyExistsException', 'Table already exists.')
    for (const [operation, given] of [
      ['UpdateTable', input],
      ['DeleteTable', { DatabaseName: 'logs', Name: 'web' }],
    ] as const)
      await refused(operation, given, 'InvalidInputException', /Table web is filled by stream web/)
    await refused(
      'DeleteDatabase',
      { Name: 'logs' },
      'InvalidInputException',
      /holds tables that streams fill/,
    )
  })
})

suite('format conversion', () => {
  prepare()

  test('finds tables of both kinds, and follows their versions', async () => {
    const conversionOf = (database: string, name: string, version: string): FirehoseConversion => ({
      deserializer: { kind: 'hive', timestampFormats: [] },
      schema: { catalogId: '', database, table: name, region: 'eu-west-1', version },
      parquet: { compression: 'snappy', blockBytes: 1, pageBytes: 1, dictionary: true, writerVersion: 'V1' },
    })
    const resolve = (database: string, name: string, version = 'LATEST'): [unknown, unknown] => {
      const { columns, resolvedVersion } = resolveConversion(
        conversionOf(database, name, version),
        tableLookup({ catalog }),
      )
      return [columns?.map(({ type }) => type), resolvedVersion]
    }
    await call('CreateDatabase', { DatabaseInput: { Name: 'lake' } })
    await call('CreateTable', table('events', [{ Name: 'id', Type: 'int' }]))
    deepEqual(resolve('Lake', 'Events'), [['int'], '0'])
    await call('UpdateTable', table('events', [{ Name: 'id', Type: 'decimal(4,2)' }]))
    deepEqual(resolve('lake', 'events'), [[{ decimal: { precision: 4, scale: 2 } }], '1'])
    deepEqual(resolve('lake', 'events', '0'), [['int'], '0'])
    makeStreamTable()
    deepEqual(resolve('logs', 'web'), [[{ list: 'double' }], '2'])
  })
})
