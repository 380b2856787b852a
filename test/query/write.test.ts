/** CREATE TABLE AS, INSERT and UNLOAD by real engine processes, into a real store and a real catalog. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { HozonError } from '../../src/base/errors.ts'
import type { PartitionInput } from '../../src/base/glue.ts'
import { columns } from './lake.ts'
import { openWritableLake, type WritableLake } from './writable-lake.ts'

let lake: WritableLake

before(async () => {
  lake = await openWritableLake()
  const schema = columns({ host: 'varchar', bytes: 'bigint', time: 'timestamp' })
  const table = lake.lake.addTable({ name: 'web', schema, partitionKeys: ['dt'] })
  await lake.lake.addHot(
    table,
    [
      { host: 'a', bytes: 1, time: '2026-11-22T01:02:03.5Z' },
      { host: 'b', bytes: null, time: null },
    ],
    { dt: '2026-11-22' },
  )
  await lake.lake.addHot(table, [{ host: 'c', bytes: 3, time: null }], { dt: '2026-11-23' })
})

after(() => lake.close())

function refuses(sql: string, text: string, code = 'HOZON_SQL_FAILED', options = {}): Promise<void> {
  return assert.rejects(lake.execute(sql, options), (error) => {
    assert.ok(error instanceof HozonError, String(error))
    assert.ok(error.message.includes(text), `${sql}: ${error.message}`)
    assert.equal(error.code, code, sql)
    return true
  })
}

/** Nothing of a statement is left in private folders, whatever became of it. */
function assertNoScratch(): void {
  assert.deepEqual(readdirSync(join(lake.lake.directory, 'scratch')), [])
}

