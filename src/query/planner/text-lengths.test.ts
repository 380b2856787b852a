import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ColumnType } from '../../base/schema.ts'
import type { Node } from '../dialect/ast.ts'
import { parseTrino } from '../dialect/polyglot.ts'
import type { ResolvedTable } from '../engine/protocol.ts'
import { visitTables } from './references.ts'
import { sizedColumnTypes, sizedResult, sizedTypes, textLengths } from './text-lengths.ts'

const column = (name: string, type: ColumnType): ResolvedTable['columns'][number] => ({
  name,
  key: name,
  type,
})
const TABLE: ResolvedTable = {
  reference: { catalog: undefined, database: undefined, name: 't' },
  view: 't0',
  columns: [
    column('a', { varchar: 10 }),
    column('b', { char: 5 }),
    column('c', 'varchar'),
    column('n', 'int'),
  ],
  partitionKeys: ['k'],
  keyTypes: [{ varchar: 3 }],
  timeColumn: undefined,
}

function lengthsOf(sql: string): Record<string, string> {
  const [tree] = parseTrino(sql)
  const bound = new Map<Node, ResolvedTable>()
  visitTables(tree, (table) => bound.set(table, TABLE))
  return textLengths(tree!, bound)
}

describe('lengths of texts', () => {
  const CASES: [sql: string, lengths: Record<string, string>][] = [
    ['SELECT a, b AS x, c, n, k FROM t', { a: 'varchar(10)', x: 'char(5)', k: 'varchar(3)' }],
    ['SELECT * FROM t', { a: 'varchar(10)', b: 'char(5)', k: 'varchar(3)' }],
    [
      'SELECT CAST(n AS varchar(7)), (TRY_CAST(c AS char(2))) AS "X" FROM t',
      { _col0: 'varchar(7)', x: 'char(2)' },
    ],
    ['SELECT CAST(a AS varchar) AS a, upper(b) AS b, a || b AS c FROM t', {}],
    ['SELECT y.x FROM (SELECT a AS x FROM t) y', { x: 'varchar(10)' }],
    ['SELECT * FROM (SELECT a, c FROM t) y(p, q)', { p: 'varchar(10)' }],
    ['WITH w(p) AS (SELECT b FROM t), v AS (SELECT * FROM w) SELECT p FROM v', { p: 'char(5)' }],
    ['SELECT x.a, y.a AS z FROM t x LEFT JOIN (SELECT c AS a FROM t) y ON true', { a: 'varchar(10)' }],
    ['SELECT a FROM t UNION ALL SELECT a FROM t', { a: 'varchar(10)' }],
    ['SELECT a FROM t UNION ALL SELECT c FROM t', {}],
    ['SELECT a, n AS "A" FROM t', {}],
    // What a column is that nobody knows may be anything.
    ['SELECT a FROM t CROSS JOIN UNNEST(ARRAY[1]) AS u', {}],
    ['WITH RECURSIVE w(a) AS (SELECT a FROM t UNION ALL SELECT a FROM w) SELECT a FROM w', {}],
    [`VALUES 'a'`, {}],
  ]
  for (const [sql, lengths] of CASES) it(sql, () => assert.deepEqual(lengthsOf(sql), lengths))

  it('are put where the engine has texts', () => {
    const lengths = { a: 'varchar(10)', b: 'char(5)', n: 'varchar(1)' }
    const of = <T>(types: [a: T, b: T, n: T]) =>
      ['A', 'b', 'n'].map((name, at) => ({ name, type: types[at]! }))
    assert.deepEqual(
      sizedTypes(of(['varchar', 'varchar', 'bigint']), lengths),
      of(['varchar(10)', 'char(5)', 'bigint']),
    )
    const types: ColumnType[] = ['varchar', 'varchar', 'bigint']
    assert.deepEqual(sizedColumnTypes(of(types as [ColumnType, ColumnType, ColumnType]), lengths), [
      { name: 'A', type: { varchar: 10 } },
      { name: 'b', type: { char: 5 } },
      { name: 'n', type: 'bigint' },
    ])
    const result = of(['varchar', 'varchar', 'bigint']).map((each) => ({ ...each, precision: 19, scale: 0 }))
    assert.deepEqual(sizedResult(result, lengths), [
      { name: 'A', type: 'varchar', precision: 10, scale: 0 },
      { name: 'b', type: 'char', precision: 5, scale: 0 },
      { name: 'n', type: 'bigint', precision: 19, scale: 0 },
    ])
  })
})
