/** Random expressions in Athena's SQL, each together with the same in DuckDB's own, over the same rows. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openQueryService } from '../../src/query/query-service.ts'
import type { QueryService } from '../../src/query/query.ts'
import { realSys } from '../../src/sys/real.ts'
import { columns, openLake, type Lake } from './lake.ts'
import { pick, randomExpression, type Pair, type Type } from './random-expressions.ts'

const SEED = Number(process.env['SEED'] ?? 20261123)
const QUERIES = Number(process.env['QUERIES'] ?? 30)
const COLUMNS_PER_QUERY = 6
const TYPES: Type[] = ['number', 'double', 'text', 'time', 'list', 'truth']

/** Times as Athena prints them. */
const TIME = (sql: string): string => `strftime(${sql}, '%Y-%m-%d %H:%M:%S.%g')`

const AGGREGATES: [athena: string, duckDb: string, type: Type][] = [
  ['sum($1)', 'sum($1)', 'number'],
  ['avg($1)', 'avg($1)', 'number'],
  ['max($1)', 'max($1)', 'text'],
  ['min($1)', 'min($1)', 'number'],
  ['count($1)', 'count($1)', 'list'],
  ['count_if($1)', 'count(*) FILTER (WHERE $1)', 'truth'],
  ['count(DISTINCT $1)', 'count(DISTINCT $1)', 'text'],
  ['bool_or($1)', 'bool_or($1)', 'truth'],
  ['array_agg($1 ORDER BY id)', 'list($1 ORDER BY id)', 'text'],
  ['max_by($1, id)', 'arg_max_null($1, id)', 'text'],
  [`listagg($1, '+') WITHIN GROUP (ORDER BY id)`, `string_agg($1, '+' ORDER BY id)`, 'text'],
  ['sum($1) FILTER (WHERE n > 4)', 'sum($1) FILTER (WHERE n > 4)', 'number'],
]

describe(`random expressions (SEED=${SEED})`, () => {
  let lake: Lake
  let service: QueryService
  const random = randomOf(SEED)

  before(async () => {
    lake = await openLake()
    service = openQueryService(realSys, lake)
    await fill(lake)
  })
  after(async () => {
    await service.close()
    await lake.close()
  })

  it('are what DuckDB says', async () => {
    for (let i = 0; i < QUERIES; i++) {
      const items = Array.from({ length: COLUMNS_PER_QUERY }, () => pick(TYPES, random)).map((type) =>
        shown(randomExpression(type, 3, random), type),
      )
      const where = randomExpression('truth', 2, random)
      await compare(items, `FROM ROWS WHERE`, where, 'ORDER BY id')
    }
  })

  it('are summed up as DuckDB does', async () => {
    for (let i = 0; i < QUERIES; i++) {
      const items = Array.from({ length: 3 }, () => pick(AGGREGATES, random)).map((made): Pair => {
        const [athena, duckDb] = randomExpression(made[2], 2, random)
        return [made[0].replaceAll('$1', () => athena), made[1].replaceAll('$1', () => duckDb)]
      })
      const key = randomExpression('text', 1, random)
      await compare([key, ...items], 'FROM ROWS WHERE', ['true', 'true'], 'GROUP BY 1 ORDER BY 1 NULLS LAST')
    }
  })

  async function compare(items: Pair[], from: string, where: Pair, end: string): Promise<void> {
    const sql = (side: 0 | 1, rows: string): string => {
      const list = items.map((item, index) => `${item[side]} AS c${index}`).join(', ')
      return `SELECT ${list} ${from.replace('ROWS', rows)} ${where[side]} ${end}`
    }
    const athena = sql(0, 'logs.web')
    const expected = await lake.connection.runAndReadAll(sql(1, 'all_rows'))
    const { rows } = await service.run(athena).catch((error: Error) => {
      throw new Error(`SEED=${SEED} ${athena}: ${error.message}`)
    })
    assert.deepEqual(
      rows.map((row) => row.map((cell) => comparable(JSON.parse(cell)))),
      expected.getRowsJson().map((row) => row.map(comparable)),
      `SEED=${SEED} ${athena}`,
    )
  }
})

function shown([athena, duckDb]: Pair, type: Type): Pair {
  return type === 'time' ? [`CAST(${athena} AS varchar)`, TIME(duckDb)] : [athena, duckDb]
}

/** Whole numbers are numbers here and texts there; sums of doubles may differ in the last digit by their order. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value === 'number') return String(Number(value.toPrecision(12)) + 0)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

async function fill(lake: Lake): Promise<void> {
  const schema = {
    ...columns({
      id: 'bigint',
      host: 'varchar',
      path: 'varchar',
      n: 'bigint',
      x: 'double',
      seen: 'timestamp',
      tags: { list: 'varchar' },
    }),
    version: 1,
  }
  const table = lake.addTable({ name: 'web', schema })
  await lake.connection.run(`CREATE TABLE all_rows AS SELECT
      id, CASE WHEN id % 7 > 0 THEN 'h' || (id % 4) END AS host, '/p' || (id % 3) || '/é' || id AS path,
      CASE WHEN id % 5 > 0 THEN id % 11 - 2 END AS n, CASE WHEN id % 6 > 0 THEN (id % 9 - 4) / 4e0 END AS x,
      CASE WHEN id % 8 > 0 THEN TIMESTAMP '2026-01-31 22:15:30' + to_minutes(CAST(id * 617 AS INTEGER)) END AS seen,
      CASE WHEN id % 9 > 0 THEN list_filter(['h' || (id % 4), NULL, 'b', '/x/y'], lambda e, i: i <= id % 5) END AS tags
    FROM range(60) AS r(id)`)
  await lake.addObject(table, 'SELECT *, NULL::VARCHAR AS _extra FROM all_rows WHERE id % 2 = 0', {
    schemaVersion: 1,
  })
  await lake.addObject(table, 'SELECT *, NULL::VARCHAR AS _extra FROM all_rows WHERE id % 2 = 1', {
    schemaVersion: 1,
  })
}

/** mulberry32 */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
