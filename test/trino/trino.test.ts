/**
 * A real Trino with its Hive connector, over Hozon's Glue and S3 on one port: it reads what Hozon delivers and declares, and
 * Hozon reads what it writes. Whatever both are asked, the answers are the same.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { AthenaWorld } from '../athena/athena-world.ts'
import { differences, linesOf } from './dialect-answers.ts'
import { Trino, type Cell } from './trino.ts'

/** Delivered by flush only. */
const PIPELINE = `streams:
  pq:
    collect: [{tail: {paths: [./pq.log]}}]
    deliver: {bucket: logs-pq, buffer: {size: 64MiB, interval: 900s}}
    table: logs.pq
  js:
    collect: [{tail: {paths: [./js.log]}}]
    deliver: {bucket: logs-js, format: json, buffer: {size: 64MiB, interval: 900s}}
    table: logs.js
`
const LINES = 1000
const START_MS = Date.UTC(2026, 10, 20)
/** Over two days. */
const STEP_MS = (2 * 86_400_000) / LINES
const LEVELS = ['info', 'warn', 'error', '', null, 'naïve 🪵', 'a "quoted", text', 'two\nlines']

/** Columns that come in the second half only, and numbers that become broken ones. */
function lineOf(n: number): string {
  const isLate = n >= LINES / 2
  const line = {
    time: new Date(START_MS + n * STEP_MS).toISOString(),
    id: n,
    level: LEVELS[n % LEVELS.length],
    ...(n % 3 === 0 ? {} : { ms: isLate ? n / 8 : n }),
    big: 9_007_199_254_740_991 - n,
    ok: n % 5 === 0 ? null : n % 2 === 0,
    tags: Array.from({ length: n % 4 }, (_, index) => `t${index}`),
    req: { path: `/p/${n % 7}`, from: { ip: `10.0.${n % 3}.${n % 200}` } },
    ...(isLate ? { late: `late ${n % 11}` } : {}),
  }
  return `${JSON.stringify(line)}\n`
}

/** Of both tables, T. */
const STATEMENTS = [
  'SELECT count(*), min(id), max(id), sum(id), min(time), max(time), count(level), count(ms), count(late) FROM T',
  'SELECT id, level, ms, big, ok, late, time, dt, hour FROM T ORDER BY id',
  `SELECT id, array_join(tags, '+') AS tags, req.path, req."from".ip FROM T WHERE id % 50 = 7 ORDER BY id`,
  'SELECT level, count(*) AS lines, sum(ms) AS ms FROM T GROUP BY level ORDER BY lines DESC, level NULLS LAST',
  'SELECT dt, hour, count(*) AS lines FROM T GROUP BY dt, hour ORDER BY dt, hour',
  `SELECT count(*) FROM T WHERE dt = '2026-11-21'`,
  `SELECT count(*), max(id) FROM T WHERE dt = '2026-11-20' AND hour BETWEEN '03' AND '11' AND ok`,
  `SELECT count(*) FROM T WHERE hour IN ('00', '23') OR dt > '2026-11-20' AND hour < '02'`,
  `SELECT count(*) FROM T WHERE dt > '2026-11-30'`,
  `SELECT min(id), max(id) FROM T WHERE time >= TIMESTAMP '2026-11-20 12:00:00' AND time < TIMESTAMP '2026-11-21 06:00:00'`,
  'SELECT id FROM T WHERE late IS NULL AND ms > 480 ORDER BY id',
  'SELECT tag, count(*) AS n FROM T CROSS JOIN UNNEST(tags) AS u(tag) GROUP BY tag ORDER BY tag',
]

/** As Athena writes it. */
function printed(value: Cell, type: string): string | undefined {
  if (value === null) return undefined
  return type === 'double' && Number.isInteger(value) ? `${String(value)}.0` : String(value)
}

