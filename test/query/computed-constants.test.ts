/**
 * Conditions with expressions that have no columns leave out partitions as literals do, and lose no row: each partition
 * has one row, so that as many files must be opened as rows are found.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DAY_MS } from '../../src/base/civil-date.ts'
import { HozonError } from '../../src/base/errors.ts'
import { openQueryService } from '../../src/query/query-service.ts'
import type { QueryService } from '../../src/query/query.ts'
import { realSys } from '../../src/sys/real.ts'
import { columns, openLake, type Lake } from './lake.ts'

const DAYS_AGO = [-1, 0, 1, 2, 3, 6, 7, 8, 31]

let lake: Lake
let service: QueryService

before(async () => {
  lake = await openLake()
  service = openQueryService(realSys, lake)
  const schema = columns({ host: 'varchar' })
  const web = lake.addTable({ name: 'web', schema, partitionKeys: ['dt', 'hour'] })
  const days = lake.declare({
    name: 'days',
    columns: schema.columns,
    partitionKeys: [
      { name: 'day', type: 'date' },
      { name: 'year', type: 'int' },
      { name: 'month', type: 'varchar' },
    ],
  })
  for (const ago of DAYS_AGO) {
    const dt = new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10)
    for (const hour of Array.from({ length: 24 }, (_, index) => String(index)))
      await lake.addObject(web, `SELECT 'a' AS host, NULL::VARCHAR AS _extra`, { partition: [dt, hour] })
    await lake.addFile(days, `SELECT 'a' AS host`, { values: [dt, dt.slice(0, 4), dt.slice(5, 7)] })
  }
  addProjected()
})
after(async () => {
  await service.close()
  await lake.close()
})

function addProjected(): void {
  const Parameters = {
    'projection.enabled': 'true',
    'projection.day.type': 'date',
    'projection.day.range': '2020/01/01,NOW+1YEARS',
    'projection.day.format': 'yyyy/MM/dd',
    'projection.account.type': 'injected',
    'storage.location.template': 's3://logs/flow/${account}/${day}/',
  }
  const keys = ['account', 'day'].map((name) => ({ name, type: 'varchar' as const }))
  lake.declare({ name: 'flow', partitionKeys: keys, input: { Name: 'flow', Parameters } })
}

/** `[key]` is the key, which is hidden from the planner for the comparison. */
const CONDITIONS: [table: string, where: string][] = [
  ['web', `[dt] >= date_format(current_date - interval '7' day, '%Y-%m-%d')`],
  ['web', `date_format(current_date - interval '7' day, '%Y-%m-%d') < [dt]`],
  ['web', `[dt] = cast(current_date as varchar) AND [hour] = cast(hour(now()) as varchar)`],
  ['web', `[dt] = cast(date_add('day', -1, current_date) as varchar)`],
  ['web', `[dt] = to_iso8601(date(now() - interval '1' day))`],
  ['web', `[dt] BETWEEN format_datetime(now() - interval '3' day, 'yyyy-MM-dd') AND '9999'`],
  ['web', `[dt] IN (cast(current_date as varchar), '2020-01-01', concat('2020', '-01-02'))`],
  ['web', `[dt] LIKE date_format(now(), '%Y-%m') || '%'`],
  ['web', `[dt] LIKE cast(current_date as varchar)`],
  ['web', `starts_with([dt], date_format(localtimestamp, '%Y-%m'))`],
  ['web', `([dt] = date_format(now(), '%Y-%m-%d') OR [dt] = 'x') AND [hour] < lpad('', 1, '2')`],
  ['web', `[dt] < substr(upper('2000-01-01x'), 1, 10)`],
  ['days', `[day] = date_trunc('day', current_timestamp) - interval '2' day`],
  ['days', `[day] >= date_add('week', -1, date(now())) AND [year] = year(current_date)`],
  ['days', `[day] > date_parse('2099-01-01', '%Y-%m-%d')`],
  ['days', `[year] IN (year(current_date), year(current_date) - 1) AND [month] = '00'`],
  ['days', `[month] = lpad(cast(month(current_date) as varchar), 2, '0')`],
  ['days', `[year] = extract(year FROM now()) AND [day] < current_date`],
  ['days', `[year] < 1 + 1.5`],
]

describe('expressions without columns', () => {
  for (const [table, where] of CONDITIONS) {
    it(where, async () => {
      const plain = where.replaceAll(/\[(\w+)\]/g, '$1')
      const hidden = where.replaceAll(/\[(\w+)\]/g, (_, key: string) => `if(true, ${key})`)
      const [left, all] = await sameDay(async () => [await count(table, plain), await count(table, hidden)])
      assert.equal(left.rows, all.rows)
      assert.equal(left.objects, left.rows)
      assert.ok(all.objects > left.objects, `${left.objects} of ${all.objects}`)
    })
  }

  it('are values of projected keys, injected ones too', async () => {
    await service.run(
      `SELECT 1 FROM flow WHERE account IN (concat('1', '2'), replace('x7', 'x')) AND day = format_datetime(date '2026-11-23', 'yyyy/MM/dd')`,
    )
    assert.deepEqual(lake.opened, ['s3://logs/flow/12/2026/11/23/', 's3://logs/flow/7/2026/11/23/'])
  })

  it('may come from parameters, and through views and subqueries', async () => {
    const sql = `WITH w AS (SELECT dt AS d, host FROM web) SELECT count(*) FROM w WHERE d >= date_format(current_date - ?, '%Y-%m-%d')`
    const { rows, stats } = await service.run(sql, { parameters: [`interval '2' day`] })
    assert.equal(Number(rows[0]![0]), stats.objects)
    assert.ok(stats.objects <= 4 * 24)
  })
})

describe('nothing is left out because of', () => {
  const OTHERS = [
    `dt > cast(random() as varchar)`,
    `dt <> cast(uuid() as varchar)`,
    `dt > cast(element_at(shuffle(ARRAY[1, 2]), 1) as varchar)`,
    `dt > (SELECT min(dt) FROM web)`,
    `dt > substr(host, 9)`,
    `dt > try(cast(1 / 0 as varchar)) OR host = 'a'`,
  ]
  for (const where of OTHERS) {
    it(where, async () => {
      const { objects } = await count('web', where)
      assert.ok(objects >= DAYS_AGO.length * 24)
    })
  }

  it('more expressions than anyone writes', async () => {
    const list = Array.from({ length: 200 }, (_, index) => `concat('${index}', '')`)
    assert.equal((await count('web', `dt IN (${list.join(', ')})`)).objects, DAYS_AGO.length * 24)
  })

  it('one that fails, which the statement then says', async () => {
    await assert.rejects(
      count('days', `year > cast('x' || host as integer) AND year > cast(concat('x', '') as integer)`),
      (error) => error instanceof HozonError && /INVALID_CAST_ARGUMENT/.test(error.message),
    )
    await assert.rejects(count('web', `dt > concat('a', read_text('/etc/hostname'))`), HozonError)
  })
})

async function count(table: string, where: string): Promise<{ rows: number; objects: number }> {
  const { rows, stats } = await service.run(`SELECT count(*) FROM ${table} WHERE ${where}`)
  assert.equal(lake.open, 0)
  return { rows: Number(rows[0]![0]), objects: stats.objects }
}

/** Both statements, within one day and hour. */
async function sameDay<T>(run: () => Promise<T>): Promise<T> {
  const hour = (): number => Math.floor(Date.now() / (DAY_MS / 24))
  for (;;) {
    const before = hour()
    const answer = await run()
    if (hour() === before) return answer
  }
}
