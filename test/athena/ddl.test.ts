/** Uploaded files become tables by statements: from CREATE EXTERNAL TABLE to rows, with AWS's own clients. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { GetTableMetadataCommand, InvalidRequestException } from '@aws-sdk/client-athena'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { AthenaWorld, type Cells } from './athena-world.ts'

const LAKE = { QueryExecutionContext: { Database: 'lake' } }

describe('statements', () => {
  let world: AthenaWorld
  const rows = (sql: string): Promise<Cells[]> => world.rows(sql, LAKE)
  const put = async (Key: string, Body: string | Buffer): Promise<void> => {
    await world.s3.send(new PutObjectCommand({ Bucket: 'lake', Key, Body }))
  }
  const fails = async (sql: string, reason: string): Promise<void> => {
    const { Status: status } = await world.run(sql, LAKE)
    assert.equal(status?.State, 'FAILED')
    assert.ok(status?.StateChangeReason?.includes(reason), status?.StateChangeReason)
  }
  before(async () => {
    world = await AthenaWorld.start()
    await world.s3.send(new CreateBucketCommand({ Bucket: 'lake' }))
    assert.deepEqual(await world.rows('CREATE DATABASE lake'), [])
  })
  after(() => world.end())

  it('make a table of lines by a regular expression', async () => {
    await put('web/a.log', '10.0.0.1 - "GET /a" 200\nnonsense\n10.0.0.2 - "GET /b" 404\n')
    const { SubstatementType: type, StatementType: kind } = await world.run(
      String.raw`CREATE EXTERNAL TABLE IF NOT EXISTS web (host string, request string, ${'`'}end${'`'} int)
      ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
      WITH SERDEPROPERTIES ("input.regex" = "^(\\S+) - \"([^\"]*)\" (\\d+)$") -- as nginx writes
      LOCATION 's3://lake/web/'`,
      LAKE,
    )
    assert.deepEqual([kind, type], ['DDL', 'CREATE_TABLE'])
    assert.deepEqual(
      await rows(`SELECT host, request, "end" FROM web WHERE host IS NOT NULL ORDER BY host`),
      [
        ['host', 'request', 'end'],
        ['10.0.0.1', 'GET /a', '200'],
        ['10.0.0.2', 'GET /b', '404'],
      ],
    )
    assert.deepEqual(await rows('SELECT count(*) AS n FROM web'), [['n'], ['3']])
  })

  it('make a table of folders, whose partitions are found, added and dropped', async () => {
    await put('t/dt=2026-11-22/h=1/a.csv.gz', gzipSync('1,a\n2,b\n'))
    await put('t/dt=2026-11-23/h=2/a.csv', '3,c\n')
    await put('elsewhere/x.csv', '4,d\n')
    await rows(`CREATE EXTERNAL TABLE t (id int, name string COMMENT 'who') PARTITIONED BY (dt string, h int)
      ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://lake/t/'`)
    assert.deepEqual(await rows('SELECT count(*) AS n FROM t'), [['n'], ['0']])
    assert.deepEqual(await rows('MSCK REPAIR TABLE t'), [
      ['Partitions not in metastore:\tt:dt=2026-11-22/h=1\tt:dt=2026-11-23/h=2'],
      ['Repair: Added partition to metastore t:dt=2026-11-22/h=1'],
      ['Repair: Added partition to metastore t:dt=2026-11-23/h=2'],
    ])
    await rows(`ALTER TABLE t ADD PARTITION (dt='2026-11-24', h=3) LOCATION 's3://lake/elsewhere/'`)
    assert.deepEqual(await rows('SELECT id, name, dt, h FROM t WHERE h >= 2 ORDER BY id'), [
      ['id', 'name', 'dt', 'h'],
      ['3', 'c', '2026-11-23', '2'],
      ['4', 'd', '2026-11-24', '3'],
    ])
    await rows(`ALTER TABLE t DROP PARTITION (h > 1, dt < '2026-11-24')`)
    assert.deepEqual(await rows('SHOW PARTITIONS t'), [['dt=2026-11-22/h=1'], ['dt=2026-11-24/h=3']])
    assert.deepEqual(await rows('SELECT sum(id) AS s FROM t'), [['s'], ['7']])
    await rows('ALTER TABLE t CHANGE id id string')
    assert.deepEqual(await rows('SELECT max(id) AS s FROM t'), [['s'], ['4']])
  })

  it('make a table whose partitions are computed', async () => {
    await put('p/2026/11/22/a.json', '{"level":"info","n":1}\n')
    await put('p/2026/11/23/a.json', '{"level":"warn","n":2}\n')
    await rows(`CREATE EXTERNAL TABLE p (level string, n bigint) PARTITIONED BY (day string)
      ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://lake/p/'
      TBLPROPERTIES ('projection.enabled'='true', 'projection.day.type'='date', 'projection.day.format'='yyyy/MM/dd',
        'projection.day.range'='2026/11/20,2026/11/30', 'storage.location.template'='s3://lake/p/\${day}/')`)
    assert.deepEqual(await rows(`SELECT day, level, n FROM p WHERE day >= '2026/11/23'`), [
      ['day', 'level', 'n'],
      ['2026/11/23', 'warn', '2'],
    ])
  })

  it('make views', async () => {
    await rows(`CREATE VIEW levels AS SELECT level, count(*) AS n FROM p GROUP BY level`)
    assert.deepEqual(await world.rows('SELECT level, n FROM lake.levels ORDER BY level'), [
      ['level', 'n'],
      ['info', '1'],
      ['warn', '1'],
    ])
    assert.deepEqual(await rows('DESCRIBE levels'), [['level\tvarchar'], ['n\tbigint']])
    assert.deepEqual(await rows('SHOW CREATE VIEW levels'), [
      ['CREATE VIEW lake.levels AS'],
      ['SELECT level, count(*) AS n FROM p GROUP BY level'],
    ])
    await fails('CREATE VIEW broken AS SELECT nope FROM p', 'nope')
    await fails('CREATE VIEW levels AS SELECT 1 AS a', 'already exists')
    assert.deepEqual(await rows('SHOW VIEWS'), [['levels']])
  })

  it('show what was made, and make it again', async () => {
    assert.deepEqual(await rows(`SHOW TABLES '*e*'`), [['levels'], ['web']])
    assert.deepEqual((await rows('DESCRIBE t')).slice(0, 3), [
      ['id                  \tstring              \t                    '],
      ['name                \tstring              \twho                 '],
      ['dt                  \tstring              \t                    '],
    ])
    const before = await rows('SELECT * FROM web ORDER BY host')
    const made = (await rows('SHOW CREATE TABLE web')).map(([line]) => line).join('\n')
    await rows('DROP TABLE web')
    await fails('DROP TABLE web', 'FAILED: SemanticException [Error 10001]: Table not found lake.web')
    await rows(made)
    assert.deepEqual(await rows('SELECT * FROM web ORDER BY host'), before)
    const { TableMetadata: metadata } = await world.athena.send(
      new GetTableMetadataCommand({ CatalogName: 'AwsDataCatalog', DatabaseName: 'lake', TableName: 'web' }),
    )
    assert.equal(
      metadata?.Parameters?.['serde.serialization.lib'],
      'org.apache.hadoop.hive.serde2.RegexSerDe',
    )
  })

  it('are refused before they run where they can not be read', async () => {
    await assert.rejects(world.start('CREATE EXTERNAL TABLE x (date date)'), (error) => {
      assert.ok(error instanceof InvalidRequestException)
      assert.match(error.message, /ParseException line 1:25 mismatched input 'date'/)
      return true
    })
    await assert.rejects(world.start('MERGE INTO t USING s ON a = b'), /Iceberg/)
  })

  it('drop a database with all that is in it', async () => {
    await rows('CREATE DATABASE other')
    await rows(`CREATE EXTERNAL TABLE other.x (a int) LOCATION 's3://lake/x/'`)
    await fails('DROP DATABASE other', 'Database other is not empty')
    await rows('DROP DATABASE other CASCADE')
    assert.deepEqual(await rows(`SHOW DATABASES 'other|lake'`), [['lake']])
  })
})
