import { deepEqual, equal, match } from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { openCrawl, type OpenCrawl } from '../testing/open-crawl.ts'
import type { Answer } from '../testing/open-glue.ts'

const JSON_LINE = '{"id":1,"name":"a","city":"x","dt":"2026"}\n'

let glue: OpenCrawl

/** Within a suite: all files of a run share what is outside of them. */
function prepare(): void {
  beforeEach(async () => {
    glue = await openCrawl()
  })
  afterEach(() => glue.end())
}

async function crawl(paths: string[], more: object = {}): Promise<Answer> {
  await glue.call('CreateCrawler', {
    Name: 'c',
    Role: 'r',
    DatabaseName: 'logs',
    Targets: { S3Targets: paths.map((Path) => ({ Path })) },
    ...more,
  })
  return glue.run('c')
}

interface Shown {
  Name: string
  StorageDescriptor: {
    Location: string
    Columns: { Name: string; Type: string }[]
    SerdeInfo: { SerializationLibrary: string }
  }
  PartitionKeys: { Name: string }[]
  Parameters: Record<string, string>
}

async function shown(): Promise<string[]> {
  const tables = (await glue.tables()) as unknown as Shown[]
  return tables.map(({ Name, StorageDescriptor: { Location, Columns }, PartitionKeys }) =>
    [
      Name,
      Location,
      Columns.map(({ Name: name }) => name).join(),
      PartitionKeys.map((key) => key.Name).join(),
    ].join(' '),
  )
}

const valuesOf = async (table: string): Promise<unknown[]> =>
  (await glue.partitions(table)).map(({ Values }) => (Values as string[]).join('/'))

suite('crawlers make tables', () => {
  prepare()

  test('of folders that name their keys, with a partition for each', async () => {
    await glue.put({
      'web/dt=2026-01-01/hour=00/a.json': JSON_LINE,
      'web/dt=2026-01-01/hour=01/a.json': '{"id":2.5,"more":true}\n',
      'web/dt=2026-01-02/hour=a%3Ab/a.json': JSON_LINE,
      'web/dt=2026-01-02/_SUCCESS': 'x',
    })
    equal((await crawl(['s3://lake/web/']))['Status'], 'SUCCEEDED')
    const [table] = (await glue.tables()) as unknown as Shown[]
    // The key dt is in the lines, too: it is the folder's.
    deepEqual(await shown(), ['web s3://lake/web/ id,name,city,more dt,hour'])
    equal(table?.StorageDescriptor.Columns[0]?.Type, 'double')
    deepEqual(await valuesOf('web'), ['2026-01-01/00', '2026-01-01/01', '2026-01-02/a:b'])
    const [first] = (await glue.partitions('web')) as unknown as Shown[]
    equal(first?.StorageDescriptor.Location, 's3://lake/web/dt=2026-01-01/hour=00/')
    equal(first?.StorageDescriptor.Columns.length, 4)
    const { classification, compressionType, UPDATED_BY_CRAWLER, objectCount } = table!.Parameters
    deepEqual([classification, compressionType, UPDATED_BY_CRAWLER, objectCount], ['json', 'none', 'c', '3'])
  })

  test('of folders that are alike, and of each by itself that is not', async () => {
    const orders = 'order,price\n1,2\n2,3\n'
    await glue.put({
      'shop/orders/2025/a.csv': orders,
      'shop/orders/2026/a.csv': orders,
      'shop/users/a.json': JSON_LINE,
      'shop/visits/a.json': '{"url":"x"}\n',
    })
    await crawl(['s3://lake/shop'], { TablePrefix: 'P-' })
    deepEqual(await shown(), [
      'p_orders s3://lake/shop/orders/ order,price partition_0',
      'p_users s3://lake/shop/users/ id,name,city,dt ',
      'p_visits s3://lake/shop/visits/ url ',
    ])
    deepEqual(await valuesOf('p_orders'), ['2025', '2026'])
  })

  test('of one format in one, where it is told so', async () => {
    await glue.put({ 'all/a/x.json': JSON_LINE, 'all/b/x.json': '{"url":"x"}\n' })
    const Configuration = JSON.stringify({
      Version: 1,
      Grouping: { TableGroupingPolicy: 'CombineCompatibleSchemas' },
    })
    await crawl(['s3://lake/all/'], { Configuration })
    deepEqual(await shown(), ['all s3://lake/all/ id,name,city,dt,url partition_0'])
  })

  test('at the level that it is told', async () => {
    await glue.put({ 'a/b/x/1.json': JSON_LINE, 'a/b/y/1.json': '{"url":"x"}\n', 'a/c/x/1.json': JSON_LINE })
    const Configuration = JSON.stringify({ Version: 1, Grouping: { TableLevelConfiguration: 3 } })
    await crawl(['s3://lake/a/'], { Configuration })
    deepEqual(await shown(), [
      'b s3://lake/a/b/ id,name,city,dt,url partition_0',
      'c s3://lake/a/c/ id,name,city,dt partition_0',
    ])
  })

  test('of files that are of several kinds, one for each', async () => {
    await glue.put({
      'mixed/a.json': JSON_LINE,
      'mixed/b.csv': 'x,y\n1,2\n3,4\n',
      'mixed/c.bin': Buffer.from([0, 1]),
    })
    const last = await crawl(['s3://lake/mixed/'])
    equal(last['Status'], 'SUCCEEDED')
    deepEqual(await shown(), [
      'a_json s3://lake/mixed/a.json id,name,city,dt ',
      'b_csv s3://lake/mixed/b.csv x,y ',
    ])
    const { Crawls } = await glue.call('ListCrawls', { CrawlerName: 'c' })
    const [{ Summary } = { Summary: '' }] = Crawls as { Summary: string }[]
    deepEqual((JSON.parse(Summary) as { FILE: object }).FILE, {
      READ: 3,
      UNKNOWN: 1,
      EXAMPLES: ['mixed/c.bin: bytes that are no text'],
    })
  })

  test('without what is excluded, and two of one name beside each other', async () => {
    await glue.put({
      'one/t/a.json': JSON_LINE,
      'two/t/a.json': JSON_LINE,
      'two/t/b.tmp': 'x,y\n1,2\n',
      'two/no/c.json': JSON_LINE,
    })
    await glue.call('CreateCrawler', {
      Name: 'c',
      Role: 'r',
      DatabaseName: 'logs',
      Targets: {
        S3Targets: [{ Path: 's3://lake/one/' }, { Path: 's3://lake/two/', Exclusions: ['**.tmp', 'no/**'] }],
      },
    })
    await glue.run('c')
    const [first, second] = await shown()
    equal(first, 't s3://lake/one/t/ id,name,city,dt ')
    match(second ?? '', /^t_[0-9a-f]{32} s3:\/\/lake\/two\/t\/ id/)
  })
})