describe('CREATE TABLE AS', () => {
  it('keeps lengths of texts, and answers of it have them', async () => {
    await lake.execute(
      'CREATE TABLE sized AS SELECT CAST(host AS varchar(10)) AS h, CAST(dt AS char(12)) AS d, host FROM web',
    )
    const types = lake.input('logs', 'sized').StorageDescriptor?.Columns?.map(({ Type }) => Type)
    assert.deepEqual(types, ['varchar(10)', 'char(12)', 'string'])
    const { columns: found } = await lake.execute('SELECT * FROM sized')
    assert.deepEqual(
      found.map(({ type, precision }) => [type, precision]),
      [
        ['varchar', 10],
        ['char', 12],
        ['varchar', 2_147_483_647],
      ],
    )
    const inserted = await lake.execute(`INSERT INTO sized VALUES ('x', 'y', 'z')`)
    assert.equal(inserted.updateCount, 1)
  })
  it('makes Parquet below the output location, and the table', async () => {
    const made = await lake.execute('CREATE TABLE hosts AS SELECT host, bytes, time, dt FROM web')
    assert.equal(made.updateCount, 3)
    assert.equal(made.rows, 0)
    assert.deepEqual(made.columns, [{ name: 'rows', type: 'bigint', precision: 19, scale: 0 }])
    const location = `s3://results/tables/${made.executionId}/`
    assert.equal(made.manifest?.length, 1)
    assert.ok(made.manifest[0]!.startsWith(location), made.manifest[0])
    assert.match(made.manifest[0]!, /\/\d{8}_\d{6}_00000_0f8fa_[0-9a-f-]{36}\.parquet$/)
    assert.deepEqual(await lake.rowsOf(made.manifest), [
      '["a","1","2026-11-22 01:02:03.5","2026-11-22"]',
      '["b",null,null,"2026-11-22"]',
      '["c","3",null,"2026-11-23"]',
    ])
    const input = lake.input('logs', 'hosts')
    assert.equal(input.StorageDescriptor?.Location, location)
    assert.equal(input.TableType, 'EXTERNAL_TABLE')
    assert.match(input.StorageDescriptor?.SerdeInfo?.SerializationLibrary ?? '', /ParquetHiveSerDe$/)
    assert.deepEqual(
      input.StorageDescriptor?.Columns?.map(({ Name, Type }) => `${Name} ${Type}`),
      ['host string', 'bytes bigint', 'time timestamp', 'dt string'],
    )
    assert.deepEqual(lake.catalog.writes.all(), [])
    assertNoScratch()
  })

  it('makes partitions', async () => {
    const made = await lake.execute(
      `CREATE TABLE logs.by_day WITH (format = 'parquet', write_compression = 'SNAPPY',
        external_location = 's3://lake/by day', partitioned_by = ARRAY['dt', 'n'])
      AS SELECT host, CASE WHEN host = 'c' THEN NULL ELSE 'x/' || dt END AS dt, bytes AS n FROM web`,
    )
    assert.equal(made.updateCount, 3)
    const keys = await lake.keys('lake', 'by day/')
    assert.deepEqual(
      keys.map((key) => key.replace(/[^/]*$/, '')),
      [
        'by day/dt=__HIVE_DEFAULT_PARTITION__/n=3/',
        'by day/dt=x%2F2026-11-22/n=1/',
        'by day/dt=x%2F2026-11-22/n=__HIVE_DEFAULT_PARTITION__/',
      ],
    )
    assert.deepEqual(await lake.rowsOf(made.manifest!), ['["a"]', '["b"]', '["c"]'])
    const partitions = [...lake.catalog.glue.partitions.all('logs', 'by_day')]
    assert.deepEqual(
      partitions.map(({ values }) => values),
      [
        ['__HIVE_DEFAULT_PARTITION__', '3'],
        ['x/2026-11-22', '1'],
        ['x/2026-11-22', '__HIVE_DEFAULT_PARTITION__'],
      ],
    )
    const { PartitionKeys, StorageDescriptor } = lake.input('logs', 'by_day')
    assert.deepEqual(PartitionKeys, [
      { Name: 'dt', Type: 'string' },
      { Name: 'n', Type: 'bigint' },
    ])
    assert.deepEqual(StorageDescriptor?.Columns, [{ Name: 'host', Type: 'string' }])
    const definition = JSON.parse(partitions[1]!.definition) as Required<PartitionInput>
    assert.deepEqual(Object.keys(definition.Parameters), ['transient_lastDdlTime'])
    assert.equal(definition.StorageDescriptor.Location, 's3://lake/by day/dt=x%2F2026-11-22/n=1/')
  })

  it('writes JSON lines and text, compressed or not', async () => {
    const query = `SELECT 'a"b' AS s, CAST(NULL AS bigint) AS n, ARRAY[1, NULL] AS l, MAP(ARRAY['k'], ARRAY[1.5e0]) AS m,
      CAST(ROW(1, 'x') AS ROW(a integer, b varchar)) AS r, TIMESTAMP '2026-01-02 03:04:05.120' AS t, true AS b, to_utf8('hi') AS v`
    const json = await lake.execute(
      `CREATE TABLE j WITH (format = 'JSON', external_location = 's3://lake/j/') AS ${query}`,
    )
    assert.match(json.manifest![0]!, /\.gz$/)
    assert.equal(
      await lake.textOf(json.manifest![0]!),
      '{"s":"a\\"b","n":null,"l":[1,null],"m":{"k":1.5},"r":{"a":1,"b":"x"},"t":"2026-01-02 03:04:05.120","b":true,"v":"aGk="}\n',
    )
    assert.match(
      lake.input('logs', 'j').StorageDescriptor?.SerdeInfo?.SerializationLibrary ?? '',
      /JsonSerDe$/,
    )
    const text = await lake.execute(
      `CREATE TABLE x WITH (format = 'TEXTFILE', write_compression = 'NONE', field_delimiter = '|',
        external_location = 's3://lake/x/') AS ${query}`,
    )
    assert.match(text.manifest![0]!, /[0-9a-f]{12}$/)
    assert.equal(
      await lake.textOf(text.manifest![0]!),
      'a"b|\\N|1\u0002\\N|k\u00031.5|1\u0002x|2026-01-02 03:04:05.120|true|aGk=\n',
    )
    assert.equal(lake.input('logs', 'x').StorageDescriptor?.SerdeInfo?.Parameters?.['field.delim'], '|')
    await refuses(
      `CREATE TABLE y WITH (format = 'TEXTFILE', external_location = 's3://lake/y/') AS SELECT 'a\u0001b' AS a`,
      'HIVE_WRITER_DATA_ERROR',
    )
    assert.deepEqual(await lake.keys('lake', 'y/'), [])
  })

  it('makes a table without rows', async () => {
    const none = await lake.execute('CREATE TABLE empty AS SELECT host FROM web WITH NO DATA')
    assert.deepEqual([none.updateCount, none.manifest], [0, []])
    const zero = await lake.execute(
      `CREATE TABLE zero WITH (partitioned_by = ARRAY['dt']) AS SELECT host, dt FROM web WHERE bytes > 99`,
    )
    assert.deepEqual([zero.updateCount, zero.manifest], [0, []])
    assert.equal(lake.input('logs', 'empty').StorageDescriptor?.Columns?.length, 1)
    assert.equal(lake.input('logs', 'zero').PartitionKeys?.length, 1)
    const again = await lake.execute('CREATE TABLE IF NOT EXISTS empty AS SELECT 1 AS a')
    assert.equal(again.updateCount, 0)
  })

  it('keeps types that Hive has, and refuses others', async () => {
    const types =
      await lake.execute(`CREATE TABLE types AS SELECT CAST(1 AS tinyint) AS a, CAST(1 AS smallint) AS b,
      1 AS c, sum(bytes) AS d, CAST(1 AS real) AS e, CAST(1.5 AS decimal(10, 2)) AS f, DATE '2026-01-01' AS g,
      MAP(ARRAY['k'], ARRAY[ARRAY[1]]) AS h, count(*) = 3 AS "I" FROM web`)
    assert.equal(types.updateCount, 1)
    assert.deepEqual(
      lake.input('logs', 'types').StorageDescriptor?.Columns?.map(({ Name, Type }) => `${Name} ${Type}`),
      [
        'a tinyint',
        'b smallint',
        'c int',
        'd bigint',
        'e float',
        'f decimal(10,2)',
        'g date',
        'h map<string,array<int>>',
        'i boolean',
      ],
    )
    const REFUSED: [query: string, text: string][] = [
      ['SELECT 1 AS a, count(*) FROM web', 'Column name not specified at position 2'],
      ['SELECT *, 1 FROM web', 'Column name not specified at position 6'],
      ['VALUES 1', 'Column name not specified at position 1'],
      ['SELECT 1 AS a, 2 AS A', "Column name 'a' specified more than once"],
      ['SELECT host, web.* FROM web', "Column name 'host' specified more than once"],
      ['SELECT NULL AS a', 'Column type is unknown at position 1'],
      [`SELECT JSON '1' AS a`, 'Unsupported Hive type: json'],
      [`SELECT TIME '01:02:03' AS a`, 'Unsupported Hive type: time(3)'],
      [
        `SELECT TIMESTAMP '2026-01-01 00:00:00 UTC' AS a`,
        'Unsupported Hive type: timestamp(3) with time zone',
      ],
    ]
    for (const [query, text] of REFUSED) await refuses(`CREATE TABLE never AS ${query}`, text)
    assert.equal(lake.catalog.glue.table('logs', 'never'), undefined)
    assertNoScratch()
  })

  it('refuses what can not be', async () => {
    await lake.execute(`CREATE TABLE there WITH (external_location = 's3://lake/there/') AS SELECT 1 AS a`)
    const as = 'AS SELECT 1 AS a, 2 AS b'
    const REFUSED: [sql: string, text: string][] = [
      [`CREATE TABLE there ${as}`, "Table 'awsdatacatalog.logs.there' already exists"],
      [`CREATE TABLE web ${as}`, "Table 'awsdatacatalog.logs.web' already exists"],
      [`CREATE TABLE nowhere.t ${as}`, "SCHEMA_NOT_FOUND: line 1:1: Schema 'nowhere' does not exist"],
      [
        `CREATE TABLE t WITH (external_location = 's3://lake/there/') ${as}`,
        'HIVE_PATH_ALREADY_EXISTS: Target directory for table',
      ],
      [`CREATE TABLE t WITH (external_location = '/etc/') ${as}`, 'is not a location of S3'],
      [`CREATE TABLE t WITH (external_location = 's3://lake/_hozon/x') ${as}`, 'keeps its own objects'],
      [`CREATE TABLE t WITH (format = 'ORC') ${as}`, 'ORC can not be written'],
      [`CREATE TABLE t WITH (write_compression = 'LZO') ${as}`, 'LZO can not be written'],
      [`CREATE TABLE t WITH (nonsense = 1) ${as}`, "'nonsense' does not exist"],
      [`CREATE TABLE t WITH (partitioned_by = ARRAY['c']) ${as}`, 'Partition columns [c] not present'],
      [`CREATE TABLE t WITH (partitioned_by = ARRAY['a']) ${as}`, 'Partition keys must be the last columns'],
      [`CREATE TABLE t WITH (partitioned_by = ARRAY['a', 'b']) ${as}`, 'only partition columns'],
      [`CREATE TABLE t WITH (bucketed_by = ARRAY['a']) ${as}`, 'bucket_count'],
    ]
    for (const [sql, text] of REFUSED) await refuses(sql, text)
    assert.equal(lake.catalog.glue.table('logs', 't'), undefined)
    await refuses(`CREATE TABLE t ${as}`, 'may write', 'HOZON_SQL_FORBIDDEN', { mayWrite: false })
  })

  it('writes at most a hundred partitions at a time', async () => {
    const make = (format: string, count: number): string =>
      `CREATE TABLE many_${format}_${count} WITH (format = '${format}', partitioned_by = ARRAY['p'])
      AS SELECT i AS a, i % ${count} AS p FROM UNNEST(sequence(1, 1000)) AS t(i)`
    for (const format of ['PARQUET', 'JSON']) {
      const made = await lake.execute(make(format, 100))
      assert.equal(made.manifest?.length, 100)
      await refuses(
        make(format, 101),
        'HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers for partitions/buckets',
      )
    }
    assertNoScratch()
  })
})

