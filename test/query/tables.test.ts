/** Tables over files, views, hidden columns and tables about tables, through the service with real engines. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { HozonError } from '../../src/base/errors.ts'
import type { QueryService } from '../../src/query/query.ts'
import { openQueryService } from '../../src/query/query-service.ts'
import { realSys } from '../../src/sys/real.ts'
import { columns, openLake, type Lake } from './lake.ts'

let lake: Lake
let service: QueryService

before(async () => {
  lake = await openLake()
  service = openQueryService(realSys, lake)
  await addStream()
  await addOrders()
  await addCosts()
  addProjected()
  addViews()
})
after(async () => {
  await service.close()
  await lake.close()
})

async function addStream(): Promise<void> {
  const schema = columns({ host: 'varchar', bytes: 'bigint' })
  const web = lake.addTable({ name: 'web', schema, partitionKeys: ['dt'] })
  const row = (host: string, bytes: number): string =>
    `SELECT '${host}' AS host, ${bytes}::BIGINT AS bytes, NULL::VARCHAR AS _extra`
  const committedMs = Date.UTC(2026, 0, 1)
  await lake.addObject(web, row('a', 1), { partition: ['2026-01-01'], committedMs })
  await lake.addObject(web, row('b', 2), { partition: ['2026-01-02'] })
  await lake.addHot(web, [{ host: 'c', bytes: 3 }], { dt: '2026-01-03' })
}

/** Parquet files of several shapes. */
async function addOrders(): Promise<void> {
  const types = {
    userid: 'bigint',
    price: { decimal: { precision: 12, scale: 2 } },
    tags: { list: 'varchar' },
    at: 'timestamp',
    item: { struct: columns({ id: 'bigint', name: 'varchar' }).columns },
    props: { map: { key: 'varchar', value: 'double' } },
    note: 'varchar',
  } as const
  const orders = lake.declare({
    name: 'orders',
    columns: columns(types as never).columns,
    partitionKeys: [
      { name: 'day', type: 'date' },
      { name: 'n', type: 'int' },
    ],
  })
  await lake.addFile(
    orders,
    `SELECT 1::INTEGER AS "userId", 1.5::DECIMAL(6,1) AS price, ['x'] AS tags, TIMESTAMPTZ '2026-01-01 01:00:00+01' AS "AT",
      {'ID': 1::SMALLINT, 'extra': true} AS item, MAP {'k': 1::INTEGER} AS props, 'old' AS note`,
    { values: ['2026-01-01', '05'] },
  )
  await lake.addFile(orders, `SELECT 'raw'::BLOB AS note, 2::BIGINT AS userid`, {
    values: ['2026-01-02', '6'],
  })
  await lake.addFile(orders, `SELECT 3 AS userid, 'json' AS note`, {
    values: ['2026-01-03', '__HIVE_DEFAULT_PARTITION__'],
    format: 'json',
  })
}

async function addCosts(): Promise<void> {
  const costs = lake.declare({
    name: 'costs',
    columns: columns({ amount: 'bigint', code: 'varchar' }).columns,
  })
  await lake.addFile(costs, 'SELECT 1 AS amount')
  await lake.addFile(costs, `SELECT '7' AS amount`)
  const broken = lake.declare({ name: 'broken', partitionKeys: [{ name: 'n', type: 'int' }] })
  await lake.addFile(broken, 'SELECT 1 AS amount', { values: ['x'] })
  lake.declare({
    name: 'odd',
    unreadable: 'HIVE_INVALID_METADATA: table logs.odd: column x has the type foo',
  })
}

function addProjected(): void {
  const Parameters = {
    'projection.enabled': 'true',
    'projection.day.type': 'date',
    'projection.day.range': '2020/01/01,2029/12/31',
    'projection.day.format': 'yyyy/MM/dd',
    'projection.region.type': 'enum',
    'projection.region.values': 'eu,us',
    'projection.account.type': 'injected',
    'storage.location.template': 's3://logs/flow/${account}/${region}/${day}/',
  }
  const varchar = 'varchar' as const
  const keys = ['account', 'region', 'day'].map((name) => ({ name, type: varchar }))
  lake.declare({ name: 'flow', partitionKeys: keys, input: { Name: 'flow', Parameters } })
}

function addViews(): void {
  lake.addView('big', `SELECT upper(host) AS "name", bytes, dt FROM web WHERE bytes > 1`, 'name bytes dt')
  lake.addView('outer_view', 'SELECT name, dt FROM big', 'name dt')
  lake.addView('stale', 'SELECT host FROM web', 'host gone')
  lake.addView('loop', 'SELECT * FROM loop2', 'a')
  lake.addView('loop2', 'SELECT * FROM loop', 'a')
}

