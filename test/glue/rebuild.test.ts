/** The catalog is lost, and made anew from the buckets: what was declared through Glue and SQL answers as before. */
import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  BatchCreatePartitionCommand,
  CreateClassifierCommand,
  CreateCrawlerCommand,
  CreatePartitionIndexCommand,
  CreateTableCommand,
  CreateUserDefinedFunctionCommand,
  DeletePartitionCommand,
  DeleteTableCommand,
  GetClassifiersCommand,
  GetCrawlersCommand,
  GetDatabasesCommand,
  GetPartitionIndexesCommand,
  GetPartitionsCommand,
  GetTablesCommand,
  GetUserDefinedFunctionsCommand,
  UpdateTableCommand,
  type GlueClient,
} from '@aws-sdk/client-glue'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { AthenaWorld } from '../athena/athena-world.ts'
import { eventually } from '../hozon-process.ts'
import { glueClient } from './glue-world.ts'

const STREAM = `streams:
  web:
    collect: [{tail: {paths: [./web.log]}}]
    deliver: {bucket: lake}
    table: logs.web
`
const PARTITIONS = 2500
const AT_ONCE = 100

async function declareBySql(aws: AthenaWorld): Promise<void> {
  await aws.rows("CREATE DATABASE sales COMMENT 'of the year'")
  await aws.rows(`CREATE EXTERNAL TABLE sales.orders (id bigint, what string) PARTITIONED BY (dt string)
    ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://lake/orders/'`)
  for (const day of ['2026-01-01', '2026-01-02'])
    await aws.s3.send(
      new PutObjectCommand({
        Bucket: 'lake',
        Key: `orders/dt=${day}/a.json`,
        Body: `{"id":1,"what":"${day}"}\n`,
      }),
    )
  await aws.rows('MSCK REPAIR TABLE sales.orders')
  await aws.rows('ALTER TABLE sales.orders ADD COLUMNS (price double)')
  await aws.rows("CREATE VIEW sales.recent AS SELECT id, dt FROM sales.orders WHERE dt > '2026-01-01'")
}

async function declareByGlue(glue: GlueClient): Promise<void> {
  const DatabaseName = 'sales'
  const StorageDescriptor = { Columns: [{ Name: 'n', Type: 'int' }], Location: 's3://lake/many/' }
  const input = { StorageDescriptor, PartitionKeys: [{ Name: 'n', Type: 'int' }] }
  for (const Name of ['many', 'gone'])
    await glue.send(new CreateTableCommand({ DatabaseName, TableInput: { Name, ...input } }))
  const changed = { Name: 'many', ...input, Description: 'changed' }
  await glue.send(new UpdateTableCommand({ DatabaseName, TableInput: changed }))
  await glue.send(new DeleteTableCommand({ DatabaseName, Name: 'gone' }))
  for (let from = 0; from < PARTITIONS; from += AT_ONCE) {
    const numbers = Array.from({ length: AT_ONCE }, (_, index) => from + index)
    const PartitionInputList = numbers.map((n) => ({
      Values: [String(n)],
      StorageDescriptor: { ...StorageDescriptor, Location: `s3://lake/many/${n}/` },
    }))
    await glue.send(new BatchCreatePartitionCommand({ DatabaseName, TableName: 'many', PartitionInputList }))
  }
  await glue.send(new DeletePartitionCommand({ DatabaseName, TableName: 'many', PartitionValues: ['7'] }))
  await glue.send(
    new CreatePartitionIndexCommand({
      DatabaseName,
      TableName: 'many',
      PartitionIndex: { IndexName: 'by_n', Keys: ['n'] },
    }),
  )
  const FunctionInput = { FunctionName: 'f', ClassName: 'a.B', ResourceUris: [] }
  await glue.send(new CreateUserDefinedFunctionCommand({ DatabaseName, FunctionInput }))
  const GrokClassifier = { Name: 'mine', Classification: 'x', GrokPattern: '%{WORD:w}' }
  await glue.send(new CreateClassifierCommand({ GrokClassifier }))
  const Targets = { S3Targets: [{ Path: 's3://lake/crawled/' }] }
  await glue.send(new CreateCrawlerCommand({ Name: 'Crawl', Role: 'any', DatabaseName: 'found', Targets }))
}

