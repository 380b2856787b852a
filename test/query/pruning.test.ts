/**
 * Random queries over a table with typed partition keys, through subqueries, WITH clauses, unions, groups and joins, are
 * answered as plain DuckDB answers them over one table of all rows: no partition is left out that matters.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { realSys } from '../../src/sys/real.ts'
import { openQueryService } from '../../src/query/query-service.ts'
import { columns, openLake, type Lake } from './lake.ts'

const SEED = Number(process.env['SEED'] ?? 20261123)
const QUERIES = 120
const DAYS = ['2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04']
const NUMBERS = [1, 2, 3]

describe(`random queries over partitions (SEED=${SEED})`, () => {
  it('lose no row', async () => {
    const random = randomOf(SEED)
    const lake = await openLake()
    const service = openQueryService(realSys, lake)
    let left = 0
    try {
      await fill(lake, random)
      for (let round = 0; round < QUERIES; round++) {
        const sql = randomQuery(random)
        const { rows, stats } = await service.run(sql.replaceAll('ROWS', 'logs.events'))
        const expected = await lake.connection.runAndReadAll(sql.replaceAll('ROWS', 'all_rows'))
        const plain = expected.getRowsJson().map((row) => row.map(String).join(' '))
        const found = rows.map((row) => row.map((cell) => String(JSON.parse(cell))).join(' '))
        assert.deepEqual(found.toSorted(), plain.toSorted(), `SEED=${SEED} ${sql}`)
        left += DAYS.length * NUMBERS.length - stats.objects
      }
    } finally {
      await service.close()
      await lake.close()
    }
    // Else this would prove nothing.
    assert.ok(left > QUERIES, `${left} files were left out`)
  })
})

async function fill(lake: Lake, random: () => number): Promise<void> {
  const table = lake.declare({
    name: 'events',
    columns: columns({ v: 'bigint' }).columns,
    partitionKeys: [
      { name: 'day', type: 'date' },
      { name: 'n', type: 'int' },
    ],
  })
  await lake.connection.run('CREATE TABLE all_rows (v BIGINT, day DATE, n INTEGER)')
  let v = 0
  for (const day of DAYS) {
    for (const n of NUMBERS) {
      const values = Array.from({ length: 1 + Math.floor(random() * 3) }, () => `(${++v})`).join(', ')
      await lake.addFile(table, `SELECT v::BIGINT AS v FROM (VALUES ${values}) AS x(v)`, {
        values: [day, String(n)],
      })
      await lake.connection.run(
        `INSERT INTO all_rows SELECT v, DATE '${day}', ${n} FROM (VALUES ${values}) AS x(v)`,
      )
    }
  }
}

function randomQuery(random: () => number): string {
  const pick = (values: readonly string[]): string => values[Math.floor(random() * values.length)]!
  const day = (): string => `DATE '2026-01-0${Math.floor(random() * 6)}'`.replace('-00', '-05')
  const n = (): string => String(Math.floor(random() * 5))
  const leaf = (alias: string): string =>
    pick([
      `${alias}day ${pick(['=', '<>', '<', '<=', '>', '>='])} ${day()}`,
      `${alias}day BETWEEN ${day()} AND ${day()}`,
      `${alias}n ${pick(['=', '<>', '<', '<=', '>', '>='])} ${n()}`,
      `${n()} ${pick(['=', '<', '>='])} ${alias}n`,
      `${alias}n IN (${n()}, ${n()})`,
      `${alias}n NOT IN (${n()})`,
      `${alias}n IS NULL`,
      `${alias}day IS NOT NULL`,
      `${alias}v > ${Math.floor(random() * 20)}`,
      `${alias}n + 1 = ${n()}`,
      `${alias}n ${pick(['=', '<', '>='])} length(concat('a', 'bc')) - ${n()}`,
      `${alias}day ${pick(['=', '<', '>='])} ${day()} + INTERVAL '1' DAY`,
      `${alias}day = CAST(concat('2026-01-0', '${1 + Math.floor(random() * 5)}') AS DATE)`,
    ])
  const condition = (alias: string, depth = 2): string => {
    if (depth === 0 || random() < 0.4) return leaf(alias)
    const [left, right] = [condition(alias, depth - 1), condition(alias, depth - 1)]
    return pick([`(${left} AND ${right})`, `(${left} OR ${right})`, `NOT (${left})`, `${left} AND ${right}`])
  }
  const source = (depth = 2): string => {
    if (depth === 0 || random() < 0.3) return 'ROWS'
    const inner = source(depth - 1)
    const from = inner === 'ROWS' || inner.startsWith('(') ? `${inner} AS s` : inner
    return pick([
      `(SELECT day, n, v FROM ${from} WHERE ${condition('')})`,
      `(SELECT * FROM ${from} WHERE ${condition('s.')})`,
      `(SELECT day, n, v FROM ROWS UNION ALL SELECT day, n, v FROM ${from} WHERE ${condition('')})`,
      `(SELECT day, v AS n, n AS v FROM ${from} UNION ALL SELECT day, n, v FROM ROWS)`,
      `(SELECT day, n, v FROM ROWS EXCEPT SELECT day, n, v FROM ${from} WHERE ${condition('')})`,
      `(SELECT day, n, count(*) AS v FROM ${from} GROUP BY day, n)`,
      `(SELECT day, max(n) AS n, sum(v) AS v FROM ${from} GROUP BY 1)`,
      `(SELECT * FROM ${from} ORDER BY v, n, day LIMIT 5)`,
      `(SELECT DISTINCT day, n, 1 AS v FROM ${from})`,
      `(SELECT day, n, row_number() OVER (ORDER BY v, n, day) AS v FROM ${from})`,
      `(SELECT day, n + 1 AS n, v FROM ${from})`,
    ])
  }
  const join =
    random() < 0.5
      ? ''
      : `${pick(['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN'])} ${source(1)} AS y ON x.n = y.n AND ${condition(pick(['x.', 'y.']), 1)}`
  const where = `${condition('x.')}${join === '' ? '' : ` AND ${condition('y.')}`}`
  const also =
    random() < 0.3
      ? ` AND ${pick(['EXISTS', 'NOT EXISTS'])} (SELECT 1 FROM ROWS AS z WHERE z.v = x.v AND ${condition('z.')})`
      : ''
  const selected = join === '' ? 'x.day, x.n, x.v' : 'x.day, x.n, x.v, y.day AS day2, y.v AS v2'
  if (random() < 0.3)
    return `WITH w AS (SELECT * FROM ${source()} AS s) SELECT x.day, x.n, x.v FROM w AS x JOIN w AS y ON x.v = y.v WHERE ${condition('x.')}`
  return `SELECT ${selected} FROM ${source()} AS x ${join} WHERE ${where}${also}`
}

function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
