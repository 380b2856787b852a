/**
 * Random statements over tables with partitions, through joins of all kinds, views, shadowing WITH clauses and subqueries, are
 * answered as over tables of the same rows that have no partitions: nothing that matters is left out. Of partitions some are
 * NULL, and of times some.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HozonError } from '../../src/base/errors.ts'
import { NULL_FOLDER } from '../../src/base/hive-folder.ts'
import { openQueryService } from '../../src/query/query-service.ts'
import type { QueryService } from '../../src/query/query.ts'
import { realSys } from '../../src/sys/real.ts'
import { columns, openLake, type Lake } from './lake.ts'

const SEED = Number(process.env['SEED'] ?? 20261123)
const QUERIES = Number(process.env['QUERIES'] ?? 80)
const TEXTS = ['01', '1', 'x', 'xy', null]
const NUMBERS = [1, 2, null]
const HOURS = [0, 1, 2, 3, 4]
/** Files of the tables, and of those that views read. */
const FILES: Record<string, number> = { a: 15, b: 5, s: 5, va: 15, vva: 15, vj: 20 }

/** That were answered wrongly once. */
const FOUND = [
  `SELECT x.k, x.v FROM (SELECT * FROM {a} AS s JOIN {b} AS t ON s.w = t.w) AS x WHERE x.k = '1'`,
  `WITH t AS (SELECT * FROM {b}) SELECT x.k, x.v FROM (SELECT * FROM {a} AS s JOIN t ON s.w = t.w) AS x WHERE x.n = 1`,
]

describe(`random joins over partitions (SEED=${SEED})`, () => {
  it('lose no row', { timeout: 300_000 }, async () => {
    const random = randomOf(SEED)
    const lake = await openLake()
    const timeColumn = ({ name }: { name: string }): string | undefined => (name === 's' ? 'ts' : undefined)
    const service = openQueryService(realSys, lake, { timeColumn })
    let [answered, pruned] = [0, 0]
    try {
      await fill(lake, random)
      for (let round = 0; round < QUERIES; round++) {
        const sql = FOUND[round] ?? randomQuery(random)
        const [found, expected] = [await answer(service, sql, ''), await answer(service, sql, 'f')]
        assert.deepEqual(found.rows, expected.rows, `SEED=${SEED} ${sql}`)
        if (found.objects === undefined) continue
        answered++
        const names = new Set(Array.from(sql.matchAll(/\{(\w+)\}/g), ([, name]) => name!))
        const files = [...names].reduce((sum, name) => sum + FILES[name]!, 0)
        if (found.objects < files) pruned++
      }
    } finally {
      await service.close()
      await lake.close()
    }
    // Else this would prove nothing.
    assert.ok(answered > QUERIES * 0.8, `${answered} were answered`)
    assert.ok(pruned > QUERIES * 0.4, `${pruned} read less than everything`)
  })
})

/** @param flat prefix of the tables: `f` for those without partitions */
async function answer(
  service: QueryService,
  sql: string,
  flat: '' | 'f',
): Promise<{ rows: string[] | string; objects: number | undefined }> {
  try {
    const { rows, stats } = await service.run(sql.replaceAll(/\{(\w+)\}/g, `logs.${flat}$1`))
    return { rows: rows.map((row) => row.join(' ')).sort(), objects: stats.objects }
  } catch (error) {
    if (!(error instanceof HozonError)) throw error
    return { rows: 'an error', objects: undefined }
  }
}