describe('INSERT INTO', () => {
  it('adds files to tables of each format', async () => {
    for (const format of ['PARQUET', 'JSON', 'TEXTFILE']) {
      const name = `into_${format.toLowerCase()}`
      await lake.execute(
        `CREATE TABLE ${name} WITH (format = '${format}', write_compression = 'NONE') AS SELECT 'a' AS s, CAST(1 AS double) AS d`,
      )
      const added = await lake.execute(`INSERT INTO ${name} SELECT host, bytes FROM web WHERE bytes = 3`)
      assert.equal(added.updateCount, 1)
      const location = lake.input('logs', name).StorageDescriptor!.Location!
      assert.ok(added.manifest![0]!.startsWith(location))
      assert.equal((await lake.keys('results', location.slice('s3://results/'.length))).length, 2)
      const expected = { PARQUET: '["c",3]', JSON: '{"s":"c","d":3}\n', TEXTFILE: 'c\u00013.0\n' }[format]
      const got =
        format === 'PARQUET'
          ? (await lake.rowsOf(added.manifest!)).join()
          : await lake.textOf(added.manifest![0]!)
      assert.equal(got, expected)
    }
  })

  it('takes values and lists of columns, the rest is NULL', async () => {
    await lake.execute("CREATE TABLE listed AS SELECT 1 AS a, CAST(2 AS bigint) AS b, 'x' AS c WITH NO DATA")
    const values = await lake.execute(`INSERT INTO listed VALUES (1, 2, 'a'), (3, NULL, 'b')`)
    const some = await lake.execute(`INSERT INTO listed (c, a) VALUES ('z', 7), (NULL, 8)`)
    const nothing = await lake.execute('INSERT INTO listed SELECT NULL, NULL, NULL')
    assert.deepEqual([values.updateCount, some.updateCount, nothing.updateCount], [2, 2, 1])
    const all = [...values.manifest!, ...some.manifest!, ...nothing.manifest!]
    assert.deepEqual(await lake.rowsOf(all), [
      '[1,"2","a"]',
      '[3,null,"b"]',
      '[7,null,"z"]',
      '[8,null,null]',
      '[null,null,null]',
    ])
  })

  it('makes partitions where they are missing', async () => {
    await lake.execute(
      `CREATE TABLE parts WITH (partitioned_by = ARRAY['dt'], external_location = 's3://lake/parts/') AS SELECT host, dt FROM web`,
    )
    lake.catalog.glue.partitions.update('logs', 'parts', ['2026-11-23'], {
      values: ['2026-11-23'],
      definition: JSON.stringify({
        Values: ['2026-11-23'],
        StorageDescriptor: {
          ...lake.input('logs', 'parts').StorageDescriptor,
          Location: 's3://lake/elsewhere/',
        },
      }),
    })
    const added = await lake.execute(
      `INSERT INTO parts VALUES ('old', '2026-11-22'), ('moved', '2026-11-23'), ('new', '2026-11-24'), ('none', NULL)`,
    )
    assert.deepEqual(added.manifest!.map((uri) => uri.replace(/[^/]*$/, '')).sort(), [
      's3://lake/elsewhere/',
      's3://lake/parts/dt=2026-11-22/',
      's3://lake/parts/dt=2026-11-24/',
      's3://lake/parts/dt=__HIVE_DEFAULT_PARTITION__/',
    ])
    assert.deepEqual(
      [...lake.catalog.glue.partitions.all('logs', 'parts')].map(({ values }) => values[0]),
      ['2026-11-22', '2026-11-23', '2026-11-24', '__HIVE_DEFAULT_PARTITION__'],
    )
  })

  it('refuses what does not fit', async () => {
    await lake.execute(`CREATE TABLE typed AS SELECT 1 AS a, 'x' AS b WITH NO DATA`)
    const REFUSED: [sql: string, text: string][] = [
      [
        `INSERT INTO typed VALUES ('x', 1)`,
        'Insert query has mismatched column types: Table: [integer, varchar], Query: [varchar, integer]',
      ],
      ['INSERT INTO typed VALUES (1)', 'mismatched column types'],
      ["INSERT INTO typed VALUES (1.5e0, 'a')", 'mismatched column types'],
      ["INSERT INTO typed VALUES (99999999999, 'a')", 'out of range'],
      ['INSERT INTO typed (a, nope) VALUES (1, 2)', 'does not exist in target table: nope'],
      ['INSERT INTO typed (a, a) VALUES (1, 2)', 'specified more than once: a'],
      ['INSERT INTO nowhere VALUES (1)', "Table 'awsdatacatalog.logs.nowhere' does not exist"],
      ['INSERT INTO web SELECT * FROM web', 'is filled by its stream'],
    ]
    for (const [sql, text] of REFUSED) await refuses(sql, text)
    await refuses('INSERT INTO typed VALUES (1, 2)', 'may write', 'HOZON_SQL_FORBIDDEN', { mayWrite: false })
    assert.deepEqual(lake.catalog.writes.all(), [])
  })
})

