import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Node } from '../dialect/ast.ts'
import { parseTrino } from '../dialect/polyglot.ts'
import type { ResolvedTable } from '../engine/protocol.ts'
import { constantReader } from './constant.ts'
import { gatherDemands } from './demands.ts'
import { rangeOf } from './key-range.ts'
import { mayMatch, type PartitionPredicate } from './predicate.ts'
import { visitTables } from './references.ts'

const NOW_MS = Date.UTC(2026, 10, 23, 12)
const TABLE: ResolvedTable = {
  reference: { catalog: undefined, database: undefined, name: 't' },
  view: 't0',
  columns: [],
  partitionKeys: ['dt', 'day', 'n', 'at', 'price'],
  keyTypes: ['varchar', 'date', 'int', 'timestamp', { decimal: { precision: 5, scale: 2 } }],
  timeColumn: 'time',
}

function demandOf(sql: string): PartitionPredicate {
  const [tree] = parseTrino(sql)
  const bound = new Map<Node, ResolvedTable>()
  visitTables(tree, (table) => bound.set(table, TABLE))
  return gatherDemands(tree!, bound, constantReader(NOW_MS)).predicates['t0']!
}

describe('a statement of thousands of conditions', () => {
  const text = (n: number): string => `'d${String(n).padStart(5, '0')}'`
  const numbers = Array.from({ length: 800 }, (_, number) => number)

  it('demands one of the values, however it is written', () => {
    const values = numbers.map((n) => text(n).slice(1, -1))
    const list = `dt IN (${numbers.map(text).join(', ')})`
    const chain = numbers.map((n) => `dt = ${text(n)}`).join(' OR ')
    const nested = `(${numbers
      .slice(0, 9)
      .map((n) => `dt = ${text(n)} OR (`)
      .join('')}dt IN (${numbers.slice(9).map(text).join(', ')})${')'.repeat(10)}`
    for (const where of [list, chain, nested]) {
      const demand = demandOf(`SELECT 1 FROM t WHERE ${where}`)
      assert.equal(demand.kind, 'in')
      assert.deepEqual(new Set(demand.kind === 'in' ? demand.values : []), new Set(values))
    }
  })

  it('demands what it can be asked for', () => {
    const chain = numbers.map((n) => `dt <> ${text(n)}`).join(' AND ')
    const demand = demandOf(`SELECT 1 FROM t WHERE ${chain} AND day = DATE '2026-11-23'`)
    assert.equal(demand.kind, 'and')
    assert.ok(demand.kind === 'and' && demand.of.length <= 500)
    assert.ok(demand.kind === 'and' && demand.of.some((part) => 'column' in part && part.column === 'day'))
  })
})

describe('what a WHERE clause demands', () => {
  const DAY = 20780
  const CASES: [where: string, predicate: PartitionPredicate][] = [
    [`dt = 'a'`, { kind: 'compare', column: 'dt', operator: '=', value: 'a' }],
    [`'a' < dt`, { kind: 'compare', column: 'dt', operator: '>', value: 'a' }],
    [`dt LIKE '2026-1%'`, { kind: 'prefix', column: 'dt', prefix: '2026-1' }],
    [`dt LIKE '2026_1%'`, { kind: 'prefix', column: 'dt', prefix: '2026' }],
    [`dt LIKE 'a!_b%' ESCAPE '!'`, { kind: 'prefix', column: 'dt', prefix: 'a' }],
    [`dt LIKE 'abc'`, { kind: 'compare', column: 'dt', operator: '=', value: 'abc' }],
    [`starts_with(dt, 'x')`, { kind: 'prefix', column: 'dt', prefix: 'x' }],
    [`dt LIKE '%a'`, { kind: 'any' }],
    [`dt NOT LIKE 'a%'`, { kind: 'any' }],
    [`dt = 5`, { kind: 'any' }],
    [`day = DATE '2026-11-23'`, { kind: 'compare', column: 'day', operator: '=', value: DAY }],
    [
      `day >= current_date - INTERVAL '2' DAY`,
      { kind: 'compare', column: 'day', operator: '>=', value: DAY - 2 },
    ],
    [
      `day = date_add('day', -1, current_date)`,
      { kind: 'compare', column: 'day', operator: '=', value: DAY - 1 },
    ],
    [`day IN (DATE '2026-11-23', date('2026-11-22'))`, { kind: 'in', column: 'day', values: [DAY, DAY - 1] }],
    [`day = '2026-11-23'`, { kind: 'compare', column: 'day', operator: '=', value: DAY }],
    [
      `day < TIMESTAMP '2026-11-23 12:00:00'`,
      { kind: 'compare', column: 'day', operator: '<', value: DAY + 0.5 },
    ],
    [`at = TIMESTAMP '2026-11-23 12:00:00.0001'`, { kind: 'any' }],
    [`n = -5`, { kind: 'compare', column: 'n', operator: '=', value: -5 }],
    [`n < 2.5`, { kind: 'compare', column: 'n', operator: '<', value: 2.5 }],
    [`n = '5'`, { kind: 'any' }],
    [`n = 9007199254740993`, { kind: 'any' }],
    [`price = 1.5`, { kind: 'compare', column: 'price', operator: '=', value: 150 }],
    [`price = 1.555`, { kind: 'any' }],
    [`n IS NOT NULL`, { kind: 'null', column: 'n', isNull: false }],
    [`x.n = 5`, { kind: 'any' }],
    [`"N" = 5`, { kind: 'compare', column: 'n', operator: '=', value: 5 }],
    [`time > now() - INTERVAL '1' HOUR`, { kind: 'time', operator: '>', ms: NOW_MS - 3_600_000 }],
  ]
  for (const [where, predicate] of CASES)
    it(where, () => assert.deepEqual(demandOf(`SELECT 1 FROM t WHERE ${where}`), predicate))
})

describe('conditions reach the table', () => {
  const one: PartitionPredicate = { kind: 'compare', column: 'n', operator: '=', value: 1 }
  const THROUGH = [
    'SELECT 1 FROM (SELECT * FROM t) x WHERE n = 1',
    'SELECT 1 FROM (SELECT n AS m, dt FROM t) x WHERE x.m = 1',
    'SELECT 1 FROM (SELECT n, dt FROM t) x(a, b) WHERE a = 1',
    'WITH w AS (SELECT * FROM t), v AS (SELECT n FROM w) SELECT 1 FROM v WHERE n = 1',
    'WITH w(a) AS (SELECT n FROM t) SELECT 1 FROM w WHERE a = 1',
    'SELECT 1 FROM (SELECT n, count(*) FROM t GROUP BY 1) x WHERE n = 1',
    'SELECT 1 FROM (SELECT DISTINCT n FROM t) x WHERE n = 1',
    'SELECT 1 FROM t JOIN u ON t.n = 1 AND u.n = 3',
    'SELECT 1 FROM u LEFT JOIN t ON t.n = 1',
    'SELECT 1 FROM (t JOIN u ON true) WHERE t.n = 1',
    'SELECT 1 FROM u WHERE EXISTS (SELECT 1 FROM t WHERE n = 1)',
    'SELECT 1 FROM (SELECT * FROM t JOIN u USING (n)) x WHERE n = 1',
    'SELECT 1 FROM (SELECT * FROM (SELECT dt AS d FROM u) v JOIN t ON t.dt = v.d) x WHERE n = 1',
    'WITH v AS (SELECT dt AS d FROM u) SELECT 1 FROM (SELECT * FROM v JOIN t ON t.dt = v.d) x WHERE n = 1',
    'SELECT 1 FROM (SELECT * FROM t CROSS JOIN UNNEST(ARRAY[1]) AS v(i)) x WHERE n = 1',
  ]
  for (const sql of THROUGH) it(sql, () => assert.deepEqual(onlyOf(sql), one))

  const NOT_THROUGH = [
    'SELECT 1 FROM (SELECT * FROM t LIMIT 5) x WHERE n = 1',
    'SELECT 1 FROM (SELECT n + 1 AS n FROM t) x WHERE n = 1',
    'SELECT 1 FROM (SELECT n, row_number() OVER () FROM t) x WHERE n = 1',
    'SELECT 1 FROM (SELECT max(n) AS n FROM t) x WHERE n = 1',
    'SELECT 1 FROM (SELECT n, dt FROM t GROUP BY GROUPING SETS ((n), (dt))) x WHERE n = 1',
    'SELECT 1 FROM t LEFT JOIN u ON t.n = 1',
    'SELECT 1 FROM t FULL JOIN u ON t.n = 1',
    'SELECT 1 FROM u LEFT JOIN t ON true WHERE t.n IS NULL',
    'WITH RECURSIVE w AS (SELECT n FROM t UNION ALL SELECT n + 1 FROM w) SELECT 1 FROM w WHERE n = 1',
    'WITH w AS (SELECT * FROM t) SELECT 1 FROM w a, w b WHERE a.n = 1',
    'SELECT (SELECT max(n) FROM t) FROM u WHERE n = 1',
    'SELECT 1 FROM (SELECT * FROM u JOIN t ON u.dt = t.dt) x WHERE n = 1',
    'SELECT 1 FROM (SELECT * FROM (SELECT * FROM u) v JOIN t ON v.dt = t.dt) x WHERE n = 1',
    'SELECT 1 FROM (SELECT * FROM (SELECT * FROM u) v(n) JOIN t ON true) x WHERE n = 1',
    // A column, whose quotes the parser forgets.
    'SELECT 1 FROM t WHERE at > "now"',
    'SELECT 1 FROM t WHERE at > "now" + INTERVAL \'1\' DAY',
  ]
  for (const sql of NOT_THROUGH) it(`not: ${sql}`, () => assert.deepEqual(onlyOf(sql), { kind: 'any' }))

  /** Of `t`; `u` is another table. */
  function onlyOf(sql: string): PartitionPredicate {
    const [tree] = parseTrino(sql)
    const bound = new Map<Node, ResolvedTable>()
    visitTables(tree, (table) => {
      const isT = JSON.stringify(table['name']).includes('"name":"t"')
      bound.set(table, isT ? TABLE : { ...TABLE, view: 'u0' })
    })
    return gatherDemands(tree!, bound, constantReader(NOW_MS)).predicates['t0']!
  }
})

it('a char is no constant: its blanks count for nothing where it is compared', () => {
  const computed = (value: string): number => {
    const [tree] = parseTrino(`SELECT 1 FROM t WHERE dt = ${value}`)
    const bound = new Map<Node, ResolvedTable>()
    visitTables(tree, (table) => bound.set(table, TABLE))
    return gatherDemands(tree!, bound, constantReader(NOW_MS)).expressions.length
  }
  assert.equal(computed(`CAST('a' AS varchar(5))`), 1)
  assert.equal(computed(`CAST('a' AS char(5))`), 0)
})

describe('the range of a key', () => {
  const predicate = demandOf(
    `SELECT 1 FROM t WHERE dt >= 'b' AND dt < 'd' AND (n = 1 OR n IN (3, 5)) AND day > DATE '2026-01-01'`,
  )

  it('holds all values that match', () => {
    assert.deepEqual(rangeOf(predicate, 'dt'), { min: 'b', max: 'd' })
    assert.deepEqual(rangeOf(predicate, 'n'), { values: [1, 3, 5] })
    assert.deepEqual(rangeOf(demandOf(`SELECT 1 FROM t WHERE dt = 'a' OR n = 1`), 'dt'), {
      min: undefined,
      max: undefined,
    })
    assert.deepEqual(rangeOf(demandOf(`SELECT 1 FROM t WHERE dt LIKE 'ab%'`), 'dt'), { min: 'ab', max: 'ac' })
    assert.deepEqual(rangeOf(demandOf(`SELECT 1 FROM t WHERE dt = 'a' AND dt > 'b'`), 'dt'), { values: [] })
  })

  it('compares texts by their bytes', () => {
    const object = (dt: string) => ({
      partition: new Map([['dt', dt]]),
      minTimeMs: undefined,
      maxTimeMs: undefined,
    })
    const after = demandOf(`SELECT 1 FROM t WHERE dt > '\uffee'`)
    assert.equal(mayMatch(after, object('\u{1f600}')), true)
    assert.equal(mayMatch(after, object('z')), false)
  })
})