/** All that Glue and Athena say. */
async function answers(aws: AthenaWorld, glue: GlueClient): Promise<unknown> {
  const partitions: unknown[] = []
  for (let NextToken: string | undefined; ;) {
    const page = await glue.send(
      new GetPartitionsCommand({ DatabaseName: 'sales', TableName: 'many', NextToken }),
    )
    partitions.push(...(page.Partitions ?? []))
    NextToken = page.NextToken
    if (NextToken === undefined) break
  }
  const inSales = { DatabaseName: 'sales', TableName: 'many' }
  const { DatabaseList } = await glue.send(new GetDatabasesCommand({}))
  return {
    databases: DatabaseList?.filter(({ Name }) => Name === 'sales'),
    tables: (await glue.send(new GetTablesCommand({ DatabaseName: 'sales' }))).TableList,
    partitions,
    indexes: (await glue.send(new GetPartitionIndexesCommand(inSales))).PartitionIndexDescriptorList,
    functions: (await glue.send(new GetUserDefinedFunctionsCommand({ DatabaseName: 'sales', Pattern: '*' })))
      .UserDefinedFunctions,
    classifiers: (await glue.send(new GetClassifiersCommand({}))).Classifiers,
    crawlers: (await glue.send(new GetCrawlersCommand({}))).Crawlers,
    rows: await aws.rows('SELECT * FROM sales.orders ORDER BY dt'),
    recent: await aws.rows('SELECT * FROM sales.recent ORDER BY 2'),
    shown: await aws.rows('SHOW CREATE TABLE sales.orders'),
  }
}

function loseCatalog(data: string): void {
  for (const name of readdirSync(data).filter((each) => each.startsWith('catalog.sqlite')))
    rmSync(join(data, name))
}

test('the catalog is lost', async (t) => {
  const aws = await AthenaWorld.start(STREAM)
  try {
    await declareBySql(aws)
    let glue = glueClient(aws)
    await declareByGlue(glue)
    const before = await answers(aws, glue)
    assert.equal((before as { partitions: unknown[] }).partitions.length, PARTITIONS - 1)
    const rebuild = async (): Promise<void> => {
      loseCatalog(aws.world.data)
      const rebuilt = await aws.world.run('catalog', 'rebuild', aws.world.file)
      assert.equal(rebuilt.code, 0, rebuilt.stderr)
      assert.match(rebuilt.stdout, /^declared: 1 databases, 3 tables, 2,501 partitions$/m)
      await aws.up()
      glue.destroy()
      glue = glueClient(aws)
    }

    await t.test('after a stop, which copies what is left', async () => {
      await aws.world.stop()
      await rebuild()
      assert.deepEqual(await answers(aws, glue), before)
    })

    await t.test('after a kill, when the start after it had its time', async () => {
      await aws.rows('DROP VIEW sales.recent')
      await aws.rows('CREATE VIEW sales.recent AS SELECT id, what FROM sales.orders')
      const changed = await answers(aws, glue)
      await aws.world.kill()
      await aws.up()
      await aws.world.stop()
      await rebuild()
      assert.deepEqual(await answers(aws, glue), changed)
    })

    await t.test('what is declared is copied while the server runs', async () => {
      await aws.rows('DROP TABLE sales.orders')
      await aws.rows('DROP VIEW sales.recent')
      const tables = join(aws.world.data, 'store', 'lake', '_hozon', 'glue', 'table')
      await eventually(() => (filesBelow(tables) === 1 ? true : undefined), 'the copies of one table')
      glue.destroy()
    })
  } finally {
    await aws.end()
  }
})

function filesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith('.json')).length
}
