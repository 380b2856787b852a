/**
 * Planning over a catalog of a million objects: what a query waits before any file is opened. Through the planner and an
 * engine as a server uses them; the files themselves are not there.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { openCatalog } from '../src/catalog/open-catalog.ts'
import type { Catalog, Run, StoredObject } from '../src/catalog/catalog.ts'
import { ENDLESS_ROOM } from '../src/query/disk-room.ts'
import { openEnginePool, type EnginePool } from '../src/query/engine/engine-pool.ts'
import { planQuery, type Planner } from '../src/query/planner/plan-query.ts'
import { DATA_CATALOG, type StreamTable, type TableSource } from '../src/query/query.ts'
import { realSys } from '../src/sys/real.ts'
import { median, withScratch } from './measure.ts'
import type { Report } from './report.ts'
import type { BenchOptions } from './run.ts'

/** Four years of hours, and so many objects in each. */
const HOURS = 4 * 365 * 24
const OBJECTS_PER_HOUR = 29
const START_MS = Date.UTC(2023, 0, 1)
const HOUR_MS = 3_600_000
const RUNS_MIN = 5

const TABLE = {
  database: 'logs',
  name: 'web',
  stream: 'web',
  partitionKeys: ['dt', 'hour'],
  location: 's3://logs/web/',
}

const QUESTIONS: Record<string, string> = {
  'one hour': `SELECT count(*) FROM logs.web WHERE dt = '2026-03-04' AND hour = '05'`,
  'a week by range': `SELECT count(*) FROM logs.web WHERE dt >= '2026-03-01' AND dt < '2026-03-08'`,
  'a month by LIKE': `SELECT count(*) FROM logs.web WHERE dt LIKE '2026-03%'`,
  'an hour by event time': `SELECT count(*) FROM logs.web WHERE time >= TIMESTAMP '2026-03-04 05:00:00' AND time < TIMESTAMP '2026-03-04 06:00:00'`,
  'an hour of each day of a year': `SELECT count(*) FROM logs.web WHERE dt BETWEEN '2025-01-01' AND '2025-12-31' AND hour = '05'`,
  'a week, from an expression': `SELECT count(*) FROM logs.web WHERE dt >= date_format(TIMESTAMP '2026-03-08' - INTERVAL '7' DAY, '%Y-%m-%d') AND dt < '2026-03-08'`,
  'a condition that matches nothing': `SELECT count(*) FROM logs.web WHERE dt > '2030-01-01'`,
}

/** Everything is read: there is no target for it. */
const WHOLE = { name: 'the whole table', sql: 'SELECT count(*) FROM logs.web', runs: 2 }

export async function measure({ runs }: BenchOptions): Promise<Report> {
  return withScratch(async (folder) => {
    const path = join(folder, 'catalog.sqlite')
    const catalog = openCatalog(path, realSys.clock, realSys.random)
    const pool = openEnginePool(realSys, {
      enginesMax: 1,
      waitingMax: 1,
      idleMs: 60_000,
      residentMiBMax: 640,
      spillDirectory: undefined,
      room: ENDLESS_ROOM,
    })
    try {
      const objects = fill(catalog)
      const planner: Planner = { clock: realSys.clock, source: sourceOf(catalog), timeColumn: () => 'time' }
      const ask = async (name: string, sql: string, times: number): Promise<(string | number)[]> => {
        const taken: Taken[] = []
        // The first of all starts the engine.
        for (let run = 0; run <= times; run++) taken.push(await plan(pool, planner, sql))
        const [ms, cpuMs] = [taken.slice(1).map((each) => each.ms), taken.slice(1).map((each) => each.cpuMs)]
        return [name, taken[0]!.objects, median(ms), Math.max(...ms), median(cpuMs)]
      }
      const rows: (string | number)[][] = []
      for (const [name, sql] of Object.entries(QUESTIONS))
        rows.push(await ask(name, sql, Math.max(runs, RUNS_MIN)))
      const whole = await ask(WHOLE.name, WHOLE.sql, WHOLE.runs)
      return {
        tables: [
          {
            columns: ['question', 'objects left', 'ms, median', 'ms, worst', 'CPU ms, main process'],
            rows: [...rows, whole],
          },
        ],
        targets: [
          {
            what: `planning among ${objects} objects, worst median`,
            bound: { most: 200, unit: ' ms' },
            measured: Math.max(...rows.map((row) => Number(row[2]))),
          },
        ],
        notes: [`${HOURS} partitions of ${OBJECTS_PER_HOUR} objects, ${objects} in all`],
      }
    } finally {
      await pool.close()
      catalog.close()
      rmSync(path, { force: true })
    }
  })
}

