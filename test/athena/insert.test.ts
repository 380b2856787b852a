/** What statements write is found by statements: projected partitions, and folders whose names are unusual. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateWorkGroupCommand } from '@aws-sdk/client-athena'
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { AthenaWorld, type Cells } from './athena-world.ts'

const LAKE = { QueryExecutionContext: { Database: 'lake' } }

describe('inserted rows', () => {
  let world: AthenaWorld
  /** Without the header. */
  const rows = async (sql: string): Promise<Cells[]> => (await world.rows(sql, LAKE)).slice(1)
  const run = (sql: string): Promise<Cells[]> => world.rows(sql, LAKE)
  const fails = async (sql: string, reason: string): Promise<void> => {
    const { Status: status } = await world.run(sql, LAKE)
    assert.equal(status?.State, 'FAILED', sql)
    assert.ok(status.StateChangeReason?.includes(reason), status.StateChangeReason)
  }
  const folders = async (prefix: string): Promise<string[]> => {
    const { Contents: objects = [] } = await world.s3.send(
      new ListObjectsV2Command({ Bucket: 'lake', Prefix: prefix }),
    )
    return [...new Set(objects.map(({ Key: key = '' }) => key.replace(/[^/]*$/, '')))]
  }

  before(async () => {
    world = await AthenaWorld.start()
    await world.s3.send(new CreateBucketCommand({ Bucket: 'lake' }))
    await world.rows('CREATE DATABASE lake')
  })
  after(() => world.end())

  const PROJECTION = `'projection.enabled' = 'true',
    'projection.day.type' = 'date', 'projection.day.range' = '01.02.2026,NOW', 'Projection.Day.Format' = 'dd.MM.yyyy',
    'projection.n.type' = 'integer', 'projection.n.range' = '0,23', 'projection.N.digits' = '2',
    'projection.site.type' = 'injected'`
  const COLUMNS = `(host string, bytes int) PARTITIONED BY (day date, n int, site string)`

  it('of projected partitions are in the folders that the rules name', async () => {
    await run(
      `CREATE EXTERNAL TABLE p ${COLUMNS} STORED AS PARQUET LOCATION 's3://lake/p' TBLPROPERTIES (${PROJECTION})`,
    )
    await run(
      `INSERT INTO p VALUES ('a', 1, DATE '2026-02-03', 7, 'x y'), ('b', 2, DATE '2026-02-03', 11, 'z')`,
    )
    assert.deepEqual(await folders('p/'), [
      'p/day=03.02.2026/n=07/site=x y/',
      'p/day=03.02.2026/n=11/site=z/',
    ])
    assert.deepEqual(
      await rows(
        `SELECT host, bytes, cast(day AS varchar), n, site FROM p WHERE site IN ('x y', 'z') ORDER BY 1`,
      ),
      [
        ['a', '1', '2026-02-03', '7', 'x y'],
        ['b', '2', '2026-02-03', '11', 'z'],
      ],
    )
    for (const [values, reason] of [
      [
        `DATE '2026-01-31', 7, 'z'`,
        "Invalid partition value '2026-01-31' for projected partition column: day",
      ],
      [`DATE '2026-02-03', 24, 'z'`, "Invalid partition value '24' for projected partition column: n"],
      [`DATE '2026-02-03', NULL, 'z'`, 'Invalid partition value NULL for projected partition column: n'],
    ] as const)
      await fails(`INSERT INTO p VALUES ('c', 3, ${values})`, reason)
    assert.equal((await folders('')).length, 2, 'a refused statement leaves nothing')
  })

  it('are where the template says, in whatever case it is written', async () => {
    await run(`CREATE EXTERNAL TABLE templated ${COLUMNS} STORED AS PARQUET LOCATION 's3://lake/nowhere/'
      TBLPROPERTIES (${PROJECTION}, 'Storage.Location.Template' = 's3://lake/by/\${site}/\${day}-\${n}')`)
    await run(`INSERT INTO templated VALUES ('a', 1, DATE '2026-02-03', 7, 'x')`)
    assert.deepEqual(await folders('by/'), ['by/x/03.02.2026-07/'])
    assert.deepEqual(await rows(`SELECT host FROM templated WHERE site = 'x'`), [['a']])
  })

  it('are found in folders without a name', async () => {
    await run(`CREATE TABLE made WITH (external_location = 's3://lake//made//', format = 'JSON', partitioned_by = ARRAY['k'])
      AS SELECT 'a' AS host, 'x' AS k`)
    await run(`INSERT INTO made VALUES ('b', 'y')`)
    assert.deepEqual(await folders('/made'), ['/made//k=x/', '/made//k=y/'])
    assert.deepEqual(await rows('SELECT host, k FROM made ORDER BY 1'), [
      ['a', 'x'],
      ['b', 'y'],
    ])
    // Another folder, whatever a path of a file system would make of it.
    await world.s3.send(
      new PutObjectCommand({ Bucket: 'lake', Key: 'made/k=z/a.json', Body: '{"host":"c"}\n' }),
    )
    const found = `(host string) PARTITIONED BY (k string) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'`
    await run(`CREATE EXTERNAL TABLE twice ${found} LOCATION 's3a://lake//made//'`)
    await run('MSCK REPAIR TABLE twice')
    assert.deepEqual(await rows('SELECT host, k FROM twice ORDER BY 1'), [
      ['a', 'x'],
      ['b', 'y'],
    ])
    await run(`INSERT INTO twice VALUES ('d', 'y')`)
    assert.deepEqual(await rows(`SELECT host FROM made WHERE k = 'y' ORDER BY 1`), [['b'], ['d']])
    await run(`CREATE EXTERNAL TABLE once ${found} LOCATION 's3://lake/made'`)
    await run('MSCK REPAIR TABLE once')
    assert.deepEqual(await rows('SELECT host, k FROM once'), [['c', 'z']])
  })

  it('are in partitions that are named as Hive names them', async () => {
    await run(`CREATE TABLE named WITH (external_location = 's3://lake/named/', format = 'PARQUET', partitioned_by = ARRAY['k'])
      AS SELECT 'a' AS host, '10:00/[x]' AS k`)
    await run(`INSERT INTO named VALUES ('b', NULL)`)
    const names = ['k=10%3A00%2F%5Bx%5D', 'k=__HIVE_DEFAULT_PARTITION__']
    assert.deepEqual((await run('SHOW PARTITIONS named')).map(String).sort(), names)
    assert.deepEqual((await rows('SELECT "$partition" FROM named')).map(String).sort(), names)
    const [[path] = []] = await rows(`SELECT "$path" FROM named WHERE k = '10:00/[x]'`)
    assert.ok(path?.startsWith(`s3://lake/named/${names[0]}/`), path)
  })

  it('are read by the delimiter that they were written with', async () => {
    await run(`CREATE EXTERNAL TABLE numbered (a string, b string, c array<string>)
      ROW FORMAT DELIMITED FIELDS TERMINATED BY '9' COLLECTION ITEMS TERMINATED BY '35' LOCATION 's3://lake/numbered/'`)
    await run(`INSERT INTO numbered VALUES ('919', '1', ARRAY['x', '35'])`)
    assert.deepEqual(await rows('SELECT a, b, c[1], c[2] FROM numbered'), [['919', '1', 'x', '35']])
  })

  it('never are where Hozon keeps its own objects', async () => {
    const own = 'is where Hozon keeps its own objects'
    await run(`CREATE EXTERNAL TABLE own (a string) STORED AS PARQUET LOCATION 's3://lake/_hozon/runs/x'`)
    await fails(`INSERT INTO own VALUES ('a')`, own)
    await fails(`UNLOAD (SELECT 1 AS a) TO 's3://lake/_hozon' WITH (format = 'JSON')`, own)
    await fails(`CREATE TABLE t WITH (external_location = 's3a://lake/_HOZON/x') AS SELECT 1 AS a`, own)
    const ResultConfiguration = { OutputLocation: 's3://lake/_hozon/streams' }
    await assert.rejects(world.start('SELECT 1', { ResultConfiguration }), (error: Error) => {
      assert.equal(error.name, 'InvalidRequestException')
      assert.ok(error.message.includes(own), error.message)
      return true
    })
    await assert.rejects(
      world.athena.send(new CreateWorkGroupCommand({ Name: 'own', Configuration: { ResultConfiguration } })),
      { name: 'InvalidRequestException' },
    )
    assert.deepEqual(await folders('_hozon/runs'), [])
    assert.deepEqual(await folders('_hozon/streams'), [])
  })
})