async function rows(sql: string): Promise<unknown[][]> {
  const result = await service.run(sql)
  assert.equal(lake.open, 0)
  return result.rows.map((row) => row.map((cell) => JSON.parse(cell) as unknown))
}

function fails(sql: string, text: string): Promise<void> {
  return assert.rejects(service.run(sql), (error) => {
    assert.ok(error instanceof HozonError, String(error))
    assert.ok(error.message.includes(text), `${sql}\n${error.message}`)
    assert.ok(!error.message.includes(lake.directory), error.message)
    return true
  })
}

describe('tables over files', () => {
  it('finds columns by name, widens them, and reads missing ones as NULL', async () => {
    const sql = 'SELECT userid, price, tags, at, item, props, note FROM orders ORDER BY userid'
    assert.deepEqual(await rows(sql), [
      [1, 1.5, ['x'], '2026-01-01 00:00:00.000', { id: 1, name: null }, { k: 1 }, 'old'],
      [2, null, null, null, null, null, 'raw'],
      [3, null, null, null, null, null, 'json'],
    ])
  })

  it('types the partition keys', async () => {
    const result = await service.run('SELECT day, n, n + 1 AS next FROM orders ORDER BY day')
    assert.deepEqual(
      result.columns.map(({ type }) => type),
      ['date', 'integer', 'integer'],
    )
    assert.deepEqual(result.rows, [
      ['"2026-01-01"', '5', '6'],
      ['"2026-01-02"', '6', '7'],
      ['"2026-01-03"', 'null', 'null'],
    ])
  })

  const PRUNED: [where: string, files: number][] = [
    [`day = DATE '2026-01-02'`, 1],
    [`n = 5`, 1],
    [`n >= 5`, 2],
    [`n IS NULL`, 1],
    [`n IS NOT NULL AND day < DATE '2026-01-02'`, 1],
    [`day BETWEEN DATE '2026-01-02' AND DATE '2026-01-09'`, 2],
    [`n IN (6, 7)`, 1],
    [`n + 0 = 5`, 3],
  ]
  for (const [where, files] of PRUNED) {
    it(`opens ${files} files: ${where}`, async () => {
      const { stats } = await service.run(`SELECT count(*) FROM orders WHERE ${where}`)
      assert.equal(stats.objects, files)
    })
  }

  it('refuses a type that means something else, and values that are none', async () => {
    await fails(
      'SELECT * FROM costs',
      `HIVE_BAD_DATA: Field amount's type VARCHAR in parquet file s3://logs/costs//file-`,
    )
    await fails(
      'SELECT * FROM broken',
      `HIVE_INVALID_PARTITION_VALUE: Invalid partition value 'x' for INTEGER partition key: n`,
    )
    await fails('SELECT * FROM odd', 'HIVE_INVALID_METADATA: table logs.odd: column x')
  })

  it('projects only the partitions that matter', async () => {
    await rows(
      `SELECT 1 FROM flow WHERE account = '1' AND region = 'eu' AND day >= '2026/12/30' AND day < '2027/01/02'`,
    )
    assert.deepEqual(lake.opened, [
      's3://logs/flow/1/eu/2026/12/30/',
      's3://logs/flow/1/eu/2026/12/31/',
      's3://logs/flow/1/eu/2027/01/01/',
    ])
    await fails(
      `SELECT 1 FROM flow WHERE account > '1'`,
      'CONSTRAINT_VIOLATION: For the injected projected partition column account',
    )
  })

  it('refuses to scan too much', async () => {
    const scanning = service.run('SELECT * FROM web, orders', { scanBytesMax: 10 })
    await assert.rejects(scanning, {
      code: 'HOZON_SQL_SCAN_LIMIT',
      message: /Bytes scanned limit was exceeded/,
    })
    assert.equal(lake.open, 0)
  })
})

describe('views', () => {
  it('stand for their queries', async () => {
    assert.deepEqual(await rows('SELECT v.name, bytes FROM big v ORDER BY 1'), [
      ['B', 2],
      ['C', 3],
    ])
    assert.deepEqual(await rows('SELECT outer_view.name FROM logs.outer_view ORDER BY 1'), [['B'], ['C']])
    assert.deepEqual(
      await rows('WITH x AS (SELECT * FROM big) SELECT count(*) FROM x JOIN big USING (name)'),
      [[2]],
    )
  })

  it('let conditions through', async () => {
    const { stats } = await service.run(`SELECT * FROM outer_view WHERE dt = '2026-01-02'`)
    assert.deepEqual([stats.objects, stats.segments], [1, 0])
  })

  it('say what is wrong with them', async () => {
    await fails('SELECT * FROM stale', 'VIEW_IS_STALE')
    await fails('SELECT * FROM loop', 'VIEW_IS_RECURSIVE')
  })
})

