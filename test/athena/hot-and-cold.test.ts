/**
 * The same lines three times: none delivered, half of them, all. Whatever is asked through Athena's API, the answers are
 * the same, their types included; also when the catalog was made anew from the buckets.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { GetQueryResultsCommand } from '@aws-sdk/client-athena'
import { AthenaWorld } from './athena-world.ts'

const TABLES = ['hot', 'half', 'cold'] as const

/** Delivered by flush only. */
const PIPELINE = `streams:
${TABLES.map(
  (name) => `  ${name}:
    collect: [{tail: {paths: [./${name}.log]}}]
    deliver: {bucket: ${name}, buffer: {size: 64MiB, interval: 900s}}
    table: logs.${name}
`,
).join('')}`

const LINES = 2000
const START_MS = Date.UTC(2026, 10, 20)
/** Over four days. */
const STEP_MS = (4 * 86_400_000) / LINES
const LEVELS = ['info', 'warn', 'error', '', null, 'naïve 🪵', 'a "quoted", text', 'two\nlines']

/** Columns that come in the second half only, numbers that become larger and then broken, NULLs and what is missing. */
function lineOf(n: number): string {
  const isLate = n >= LINES / 2
  const line = {
    time: new Date(START_MS + n * STEP_MS).toISOString(),
    id: n,
    level: LEVELS[n % LEVELS.length],
    ...(n % 3 === 0 ? {} : { ms: isLate ? n / 8 : n }),
    big: isLate ? 9_007_199_254_740_991 - n : n,
    ok: n % 5 === 0 ? null : n % 2 === 0,
    tags: Array.from({ length: n % 4 }, (_, index) => `t${index}`),
    req: {
      path: `/p/${n % 7}`,
      ...(isLate ? { bytes: n * 10 } : {}),
      from: { ip: `10.0.${n % 3}.${n % 200}` },
    },
    ...(isLate ? { late: `late ${n % 11}` } : {}),
  }
  return `${JSON.stringify(line)}\n`
}

const STATEMENTS = [
  'SELECT count(*), min(id), max(id), sum(id) FROM T',
  'SELECT count(level), count(ms), count(ok), count(late), count(req.bytes) FROM T',
  'SELECT id, level, ms, big, ok, late FROM T ORDER BY id LIMIT 300',
  'SELECT id, level, ms, big, ok, late FROM T ORDER BY id DESC LIMIT 300',
  'SELECT id, tags, req FROM T WHERE id % 100 = 7 ORDER BY id',
  'SELECT * FROM T WHERE id IN (0, 999, 1000, 1999) ORDER BY id',
  'SELECT level, count(*) AS lines FROM T GROUP BY level ORDER BY lines DESC, level NULLS LAST',
  'SELECT dt, count(*), sum(ms) FROM T GROUP BY dt ORDER BY dt',
  `SELECT count(*) FROM T WHERE dt = '2026-11-21'`,
  `SELECT count(*), max(id) FROM T WHERE dt BETWEEN '2026-11-21' AND '2026-11-22' AND ok`,
  `SELECT count(*) FROM T WHERE dt > '2026-11-30'`,
  `SELECT min(id), max(id) FROM T WHERE time >= TIMESTAMP '2026-11-21 12:00:00' AND time < TIMESTAMP '2026-11-22 12:00:00'`,
  `SELECT date_trunc('hour', time) AS h, count(*) FROM T GROUP BY 1 ORDER BY 1 LIMIT 50`,
  'SELECT req.path, sum(req.bytes), avg(ms) FROM T GROUP BY req.path ORDER BY req.path',
  `SELECT id FROM T WHERE req."from".ip = '10.0.1.7' ORDER BY id`,
  'SELECT tag, count(*) FROM T CROSS JOIN UNNEST(tags) AS u(tag) GROUP BY tag ORDER BY tag',
  `SELECT count(*) FROM T WHERE contains(tags, 't2') AND cardinality(tags) = 3`,
  'SELECT id, ms FROM T WHERE ms IS NULL AND level IS NULL ORDER BY id LIMIT 40',
  `SELECT id, late FROM T WHERE late LIKE 'late 1%' ORDER BY id LIMIT 40`,
  'SELECT id FROM T WHERE late IS NULL AND id > 990 ORDER BY id',
  'SELECT id, big FROM T WHERE big > 9007199254739900 ORDER BY big LIMIT 20',
  'SELECT count(DISTINCT level), approx_distinct(ok), count(DISTINCT late) FROM T',
  'SELECT id, row_number() OVER (PARTITION BY level ORDER BY id) AS r, lag(ms) OVER (ORDER BY id) FROM T ORDER BY id LIMIT 60',
  'SELECT a.id, b.id FROM T a JOIN T b ON b.id = a.id + 1000 WHERE a.id < 20 ORDER BY a.id',
  'WITH w AS (SELECT level, max(ms) AS m FROM T GROUP BY level) SELECT t.id FROM T t JOIN w ON t.level = w.level AND t.ms = w.m ORDER BY t.id',
  'SELECT id FROM T WHERE id > (SELECT avg(id) + 990 FROM T) ORDER BY id',
  `SELECT level, dt, count(*) FROM T GROUP BY GROUPING SETS ((level), (dt), ()) ORDER BY level NULLS LAST, dt NULLS LAST, 3`,
  `SELECT id FROM T WHERE level = '' UNION ALL SELECT id FROM T WHERE late = 'late 3' ORDER BY id LIMIT 100`,
  // Rounded, since sums of fractions depend on their order.
  'SELECT min_by(id, ms), max_by(level, id), round(stddev(id), 6), round(corr(id, big), 6) FROM T WHERE id < 1000',
  `SELECT id, json_extract_scalar(CAST(req AS JSON), '$.path'), CAST(ms AS varchar) FROM T WHERE id % 250 = 1 ORDER BY id`,
  'SELECT id, typeof(ms), typeof(big), typeof(req), typeof(tags), typeof(time) FROM T ORDER BY id LIMIT 1',
]

