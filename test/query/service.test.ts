import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { HozonError } from '../../src/base/errors.ts'
import { realSys } from '../../src/sys/real.ts'
import type { Child, Sys } from '../../src/sys/sys.ts'
import type { QueryService } from '../../src/query/query.ts'
import { openQueryService } from '../../src/query/query-service.ts'
import { columns, openLake, type Lake } from './lake.ts'

let lake: Lake
let service: QueryService
const children: Child[] = []

/** The real system, with its children at hand to kill them. */
const sys: Sys = {
  ...realSys,
  processes: {
    ...realSys.processes,
    fork(module, options) {
      const child = realSys.processes.fork(module, options)
      children.push(child)
      return child
    },
  },
}

before(async () => {
  lake = await openLake()
  const schema = columns({ host: 'varchar', bytes: 'bigint', time: 'timestamp' })
  const table = lake.addTable({ name: 'web', schema, partitionKeys: ['dt', 'hour'] })
  const row = (host: string, bytes: number, extra: string): string =>
    `SELECT '${host}' AS host, ${bytes}::BIGINT AS bytes, TIMESTAMP '2026-11-22 01:02:03' AS time, ${extra}::VARCHAR AS _extra`
  await lake.addObject(table, row('a', 1, 'NULL'), { partition: ['2026-11-22', '01'] })
  await lake.addObject(table, row('b', 2, `'{"x":1}'`), { partition: ['2026-11-23', '02'] })
  await lake.addHot(table, [{ host: 'c', bytes: 4, time: '2026-11-23T05:00:00+02:00' }], {
    dt: '2026-11-23',
    hour: '03',
  })
  service = openQueryService(sys, lake, { residentMiBMax: 600, timeColumn: () => 'time' })
})

after(async () => {
  await service.close()
  await lake.close()
})

async function rows(sql: string): Promise<string[][]> {
  const result = await service.run(sql)
  return result.rows
}

function rejectsWith(code: string, promise: Promise<unknown>, text = ''): Promise<void> {
  return assert.rejects(promise, (error) => {
    assert.ok(error instanceof HozonError, String(error))
    assert.equal(error.code, code, error.message)
    assert.ok(`${error.message} ${error.hint}`.includes(text), `${error.message} ${error.hint}`)
    return true
  })
}

describe('a query over delivered objects and the buffer', () => {
  it('sees both', async () => {
    const result = await service.run('SELECT * FROM logs.web ORDER BY host')
    assert.deepEqual(
      result.columns.map(({ name, type }) => `${name} ${type}`),
      ['host varchar', 'bytes bigint', 'time timestamp(3)', '_extra varchar', 'dt varchar', 'hour varchar'],
    )
    assert.deepEqual(result.rows, [
      ['"a"', '1', '"2026-11-22 01:02:03.000"', 'null', '"2026-11-22"', '"01"'],
      ['"b"', '2', '"2026-11-22 01:02:03.000"', '"{\\"x\\":1}"', '"2026-11-23"', '"02"'],
      ['"c"', '4', '"2026-11-23 03:00:00.000"', 'null', '"2026-11-23"', '"03"'],
    ])
    assert.equal(result.stats.objects, 2)
    assert.equal(result.stats.segments, 1)
    assert.equal(lake.open, 0)
  })

  const PRUNED: [sql: string, objects: number, segments: number][] = [
    [`SELECT 1 FROM logs.web WHERE dt = '2026-11-22'`, 1, 0],
    [`SELECT 1 FROM logs.web w WHERE w.dt IN ('2026-11-23', 'x') AND bytes > 0`, 1, 1],
    [`SELECT 1 FROM logs.web WHERE dt >= '2026-11-23' AND hour < '03'`, 1, 0],
    [`SELECT 1 FROM logs.web WHERE dt BETWEEN '2026-11-20' AND '2026-11-22'`, 1, 0],
    [`SELECT 1 FROM logs.web WHERE dt = '2026-11-22' OR hour = '03'`, 1, 1],
    [`SELECT 1 FROM logs.web WHERE dt = '2026-11-22' OR bytes = 4`, 2, 1],
    [`SELECT 1 FROM logs.web WHERE NOT dt = '2026-11-22'`, 2, 1],
    [`SELECT 1 FROM logs.web WHERE dt <> '2026-11-22'`, 1, 1],
    [`SELECT 1 FROM logs.web WHERE '2026-11-22' = dt`, 1, 0],
    [`SELECT 1 FROM logs.web a, logs.web b WHERE a.dt = '2026-11-22' AND b.dt = '2026-11-23'`, 2, 1],
    [`WITH web AS (SELECT '2026-11-22' AS dt) SELECT 1 FROM web WHERE dt = 'x'`, 0, 0],
    [`SELECT 1 FROM (SELECT * FROM logs.web WHERE dt = '2026-11-22') x`, 1, 0],
  ]
  for (const [sql, objects, segments] of PRUNED) {
    it(`reads ${objects} objects and ${segments} segments: ${sql}`, async () => {
      const { stats } = await service.run(sql)
      assert.deepEqual([stats.objects, stats.segments], [objects, segments])
    })
  }

  it('asks the catalog for exact partitions and times', async () => {
    await service.run(
      `SELECT 1 FROM logs.web WHERE dt = '2026-11-22' AND time >= TIMESTAMP '2026-11-22 00:00:00'`,
    )
    const { filter } = lake.asked.at(-1)!
    assert.deepEqual(filter, { partition: { dt: ['2026-11-22'] }, minTimeMs: Date.UTC(2026, 10, 22) - 1 })
  })

  it('knows the partitions of many files', async () => {
    const many = lake.addTable({ name: 'many', schema: columns({ a: 'bigint' }), partitionKeys: ['dt'] })
    const select = 'SELECT 1::BIGINT AS a, NULL::VARCHAR AS _extra'
    const first = await lake.addObject(many, select, { partition: ['d0'] })
    // One file stands for all: what matters is which of the names it goes by.
    const shared = Array.from({ length: 299 }, (_, i) => ({ ...first, partition: [`d${(i + 1) % 3}`] }))
    lake.shareObjects(many, shared)
    const sql = 'SELECT dt, count(*), sum(a) FROM many GROUP BY dt ORDER BY dt'
    assert.deepEqual(await rows(sql), [
      ['"d0"', '100', '100'],
      ['"d1"', '100', '100'],
      ['"d2"', '100', '100'],
    ])
    assert.deepEqual(await rows('SELECT count(*) FROM many'), [['300']])
  })

  it('finds tables by all their names', async () => {
    for (const name of ['web', 'WEB', 'logs.web', '"AwsDataCatalog".logs.web', 'LOGS."web"']) {
      assert.deepEqual(await rows(`SELECT count(*) FROM ${name}`), [['3']], name)
    }
    assert.deepEqual(await rows('SELECT logs.web.host FROM logs.web WHERE logs.web.bytes = 4'), [['"c"']])
  })

  it('names what is wrong', async () => {
    await rejectsWith('HOZON_SQL_TABLE', service.run('SELECT 1 FROM wbe'), 'did you mean logs.web?')
    await rejectsWith('HOZON_SQL_TABLE', service.run('SELECT 1 FROM other.web'), 'did you mean logs.web?')
    await rejectsWith('HOZON_SQL_FAILED', service.run('SELECT hots FROM web'), 'hots')
    await rejectsWith('HOZON_SQL_SYNTAX', service.run('SELECT FROM WHERE'))
    await rejectsWith('HOZON_SQL_SYNTAX', service.run('SELECT (1'))
    await rejectsWith('HOZON_SQL_FORBIDDEN', service.run('DROP TABLE web'), 'drop')
    await rejectsWith('HOZON_SQL_SYNTAX', service.run(''))
    assert.equal(lake.open, 0)
  })
})