interface Taken {
  objects: number
  ms: number
  /** Of the main process with all its threads. */
  cpuMs: number
}

async function plan(pool: EnginePool, planner: Planner, sql: string): Promise<Taken> {
  const before = process.cpuUsage()
  const planned = await pool.lend({ timeoutMs: 600_000, signal: undefined }, (call) =>
    planQuery(planner, call, sql, {}),
  )
  const { user, system } = process.cpuUsage(before)
  planned.release()
  const { stats } = planned
  return { objects: stats.objects, ms: stats.planMs, cpuMs: (user + system) / 1000 }
}

function fill(catalog: Catalog): number {
  catalog.ensureTable(TABLE)
  const columns = [
    { name: 'host', key: 'host', type: 'varchar' as const },
    { name: 'time', key: 'time', type: 'timestamp' as const },
  ]
  catalog.evolve('logs', 'web', { version: 2, columns })
  let made = 0
  for (let day = 0; day < HOURS / 24; day++) {
    const run: Run = {
      id: `run-${day}`,
      stream: 'web',
      firstSegment: day + 1,
      lastSegment: day + 1,
      arrivalMs: START_MS + day * 24 * HOUR_MS,
      schemaVersion: 2,
      deliver: '{}',
    }
    const objects = Array.from({ length: 24 * OBJECTS_PER_HOUR }, (_, index) => objectOf(run.id, day, index))
    catalog.planRun(run)
    const records = objects.reduce((sum, { rows }) => sum + rows, 0)
    catalog.commitRun(run, { objects, records, rejected: 0, blank: 0, late: 0, ranges: [] })
    made += objects.length
  }
  return made
}

function objectOf(run: string, day: number, index: number): StoredObject {
  const minTimeMs = START_MS + (day * 24 + Math.floor(index / OBJECTS_PER_HOUR)) * HOUR_MS
  const [dt = '', time = ''] = new Date(minTimeMs).toISOString().split('T')
  const hour = time.slice(0, 2)
  const key = `web/dt=${dt}/hour=${hour}/web-1-${dt}-${hour}-00-00-${run}-${index}.parquet`
  return {
    bucket: 'logs',
    key,
    database: 'logs',
    table: 'web',
    run,
    partition: [dt, hour],
    bytes: 5_000_000,
    etag: '0123456789abcdef0123456789abcdef',
    checksum: '01234567',
    rows: 10_000,
    format: 'parquet',
    compression: 'zstd',
    schemaVersion: 2,
    fits: true,
    minTimeMs,
    maxTimeMs: minTimeMs + HOUR_MS - 1,
  }
}

function sourceOf(catalog: Catalog): TableSource {
  const table = (): StreamTable => {
    const found = catalog.table('logs', 'web')!
    const partitionKeys = found.partitionKeys.map((name) => ({ name, type: 'varchar' as const }))
    const { schema, database, name } = found
    return {
      kind: 'stream',
      catalog: DATA_CATALOG,
      database,
      name,
      columns: schema.columns,
      partitionKeys,
      table: found,
    }
  }
  return {
    catalogs: () => [DATA_CATALOG],
    databases: async () => ['logs'],
    tables: async () => [table()],
    table: async () => table(),
    refresh: async () => {},
    snapshot: async (asked, filter) => ({
      table: asked,
      objects: [...catalog.objectPages(asked.database, asked.name, filter)].flat(),
      fetch: async ({ key }) => `/store/${key}`,
      hot: [],
      errors: false,
      release: () => {},
    }),
    streamPartitions: () => [],
    externalPartitions: () => [],
    openExternal: async () => ({ files: [], release: () => {} }),
    openRemote: () => Promise.reject(new Error('there is none')),
  }
}
