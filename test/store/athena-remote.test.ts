/**
 * Athena and Glue over a store that is not ours: a real MinIO behind a proxy that fails when it is told to. What clients see
 * is read from MinIO itself, with nothing of Hozon's.
 */
import { deepEqual, equal, match, notEqual, ok, rejects } from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import {
  CreateWorkGroupCommand,
  StopQueryExecutionCommand,
  type QueryExecution,
} from '@aws-sdk/client-athena'
import * as glueSdk from '@aws-sdk/client-glue'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { AthenaWorld } from '../athena/athena-world.ts'
import { glueClient } from '../glue/glue-world.ts'
import { eventually, hozon } from '../hozon-process.ts'
import { startFaultProxy, type Fault, type FaultProxy, type SeenRequest } from './fault-proxy.ts'
import { startMinio, type Minio } from './minio.ts'

const BUCKET = 'lake'
const DENIED: Fault = { kind: 'status', status: 403, code: 'AccessDenied' }
const JSON_SERDE = "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"

describe('Athena over a remote store', () => {
  let minio: Minio
  let proxy: FaultProxy
  let aws: AthenaWorld
  let direct: S3Client
  let glue: glueSdk.GlueClient

  before(async () => {
    minio = await startMinio()
    proxy = await startFaultProxy(minio.endpoint)
    const { region, endpoint, credentials } = minio
    direct = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
    await direct.send(new CreateBucketCommand({ Bucket: BUCKET }))
    aws = await AthenaWorld.start(
      `store: {s3: {endpoint: '${proxy.endpoint}', region: ${region}, pathStyle: true}}
streams:
  web:
    collect: [{tail: {paths: [./web.log]}}]
    deliver: {bucket: lake}
    table: logs.web
`,
      { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey },
    )
    glue = glueClient(aws)
    await aws.rows('CREATE DATABASE sales')
  })
  after(async () => {
    glue?.destroy()
    await aws?.end()
    direct?.destroy()
    await proxy?.stop()
    await minio?.stop()
  })

  const put = (Key: string, Body: string | Buffer, Bucket = BUCKET): Promise<unknown> =>
    direct.send(new PutObjectCommand({ Bucket, Key, Body }))
  const remove = (Key: string, Bucket = BUCKET): Promise<unknown> =>
    direct.send(new DeleteObjectCommand({ Bucket, Key }))
  const get = async (Key: string, Bucket = BUCKET): Promise<Buffer> => {
    const { Body } = await direct.send(new GetObjectCommand({ Bucket, Key }))
    return Buffer.from(await Body!.transformToByteArray())
  }
  const keys = async (Prefix: string, Bucket = BUCKET): Promise<string[]> => {
    const { Contents = [] } = await direct.send(new ListObjectsV2Command({ Bucket, Prefix }))
    return Contents.map(({ Key }) => Key!)
  }
  const read = (uri: string): Promise<Buffer> => {
    const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri)!
    return get(key!, bucket)
  }
  const outputOf = ({ ResultConfiguration }: QueryExecution): string => ResultConfiguration!.OutputLocation!
  /** While `work` is under way, the first `times` requests that match get the fault. */
  const struck = async <T>(
    {
      fault,
      matches,
      times = Infinity,
    }: { fault: Fault; matches: (request: SeenRequest) => boolean; times?: number },
    work: () => Promise<T>,
  ): Promise<T> => {
    let left = times
    proxy.decide = (request) => (matches(request) && left-- > 0 ? fault : undefined)
    try {
      return await work()
    } finally {
      proxy.decide = () => undefined
    }
  }
  const failed = async (sql: string, reason: RegExp): Promise<QueryExecution> => {
    const execution = await aws.run(sql)
    equal(execution.Status?.State, 'FAILED', sql)
    match(execution.Status?.StateChangeReason ?? '', reason)
    return execution
  }

  it('puts answers there', async () => {
    const execution = await aws.run("SELECT 1 AS n, 'a \"b\"' AS t, CAST(NULL AS varchar) AS x, '' AS e")
    equal(execution.Status?.State, 'SUCCEEDED', execution.Status?.StateChangeReason)
    const output = outputOf(execution)
    match(output, /^s3:\/\/hozon-query-results\/[-0-9a-f]{36}\.csv$/)
    equal((await read(output)).toString(), '"n","t","x","e"\n"1","a ""b""",,""\n')
    ok((await read(`${output}.metadata`)).length > 0)
    deepEqual(await aws.pages(execution.QueryExecutionId!), [
      ['n', 't', 'x', 'e'],
      ['1', 'a "b"', undefined, ''],
    ])
    const shown = await aws.run('SHOW DATABASES')
    match((await read(outputOf(shown))).toString(), /^sales$/m)
    match(outputOf(shown), /\.txt$/)
  })

  it('sends clients of S3 there', async () => {
    const message = `This server keeps its objects at ${proxy.endpoint}: send requests for S3 there.`
    await rejects(aws.s3.send(new ListBucketsCommand({})), { name: 'NotImplemented', message })
  })

  it('puts answers where a workgroup says', async () => {
    const inGroup = async (Name: string, OutputLocation: string): Promise<unknown> =>
      aws.athena.send(
        new CreateWorkGroupCommand({
          Name,
          Configuration: { ResultConfiguration: { OutputLocation }, EnforceWorkGroupConfiguration: true },
        }),
      )
    await inGroup('team', `s3://${BUCKET}/team/`)
    const execution = await aws.run('SELECT 2 AS n', { WorkGroup: 'team' })
    equal(outputOf(execution), `s3://${BUCKET}/team/${execution.QueryExecutionId}.csv`)
    equal((await read(outputOf(execution))).toString(), '"n"\n"2"\n')
    await inGroup('lost', 's3://not-there/')
    await rejects(aws.run('SELECT 1', { WorkGroup: 'lost' }), {
      message: 'Unable to verify/create output bucket not-there',
    })
  })

  it('gives what is there now', async () => {
    const first = await aws.run('SELECT 3 AS n')
    const id = first.QueryExecutionId!
    const [, key] = /results\/(.+)$/.exec(outputOf(first))!
    deepEqual(await aws.pages(id), [['n'], ['3']])
    await put(key!, '"n"\n"4"\n', 'hozon-query-results')
    deepEqual(await aws.pages(id), [['n'], ['4']])
    await remove(key!, 'hozon-query-results')
    await rejects(aws.pages(id), /Could not find results/)
  })

  it('uses an answer again while it is there', async () => {
    const reuse = {
      ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: 5 } },
    }
    const isReused = ({ Statistics }: QueryExecution) =>
      Statistics?.ResultReuseInformation?.ReusedPreviousResult
    const first = await aws.run('SELECT 5 AS n', reuse)
    const second = await aws.run('SELECT 5 AS n', reuse)
    equal(isReused(first), false)
    equal(isReused(second), true)
    equal(outputOf(second), outputOf(first))
    deepEqual(await aws.pages(second.QueryExecutionId!), [['n'], ['5']])
    const [, key] = /results\/(.+)$/.exec(outputOf(first))!
    await remove(key!, 'hozon-query-results')
    equal(isReused(await aws.run('SELECT 5 AS n', reuse)), false)
  })

  it('reads what other clients put there, as it is now', async () => {
    await put('json/a.json.gz', gzipSync('{"id":1,"t":"x"}\n'))
    await aws.rows(
      `CREATE EXTERNAL TABLE sales.json (id int, t string) ${JSON_SERDE} LOCATION 's3://${BUCKET}/json/'`,
    )
    await put('csv/a.csv', 'id,t\n1,"x,y"\n')
    await aws.rows(`CREATE EXTERNAL TABLE sales.csv (id string, t string)
      ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' LOCATION 's3://${BUCKET}/csv/'
      TBLPROPERTIES ('skip.header.line.count'='1')`)
    const file = async (value: number): Promise<string> => {
      await aws.rows(
        `UNLOAD (SELECT ${value} AS id, 'x' AS t) TO 's3://${BUCKET}/made-${value}/' WITH (format = 'PARQUET')`,
      )
      const [key] = await keys(`made-${value}/`)
      return key!
    }
    const copy = (from: string, Key: string): Promise<unknown> =>
      direct.send(new CopyObjectCommand({ Bucket: BUCKET, Key, CopySource: `${BUCKET}/${from}` }))
    await copy(await file(1), 'parquet/a.parquet')
    await aws.rows(
      `CREATE EXTERNAL TABLE sales.parquet (id int, t string) STORED AS PARQUET LOCATION 's3://${BUCKET}/parquet/'`,
    )
    const rows = async (name: string) =>
      (await aws.rows(`SELECT id, t FROM sales.${name} ORDER BY 1`)).slice(1)
    deepEqual(await rows('json'), [['1', 'x']])
    deepEqual(await rows('csv'), [['1', 'x,y']])
    deepEqual(await rows('parquet'), [['1', 'x']])
    // The same number of bytes, and mostly the same second.
    await put('json/a.json.gz', gzipSync('{"id":2,"t":"x"}\n'))
    await put('csv/a.csv', 'id,t\n2,"x,y"\n')
    await copy(await file(2), 'parquet/a.parquet')
    deepEqual(await rows('json'), [['2', 'x']])
    deepEqual(await rows('csv'), [['2', 'x,y']])
    deepEqual(await rows('parquet'), [['2', 'x']])
    await put('json/b.json', '{"id":3,"t":"y"}\n')
    deepEqual(await rows('json'), [
      ['2', 'x'],
      ['3', 'y'],
    ])
    await remove('json/a.json.gz')
    deepEqual(await rows('json'), [['3', 'y']])
    await aws.rows('DROP TABLE sales.csv')
    equal((await keys('csv/')).length, 1)
  })

  it('reads tables that are made through Glue', async () => {
    await put('glued/dt=1/a.csv.gz', gzipSync('1\tx\n'))
    await put('glued/elsewhere/b.csv', '2\ty\n')
    const StorageDescriptor = {
      Columns: [
        { Name: 'id', Type: 'int' },
        { Name: 't', Type: 'string' },
      ],
      Location: `s3://${BUCKET}/glued/`,
      InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
      OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
      SerdeInfo: {
        SerializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
        Parameters: { 'field.delim': '\t' },
      },
    }
    const PartitionKeys = [{ Name: 'dt', Type: 'string' }]
    const TableInput = { Name: 'glued', TableType: 'EXTERNAL_TABLE', StorageDescriptor, PartitionKeys }
    await glue.send(new glueSdk.CreateTableCommand({ DatabaseName: 'sales', TableInput }))
    const partition = (value: string, folder: string): glueSdk.PartitionInput => ({
      Values: [value],
      StorageDescriptor: { ...StorageDescriptor, Location: `s3://${BUCKET}/glued/${folder}/` },
    })
    const PartitionInputList = [partition('1', 'dt=1'), partition('2', 'elsewhere')]
    await glue.send(
      new glueSdk.BatchCreatePartitionCommand({
        DatabaseName: 'sales',
        TableName: 'glued',
        PartitionInputList,
      }),
    )
    deepEqual((await aws.rows('SELECT * FROM sales.glued ORDER BY id')).slice(1), [
      ['1', 'x', '1'],
      ['2', 'y', '2'],
    ])
  })

  it('finds partitions, whatever they are called', async () => {
    const folders = ['k=plain', 'k=a b&c<d>+e', 'k=%2Fslash%3D', 'k=日本', 'k= lead']
    for (const folder of folders) await put(`parts/${folder}/a.json`, '{"id":1}\n')
    await aws.rows(`CREATE EXTERNAL TABLE sales.parts (id int) PARTITIONED BY (k string) ${JSON_SERDE}
      LOCATION 's3://${BUCKET}/parts/'`)
    await aws.rows('MSCK REPAIR TABLE sales.parts')
    const names = (await aws.rows('SELECT k FROM sales.parts ORDER BY 1')).slice(1).flat()
    deepEqual(names, [' lead', '/slash=', 'a b&c<d>+e', 'plain', '日本'].sort())
    deepEqual((await aws.rows("SELECT count(*) FROM sales.parts WHERE k = '/slash='"))[1], ['1'])
    await put('other/x/a.json', '{"id":9}\n')
    await aws.rows(`ALTER TABLE sales.parts ADD PARTITION (k='other') LOCATION 's3://${BUCKET}/other/x/'`)
    deepEqual((await aws.rows("SELECT id FROM sales.parts WHERE k = 'other'"))[1], ['9'])
    await aws.rows("ALTER TABLE sales.parts DROP PARTITION (k='plain')")
    equal((await keys('parts/k=plain/')).length, 1)
  })

  it('computes partitions', async () => {
    for (const n of [1, 2, 3]) await put(`projected/${n}/a.json`, `{"id":${n}}\n`)
    await aws.rows(`CREATE EXTERNAL TABLE sales.projected (id int) PARTITIONED BY (n int) ${JSON_SERDE}
      LOCATION 's3://${BUCKET}/projected/'
      TBLPROPERTIES ('projection.enabled'='true', 'projection.n.type'='integer', 'projection.n.range'='1,5',
        'storage.location.template'='s3://${BUCKET}/projected/\${n}/')`)
    deepEqual(await aws.rows('SELECT sum(id), count(*) FROM sales.projected WHERE n > 1'), [
      ['_col0', '_col1'],
      ['5', '2'],
    ])
  })

  it('crawls', async () => {
    await put('crawled/orders/day=1/a.json.gz', gzipSync('{"id":1,"what":"x"}\n'))
    await put('crawled/orders/day=2/a.json.gz', gzipSync('{"id":2,"what":"y"}\n'))
    await put('crawled/people/a.csv', 'name,age\nann,3\nbob,4\n')
    const Targets = { S3Targets: [{ Path: `s3://${BUCKET}/crawled/` }] }
    await glue.send(
      new glueSdk.CreateCrawlerCommand({ Name: 'c', Role: 'any', DatabaseName: 'found', Targets }),
    )
    await glue.send(new glueSdk.StartCrawlerCommand({ Name: 'c' }))
    const last = await eventually(async () => {
      const { Crawler } = await glue.send(new glueSdk.GetCrawlerCommand({ Name: 'c' }))
      return Crawler?.State === 'READY' ? Crawler.LastCrawl : undefined
    }, 'the crawl')
    equal(last.Status, 'SUCCEEDED', last.ErrorMessage)
    deepEqual((await aws.rows('SELECT count(*), sum(age) FROM found.people'))[1], ['2', '7'])
    deepEqual((await aws.rows('SELECT count(*), sum(id) FROM found.orders'))[1], ['2', '3'])
  })

  it('writes tables', async () => {
    await aws.rows(`CREATE TABLE sales.made WITH (format='PARQUET', external_location='s3://${BUCKET}/made/', partitioned_by=ARRAY['p'])
      AS SELECT id, t, p FROM (VALUES (1, 'a', 'x'), (2, 'b', 'y')) AS v (id, t, p)`)
    equal((await keys('made/p=x/')).length, 1)
    const inserted = await aws.run("INSERT INTO sales.made VALUES (3, 'c', 'x'), (4, 'd', 'z')")
    equal(inserted.Status?.State, 'SUCCEEDED', inserted.Status?.StateChangeReason)
    deepEqual((await aws.rows('SELECT count(*), sum(id), max(p) FROM sales.made'))[1], ['4', '10', 'z'])
    const manifest = (await read(inserted.Statistics!.DataManifestLocation!)).toString()
    for (const uri of manifest.trimEnd().split('\n')) ok((await read(uri)).length > 0)
    await aws.rows(`CREATE TABLE sales.plain AS SELECT 1 AS one`)
    deepEqual(await aws.rows('SELECT * FROM sales.plain'), [['one'], ['1']])
    await aws.rows(
      `UNLOAD (SELECT 1 AS id) TO 's3://${BUCKET}/unloaded/' WITH (format = 'JSON', compression = 'none')`,
    )
    const [unloaded] = await keys('unloaded/')
    equal((await get(unloaded!)).toString(), '{"id":1}\n')
    await failed(
      `CREATE TABLE sales.lost WITH (external_location='s3://${BUCKET}/made/') AS SELECT 1 AS x`,
      /HIVE_PATH/,
    )
  })

  it('an INSERT whose answers are lost on their way writes its rows once', async () => {
    await aws.rows(
      `CREATE TABLE sales.once WITH (format='JSON', external_location='s3://${BUCKET}/once/') AS SELECT 1 AS id`,
    )
    const matches = ({ method, url }: SeenRequest): boolean => method === 'PUT' && url.includes('/once/')
    const inserted = await struck({ fault: { kind: 'lost answer' }, matches, times: 1 }, () =>
      aws.run('INSERT INTO sales.once VALUES (2)'),
    )
    equal(inserted.Status?.State, 'SUCCEEDED', inserted.Status?.StateChangeReason)
    deepEqual(await aws.rows('SELECT id FROM sales.once ORDER BY 1'), [['id'], ['1'], ['2']])
  })

  it('an INSERT of which a file is refused leaves none, and shows none where it may not remove them', async () => {
    const insert = "INSERT INTO sales.made VALUES (5, 'e', 'q'), (6, 'f', 'x')"
    const refused = (matches: (request: SeenRequest) => boolean): Promise<unknown> =>
      struck({ fault: DENIED, matches }, () => failed(insert, /made\/p=x.*AccessDenied.*policy/))
    const isPut = ({ method, url }: SeenRequest): boolean => method === 'PUT' && /made\/p(=|%3D)x/.test(url)
    const rows = async (): Promise<unknown> => (await aws.rows('SELECT count(*) FROM sales.made'))[1]
    const files = (await keys('made/')).length
    await refused(isPut)
    equal((await keys('made/')).length, files)
    await refused((request) => isPut(request) || request.method === 'DELETE')
    deepEqual(await rows(), ['4'])
    await aws.rows("ALTER TABLE sales.made ADD IF NOT EXISTS PARTITION (p='q')")
    deepEqual(await rows(), ['4'])
    // What hides them is lost with the catalog.
    for (const key of await keys('made/p=q/')) await remove(key)
  })

  it('says which bucket there is not, or may not be made', async () => {
    await failed(
      `UNLOAD (SELECT 1 AS id) TO 's3://not-there/x/' WITH (format = 'JSON')`,
      /not-there.*NoSuchBucket/,
    )
    await failed(
      `CREATE TABLE sales.no WITH (external_location='s3://not-there/x/') AS SELECT 1 AS x`,
      /not-there/,
    )
    for (const key of await keys('', 'hozon-query-results')) await remove(key, 'hozon-query-results')
    await direct.send(new DeleteBucketCommand({ Bucket: 'hozon-query-results' }))
    const matches = ({ method, url }: SeenRequest): boolean => method === 'PUT' && /^\/[^/]+\/?$/.test(url)
    await struck({ fault: DENIED, matches }, () =>
      rejects(aws.run('SELECT 1'), {
        name: 'InvalidRequestException',
        message:
          'Unable to verify/create output bucket hozon-query-results (open bucket hozon-query-results: there is no ' +
          'such bucket, and it may not be made; make it: aws s3 mb s3://hozon-query-results)',
      }),
    )
    deepEqual(await aws.rows('SELECT 1 AS n'), [['n'], ['1']])
  })

  it('a query has succeeded when its answer is there whole, and not before', async () => {
    const isAnswer = ({ method, url }: SeenRequest): boolean => method === 'PUT' && /\.csv\?/.test(url)
    const [cutOff, states] = await struck({ fault: { kind: 'cut before' }, matches: isAnswer }, async () => {
      const id = await aws.start('SELECT 6 AS n')
      await eventually(
        () => proxy.seen.filter(isAnswer).some(({ url }) => url.includes(id)) || undefined,
        'the put',
      )
      return [id, [(await aws.execution(id)).Status?.State, await keys(`${id}.csv`, 'hozon-query-results')]]
    })
    deepEqual(states, ['RUNNING', [`${cutOff}.csv.metadata`]])
    const over = await aws.over(cutOff)
    equal(over.Status?.State, 'SUCCEEDED', over.Status?.StateChangeReason)
    equal((await read(outputOf(over))).toString(), '"n"\n"6"\n')
    await struck({ fault: DENIED, matches: isAnswer }, async () => {
      const refused = await failed(
        'SELECT 7 AS n',
        /^put object hozon-query-results\/.*\.csv: 403 AccessDenied: .*policy/,
      )
      deepEqual(refused.Status?.AthenaError?.ErrorCategory, 1)
      await rejects(aws.pages(refused.QueryExecutionId!), /Query did not finish successfully/)
      deepEqual(await keys(`${refused.QueryExecutionId}.csv`, 'hozon-query-results'), [
        `${refused.QueryExecutionId}.csv.metadata`,
      ])
    })
  })

  it('a query whose files can not be read has failed, and says why', async () => {
    const gets = (of: string) => ({
      fault: DENIED,
      matches: ({ method, url }: SeenRequest) => method === 'GET' && url.includes(of),
    })
    const denied = /HIVE_CANNOT_OPEN_SPLIT: access to s3:\/\/lake\/fresh\/ is denied/
    await put('fresh/a.json', '{"id":1}\n')
    await aws.rows(
      `CREATE EXTERNAL TABLE sales.fresh (id int) ${JSON_SERDE} LOCATION 's3://${BUCKET}/fresh/'`,
    )
    await struck(gets('/fresh/a.json'), () =>
      failed('SELECT * FROM sales.fresh', /access to s3:\/\/lake\/fresh\/a.json is denied/),
    )
    await struck(gets('list-type'), async () => {
      await failed('SELECT * FROM sales.fresh', denied)
      await failed('MSCK REPAIR TABLE sales.parts', /^list objects lake\/parts\/: 403 AccessDenied/)
    })
    await struck({ ...gets('/fresh/a.json'), fault: { kind: 'cut answer' }, times: 2 }, async () =>
      deepEqual(await aws.rows('SELECT * FROM sales.fresh'), [['id'], ['1']]),
    )
  })

  it('the catalog comes back from there', async () => {
    const answers = async () => ({
      json: await aws.rows('SELECT * FROM sales.json'),
      parts: await aws.rows('SELECT k FROM sales.parts ORDER BY 1'),
      made: await aws.rows('SELECT * FROM sales.made ORDER BY id'),
      projected: await aws.rows('SELECT * FROM sales.projected ORDER BY id'),
      web: await aws.rows('SELECT count(*) FROM logs.web'),
    })
    aws.world.append('web.log', '{"time":"2026-01-01T00:00:00Z","n":1}\n')
    await aws.world.rows('logs.web', 1)
    await aws.world.flush()
    const before = await answers()
    await aws.world.stop()
    for (const name of readdirSync(aws.world.data).filter((each) => each.startsWith('catalog.sqlite')))
      rmSync(join(aws.world.data, name))
    const rebuilt = await hozon(['catalog', 'rebuild', aws.world.file, '--data', aws.world.data], {
      env: aws.env,
    })
    equal(rebuilt.code, 0, rebuilt.stderr)
    await aws.up()
    glue.destroy()
    glue = glueClient(aws)
    deepEqual(await answers(), before)
    notEqual((await keys('_hozon/glue/')).length, 0)
  })

  it('a query that is stopped ends its downloads, and leaves nothing of them', async () => {
    aws.world.append('web.log', '{"time":"2026-01-01T00:00:00Z","n":2}\n')
    await aws.world.rows('logs.web', 2)
    await aws.world.flush()
    await put('stalled/a.json', '{"id":1}\n')
    await aws.rows(
      `CREATE EXTERNAL TABLE sales.stalled (id int) ${JSON_SERDE} LOCATION 's3://${BUCKET}/stalled/'`,
    )
    const downloads = { 'logs.web': 'cache', 'sales.stalled': 'scratch/external' }
    const matches = ({ method, url }: SeenRequest): boolean =>
      method === 'GET' && /\.(parquet|json)\?x-id=GetObject/.test(url)
    for (const [table, folder] of Object.entries(downloads)) {
      const copies = (): string[] => readdirSync(join(aws.world.data, folder)).sort()
      const before = copies()
      await struck({ fault: { kind: 'stall answer' }, matches }, async () => {
        const id = await aws.start(`SELECT count(*) FROM ${table}`)
        await eventually(() => copies().length > before.length || undefined, `a download for ${table}`)
        await aws.athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }))
        equal((await aws.over(id)).Status?.State, 'CANCELLED')
        await eventually(() => copies().length === before.length || undefined, 'the end of the download')
        deepEqual(copies(), before)
      })
    }
    deepEqual(await aws.rows('SELECT count(*) FROM logs.web'), [['_col0'], ['2']])
    deepEqual(await aws.rows('SELECT * FROM sales.stalled'), [['id'], ['1']])
  })
})
