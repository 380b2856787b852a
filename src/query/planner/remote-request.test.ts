import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTrino } from '../dialect/polyglot.ts'
import type { RemoteRequest } from '../query.ts'
import { visitTables } from './references.ts'
import { nameOf, type Node } from '../dialect/ast.ts'
import { remoteRequest } from './remote-request.ts'

const COLUMNS = ['id', 'name', 'at', 'ok']

/** Of the table `users` in the statement. */
function requestOf(sql: string): RemoteRequest {
  const [tree] = parseTrino(sql)
  const tables: Node[] = []
  visitTables(tree, (table) => {
    if (nameOf(table['name']) === 'users') tables.push(table)
  })
  return remoteRequest(tree!, { tables, columns: COLUMNS })
}

test('columns that are named anywhere', () => {
  const cases: [sql: string, columns: string[] | undefined][] = [
    ['SELECT id FROM users', ['id']],
    ['SELECT count(*) FROM users', []],
    ['SELECT * FROM users', undefined],
    ['SELECT w.* FROM users u JOIN web w ON u."ID" = w.user_id', undefined],
    ['SELECT 1 FROM users NATURAL JOIN web', undefined],
    ['SELECT w.a FROM web w JOIN users USING (id) WHERE upper(users.name) > w.b', ['id', 'name']],
    ['SELECT a FROM web WHERE b IN (SELECT id FROM users WHERE ok)', ['id', 'ok']],
    ['SELECT max(at) OVER (PARTITION BY name) FROM users', ['name', 'at']],
  ]
  for (const [sql, columns] of cases) assert.deepEqual(requestOf(sql).columns, columns, sql)
})

test('conditions that go to the database', () => {
  const cases: [where: string, conditions: RemoteRequest['where']][] = [
    ['id = 7', [{ column: 'id', operator: '=', value: 7 }]],
    ['-1.5 < u.id', [{ column: 'id', operator: '>', value: -1.5 }]],
    [
      "(u.name <> 'a' AND ok = true)",
      [
        { column: 'name', operator: '<>', value: 'a' },
        { column: 'ok', operator: '=', value: true },
      ],
    ],
    [
      "at BETWEEN DATE '2026-01-01' AND TIMESTAMP '2026-01-02 03:04:05'",
      [
        { column: 'at', operator: '>=', value: '2026-01-01' },
        { column: 'at', operator: '<=', value: '2026-01-02 03:04:05' },
      ],
    ],
    [
      "name IN ('a', 'b') AND id IS NULL AND at IS NOT NULL",
      [
        { column: 'name', operator: 'in', values: ['a', 'b'] },
        { column: 'id', operator: 'is null' },
        { column: 'at', operator: 'is not null' },
      ],
    ],
  ]
  for (const [where, conditions] of cases)
    assert.deepEqual(requestOf(`SELECT 1 FROM users u WHERE ${where}`).where, conditions, where)
})

test('conditions that stay here', () => {
  const cases = [
    'SELECT 1 FROM users WHERE id = 1 OR id = 2',
    'SELECT 1 FROM users WHERE NOT id = 1',
    'SELECT 1 FROM users WHERE id NOT IN (1, 2)',
    'SELECT 1 FROM users WHERE id IN (SELECT a FROM web)',
    'SELECT 1 FROM users WHERE id NOT BETWEEN 1 AND 2',
    'SELECT 1 FROM users WHERE id = 9007199254740993',
    "SELECT 1 FROM users WHERE lower(name) = 'a'",
    'SELECT 1 FROM users u JOIN web w ON true WHERE w.id = 1',
    'SELECT 1 FROM web w LEFT JOIN users u ON u.id = w.a WHERE u.id IS NULL',
    'SELECT 1 FROM users a, users b WHERE a.id = 1',
    'SELECT 1 FROM (SELECT 1 AS id FROM users) x WHERE id = 1',
    'SELECT 1 FROM users HAVING max(id) = 1',
  ]
  for (const sql of cases) assert.deepEqual(requestOf(sql).where, [], sql)
})

test('an outer join drops rows that do not pass a comparison all the same', () => {
  const sql = 'SELECT 1 FROM web w LEFT JOIN users u ON u.id = w.a WHERE u.id > 3 AND u.ok IS NOT NULL'
  assert.deepEqual(requestOf(sql).where, [
    { column: 'id', operator: '>', value: 3 },
    { column: 'ok', operator: 'is not null' },
  ])
})

test('a limit of rows and nothing else', () => {
  assert.equal(requestOf('SELECT id, name FROM users LIMIT 5').limit, 5)
  for (const sql of [
    'SELECT id FROM users',
    'SELECT count(*) FROM users LIMIT 5',
    'SELECT DISTINCT id FROM users LIMIT 5',
    'SELECT id FROM users ORDER BY id LIMIT 5',
    'SELECT id FROM users WHERE id > 3 LIMIT 5',
    'SELECT id FROM users OFFSET 2 LIMIT 5',
    'SELECT id FROM (SELECT id FROM users LIMIT 5)',
    'SELECT u.id FROM users u, web LIMIT 5',
    'SELECT id FROM users TABLESAMPLE BERNOULLI (10) LIMIT 5',
  ])
    assert.equal(requestOf(sql).limit, undefined, sql)
})

test('a long list goes to the database without its NULL', () => {
  const list = (length: number): string => Array.from({ length }, (_, at) => `${at - 1}`).join(', ')
  const [condition] = requestOf(`SELECT id FROM users WHERE id IN (${list(200)}, NULL)`).where
  assert.ok(condition !== undefined && 'values' in condition)
  assert.deepEqual(
    condition.values,
    Array.from({ length: 200 }, (_, at) => at - 1),
  )
})