interface Answer {
  columns: string[]
  rows: unknown[]
}

describe('lines in the buffer and delivered ones', () => {
  let world: AthenaWorld
  before(async () => {
    world = await AthenaWorld.start(PIPELINE)
    const lines = Array.from({ length: LINES }, (_, n) => lineOf(n))
    const first = lines.slice(0, LINES / 2).join('')
    const second = lines.slice(LINES / 2).join('')
    world.world.append('half.log', first)
    await world.world.rows('logs.half', LINES / 2)
    await flush('half')
    world.world.append('half.log', second)
    for (const table of ['hot', 'cold']) world.world.append(`${table}.log`, first + second)
    for (const table of TABLES) await world.world.rows(`logs.${table}`, LINES)
    await flush('cold')
  })
  after(() => world.end())

  async function flush(stream: string): Promise<void> {
    const done = await world.world.run('flush', stream)
    assert.equal(done.code, 0, done.stderr)
  }

  async function answer(statement: string, table: string): Promise<Answer> {
    const sql = statement.replaceAll(/\bT\b/g, `logs.${table}`)
    const { QueryExecutionId: id, Status: status } = await world.run(sql)
    assert.equal(status?.State, 'SUCCEEDED', `${sql}: ${status?.StateChangeReason}`)
    const { ResultSet: result } = await world.athena.send(
      new GetQueryResultsCommand({ QueryExecutionId: id }),
    )
    const columns = result!.ResultSetMetadata!.ColumnInfo!.map(({ Name, Type }) => `${Name} ${Type}`)
    const rows = result!.Rows!.map(({ Data: data }) => data!.map(({ VarCharValue: value }) => value))
    return { columns, rows }
  }

  /** Rows in objects; those of the buffer have no path. */
  async function delivered(): Promise<number[]> {
    const counts = TABLES.map(async (table) => {
      const [, [count] = []] = await world.rows(`SELECT count("$path") FROM logs.${table}`)
      return Number(count)
    })
    return Promise.all(counts)
  }

  async function compare(): Promise<void> {
    assert.deepEqual(await answer(STATEMENTS[0]!, 'hot'), {
      columns: ['_col0 bigint', '_col1 bigint', '_col2 bigint', '_col3 bigint'],
      rows: [
        ['_col0', '_col1', '_col2', '_col3'],
        [LINES, 0, LINES - 1, (LINES * (LINES - 1)) / 2].map(String),
      ],
    })
    const different: object[] = []
    for (const statement of STATEMENTS) {
      const [hot, half, cold] = await Promise.all(TABLES.map((table) => answer(statement, table)))
      assert.ok(hot!.rows.length > 1, statement)
      for (const other of [half, cold])
        try {
          assert.deepEqual(other, hot)
        } catch (error) {
          different.push({
            statement,
            which: other === half ? 'half' : 'cold',
            difference: (error as Error).message,
          })
        }
    }
    assert.deepEqual(different, [])
  }

  it('give the same answers', async () => {
    assert.deepEqual(await delivered(), [0, LINES / 2, LINES])
    await compare()
  })

  it('give them also by a catalog that was made from the buckets', async () => {
    await world.world.stop()
    const rebuilt = await world.world.run('catalog', 'rebuild', world.world.file)
    assert.equal(rebuilt.code, 0, rebuilt.stderr)
    await world.up()
    await compare()
  })
})
