import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RemoteCondition } from '../query.ts'
import { lineWriter } from './json-line.ts'
import { mysqlColumn } from './mysql-types.ts'
import { postgresColumn } from './postgres-types.ts'
import type { RemoteTableInfo } from './driver.ts'
import { selectRows } from './select-rows.ts'

const pg = (column: string, name: string, modifier = -1) =>
  postgresColumn(column, { name, modifier, element: null })
const my = (column: string, name: string, declared = name) =>
  mysqlColumn(column, { name, declared, precision: 10, scale: 2 })

const USERS: RemoteTableInfo = {
  name: 'users',
  sql: '"public"."Users"',
  columns: [
    pg('Id', 'int8'),
    pg('name', 'text'),
    pg('at', 'timestamptz'),
    pg('score', 'float8'),
    pg('key', 'uuid'),
  ],
}
const ITEMS: RemoteTableInfo = {
  name: 'items',
  sql: '`shop`.`items`',
  columns: [my('id', 'int'), my('name', 'varchar'), my('price', 'decimal'), my('day', 'date')],
}
const PG = { placeholder: (position: number) => `$${position}` }
const MY = { placeholder: () => '?' }

const whereOf = (
  table: RemoteTableInfo,
  ...where: RemoteCondition[]
): [sql: string, parameters: string[]] => {
  const { query } = selectRows(table === USERS ? PG : MY, table, { columns: ['id'], where, limit: undefined })
  return [query.sql.split(' WHERE ')[1] ?? '', query.parameters]
}

test('columns that are asked for, and rows without any', () => {
  const sql = (columns: string[] | undefined, limit?: number): string =>
    selectRows(PG, USERS, { columns, where: [], limit }).query.sql
  assert.equal(sql(['id', 'nothing']), 'SELECT "Id"::text FROM "public"."Users"')
  assert.equal(sql([]), 'SELECT 1 FROM "public"."Users"')
  assert.equal(sql(['id'], 5), 'SELECT "Id"::text FROM "public"."Users" LIMIT 5')
  assert.equal(sql(undefined).split(', ').length, USERS.columns.length)
})

test('conditions that mean the same in the database', () => {
  const cases: [RemoteTableInfo, RemoteCondition, string, string[]][] = [
    [USERS, { column: 'id', operator: '>=', value: 7 }, '"Id" >= 7', []],
    [USERS, { column: 'name', operator: '=', value: "o'x" }, '"name" = $1', ["o'x"]],
    [USERS, { column: 'name', operator: '<', value: 'b' }, '"name" COLLATE "C" < $1', ['b']],
    [USERS, { column: 'name', operator: 'in', values: ['a', 'b'] }, '"name" IN ($1, $2)', ['a', 'b']],
    [
      USERS,
      { column: 'at', operator: '<', value: '2026-01-02' },
      `"at" < TIMESTAMP '2026-01-02 00:00:00'`,
      [],
    ],
    [USERS, { column: 'score', operator: '>', value: 0.5 }, '"score" > 0.5', []],
    [USERS, { column: 'name', operator: 'is null' }, '"name" IS NULL', []],
    [ITEMS, { column: 'name', operator: '=', value: 'a' }, '`name` = ?', ['a']],
    [ITEMS, { column: 'price', operator: '<=', value: 9.5 }, '`price` <= 9.5', []],
    [ITEMS, { column: 'day', operator: '=', value: '2026-01-02' }, "`day` = DATE '2026-01-02'", []],
  ]
  for (const [table, condition, sql, parameters] of cases)
    assert.deepEqual(whereOf(table, condition), [sql, parameters], sql)
})

test('conditions that might not are left to the engine, and so is a limit beside them', () => {
  const cases: [RemoteTableInfo, RemoteCondition][] = [
    [USERS, { column: 'id', operator: '=', value: 1.5 }],
    [USERS, { column: 'id', operator: '=', value: 'x' }],
    [USERS, { column: 'key', operator: '=', value: 'x' }],
    [USERS, { column: 'name', operator: '=', value: 'a\0' }],
    [USERS, { column: 'at', operator: '=', value: `2026-01-02' OR 'a' = 'a` }],
    [USERS, { column: 'id', operator: 'in', values: [1, 'x'] }],
    [USERS, { column: 'id', operator: 'in', values: [] }],
    [USERS, { column: 'nothing', operator: '=', value: 1 }],
    [ITEMS, { column: 'name', operator: '<', value: 'a' }],
    [ITEMS, { column: 'name', operator: '<>', value: 'a' }],
  ]
  for (const [table, condition] of cases)
    assert.deepEqual(whereOf(table, condition), ['', []], condition.column)
  const { query } = selectRows(PG, USERS, { columns: [], where: [cases[0]![1]], limit: 3 })
  assert.doesNotMatch(query.sql, /LIMIT/)
})

test('rows as JSON lines', () => {
  const write = lineWriter([
    pg('a', 'int8'),
    pg('b', 'float8'),
    pg('c', 'bytea'),
    pg('d', 'bool'),
    my('e', 'text'),
  ])
  assert.equal(
    write(['9007199254740993', 'NaN', '00ff', 'true', 'x"\n']),
    String.raw`{"a":9007199254740993,"b":"NaN","c":"\\x00\\xff","d":true,"e":"x\"\n"}` + '\n',
  )
  assert.equal(write([null, '1e300', null, null, null]), '{"b":1e300}\n')
  assert.equal(write([null, null, null, null, null]), '{}\n')
})