describe('TABLE', () => {
  const QUERIES: [sql: string, answer: unknown[][]][] = [
    ['SELECT count(*) FROM (TABLE web)', [[3]]],
    ['SELECT x.host FROM (TABLE logs.web) AS x ORDER BY 1 LIMIT 1', [['a']]],
    ['WITH w AS (TABLE web) SELECT count(*) FROM w', [[3]]],
    [`SELECT count(*) FROM ((SELECT dt FROM web) UNION ALL (SELECT dt FROM (TABLE "big")))`, [[5]]],
    [
      'TABLE outer_view ORDER BY 1',
      [
        ['B', '2026-01-02'],
        ['C', '2026-01-03'],
      ],
    ],
    [`SELECT '(TABLE web)'`, [['(TABLE web)']]],
  ]
  for (const [sql, answer] of QUERIES) it(sql, async () => assert.deepEqual(await rows(sql), answer))
})

describe('hidden columns', () => {
  it('tell where a row comes from', async () => {
    const sql = `SELECT "$path", "$partition", "$file_modified_time", "$file_size" > 0, "$bucket" FROM web ORDER BY dt`
    const [first, , last] = await rows(sql)
    assert.deepEqual(first, [
      's3://logs/web/dt=2026-01-01/1.parquet',
      'dt=2026-01-01',
      '2026-01-01 00:00:00.000 UTC',
      true,
      null,
    ])
    assert.deepEqual(last, [null, 'dt=2026-01-03', null, null, null])
    const [external] = await rows(`SELECT "$partition", o."$file_modified_time" FROM orders o WHERE n = 5`)
    assert.deepEqual(external, ['day=2026-01-01/n=05', '2026-01-02 03:04:05.678 UTC'])
  })

  it('are not part of *', async () => {
    const names = async (sql: string): Promise<string[]> =>
      (await service.run(sql)).columns.map(({ name }) => name)
    assert.deepEqual(await names(`SELECT * FROM web WHERE "$path" LIKE '%a%'`), [
      'host',
      'bytes',
      '_extra',
      'dt',
    ])
    assert.deepEqual(await names('SELECT w.*, "$path" FROM web w, (SELECT * FROM web) x'), [
      'host',
      'bytes',
      '_extra',
      'dt',
      '$path',
    ])
    await fails('SELECT "$path" FROM (SELECT * FROM web)', '$path')
  })
})

describe('tables about tables', () => {
  it('list partitions and properties', async () => {
    assert.deepEqual(await rows('SELECT * FROM "web$partitions" ORDER BY dt'), [
      ['2026-01-01'],
      ['2026-01-02'],
      ['2026-01-03'],
    ])
    // However many objects there are, none is asked for.
    assert.deepEqual(lake.asked.at(-1), { table: 'web', filter: { partition: { dt: [] } } })
    assert.deepEqual(
      await rows(`SELECT dt FROM "web$partitions" WHERE dt > '2026-01-02' OR dt = '2026-01-01'`),
      [['2026-01-01'], ['2026-01-03']],
    )
    assert.deepEqual(
      await rows('SELECT n FROM logs."orders$partitions" WHERE day < DATE \'2026-01-03\' ORDER BY 1'),
      [[5], [6]],
    )
    assert.deepEqual(await rows('SELECT "projection.enabled" FROM "flow$properties"'), [['true']])
  })

  it('are those of information_schema', async () => {
    const tables = `SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'logs' AND table_name IN ('web', 'big') ORDER BY 1`
    assert.deepEqual(await rows(tables), [
      ['big', 'VIEW'],
      ['web', 'BASE TABLE'],
    ])
    const described = `SELECT column_name, ordinal_position, data_type, extra_info FROM "AwsDataCatalog".information_schema.columns WHERE table_name = 'orders' ORDER BY 2`
    assert.deepEqual((await rows(described)).slice(3), [
      ['at', 4, 'timestamp(3)', null],
      ['item', 5, 'row(id bigint, name varchar)', null],
      ['props', 6, 'map(varchar, double)', null],
      ['note', 7, 'varchar', null],
      ['day', 8, 'date', 'partition key'],
      ['n', 9, 'integer', 'partition key'],
    ])
    assert.deepEqual(await rows('SELECT schema_name FROM information_schema.schemata'), [
      ['information_schema'],
      ['logs'],
    ])
    assert.deepEqual(
      await rows(`SELECT view_definition FROM information_schema.views WHERE table_name = 'stale'`),
      [['SELECT host FROM web']],
    )
  })
})