suite('crawlers come again', () => {
  prepare()

  const policy = (UpdateBehavior: string, DeleteBehavior: string): object => ({
    SchemaChangePolicy: { UpdateBehavior, DeleteBehavior },
  })
  const counts = async (): Promise<unknown[]> => {
    const { Crawls } = await glue.call('ListCrawls', { CrawlerName: 'c', MaxResults: 1 })
    const { TABLE, PARTITION } = JSON.parse((Crawls as { Summary: string }[])[0]!.Summary) as Record<
      'TABLE' | 'PARTITION',
      object
    >
    return [...Object.values(TABLE), ...Object.values(PARTITION)] as unknown[]
  }

  test('and change what has changed', async () => {
    await glue.put({ 'web/dt=1/a.json': JSON_LINE })
    await crawl(['s3://lake/web/'])
    deepEqual(await counts(), [1, 0, 0, 1, 0, 0])
    await glue.run('c')
    deepEqual(await counts(), [0, 0, 0, 0, 0, 0])
    await glue.put({ 'web/dt=2/a.json': '{"id":1,"added":2}\n' })
    await glue.run('c')
    deepEqual(await counts(), [0, 1, 0, 1, 1, 0])
    deepEqual(await shown(), ['web s3://lake/web/ id,name,city,added dt'])
    const { TableVersions } = await glue.call('GetTableVersions', { DatabaseName: 'logs', TableName: 'web' })
    equal((TableVersions as object[]).length, 2)
  })

  test('and mark what is gone, once', async () => {
    await glue.put({ 'a/x/1.json': JSON_LINE, 'a/y/1.csv': 'p,q\n1,2\n3,4\n' })
    await crawl(['s3://lake/a/'])
    await glue.remove('a/y/1.csv')
    await glue.run('c')
    deepEqual(await counts(), [0, 0, 1, 0, 0, 0])
    const gone = ((await glue.tables()) as unknown as Shown[]).find(({ Name }) => Name === 'y')
    match(gone?.Parameters['DEPRECATED_BY_CRAWLER'] ?? '', /^\d+$/)
    await glue.run('c')
    deepEqual(await counts(), [0, 0, 0, 0, 0, 0])
  })

  test('and delete it where they are told so', async () => {
    await glue.put({
      'a/x/dt=1/1.json': JSON_LINE,
      'a/x/dt=2/1.json': JSON_LINE,
      'a/y/1.csv': 'p,q\n1,2\n3,4\n',
    })
    await crawl(['s3://lake/a/'], policy('UPDATE_IN_DATABASE', 'DELETE_FROM_DATABASE'))
    await glue.remove('a/y/1.csv')
    await glue.remove('a/x/dt=2/1.json')
    await glue.run('c')
    deepEqual(await counts(), [0, 0, 1, 0, 0, 1])
    deepEqual([await shown(), await valuesOf('x')], [['x s3://lake/a/x/ id,name,city dt'], ['1']])
  })

  test('and leave tables as they are where they are told so, but for new partitions', async () => {
    await glue.put({ 'web/dt=1/a.json': JSON_LINE })
    await crawl(['s3://lake/web/'], policy('LOG', 'LOG'))
    await glue.put({ 'web/dt=2/a.json': '{"id":1,"added":2}\n' })
    await glue.run('c')
    deepEqual(await counts(), [0, 0, 0, 1, 0, 0])
    deepEqual(await shown(), ['web s3://lake/web/ id,name,city dt'])
  })

  test('and only add columns where they are told so', async () => {
    await glue.put({ 'web/a.json': JSON_LINE })
    const Configuration = '{"Version":1,"CrawlerOutput":{"Tables":{"AddOrUpdateBehavior":"MergeNewColumns"}}}'
    await crawl(['s3://lake/web/'], { Configuration })
    await glue.remove('web/a.json')
    await glue.put({ 'web/b.json': '{"id":"text","added":2}\n' })
    await glue.run('c')
    deepEqual(await shown(), ['web s3://lake/web/ id,name,city,dt,added '])
    const [table] = (await glue.tables()) as unknown as Shown[]
    equal(table?.StorageDescriptor.Columns[0]?.Type, 'int')
  })

  test('to tables of the catalog by their names', async () => {
    await glue.call('CreateDatabase', { DatabaseInput: { Name: 'logs' } })
    const storage = { Location: 's3://lake/web/', Columns: [{ Name: 'id', Type: 'string', Comment: 'kept' }] }
    await glue.call('CreateTable', {
      DatabaseName: 'logs',
      TableInput: {
        Name: 'mine',
        StorageDescriptor: storage,
        PartitionKeys: [{ Name: 'day', Type: 'string' }],
      },
    })
    await glue.put({ 'web/dt=1/a.json': JSON_LINE })
    await glue.call('CreateCrawler', {
      Name: 'c',
      Role: 'r',
      Targets: { CatalogTargets: [{ DatabaseName: 'logs', Tables: ['mine'] }] },
      SchemaChangePolicy: { DeleteBehavior: 'LOG' },
    })
    equal((await glue.run('c'))['Status'], 'SUCCEEDED')
    deepEqual(await shown(), ['mine s3://lake/web/ id,name,city day'])
    deepEqual(await valuesOf('mine'), ['1'])
    const [table] = (await glue.tables()) as unknown as { StorageDescriptor: { Columns: object[] } }[]
    deepEqual(table?.StorageDescriptor.Columns[0], { Name: 'id', Type: 'int', Comment: 'kept' })
  })
})