describe('Trino over Glue and S3', () => {
  let world: AthenaWorld
  let trino: Trino

  before(async () => {
    world = await AthenaWorld.start(PIPELINE)
    const lines = Array.from({ length: LINES }, (_, n) => lineOf(n))
    await deliver(lines.slice(0, LINES / 2), LINES / 2)
    await deliver(lines.slice(LINES / 2), LINES)
    for (const name of ['lake', 'made']) await world.s3.send(new CreateBucketCommand({ Bucket: name }))
    const catalogs = { awsdatacatalog: catalog(world.accessKey), reader: catalog(await readKey()) }
    trino = await world.world.orEnd(Trino.start(catalogs))
  })
  after(async () => {
    await trino?.stop()
    await world?.end()
  })

  async function deliver(lines: string[], count: number): Promise<void> {
    for (const name of ['pq', 'js']) {
      world.world.append(`${name}.log`, lines.join(''))
      await world.world.rows(`logs.${name}`, count)
    }
    await world.world.flush()
  }

  async function readKey(): Promise<AthenaWorld['accessKey']> {
    const made = await world.world.run('keys', 'create', '--role', 'read', '--format', 'json')
    assert.equal(made.code, 0, made.stderr)
    return JSON.parse(made.stdout) as AthenaWorld['accessKey']
  }

  /** As docs/guides/glue.md says. */
  function catalog({ accessKeyId, secretAccessKey }: AthenaWorld['accessKey']): string {
    return `connector.name=hive
hive.metastore=glue
hive.metastore.glue.endpoint-url=${world.control.url}
hive.metastore.glue.region=us-east-1
hive.metastore.glue.aws-access-key=${accessKeyId}
hive.metastore.glue.aws-secret-key=${secretAccessKey}
fs.native-s3.enabled=true
s3.endpoint=${world.control.url}
s3.region=us-east-1
s3.path-style-access=true
s3.aws-access-key=${accessKeyId}
s3.aws-secret-key=${secretAccessKey}
s3.streaming.part-size=5MB
hive.storage-format=PARQUET
parquet.ignore-statistics=true
hive.partition-projection-enabled=true
hive.non-managed-table-writes-enabled=true
`
  }

  function put(key: string, text: string): Promise<unknown> {
    return world.s3.send(new PutObjectCommand({ Bucket: 'lake', Key: key, Body: text }))
  }

  async function keysOf(bucket: string, prefix: string): Promise<string[]> {
    const listed = await world.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }))
    return (listed.Contents ?? []).map(({ Key: key }) => key!)
  }

  async function asked(sql: string, catalog?: string): Promise<(string | undefined)[][]> {
    const { columns, rows } = await trino.query(sql, catalog)
    return rows.map((row) => row.map((value, index) => printed(value, columns[index]!.type)))
  }

  async function athena(sql: string): Promise<(string | undefined)[][]> {
    return (await world.rows(sql)).slice(1)
  }

  async function same(sql: string): Promise<(string | undefined)[][]> {
    const rows = await asked(sql)
    assert.deepEqual(rows, await athena(sql), sql)
    return rows
  }

  it('answers expressions as Hozon does, but for those that are known to differ', async () => {
    assert.deepEqual(await differences(trino, linesOf('corpus')), [])
    const accepted = linesOf('accepted')
    const different = new Set((await differences(trino, accepted)).map(({ statement }) => statement))
    const alike = accepted.filter((statement) => !different.has(statement))
    assert.deepEqual(alike, [], 'these are the same now: out of dialect-accepted.txt')
  })

  it('sees databases, tables, columns and partitions', async () => {
    assert.deepEqual(await asked('SHOW SCHEMAS'), [['information_schema'], ['logs']])
    assert.deepEqual(await asked('SHOW TABLES FROM logs'), [['js'], ['js_errors'], ['pq'], ['pq_errors']])
    for (const table of ['pq', 'js']) {
      assert.deepEqual(
        (await asked(`DESCRIBE logs.${table}`)).map(([name, type, extra]) => [name, type, extra]),
        [
          ['time', 'timestamp(3)', ''],
          ['id', 'bigint', ''],
          ['level', 'varchar', ''],
          ['big', 'bigint', ''],
          ['ok', 'boolean', ''],
          ['tags', 'array(varchar)', ''],
          ['req', 'row(path varchar, from row(ip varchar))', ''],
          ['ms', 'double', ''],
          ['late', 'varchar', ''],
          ['_extra', 'varchar', ''],
          ['dt', 'varchar', 'partition key'],
          ['hour', 'varchar', 'partition key'],
        ],
      )
      const partitions = await asked(`SELECT * FROM logs."${table}$partitions" ORDER BY 1, 2`)
      assert.equal(partitions.length, 48)
      assert.deepEqual(partitions, await athena(`SELECT * FROM logs."${table}$partitions" ORDER BY 1, 2`))
    }
  })

  for (const statement of STATEMENTS)
    it(`${statement} has the same rows, of Parquet and of JSON`, async () => {
      const [parquet, json] = ['pq', 'js'].map((name) => statement.replaceAll(/\bT\b/g, `logs.${name}`))
      const rows = await same(parquet!)
      assert.ok(rows.length > 0)
      assert.deepEqual(await same(json!), rows)
    })

  it('has the number of rows for its plans', async () => {
    const statistics = await asked('SHOW STATS FOR logs.pq')
    assert.equal(statistics.at(-1)?.[4], `${LINES}.0`)
  })

  it('reads tables, views and rows that were made by SQL of Athena', async () => {
    await put('csv/d=1/x.csv', 'a,1,2026-01-01\n"b, c",2,2026-01-02\n')
    await put('csv/d=2/x.csv', 'z,3,\n')
    await put('json/x.json', '{"id":1,"s":"é","t":{"a":[1,2]}}\n{"id":2,"s":null}\n')
    await put('tsv/x.txt', 'a\t1\nb\t\\N\n')
    const csv = `ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' LOCATION 's3://lake/csv/'`
    const projected = `'projection.enabled'='true', 'projection.d.type'='integer', 'projection.d.range'='1,3'`
    const columns = '(a string, n string, day string) PARTITIONED BY (d int)'
    for (const sql of [
      'CREATE DATABASE lake',
      `CREATE EXTERNAL TABLE lake.csv ${columns} ${csv}`,
      'MSCK REPAIR TABLE lake.csv',
      `CREATE EXTERNAL TABLE lake.projected ${columns} ${csv} TBLPROPERTIES (${projected})`,
      `CREATE EXTERNAL TABLE lake.json (id int, s string, t struct<a:array<int>>)
        ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://lake/json/'`,
      `CREATE EXTERNAL TABLE lake.tsv (a string, n int)
        ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' LOCATION 's3://lake/tsv/'`,
      'CREATE VIEW lake.view AS SELECT a, d, CAST(n AS int) + 1 AS m FROM lake.csv',
      `CREATE TABLE lake.copy WITH (format='PARQUET', external_location='s3://lake/copy/', partitioned_by=ARRAY['d'])
        AS SELECT a, DATE '2026-01-01' AS day, DECIMAL '1.50' AS x, ARRAY[n] AS l, d FROM lake.csv`,
      `INSERT INTO lake.copy VALUES ('new', NULL, DECIMAL '2.25', NULL, 7)`,
    ])
      await world.rows(sql)
    for (const sql of [
      'SELECT * FROM lake.csv ORDER BY a',
      'SELECT a FROM lake.csv WHERE d = 2',
      'SELECT a, d FROM lake.projected WHERE d >= 2',
      'SELECT id, s, t.a[2] FROM lake.json ORDER BY id',
      'SELECT * FROM lake.tsv ORDER BY a',
      'SELECT * FROM lake.view ORDER BY a',
      'SELECT a, day, x, l[1], d FROM lake.copy ORDER BY a',
      'SELECT a FROM lake.copy WHERE d IN (1, 7) AND x > 2',
    ])
      assert.ok((await same(sql)).length > 0, sql)
  })

  /** Without texts of two lines, which text files can not hold. */
  it('makes tables that Athena reads, in the formats of both', async () => {
    await trino.query(`CREATE SCHEMA made WITH (location = 's3://made/')`)
    for (const format of ['PARQUET', 'JSON', 'OPENX_JSON', 'TEXTFILE']) {
      const table = `made.as_${format.toLowerCase()}`
      await trino.query(`CREATE TABLE ${table} WITH (format = '${format}', partitioned_by = ARRAY['dt'])
        AS SELECT id, level, ms, big, ok, tags, req, time, dt FROM logs.pq WHERE id % 10 = 3 AND coalesce(strpos(level, chr(10)), 0) = 0`)
      await trino.query(
        `INSERT INTO ${table} (id, level, dt) VALUES (5000, 'added', '2026-11-20'), (5001, 'ü', '2027-01-01')`,
      )
      const rows = await same(
        `SELECT id, level, ms, big, ok, array_join(tags, '+'), req."from".ip, time, dt FROM ${table} ORDER BY id`,
      )
      assert.equal(rows.length, 75 + 2)
    }
  })

  it('writes statistics of columns, also of one that has only NULLs or none', async () => {
    await trino.query(`CREATE TABLE made.counted
      AS SELECT id, level, tags, DECIMAL '1.5' AS x, CAST(NULL AS varchar) AS nothing FROM logs.pq`)
    await trino.query('ANALYZE made.counted')
    const statistics = await asked('SHOW STATS FOR made.counted')
    assert.deepEqual(statistics[0], ['id', undefined, '1000.0', '0.0', undefined, '0', '999'])
    assert.equal(statistics[1]?.[3], '0.125')
    assert.deepEqual(statistics[4]?.slice(0, 4), ['nothing', '0.0', '0.0', '1.0'])
    assert.equal(statistics[5]?.[4], '1000.0')
  })

  it('makes views that Athena reads', async () => {
    await trino.query('CREATE VIEW made.view AS SELECT level, count(*) AS n FROM logs.js GROUP BY level')
    assert.equal((await same('SELECT * FROM made.view ORDER BY level NULLS LAST')).length, LEVELS.length)
  })

  it('uploads large objects in parts', async () => {
    await trino.query(`CREATE TABLE made.large WITH (format = 'TEXTFILE') AS
      SELECT a.id AS a, b.id AS b, to_hex(sha256(to_utf8(a.level || CAST(b.id AS varchar)))) AS c FROM logs.pq a, logs.pq b
      WHERE b.id < 200`)
    await same('SELECT count(*), count(c), sum(a), sum(b), min(c), max(c) FROM made.large')
  })

  it('changes and drops what it has made', async () => {
    await trino.query(
      `CREATE TABLE made.passing (id bigint, d varchar) WITH (format = 'PARQUET', partitioned_by = ARRAY['d'])`,
    )
    await trino.query(`INSERT INTO made.passing VALUES (1, 'a'), (2, 'b'), (3, 'c/d=1 %')`)
    await trino.query(`DELETE FROM made.passing WHERE d = 'b'`)
    await trino.query('ALTER TABLE made.passing ADD COLUMN more double')
    await trino.query(`COMMENT ON TABLE made.passing IS 'of Trino'`)
    await trino.query(`INSERT INTO made.passing VALUES (4, 1.5, 'a')`)
    assert.equal((await same('SELECT id, more, d FROM made.passing ORDER BY id')).length, 3)
    await trino.query(`CALL system.unregister_partition('made', 'passing', ARRAY['d'], ARRAY['a'])`)
    assert.equal((await same('SELECT * FROM made.passing')).length, 1)
    await trino.query(`CALL system.sync_partition_metadata('made', 'passing', 'FULL')`)
    assert.equal((await same('SELECT * FROM made.passing ORDER BY id')).length, 3)
    assert.ok((await keysOf('made', 'passing/')).length > 0)
    await trino.query('DROP TABLE made.passing')
    assert.deepEqual(await keysOf('made', 'passing/'), [])
    await assert.rejects(athena('SELECT * FROM made.passing'), /TABLE_NOT_FOUND/)
  })

  it('can not change what a stream fills', async () => {
    const keys = await keysOf('logs-pq', 'pq/')
    for (const sql of [
      'INSERT INTO logs.pq SELECT * FROM logs.pq LIMIT 1',
      'ANALYZE logs.pq',
      'ALTER TABLE logs.pq ADD COLUMN more double',
      'DROP TABLE logs.pq',
      `CALL system.unregister_partition('logs', 'pq', ARRAY['dt', 'hour'], ARRAY['2026-11-20', '00'])`,
    ])
      await assert.rejects(trino.query(sql), Error, sql)
    assert.deepEqual(await keysOf('logs-pq', 'pq/'), keys)
    assert.deepEqual(await same('SELECT count(*) FROM logs.pq'), [[String(LINES)]])
    const audit = await world.world.run('audit')
    assert.equal(audit.code, 0, audit.stdout + audit.stderr)
  })

  it('only reads with a key that may only read', async () => {
    assert.deepEqual(await asked('SELECT count(*) FROM logs.pq', 'reader'), [[String(LINES)]])
    assert.equal((await asked('SELECT * FROM made.view', 'reader')).length, LEVELS.length)
    await assert.rejects(trino.query(`INSERT INTO lake.tsv VALUES ('a', 1)`, 'reader'))
    await assert.rejects(trino.query('CREATE TABLE made.mine (a bigint)', 'reader'))
    await assert.rejects(trino.query('DROP TABLE made.counted', 'reader'))
  })

  it('sees what is delivered from then on', async () => {
    const line = JSON.stringify({ time: '2026-12-01T00:00:00Z', id: 9999, ms: 1.25 })
    await deliver([`${line}\n`], LINES + 1)
    assert.deepEqual(await same(`SELECT id, ms FROM logs.pq WHERE dt = '2026-12-01'`), [['9999', '1.25']])
    assert.deepEqual(await same(`SELECT id, ms FROM logs.js WHERE dt = '2026-12-01'`), [['9999', '1.25']])
  })
})
