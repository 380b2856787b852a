/**
 * Random queries answered the same, however the rows are spread over Parquet of two schema versions, JSON objects and
 * the buffer, as by plain DuckDB over one table of all rows.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { realSys } from '../../src/sys/real.ts'
import { openQueryService } from '../../src/query/query-service.ts'
import type { Table } from '../../src/catalog/catalog.ts'
import { columns, openLake, type Lake } from './lake.ts'

const SEED = Number(process.env['SEED'] ?? 20261123)
const QUERIES = 40

describe(`random queries (SEED=${SEED})`, () => {
  it('answer as plain DuckDB does', async () => {
    const random = randomOf(SEED)
    const lake = await openLake()
    const service = openQueryService(realSys, lake)
    try {
      await fill(lake, random)
      for (let i = 0; i < QUERIES; i++) {
        const sql = randomQuery(random)
        const { rows } = await service.run(sql.replace('ROWS', 'logs.web'))
        const expected = await lake.connection.runAndReadAll(sql.replace('ROWS', 'all_rows'))
        const plain = expected.getRowsJson().map((row) => row.map((cell) => plainText(cell)))
        assert.deepEqual(
          rows.map((row) => row.map((cell) => plainText(JSON.parse(cell)))),
          plain,
          `SEED=${SEED} ${sql}`,
        )
      }
    } finally {
      await service.close()
      await lake.close()
    }
  })
})

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

async function fill(lake: Lake, random: () => number): Promise<void> {
  const current = {
    ...columns({
      id: 'bigint',
      host: 'varchar',
      n: 'double',
      tags: { list: 'varchar' },
      req: { struct: columns({ path: 'varchar', ms: 'bigint' }).columns },
    }),
    version: 2,
  }
  const table: Table = lake.addTable({ name: 'web', schema: current, partitionKeys: ['dt'] })
  const all = Array.from({ length: 200 }, (_, id) => ({
    id,
    host: random() < 0.1 ? null : `h${Math.floor(random() * 5)}`,
    n: random() < 0.1 ? null : Math.floor(random() * 100),
    dt: `2026-11-2${Math.floor(random() * 3)}`,
    place: Math.floor(random() * 4),
  }))
  const old = `id, host, CAST(n AS BIGINT) AS n, {'path': '/' || host} AS req, NULL::VARCHAR AS _extra`
  const now = `id, host, CAST(n AS DOUBLE) AS n, [host] AS tags, {'path': '/' || host, 'ms': id} AS req, NULL::VARCHAR AS _extra`
  await lake.connection.run(
    `CREATE TABLE placed AS SELECT * FROM (VALUES ${all.map((row) => `(${row.id}, ${text(row.host)}, ${row.n}, '${row.dt}', ${row.place})`).join(', ')}) AS v(id, host, n, dt, place)`,
  )
  for (const dt of ['2026-11-20', '2026-11-21', '2026-11-22']) {
    const at = (place: number): string => `FROM placed WHERE dt = '${dt}' AND place = ${place}`
    await lake.addObject(table, `SELECT ${old} ${at(0)}`, { partition: [dt], schemaVersion: 1 })
    await lake.addObject(table, `SELECT ${now} ${at(1)}`, { partition: [dt], schemaVersion: 2 })
    await lake.addObject(table, `SELECT ${now} ${at(2)}`, {
      partition: [dt],
      format: 'json',
      compression: 'gzip',
    })
    const hot = all.filter((row) => row.dt === dt && row.place === 3)
    await lake.addHot(
      table,
      hot.map(({ id, host, n }) => ({
        id,
        host,
        n,
        tags: [host],
        req: { path: host === null ? null : `/${host}`, ms: id },
      })),
      { dt },
    )
  }
  await lake.connection
    .run(`CREATE TABLE all_rows AS SELECT CAST(id AS BIGINT) AS id, host, CAST(n AS DOUBLE) AS n,
    CASE WHEN place > 0 THEN [host] END AS tags, {'path': '/' || host, 'ms': CASE WHEN place > 0 THEN id END} AS req, dt FROM placed`)
}

function text(value: string | null): string {
  return value === null ? 'NULL' : `'${value}'`
}

/** Without what the two dialects see differently; that is what the cases of the dialect are for. */
function randomQuery(random: () => number): string {
  const pick = (choices: string[]): string => choices[Math.floor(random() * choices.length)]!
  const condition = (): string =>
    pick([
      `dt = '2026-11-2${Math.floor(random() * 4)}'`,
      `dt >= '2026-11-21'`,
      `dt IN ('2026-11-20', '2026-11-22')`,
      `dt BETWEEN '2026-11-20' AND '2026-11-21'`,
      `id % 7 = ${Math.floor(random() * 7)}`,
      `host = 'h${Math.floor(random() * 5)}'`,
      'host IS NULL',
      `n > ${Math.floor(random() * 100)}`,
      `req.path = '/h1'`,
      'req.ms IS NULL',
    ])
  const where = `WHERE ${condition()} ${pick(['AND', 'OR'])} (${condition()} ${pick(['AND', 'OR'])} ${pick(['', 'NOT '])}${condition()})`
  return pick([
    `SELECT id, host, n, dt, req.path AS path, req.ms AS ms FROM ROWS ${where} ORDER BY id`,
    `SELECT host, dt, count(*) AS c, sum(n) AS s, max(id) AS m FROM ROWS ${where} GROUP BY host, dt ORDER BY host NULLS LAST, dt`,
    `SELECT count(*) AS c, count(host) AS h, count(DISTINCT dt) AS d, min(n) AS m FROM ROWS ${where}`,
    `SELECT id, tags[1] AS tag FROM ROWS ${where} ORDER BY id DESC LIMIT 20`,
    `SELECT id, rank() OVER (PARTITION BY dt ORDER BY id) AS r FROM ROWS ${where} ORDER BY id`,
  ])
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