suite('crawlers', () => {
  prepare()

  const input = {
    Name: 'c',
    Role: 'r',
    DatabaseName: 'logs',
    Targets: { S3Targets: [{ Path: 's3://lake/' }] },
  }

  test('run once at a time, and can be stopped', async () => {
    await glue.call('CreateCrawler', input)
    await glue.refused('StopCrawler', { Name: 'c' }, 'CrawlerNotRunningException', /c/)
    await glue.call('StartCrawler', { Name: 'c' })
    await glue.refused('StartCrawler', { Name: 'c' }, 'CrawlerRunningException', /c/)
    await glue.refused('DeleteCrawler', { Name: 'c' }, 'CrawlerRunningException', /c/)
    await glue.refused('UpdateCrawler', { Name: 'c', Role: 's' }, 'CrawlerRunningException', /c/)
    const state = async (): Promise<unknown> =>
      ((await glue.call('GetCrawler', { Name: 'c' }))['Crawler'] as Answer)['State']
    equal(await state(), 'RUNNING')
    await glue.call('StopCrawler', { Name: 'c' })
    equal(await state(), 'STOPPING')
    await glue.refused('StopCrawler', { Name: 'c' }, 'CrawlerStoppingException', /c/)
    while ((await state()) !== 'READY') await new Promise(setImmediate)
    const { Crawler } = await glue.call('GetCrawler', { Name: 'c' })
    equal((Crawler as { LastCrawl: Answer }).LastCrawl['Status'], 'CANCELLED')
    equal((await glue.run('c'))['Status'], 'SUCCEEDED')
    const stopped = [{ FieldName: 'STATE', FilterOperator: 'EQ', FieldValue: 'STOPPED' }]
    const { Crawls } = await glue.call('ListCrawls', { CrawlerName: 'c', Filters: stopped })
    equal((Crawls as object[]).length, 1)
    deepEqual(await glue.call('DeleteCrawler', { Name: 'c' }), {})
    await glue.refused('GetCrawler', { Name: 'c' }, 'EntityNotFoundException', 'Crawler c not found.')
    await glue.refused('ListCrawls', { CrawlerName: 'c' }, 'EntityNotFoundException', /does not exist/)
  })

  test('list their crawls page by page, also where the last one of a page is forgotten', async () => {
    await glue.call('CreateCrawler', input)
    const { crawls } = glue.catalog.glue
    const begin = (CrawlId: string, State: string): number =>
      crawls.begin('c', JSON.stringify({ CrawlId, State, StartTime: 1 }))
    const ids = ['x', 'b', 'z', 'a'].map((CrawlId) => begin(CrawlId, 'FAILED'))
    const page = async (more: object): Promise<Answer> =>
      glue.call('ListCrawls', {
        CrawlerName: 'c',
        MaxResults: 2,
        Filters: [{ FieldName: 'STATE', FilterOperator: 'EQ', FieldValue: 'FAILED' }],
        ...more,
      })
    const idsOf = ({ Crawls }: Answer): string[] =>
      (Crawls as { CrawlId: string }[]).map(({ CrawlId }) => CrawlId)
    const first = await page({})
    deepEqual(idsOf(first), ['a', 'z'])
    // No longer of those that are asked for.
    crawls.update(ids[2]!, JSON.stringify({ CrawlId: 'z', State: 'COMPLETED', StartTime: 1 }))
    deepEqual(idsOf(await page({ NextToken: first['NextToken'] })), ['b', 'x'])
  })

  test('that fail say why', async () => {
    const { DatabaseName: _, ...without } = input
    await glue.call('CreateCrawler', without)
    const last = await glue.run('c')
    deepEqual([last['Status'], last['ErrorMessage']], ['FAILED', 'the crawler has no DatabaseName'])
  })

  test('are refused where something in them is wrong', async () => {
    for (const [wrong, message] of [
      [{ Schedule: 'rate(5 minutes)' }, /Schedule/],
      [{ Configuration: '{' }, /JSON/],
      [
        { Configuration: '{"Version":1,"CrawlerOutput":{"Partitions":{"UpdateBehavior":"x"}}}' },
        /Partitions.UpdateBehavior/,
      ],
      [{ Targets: { JdbcTargets: [{ Path: 'x' }] } }, /JdbcTargets/],
      [{ Targets: { S3Targets: [{ Path: '/x' }] } }, /no path/],
      [{ RecrawlPolicy: { RecrawlBehavior: 'CRAWL_NEW_FOLDERS_ONLY' } }, /only LOG/],
    ] as const)
      await glue.refused('CreateCrawler', { ...input, ...wrong }, 'InvalidInputException', message)
  })

  test('have schedules, tags and metrics', async () => {
    await glue.call('CreateCrawler', { ...input, Schedule: 'cron(15 12 * * ? *)', Tags: { a: '1' } })
    const schedule = async (): Promise<unknown> =>
      ((await glue.call('GetCrawler', { Name: 'c' }))['Crawler'] as Answer)['Schedule']
    deepEqual(await schedule(), { ScheduleExpression: 'cron(15 12 * * ? *)', State: 'SCHEDULED' })
    await glue.call('StopCrawlerSchedule', { CrawlerName: 'c' })
    await glue.refused('StopCrawlerSchedule', { CrawlerName: 'c' }, 'SchedulerNotRunningException', /c/)
    deepEqual(await schedule(), { ScheduleExpression: 'cron(15 12 * * ? *)', State: 'NOT_SCHEDULED' })
    await glue.call('StartCrawlerSchedule', { CrawlerName: 'c' })
    await glue.refused('StartCrawlerSchedule', { CrawlerName: 'c' }, 'SchedulerRunningException', /c/)
    await glue.call('UpdateCrawlerSchedule', { CrawlerName: 'c', Schedule: '' })
    equal(await schedule(), undefined)
    await glue.refused('StartCrawlerSchedule', { CrawlerName: 'c' }, 'NoScheduleException', /c/)
    const ResourceArn = 'arn:aws:glue:us-east-1:123456789012:crawler/c'
    await glue.call('TagResource', { ResourceArn, TagsToAdd: { b: '2' } })
    deepEqual(await glue.call('GetTags', { ResourceArn }), { Tags: { a: '1', b: '2' } })
    deepEqual(await glue.call('ListCrawlers', { Tags: { b: '2' } }), { CrawlerNames: ['c'] })
    deepEqual(await glue.call('ListCrawlers', { Tags: { b: '3' } }), { CrawlerNames: [] })
    await glue.put({ 'web/a.json': JSON_LINE })
    await glue.run('c')
    const { CrawlerMetricsList } = await glue.call('GetCrawlerMetrics', { CrawlerNameList: ['c'] })
    equal((CrawlerMetricsList as Answer[])[0]?.['TablesCreated'], 1)
    const { Crawlers: found, CrawlersNotFound } = await glue.call('BatchGetCrawlers', {
      CrawlerNames: ['c', 'd'],
    })
    deepEqual([(found as object[]).length, CrawlersNotFound], [1, ['d']])
  })
})

