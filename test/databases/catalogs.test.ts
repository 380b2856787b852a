/** Live databases as catalogs: what is read, how it looks, what goes to the database, what a failure says. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { RemoteRequest, RemoteTable } from '../../src/query/query.ts'
import { openRemoteCatalogs, type RemoteCatalogs } from '../../src/query/remote/remote-catalogs.ts'
import { realSys } from '../../src/sys/real.ts'
import { startMariadb, startPostgres, type DatabaseServer } from './servers.ts'

const ALL: RemoteRequest = { columns: undefined, where: [], limit: undefined }

let postgres: DatabaseServer
let mariadb: DatabaseServer
let catalogs: RemoteCatalogs
let folder: string

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hozon-catalogs-'))
  await Promise.all([
    startPostgres().then((server) => (postgres = server)),
    startMariadb().then((server) => (mariadb = server)),
  ])
  catalogs = openRemoteCatalogs(
    realSys,
    {
      people: postgres.url,
      shop: mariadb.url,
      wrong: postgres.url.replace(/:[^:]*@/, ':no@'),
      gone: 'postgresql://127.0.0.1:1/x',
    },
    folder,
  )
  await postgres.run(
    'CREATE SCHEMA "App"',
    `CREATE TYPE mood AS ENUM ('sad', 'ok')`,
    `CREATE TABLE "App"."Users" (
      "Id" int8, small int2, i int4, f4 float4, f8 float8, exact numeric(38, 10), any_number numeric, yes bool,
      name text, code char(4), day date, at timestamp, at_zone timestamptz, bytes bytea, tags text[], numbers int[],
      doc jsonb, id uuid, m mood, span interval, ip inet)`,
    `INSERT INTO "App"."Users" VALUES
      (9007199254740993, -1, 2147483647, 0.1, 0.1, 12345678901234567890.0123456789, 1e40, true, E'a"\\n\\\\é', 'ab',
       '0099-01-02', '2026-01-02 03:04:05.123456', '2026-01-02 03:04:05+09', '\\x00ff41', '{a,"b,c",NULL}', '{1,2}',
       '{"a": 1.0}', '00000000-0000-0000-0000-00000000000a', 'ok', '1 day', '10.0.0.1'),
      (1, NULL, NULL, 'NaN', '-Infinity', NULL, NULL, false, '', NULL, NULL, NULL, NULL, '', '{}', NULL, NULL, NULL,
       NULL, NULL, NULL)`,
    'CREATE VIEW "App".grown AS SELECT "Id" FROM "App"."Users" WHERE i > 0',
  )
  await mariadb.run(
    'CREATE DATABASE shop CHARACTER SET utf8mb4',
    `CREATE TABLE shop.Items (
      id bigint unsigned, t tinyint, b bit(3), f float, d double, price decimal(20, 5), name varchar(20), kind enum('x', 'y'),
      day date, at datetime(6), stamp timestamp NULL, hours time, y year, raw varbinary(4), doc json, latin char(3) CHARACTER SET latin1)`,
    `SET time_zone = '+09:00'`,
    `INSERT INTO shop.Items VALUES
      (18446744073709551615, -5, b'101', 0.1, 0.1, 123456789012345.67891, 'naïve ''"\\\\ 語', 'y', '2026-01-02',
       '2026-01-02 03:04:05.123456', '2026-01-02 03:04:05', '-10:00:01', 2026, X'00FF41', '{"a": 1}', 'äö'),
      (1, NULL, NULL, NULL, NULL, NULL, 'B', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`,
  )
})

after(async () => {
  await catalogs?.close()
  await Promise.all([postgres?.stop(), mariadb?.stop()])
  rmSync(folder, { recursive: true })
})

async function tableNamed(catalog: string, database: string, name: string): Promise<RemoteTable> {
  const found = (await catalogs.tables(catalog, database)).find((table) => table.name === name)
  assert.ok(found, `${catalog}.${database}.${name}`)
  return found
}

async function read(
  table: RemoteTable,
  request: Partial<RemoteRequest> = {},
): Promise<Record<string, unknown>[]> {
  const rows = await catalogs.open(table, { ...ALL, ...request })
  const text = readFileSync(rows.path, 'utf8')
  assert.equal(Buffer.byteLength(text), rows.bytes)
  rows.release()
  // Numbers as they are written: JSON.parse would round them.
  return text
    .split('\n')
    .slice(0, -1)
    .map(
      (line) => JSON.parse(line.replace(/(?<!\\)":(-?\d[\d.eE+-]*)/g, '":"$1"')) as Record<string, unknown>,
    )
}

test('PostgreSQL: schemas, tables, views and their types', async () => {
  assert.deepEqual(await catalogs.databases('people'), ['app', 'public'])
  const tables = await catalogs.tables('people', 'app')
  assert.deepEqual(tables.map(({ name }) => name).sort(), ['grown', 'users'])
  const { columns } = await tableNamed('people', 'app', 'users')
  assert.deepEqual(Object.fromEntries(columns.map(({ name, type }) => [name, type])), {
    id: 'bigint',
    small: 'smallint',
    i: 'int',
    f4: 'float',
    f8: 'double',
    exact: { decimal: { precision: 38, scale: 10 } },
    any_number: 'varchar',
    yes: 'boolean',
    name: 'varchar',
    code: 'varchar',
    day: 'date',
    at: 'timestamp',
    at_zone: 'timestamp',
    bytes: 'binary',
    tags: { list: 'varchar' },
    numbers: { list: 'int' },
    doc: 'varchar',
    m: 'varchar',
    span: 'varchar',
    ip: 'varchar',
  })
})

test('PostgreSQL: every value with all its digits', async () => {
  const [first, second] = await read(await tableNamed('people', 'app', 'users'))
  assert.deepEqual(first, {
    id: '9007199254740993',
    small: '-1',
    i: '2147483647',
    f4: '0.1',
    f8: '0.1',
    exact: '12345678901234567890.0123456789',
    any_number: '10000000000000000000000000000000000000000',
    yes: true,
    name: 'a"\n\\é',
    code: 'ab',
    day: '0099-01-02',
    at: '2026-01-02 03:04:05.123456',
    at_zone: '2026-01-01 18:04:05+00',
    bytes: String.raw`\x00\xff\x41`,
    tags: ['a', 'b,c', null],
    numbers: [1, 2],
    doc: '{"a": 1.0}',
    m: 'ok',
    span: '1 day',
    ip: '10.0.0.1/32',
  })
  assert.deepEqual(second, { id: '1', f4: 'NaN', f8: '-Infinity', yes: false, name: '', bytes: '', tags: [] })
})

test('MySQL: databases, types and values', async () => {
  assert.deepEqual(await catalogs.databases('shop'), ['shop'])
  const table = await tableNamed('shop', 'shop', 'items')
  assert.deepEqual(Object.fromEntries(table.columns.map(({ name, type }) => [name, type])), {
    id: { decimal: { precision: 20, scale: 0 } },
    t: 'tinyint',
    b: { decimal: { precision: 20, scale: 0 } },
    f: 'float',
    d: 'double',
    price: { decimal: { precision: 20, scale: 5 } },
    name: 'varchar',
    kind: 'varchar',
    day: 'date',
    at: 'timestamp',
    stamp: 'timestamp',
    hours: 'varchar',
    y: 'int',
    raw: 'binary',
    doc: 'varchar',
    latin: 'varchar',
  })
  const [first, second] = await read(table)
  assert.deepEqual(
    { ...first, f: Math.fround(Number(first!['f'])) === Math.fround(0.1) },
    {
      id: '18446744073709551615',
      t: '-5',
      b: '5',
      f: true,
      d: '0.1',
      price: '123456789012345.67891',
      name: `naïve '"\\ 語`,
      kind: 'y',
      day: '2026-01-02',
      at: '2026-01-02 03:04:05.123456',
      stamp: '2026-01-01 18:04:05',
      hours: '-10:00:01',
      y: '2026',
      raw: String.raw`\x00\xFF\x41`,
      doc: '{"a": 1}',
      latin: 'äö',
    },
  )
  assert.deepEqual(second, { id: '1', name: 'B' })
})

test('only the columns and rows that are asked for', async () => {
  const users = await tableNamed('people', 'app', 'users')
  const items = await tableNamed('shop', 'shop', 'items')
  assert.deepEqual(
    await read(users, { columns: ['i'], where: [{ column: 'id', operator: '>', value: 1 }] }),
    [{ i: '2147483647' }],
  )
  assert.deepEqual(
    await read(users, { columns: ['id'], where: [{ column: 'name', operator: 'in', values: ['', 'x'] }] }),
    [{ id: '1' }],
  )
  assert.equal((await read(users, { columns: [] })).length, 2)
  assert.equal((await read(users, { limit: 1 })).length, 1)
  const quoted = `naïve '"\\ 語`
  assert.deepEqual(
    await read(items, { columns: ['t'], where: [{ column: 'name', operator: '=', value: quoted }] }),
    [{ t: '-5' }],
  )
  // Its collation ignores case: more than asked for, never less.
  assert.equal(
    (await read(items, { columns: ['id'], where: [{ column: 'name', operator: '=', value: 'b' }] })).length,
    1,
  )
  const day: RemoteRequest['where'] = [{ column: 'at', operator: '>=', value: '2026-01-02 03:04:05.123456' }]
  assert.equal((await read(items, { where: day })).length, 1)
  assert.equal((await read(users, { where: day })).length, 1)
})

test('many rows come in pieces, and a cancelled read ends', async () => {
  await postgres.run(
    "CREATE TABLE many AS SELECT g AS n, repeat('x', 100) AS t FROM generate_series(1, 200000) g",
  )
  const many = await tableNamed('people', 'public', 'many')
  const numbers = await read(many, { columns: ['n'] })
  assert.equal(numbers.length, 200_000)
  assert.equal(new Set(numbers.map(({ n }) => n)).size, 200_000)
  await postgres.run('CREATE VIEW endless AS SELECT a.n FROM many a, many b')
  await new Promise((resolve) => setTimeout(resolve, 5100))
  const endless = await tableNamed('people', 'public', 'endless')
  const aborting = new AbortController()
  const reading = catalogs.open(endless, ALL, aborting.signal)
  setTimeout(() => aborting.abort(), 200)
  await assert.rejects(reading, { code: 'HOZON_SQL_CANCELLED' })
  assert.deepEqual(readdirSync(folder), [], 'nothing is left of it')
})

test('nothing can be written', async () => {
  await postgres.run(
    `CREATE FUNCTION sneaky() RETURNS int LANGUAGE plpgsql AS 'BEGIN CREATE TABLE t (); RETURN 1; END'`,
    'CREATE VIEW bad AS SELECT sneaky() AS n',
  )
  await new Promise((resolve) => setTimeout(resolve, 5100))
  const bad = await tableNamed('people', 'public', 'bad')
  await assert.rejects(catalogs.open(bad, ALL), {
    code: 'HOZON_REMOTE_FAILED',
    message: /read-only transaction/,
  })
})

test('what a failure says', async () => {
  await assert.rejects(catalogs.databases('wrong'), (error: Error & { code: string }) => {
    assert.equal(error.code, 'HOZON_REMOTE_DENIED')
    assert.doesNotMatch(error.message, /p@ss|:no@/)
    return true
  })
  await assert.rejects(catalogs.databases('gone'), { code: 'HOZON_REMOTE_UNAVAILABLE' })
  await assert.rejects(catalogs.databases('nowhere'), { code: 'HOZON_SQL_TABLE' })
  assert.deepEqual(await catalogs.tables('people', 'nothing'), [])
  assert.deepEqual(await catalogs.tables('shop', 'mysql'), [])
})