async function fill(lake: Lake, random: () => number): Promise<void> {
  const own = columns({ v: 'bigint', w: 'bigint' }).columns
  const k = { name: 'k', type: 'varchar' } as const
  const n = { name: 'n', type: 'int' } as const
  const keys = columns({ k: 'varchar', n: 'int' }).columns
  const a = lake.declare({ name: 'a', columns: own, partitionKeys: [k, n] })
  const b = lake.declare({ name: 'b', columns: [...own, keys[1]!], partitionKeys: [k] })
  const s = lake.addTable({
    name: 's',
    schema: columns({ v: 'bigint', ts: 'timestamp' }),
    partitionKeys: ['h'],
  })
  const [fa, fb, fs] = [
    [...own, ...keys],
    [...own, ...keys],
    [...columns({ v: 'bigint', ts: 'timestamp', h: 'varchar' }).columns],
  ]
  const flats = [fa, fb, fs].map((all, at) => lake.declare({ name: ['fa', 'fb', 'fs'][at]!, columns: all }))
  let v = 0
  const rows = (more: () => string): string =>
    Array.from(
      { length: 1 + Math.floor(random() * 2) },
      () => `(${++v}::BIGINT, ${Math.floor(random() * 4)}::BIGINT${more()})`,
    ).join()
  const add = async (
    flat: number,
    values: string,
    names: string,
    implied: Record<string, string>,
  ): Promise<string> => {
    const select = `SELECT * FROM (VALUES ${values}) AS x(${names})`
    const cells = Object.entries(implied).map(([name, cell]) => `, ${cell} AS ${name}`)
    await lake.addFile(flats[flat]!, `SELECT *${cells.join('')} FROM (${select})`)
    return select
  }
  for (const text of TEXTS) {
    const cell = text === null ? 'NULL::VARCHAR' : `'${text}'`
    for (const number of NUMBERS) {
      const select = await add(
        0,
        rows(() => ''),
        'v, w',
        { k: cell, n: `${number}::INTEGER` },
      )
      await lake.addFile(a, select, { values: [text ?? NULL_FOLDER, String(number ?? NULL_FOLDER)] })
    }
    const more = (): string => `, ${random() < 0.2 ? 'NULL' : Math.floor(random() * 4)}::INTEGER`
    const select = await add(1, rows(more), 'v, w, n', { k: cell })
    await lake.addFile(b, select, { values: [text ?? NULL_FOLDER] })
  }
  for (const hour of HOURS) {
    const more = (): string =>
      `, ${random() < 0.2 ? 'NULL' : `'2026-01-0${hour + 1} 0${hour}:30:00'`}::TIMESTAMP`
    const select = await add(2, rows(more).replaceAll(/, \d::BIGINT,/g, ','), 'v, ts', { h: `'0${hour}'` })
    const atMs = Date.UTC(2026, 0, hour + 1, hour, 30)
    await lake.addObject(s, select, { partition: [`0${hour}`], minTimeMs: atMs, maxTimeMs: atMs })
  }
  for (const flat of ['', 'f']) {
    lake.addView(`${flat}va`, `SELECT k, n, v, w FROM ${flat}a WHERE w < 3`, 'k n v w')
    lake.addView(`${flat}vva`, `SELECT n AS k, k AS n, v, w FROM ${flat}va`, 'k n v w')
    lake.addView(
      `${flat}vj`,
      `SELECT * FROM (SELECT a.k, b.n, a.v, b.w FROM ${flat}a AS a LEFT JOIN ${flat}b AS b ON a.w = b.w)`,
      'k n v w',
    )
  }
}