suite('classifiers', () => {
  prepare()

  test('are made, shown, changed, used and deleted', async () => {
    const grok = { Name: 'g', Classification: 'mine', GrokPattern: '%{WORD:level} %{GREEDYDATA:text}' }
    deepEqual(await glue.call('CreateClassifier', { GrokClassifier: grok }), {})
    await glue.refused('CreateClassifier', { GrokClassifier: grok }, 'AlreadyExistsException', /Classifier/)
    const shownClassifier = { ...grok, CreationTime: 1.5, LastUpdated: 1.5, Version: 1 }
    deepEqual(await glue.call('GetClassifier', { Name: 'g' }), {
      Classifier: { GrokClassifier: shownClassifier },
    })
    await glue.call('UpdateClassifier', { GrokClassifier: { Name: 'g', Classification: 'ours' } })
    const { Classifiers } = await glue.call('GetClassifiers', {})
    deepEqual(Classifiers, [{ GrokClassifier: { ...shownClassifier, Classification: 'ours', Version: 2 } }])
    await glue.put({ 'log/a.log': 'INFO it works\n' })
    await crawl(['s3://lake/log/'], { Classifiers: ['gone', 'g'] })
    deepEqual(await shown(), ['log s3://lake/log/ level,text '])
    deepEqual(await glue.call('DeleteClassifier', { Name: 'g' }), {})
    await glue.refused('GetClassifier', { Name: 'g' }, 'EntityNotFoundException', 'Classifier g not found.')
  })

  test('are refused where they are wrong', async () => {
    for (const [wrong, message] of [
      [{}, /exactly one/],
      [{ XMLClassifier: { Name: 'x', Classification: 'x', RowTag: 'r' } }, /XML/],
      [{ GrokClassifier: { Name: 'x', Classification: 'x', GrokPattern: '%{NONE:x}' } }, /NONE/],
      [{ JsonClassifier: { Name: 'x', JsonPath: '$..x' } }, /JsonPath/],
      [{ CsvClassifier: { Name: 'x', Delimiter: ',', QuoteSymbol: ',' } }, /same/],
    ] as const)
      await glue.refused('CreateClassifier', wrong, 'InvalidInputException', message)
  })
})