describe('UNLOAD', () => {
  it('writes files and nothing else', async () => {
    const before = lake.catalog.glue.tables('logs').length
    const made = await lake.execute(
      `UNLOAD (SELECT host, count(*), dt FROM web GROUP BY host, dt) TO 's3://lake/out'
      WITH (format = 'TEXTFILE', field_delimiter = ',', compression = 'none', partitioned_by = ARRAY['dt'])`,
    )
    assert.equal(made.updateCount, undefined)
    const texts = await Promise.all(made.manifest!.map((uri) => lake.textOf(uri)))
    assert.deepEqual(texts.join('').split('\n').sort(), ['', 'a,1', 'b,1', 'c,1'])
    assert.deepEqual([...new Set(made.manifest!.map((uri) => uri.replace(/[^/]*$/, '')))].sort(), [
      's3://lake/out/dt=2026-11-22/',
      's3://lake/out/dt=2026-11-23/',
    ])
    assert.equal(lake.catalog.glue.tables('logs').length, before)
    await refuses(
      `UNLOAD (SELECT 1 AS a) TO 's3://lake/out/' WITH (format = 'JSON')`,
      'HIVE_PATH_ALREADY_EXISTS',
    )
    await refuses(
      `UNLOAD (SELECT 1 AS a) TO 's3://lake/o2/' WITH (format = 'AVRO')`,
      'AVRO can not be written',
    )
  })
})