function randomQuery(random: () => number): string {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!
  const number = (): string => pick(['1', '2', '3', '1.0', '1.5'])
  const text = (): string => pick([`'1'`, `'01'`, `'x'`, `'xy'`, `'y'`, `concat('0', '1')`])
  const operator = (): string => pick(['=', '<>', '<', '<=', '>', '>='])
  const ofText = (k: string): string =>
    pick([
      `${k} ${operator()} ${text()}`,
      `${text()} ${operator()} ${k}`,
      `${k} IN (${text()}, ${text()})`,
      `${k} IN (${text()}, NULL)`,
      `${k} NOT IN (${text()})`,
      `${k} IS NULL`,
      `${k} IS NOT NULL`,
      `${k} LIKE ${pick([`'x%'`, `'1'`, `'0_'`, `'%1'`, `'x!%' ESCAPE '!'`])}`,
      `${k} NOT LIKE 'x%'`,
      `starts_with(${k}, 'x')`,
      `${k} BETWEEN ${text()} AND ${text()}`,
      `${k} NOT BETWEEN ${text()} AND ${text()}`,
      `COALESCE(${k}, '1') = ${text()}`,
      `TRY_CAST(${k} AS integer) = 1`,
      `CASE WHEN ${k} = ${text()} THEN true ELSE ${k} > '1' END`,
      `${k} IS DISTINCT FROM ${text()}`,
      `(${k} = ${text()}) = ${pick(['true', 'false'])}`,
      `(${k} = ${text()}) IS NULL`,
      `${k} = ANY (VALUES '1', 'x')`,
      `${k} > ALL (VALUES '01')`,
      `if(${k} = ${text()}, NULL, true)`,
    ])
  const ofNumber = (n: string): string =>
    pick([
      `${n} ${operator()} ${number()}`,
      `${number()} ${operator()} ${n}`,
      `${n} IN (${number()}, 7)`,
      `${n} BETWEEN ${number()} AND ${number()}`,
      `${n} IS NULL`,
      `${n} = length('a') + 1`,
      `${n} = (SELECT max(n) FROM {b})`,
      `CAST(${n} AS varchar) = '1'`,
      `nullif(${n}, 1) IS NULL`,
    ])
  const leaf = (alias: string): string =>
    pick([
      () => ofText(`${alias}k`),
      () => ofText(`${alias}k`),
      () => ofNumber(`${alias}n`),
      () => `${alias}v > ${Math.floor(random() * 20)}`,
    ])()
  const condition = (aliases: string[], depth = 2): string => {
    if (depth === 0 || random() < 0.3) return leaf(pick(aliases))
    const [left, right] = [condition(aliases, depth - 1), condition(aliases, depth - 1)]
    return pick([
      `(${left} AND ${right})`,
      `(${left} AND ${right})`,
      `(${left} OR ${right})`,
      `NOT (${left})`,
    ])
  }
  const time = (): string =>
    pick([
      `TIMESTAMP '2026-01-0${1 + Math.floor(random() * 5)} 0${Math.floor(random() * 5)}:30:00'`,
      `DATE '2026-01-03'`,
      `TIMESTAMP '2026-01-03 00:30:00 America/New_York'`,
      `TIMESTAMP '2026-01-03 02:30:00 UTC'`,
      `CAST('2026-01-02' AS timestamp) + INTERVAL '1' DAY`,
    ])
  const table = (): string => pick(['{a}', '{a}', '{b}', '{va}', '{vva}', '{vj}'])
  const joinKind = (): string => pick(['JOIN', 'LEFT JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN'])
  const source = (depth: number): string => {
    if (depth === 0 || random() < 0.35) return pick(['{a}', '{b}', '{va}', '{vj}'])
    const inner = `${source(depth - 1)} AS s`
    return pick([
      `(SELECT * FROM ${inner} WHERE ${condition(['s.'], 1)})`,
      `(SELECT k, n, v, w FROM ${inner} WHERE ${condition([''], 1)})`,
      `(SELECT k, n, max(v) AS v, 1 AS w FROM ${inner} GROUP BY k, n)`,
      `(SELECT k, max(n) AS n, max(v) AS v, 1 AS w FROM ${inner} GROUP BY 1 HAVING ${condition([''], 0).replaceAll(/\b[nv]\b/g, 'max(n)')})`,
      `(SELECT DISTINCT k, n, w AS v, w FROM ${inner})`,
      `(SELECT k, n, v, w FROM {a} UNION ALL SELECT k, w AS n, v, n AS w FROM ${inner})`,
      `(SELECT k, n, v, w FROM {a} EXCEPT SELECT k, n, v, w FROM ${inner} WHERE ${condition([''], 1)})`,
      `(SELECT * FROM ${inner} ${joinKind()} {b} AS t ON s.w = t.w)`,
      // Both have a column of each name: those of the first count.
      `(SELECT * FROM ${inner} ${joinKind()} {b} AS t ON s.w = t.w)`,
      `(SELECT s.*, t.v AS v2 FROM ${inner} ${joinKind()} {b} AS t ON s.w = t.w AND ${condition(['s.', 't.'], 1)})`,
      `(SELECT * FROM ${inner} ${joinKind()} (SELECT k FROM {b}) AS t USING (k))`,
      `(WITH a AS (SELECT * FROM ${inner} WHERE ${condition([''], 1)}) SELECT k, n, v, w FROM a)`,
      `(SELECT k, n, v, count(*) OVER (PARTITION BY k) AS w FROM ${inner})`,
    ])
  }
  const nested = (): string =>
    pick([
      `EXISTS (SELECT 1 FROM {b} AS z WHERE z.w = x.w AND ${condition(['x.', 'z.'], 1)})`,
      `NOT EXISTS (SELECT 1 FROM {a} AS z WHERE z.k = x.k AND ${condition(['z.'], 1)})`,
      `x.v NOT IN (SELECT v FROM {a} WHERE ${condition([''], 1)})`,
      `x.k IN (SELECT k FROM ${source(1)} AS z WHERE ${condition(['z.'], 1)})`,
      `x.w = (SELECT max(w) FROM {b} AS z WHERE z.k = x.k AND ${condition(['z.'], 1)})`,
    ])
  const where = (aliases: string[]): string =>
    `WHERE ${condition(aliases)}${random() < 0.25 ? ` ${pick(['AND', 'OR'])} ${nested()}` : ''}`
  const on = (left: string, right: string): string =>
    random() < 0.2 ? 'USING (k)' : `ON ${left}w = ${right}w AND ${condition([left, right], 1)}`
  const all = 'x.k, x.n, x.v, y.k AS k2, y.n AS n2, y.v AS v2'
  return pick([
    () => `SELECT x.k, x.n, x.v FROM ${source(3)} AS x ${where(['x.'])}`,
    () =>
      `SELECT ${all} FROM ${source(1)} AS x ${joinKind()} ${source(1)} AS y ON x.w = y.w AND ${condition(['x.', 'y.'], 1)} ${where(['x.', 'y.'])}`,
    () =>
      `SELECT count(*), max(x.v) FROM ${table()} AS x ${joinKind()} {b} AS y ${on('x.', 'y.').replace('USING (k)', 'ON x.k = y.k')} ${joinKind()} {a} AS z ON z.w = y.w AND ${condition(['x.', 'y.', 'z.'], 1)} ${where(['x.', 'y.', 'z.'])}`,
    () =>
      `SELECT k, x.v, y.v FROM {a} AS x ${joinKind()} {b} AS y USING (k) WHERE ${ofText('k')} AND ${condition(['x.', 'y.'], 1).replaceAll(/[xy]\.k\b/g, 'k')}`,
    () =>
      `SELECT count(*), max(y.v), max(z.v) FROM {a} AS x ${joinKind()} ({b} AS y ${joinKind()} {va} AS z ON y.w = z.w AND ${condition(['y.', 'z.'], 1)}) ON x.w = y.w AND ${condition(['x.', 'y.', 'z.'], 1)} ${where(['x.', 'y.', 'z.'])}`,
    () =>
      `WITH x AS (SELECT * FROM ${source(1)} AS s), y AS (SELECT * FROM x ${where(['x.'])}) SELECT ${all} FROM x ${joinKind()} y ON x.v = y.v ${where(['x.', 'y.'])}`,
    () =>
      `SELECT x.k, x.v, l.v FROM {a} AS x ${pick(['CROSS', 'LEFT'])} JOIN LATERAL (SELECT max(v) AS v FROM {b} AS z WHERE z.k = x.k AND ${condition(['x.', 'z.'], 1)}) AS l ON true ${where(['x.'])}`.replace(
        /CROSS(.*) ON true/,
        'CROSS$1',
      ),
    () =>
      `SELECT x.v, y.v FROM {s} AS x ${joinKind()} {s} AS y ON x.h = y.h AND ${pick(['x', 'y'])}.ts ${operator()} ${time()} WHERE ${pick(['x', 'y'])}.ts ${operator()} ${time()} ${pick(['AND', 'OR'])} ${pick(['x.h', 'y.h', 'x.ts IS NULL OR x.h'])} ${operator()} '02'`,
    () => `SELECT v FROM {s} WHERE ts ${operator()} ${time()} AND NOT (ts BETWEEN ${time()} AND ${time()})`,
  ])()
}

function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