describe('parameters', () => {
  const run = (sql: string, parameters: string[]): Promise<unknown[][]> =>
    service
      .run(sql, { parameters })
      .then(({ rows: found }) => found.map((row) => row.map((cell) => JSON.parse(cell) as unknown)))

  it('are values, in the order of the text', async () => {
    const sql = `WITH w AS (SELECT * FROM web WHERE bytes >= ?) SELECT host, '?' FROM w /* ? */ WHERE host <> ? ORDER BY 1 LIMIT ?`
    assert.deepEqual(await run(sql, ['1', `'it''s'`, '2']), [
      ['a', '?'],
      ['b', '?'],
    ])
    assert.deepEqual(
      await run(`SELECT count(*) FROM orders WHERE day = ? AND n IN (?, ?)`, [
        `DATE '2026-01-01'`,
        '5',
        '-6',
      ]),
      [[1]],
    )
    assert.deepEqual(await run('SELECT ?, ? * 2', [`' OR 1=1 --'`, '1 + 1']), [[' OR 1=1 --', 4]])
  })

  it('let partitions be left out', async () => {
    const { stats } = await service.run('SELECT * FROM big WHERE dt = ?', { parameters: [`'2026-01-02'`] })
    assert.deepEqual([stats.objects, stats.segments], [1, 0])
  })

  it('are as many as there are places', async () => {
    const message = (expected: number, found: number): string =>
      `INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected ${expected} but found ${found}`
    await fails('SELECT ?', message(1, 0))
    await assert.rejects(run('SELECT ?', ['1', '2']), { code: 'HOZON_SQL_SYNTAX', message: message(1, 2) })
    await service.check('SELECT ?')
  })

  for (const value of ['host', '(SELECT 1)', '1, 2', '1 FROM web', '*', '?', '$1', '1; SELECT 2', '']) {
    it(`are no more than values: ${value}`, () =>
      assert.rejects(run('SELECT ? FROM web', [value]), { code: 'HOZON_SQL_SYNTAX' }))
  }
})

describe('EXPLAIN', () => {
  it('tells what is read, and how', async () => {
    const lines = (await rows(`EXPLAIN SELECT host FROM web WHERE dt = '2026-01-01'`)).flat()
    assert.match(
      String(lines[0]),
      /^TableScan\[table = awsdatacatalog\.logs\.web, objects = 1, bytes = \d+\]$/,
    )
    assert.ok(
      lines.some((line) => /READ_PARQUET/.test(String(line))),
      lines.join('\n'),
    )
    assert.ok(!lines.join('\n').includes(lake.directory))
    assert.deepEqual(await rows('EXPLAIN (TYPE VALIDATE) SELECT host FROM web'), [['true']])
    assert.match(String(await rows('EXPLAIN ANALYZE SELECT host FROM web')), /Total Time/)
    assert.ok(JSON.parse((await rows('EXPLAIN (FORMAT JSON) SELECT host FROM web')).join('\n')))
    await fails('EXPLAIN SELECT nothing FROM web', 'COLUMN_NOT_FOUND')
  })
})

describe('what is wrong with a statement', () => {
  const WRONG: [sql: string, message: string][] = [
    [
      'SELECT hots FROM web',
      `COLUMN_NOT_FOUND: line 1:8: Column 'hots' cannot be resolved or requester is not authorized to access requested resources`,
    ],
    [
      'SELECT\n  w."Hots" FROM web w',
      `COLUMN_NOT_FOUND: line 2:3: Column 'w.hots' cannot be resolved or requester`,
    ],
    [
      'SELECT x.host FROM web w',
      `COLUMN_NOT_FOUND: line 1:8: Column 'x.host' cannot be resolved or requester`,
    ],
    ['SELECT 1 FROM wbe', `TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.logs.wbe' does not exist`],
    ['SELECT 1\nFROM nowhere.web', `SCHEMA_NOT_FOUND: line 2:6: Schema 'nowhere' does not exist`],
    ['SELECT 1 FROM other.logs.web', `CATALOG_NOT_FOUND: line 1:15: Catalog 'other' does not exist`],
    ['SELECT host, frob(host) FROM web', `FUNCTION_NOT_FOUND: line 1:14: Function 'frob' not registered`],
    ['SELECT host FROM web a, web b', `AMBIGUOUS_NAME: line 1:8: Column 'host' is ambiguous`],
    [
      'SELECT host, count(*) FROM web',
      `EXPRESSION_NOT_AGGREGATE: line 1:8: 'host' must be an aggregate expression or appear in GROUP BY clause`,
    ],
    [`SELECT CAST('x' AS integer)`, 'INVALID_CAST_ARGUMENT'],
    ['SELECT FROM WHERE', 'line 1:'],
  ]
  for (const [sql, message] of WRONG) it(sql, () => fails(sql, message))
})