describe('a statement that writes', () => {
  const FORMS = [
    (query: string) => `CREATE TABLE stolen WITH (format = 'JSON') AS ${query}`,
    (query: string) => `UNLOAD (${query}) TO 's3://lake/stolen/' WITH (format = 'JSON')`,
    (query: string) => `INSERT INTO stolen ${query}`,
  ]
  const QUERIES = [
    `SELECT content AS c FROM read_text('/etc/passwd')`,
    `SELECT * FROM enable_logging(storage = 'file', storage_path = '/tmp/x')`,
    `SELECT 1 AS a) TO '/tmp/x' (FORMAT csv); COPY (SELECT 1`,
    `SELECT getenv('HOME') AS a`,
    `SELECT * FROM "../../etc/passwd"`,
  ]

  it('reads and runs no more than a query may', async () => {
    await lake.execute(`CREATE TABLE stolen WITH (format = 'JSON') AS SELECT 'x' AS c WITH NO DATA`)
    const keys = await lake.keys('lake')
    for (const form of FORMS)
      for (const query of QUERIES) await assert.rejects(lake.execute(form(query)), HozonError, form(query))
    assert.deepEqual(await lake.keys('lake'), keys)
    assertNoScratch()
  })

  it('needs the right to', async () => {
    for (const form of FORMS)
      await refuses(form('SELECT 1 AS a'), 'may write', 'HOZON_SQL_FORBIDDEN', { mayWrite: false })
  })

  it('stays within its bucket', async () => {
    for (const location of ['s3://../x/', 's3://lake/../../x/', 's3://lake/%2e%2e/x/', 's3://lake//x/'])
      await lake
        .execute(`UNLOAD (SELECT 1 AS a) TO '${location}' WITH (format = 'JSON')`)
        .catch((error: unknown) => assert.ok(error instanceof HozonError, String(error)))
    const folders = readdirSync(join(lake.lake.directory, 'objects')).filter((name) => !name.startsWith('.'))
    assert.deepEqual(folders.sort(), ['lake', 'results'])
    const around = ['answer', 'catalog', 'hozon', 'objects', 'scratch', 'segment', 'spill']
    const beside = readdirSync(lake.lake.directory).filter((name) => !around.includes(name.split(/[-.]/)[0]!))
    assert.deepEqual(beside, [])
  })
})