describe('the limits of a query', () => {
  /** Never ends, and needs no memory. */
  const ENDLESS = 'SELECT count(*) FROM range(1000000000000) a(i) WHERE i % 7 = 1 AND i % 11 = 12'

  it('cuts rows', async () => {
    const result = await service.run('SELECT * FROM UNNEST(sequence(1, 5000)) AS t(i)', { rowsMax: 10 })
    assert.equal(result.rows.length, 10)
    assert.equal(result.truncated, true)
    const whole = await service.run('SELECT * FROM UNNEST(sequence(1, 10)) AS t(i)', { rowsMax: 10 })
    assert.equal(whole.truncated, false)
  })

  it('ends a query that takes too long', async () => {
    await rejectsWith('HOZON_SQL_TIMEOUT', service.run(ENDLESS, { timeoutMs: 300 }))
    assert.deepEqual(await rows('SELECT count(*) FROM web'), [['3']])
  })

  it('ends a query that is cancelled', async () => {
    const cancel = new AbortController()
    const running = service.run(ENDLESS, { signal: cancel.signal })
    const other = rows('SELECT count(*) FROM web')
    assert.deepEqual(await other, [['3']])
    cancel.abort()
    await rejectsWith('HOZON_SQL_CANCELLED', running)
    await rejectsWith('HOZON_SQL_CANCELLED', service.run('SELECT 1', { signal: cancel.signal }))
  })

  it('ends a query that needs too much memory', async () => {
    const greedy = 'SELECT array_agg(i) FROM (SELECT a.i FROM range(100000000) a(i))'
    await rejectsWith('HOZON_SQL_MEMORY', service.run(greedy))
    assert.deepEqual(await rows('SELECT count(*) FROM web'), [['3']])
  })

  it('survives the death of its engines', async () => {
    const running = service.run(ENDLESS)
    // The engine says when it is busy by its processor time; killing all at any time must be fine as well.
    for (const child of children) child.kill('SIGKILL')
    await rejectsWith('HOZON_SQL_FAILED', killWhileRunning(running))
    assert.deepEqual(await rows('SELECT count(*) FROM web'), [['3']])
    assert.equal(lake.open, 0)
  })

  it('runs several at once', async () => {
    const all = Array.from({ length: 8 }, () => rows('SELECT sum(bytes) FROM web'))
    for (const answer of await Promise.all(all)) assert.deepEqual(answer, [['7']])
    const alive = children.filter((child) => realSys.processes.isAlive(child.pid!))
    assert.ok(alive.length <= 2, `${alive.length} engines`)
  })

  it('leaves no process behind', async () => {
    const own = openQueryService(sys, lake)
    await own.run('SELECT 1')
    const { pid } = children.at(-1)!
    await own.close()
    assert.equal(realSys.processes.isAlive(pid!), false)
  })
})

/** Kills engines until the query is over. */
async function killWhileRunning(running: Promise<unknown>): Promise<unknown> {
  let over = false
  void running.catch(() => {}).finally(() => (over = true))
  while (!over) {
    for (const child of children) if (processorTicks(child.pid) > 50) child.kill('SIGKILL')
    await new Promise((resolve) => setImmediate(resolve))
  }
  return running
}

function processorTicks(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[13])
  } catch {
    return 0
  }
}
