/** AWS SDK v3 against a running server: its classes of errors, its types of answers, and limits at the boundary and one past it. */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, describe, it } from 'node:test'
import * as sdk from '@aws-sdk/client-glue'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { AthenaWorld } from '../athena/athena-world.ts'
import { glueClient } from './glue-world.ts'

const POLL_MS = 50
const DAYS = 120
const COLUMNS = [
  { Name: 'id', Type: 'bigint' },
  { Name: 'price', Type: 'decimal(10,2)' },
]
const KEYS = [
  { Name: 'country', Type: 'string' },
  { Name: 'day', Type: 'int' },
]
const EVENTS = { DatabaseName: 'lake', TableName: 'events' }

type ErrorClass = abstract new (...given: never[]) => Error

describe('the SDK', () => {
  let world: AthenaWorld
  let glue: sdk.GlueClient
  before(async () => {
    world = await AthenaWorld.start()
    glue = glueClient(world)
    await createDatabase('lake')
    await createTable('events', { PartitionKeys: KEYS })
  })
  after(async () => {
    glue.destroy()
    await world.end()
  })

  const createDatabase = (Name: string): Promise<unknown> =>
    glue.send(new sdk.CreateDatabaseCommand({ DatabaseInput: { Name } }))
  const createTable = (Name: string, more: Partial<sdk.TableInput> = {}): Promise<unknown> =>
    glue.send(
      new sdk.CreateTableCommand({
        DatabaseName: 'lake',
        TableInput: { Name, StorageDescriptor: { Columns: COLUMNS, Location: 's3://lake/x/' }, ...more },
      }),
    )
  const refused = (sent: Promise<unknown>, error: ErrorClass, text: RegExp): Promise<void> =>
    assert.rejects(sent, (thrown) => {
      assert.ok(thrown instanceof error, String(thrown))
      assert.match(thrown.message, text)
      return true
    })
  const invalid = (sent: Promise<unknown>, text: RegExp): Promise<void> =>
    refused(sent, sdk.ValidationException, text)

  it('makes, changes and deletes databases', async () => {
    const DatabaseInput = { Name: 'Shop', Description: 'd', Parameters: { a: 'b' } }
    await glue.send(new sdk.CreateDatabaseCommand({ DatabaseInput, Tags: { team: 'x' } }))
    const { Database: database } = await glue.send(new sdk.GetDatabaseCommand({ Name: 'SHOP' }))
    assert.equal(database?.Name, 'shop')
    assert.equal(database?.Description, 'd')
    assert.ok(database?.CreateTime instanceof Date)
    await glue.send(
      new sdk.UpdateDatabaseCommand({ Name: 'shop', DatabaseInput: { Name: 'shop', Description: 'e' } }),
    )
    assert.equal((await glue.send(new sdk.GetDatabaseCommand({ Name: 'shop' }))).Database?.Description, 'e')
    const ResourceArn = 'arn:aws:glue:eu-west-1:123456789012:database/shop'
    await glue.send(new sdk.TagResourceCommand({ ResourceArn, TagsToAdd: { one: '1' } }))
    await glue.send(new sdk.UntagResourceCommand({ ResourceArn, TagsToRemove: ['team'] }))
    assert.deepEqual((await glue.send(new sdk.GetTagsCommand({ ResourceArn }))).Tags, { one: '1' })
    await glue.send(new sdk.DeleteDatabaseCommand({ Name: 'shop' }))
    await refused(
      glue.send(new sdk.GetDatabaseCommand({ Name: 'shop' })),
      sdk.EntityNotFoundException,
      /Database shop not found/,
    )
  })

  it('keeps versions of tables', async () => {
    await createTable('versioned')
    const of = { DatabaseName: 'lake', TableName: 'versioned' }
    const update = (Description: string, VersionId?: string): Promise<unknown> =>
      glue.send(
        new sdk.UpdateTableCommand({
          DatabaseName: 'lake',
          TableInput: { Name: 'versioned', Description },
          VersionId,
        }),
      )
    await update('one')
    await update('two', '1')
    await refused(update('three', '1'), sdk.ConcurrentModificationException, /concurrent/)
    const { TableVersions: versions } = await glue.send(new sdk.GetTableVersionsCommand(of))
    assert.deepEqual(
      versions?.map(({ VersionId }) => VersionId),
      ['2', '1', '0'],
    )
    await glue.send(new sdk.DeleteTableVersionCommand({ ...of, VersionId: '0' }))
    await refused(
      glue.send(new sdk.GetTableVersionCommand({ ...of, VersionId: '0' })),
      sdk.EntityNotFoundException,
      /Version not found/,
    )
    await refused(
      glue.send(new sdk.DeleteTableVersionCommand({ ...of, VersionId: '2' })),
      sdk.InvalidInputException,
      /current version/,
    )
    const past = await glue.send(new sdk.GetTableVersionCommand({ ...of, VersionId: '1' }))
    assert.equal(past.TableVersion?.Table?.Description, 'one')
  })

  const partition = (country: string, day: number): sdk.PartitionInput => ({
    Values: [country, String(day)],
    StorageDescriptor: { Columns: COLUMNS, Location: `s3://lake/events/${country}/${day}/` },
  })
  const createPartitions = (
    PartitionInputList: sdk.PartitionInput[],
  ): Promise<sdk.BatchCreatePartitionResponse> =>
    glue.send(new sdk.BatchCreatePartitionCommand({ ...EVENTS, PartitionInputList }))
  const daysOf = async (input: Partial<sdk.GetPartitionsRequest>): Promise<string[]> => {
    const found: string[] = []
    const pages = sdk.paginateGetPartitions({ client: glue, pageSize: 50 }, { ...EVENTS, ...input })
    for await (const { Partitions } of pages) found.push(...Partitions!.map(({ Values }) => Values!.join()))
    return found
  }

  it('finds partitions by expressions and in segments, and says which of a batch failed', async () => {
    for (const country of ['at', 'de'])
      for (const from of [0, 100])
        await createPartitions(
          Array.from({ length: Math.min(100, DAYS - from) }, (_each, n) => partition(country, from + n)),
        )
    const again = await createPartitions([partition('at', 1), partition('at', 1000)])
    assert.deepEqual(
      again.Errors?.map(({ PartitionValues, ErrorDetail }) => [PartitionValues, ErrorDetail?.ErrorCode]),
      [[['at', '1'], 'AlreadyExistsException']],
    )
    assert.deepEqual(await daysOf({ Expression: "country = 'at' AND day BETWEEN 9 AND 11" }), [
      'at,10',
      'at,11',
      'at,9',
    ])
    assert.deepEqual(await daysOf({ Expression: "country LIKE 'a%' AND NOT day < 1000" }), ['at,1000'])
    const segments = await Promise.all(
      [0, 1, 2].map((SegmentNumber) => daysOf({ Segment: { SegmentNumber, TotalSegments: 3 } })),
    )
    assert.equal(new Set(segments.flat()).size, 2 * DAYS + 1)
    assert.equal(segments.flat().length, 2 * DAYS + 1)
    const { Partitions: some, UnprocessedKeys: none } = await glue.send(
      new sdk.BatchGetPartitionCommand({
        ...EVENTS,
        PartitionsToGet: [{ Values: ['de', '5'] }, { Values: ['fr', '5'] }],
      }),
    )
    assert.deepEqual(
      some?.map(({ Values }) => Values),
      [['de', '5']],
    )
    assert.deepEqual(none ?? [], [])
    const { Errors: missing } = await glue.send(
      new sdk.BatchDeletePartitionCommand({
        ...EVENTS,
        PartitionsToDelete: [{ Values: ['at', '1000'] }, { Values: ['fr', '5'] }],
      }),
    )
    assert.deepEqual(
      missing?.map(({ ErrorDetail }) => ErrorDetail?.ErrorCode),
      ['EntityNotFoundException'],
    )
    await refused(daysOf({ Expression: 'day = = 1' }), sdk.InvalidInputException, /Unsupported expression/)
    await refused(
      glue.send(new sdk.GetPartitionCommand({ ...EVENTS, PartitionValues: ['fr', '5'] })),
      sdk.EntityNotFoundException,
      /Cannot find partition/,
    )
    await refused(
      glue.send(new sdk.CreatePartitionCommand({ ...EVENTS, PartitionInput: partition('de', 5) })),
      sdk.AlreadyExistsException,
      /Partition already exists/,
    )
    await refused(
      glue.send(new sdk.CreatePartitionCommand({ ...EVENTS, PartitionInput: { Values: ['de'] } })),
      sdk.InvalidInputException,
      /do not match/,
    )
  })

  it('keeps statistics of columns, numbers, bytes and times among them', async () => {
    const AnalyzedTime = new Date('2026-01-02T03:04:05Z')
    const MinimumValue = { UnscaledValue: Uint8Array.of(1, 255), Scale: 2 }
    const statistics: sdk.ColumnStatistics = {
      ColumnName: 'price',
      ColumnType: 'decimal(10,2)',
      AnalyzedTime,
      StatisticsData: {
        Type: 'DECIMAL',
        DecimalColumnStatisticsData: { MinimumValue, NumberOfNulls: 3, NumberOfDistinctValues: 4 },
      },
    }
    const saved = await glue.send(
      new sdk.UpdateColumnStatisticsForTableCommand({ ...EVENTS, ColumnStatisticsList: [statistics] }),
    )
    assert.deepEqual(saved.Errors ?? [], [])
    const { ColumnStatisticsList: found, Errors: errors } = await glue.send(
      new sdk.GetColumnStatisticsForTableCommand({ ...EVENTS, ColumnNames: ['price', 'id'] }),
    )
    assert.deepEqual(found, [statistics])
    assert.deepEqual(
      errors?.map(({ ColumnName, Error: fault }) => [ColumnName, fault?.ErrorCode]),
      [['id', 'EntityNotFoundException']],
    )
    await glue.send(new sdk.DeleteColumnStatisticsForTableCommand({ ...EVENTS, ColumnName: 'price' }))
    const after = await glue.send(
      new sdk.GetColumnStatisticsForTableCommand({ ...EVENTS, ColumnNames: ['price'] }),
    )
    assert.deepEqual(after.ColumnStatisticsList, [])
    // Trino asks for it of columns that never had any, and takes an error for a failed CREATE TABLE AS.
    await glue.send(new sdk.DeleteColumnStatisticsForTableCommand({ ...EVENTS, ColumnName: 'price' }))
  })

  it('searches tables', async () => {
    await createTable('orders_of_shop', { Description: 'what customers want', Parameters: { kind: 'fact' } })
    const names = async (input: sdk.SearchTablesRequest): Promise<unknown> =>
      (await glue.send(new sdk.SearchTablesCommand(input))).TableList?.map(({ Name }) => Name)
    assert.deepEqual(await names({ SearchText: 'customers' }), ['orders_of_shop'])
    const Filters = [{ Key: 'kind', Value: 'fact', Comparator: 'EQUALS' } as const]
    assert.deepEqual(await names({ Filters }), ['orders_of_shop'])
    assert.deepEqual(await names({ SearchText: 'nothing has this' }), [])
  })

  const stateOf = async (Name: string): Promise<sdk.Crawler> =>
    (await glue.send(new sdk.GetCrawlerCommand({ Name }))).Crawler!
  const ready = async (Name: string): Promise<sdk.Crawler> => {
    for (;;) {
      const crawler = await stateOf(Name)
      if (crawler.State === 'READY') return crawler
      await sleep(POLL_MS)
    }
  }

  it('crawls', async () => {
    await world.s3.send(new CreateBucketCommand({ Bucket: 'found' }))
    for (const day of ['01', '02'])
      await world.s3.send(
        new PutObjectCommand({ Bucket: 'found', Key: `sales/day=${day}/a.json`, Body: '{"a":1}\n' }),
      )
    const Name = 'Finder'
    const start = (): Promise<unknown> => glue.send(new sdk.StartCrawlerCommand({ Name }))
    const stop = (): Promise<unknown> => glue.send(new sdk.StopCrawlerCommand({ Name }))
    const create = (): Promise<unknown> =>
      glue.send(
        new sdk.CreateCrawlerCommand({
          Name,
          Role: 'any',
          DatabaseName: 'lake',
          Targets: { S3Targets: [{ Path: 's3://found/' }] },
        }),
      )
    await refused(start(), sdk.EntityNotFoundException, /Crawler Finder not found/)
    await create()
    await refused(create(), sdk.AlreadyExistsException, /Crawler already exists/)
    await refused(stop(), sdk.CrawlerNotRunningException, /isn't running/)
    await start()
    await refused(start(), sdk.CrawlerRunningException, /already started/)
    assert.equal((await ready(Name)).LastCrawl?.Status, 'SUCCEEDED')
    const { Table: table } = await glue.send(new sdk.GetTableCommand({ DatabaseName: 'lake', Name: 'sales' }))
    assert.deepEqual(
      table?.PartitionKeys?.map((key) => key.Name),
      ['day'],
    )
    await start()
    await stop()
    await refused(stop(), sdk.CrawlerStoppingException, /is stopping/)
    assert.equal((await ready(Name)).LastCrawl?.Status, 'CANCELLED')

    const CrawlerName = Name
    const startSchedule = (): Promise<unknown> =>
      glue.send(new sdk.StartCrawlerScheduleCommand({ CrawlerName }))
    await refused(startSchedule(), sdk.NoScheduleException, /no schedule/)
    const Schedule = 'cron(0 0 1 1 ? *)'
    await glue.send(new sdk.UpdateCrawlerScheduleCommand({ CrawlerName, Schedule }))
    await refused(startSchedule(), sdk.SchedulerRunningException, /already running/)
    const stopSchedule = (): Promise<unknown> =>
      glue.send(new sdk.StopCrawlerScheduleCommand({ CrawlerName }))
    await stopSchedule()
    await refused(stopSchedule(), sdk.SchedulerNotRunningException, /not running/)
    await glue.send(new sdk.DeleteCrawlerCommand({ Name }))
  })

  it('takes names of 255 characters, and none of 256', async () => {
    const long = 'n'.repeat(255)
    await createDatabase(long)
    await glue.send(new sdk.DeleteDatabaseCommand({ Name: long }))
    await invalid(createDatabase(`${long}n`), /less than or equal to 255/)
    await createTable('described', { Description: 'd'.repeat(2048) })
    await invalid(createTable('described2', { Description: 'd'.repeat(2049) }), /2048/)
    await refused(createTable('described'), sdk.AlreadyExistsException, /Table already exists/)
  })

  it('takes batches of their full size, and none with one more', async () => {
    const list = <T>(count: number, make: (n: number) => T): T[] =>
      Array.from({ length: count }, (_each, n) => make(n))
    const getAll = (count: number): Promise<unknown> =>
      glue.send(
        new sdk.BatchGetPartitionCommand({
          ...EVENTS,
          PartitionsToGet: list(count, (n) => ({ Values: ['xx', String(n)] })),
        }),
      )
    const deleteAll = (count: number): Promise<unknown> =>
      glue.send(
        new sdk.BatchDeletePartitionCommand({
          ...EVENTS,
          PartitionsToDelete: list(count, (n) => ({ Values: ['xx', String(n)] })),
        }),
      )
    const updateAll = (count: number): Promise<unknown> =>
      glue.send(
        new sdk.BatchUpdatePartitionCommand({
          ...EVENTS,
          Entries: list(count, (n) => ({
            PartitionValueList: ['xx', String(n)],
            PartitionInput: partition('xx', n),
          })),
        }),
      )
    const deleteTables = (count: number): Promise<unknown> =>
      glue.send(
        new sdk.BatchDeleteTableCommand({
          DatabaseName: 'lake',
          TablesToDelete: list(count, (n) => `none${n}`),
        }),
      )
    await createPartitions(list(100, (n) => partition('xx', n)))
    await invalid(createPartitions(list(101, (n) => partition('xx', n))), /100/)
    await getAll(1000)
    await invalid(getAll(1001), /1000/)
    await updateAll(100)
    await invalid(updateAll(101), /100/)
    await deleteAll(25)
    await invalid(deleteAll(26), /25/)
    await deleteTables(100)
    await invalid(deleteTables(101), /100/)
  })

  it('takes pages, segments, tags and indexes up to their limits, and no more', async () => {
    const page = (MaxResults: number): Promise<unknown> =>
      glue.send(new sdk.GetPartitionsCommand({ ...EVENTS, MaxResults }))
    await page(1000)
    await invalid(page(1001), /1000/)
    await invalid(page(0), /greater than or equal to 1/)
    const segment = (SegmentNumber: number, TotalSegments: number): Promise<unknown> =>
      glue.send(new sdk.GetPartitionsCommand({ ...EVENTS, Segment: { SegmentNumber, TotalSegments } }))
    await segment(9, 10)
    await invalid(segment(0, 11), /10/)
    await refused(segment(10, 10), sdk.InvalidInputException, /not less than/)
    const ResourceArn = 'arn:aws:glue:eu-west-1:123456789012:database/lake'
    const TagsToAdd = Object.fromEntries(Array.from({ length: 50 }, (_each, n) => [`t${n}`, '']))
    await glue.send(new sdk.TagResourceCommand({ ResourceArn, TagsToAdd }))
    await refused(
      glue.send(new sdk.TagResourceCommand({ ResourceArn, TagsToAdd: { more: '' } })),
      sdk.InvalidInputException,
      /more than 50/,
    )
    const index = (n: number): Promise<unknown> =>
      glue.send(
        new sdk.CreatePartitionIndexCommand({
          ...EVENTS,
          PartitionIndex: { IndexName: `i${n}`, Keys: KEYS.slice(n % 2).map(({ Name }) => Name) },
        }),
      )
    for (const n of [1, 2, 3]) await index(n)
    await refused(index(4), sdk.ResourceNumberLimitExceededException, /partition indexes/)
  })
})
