/** Runs a statement: plans it here, has an engine compile and run it. */
import { HozonError } from '../base/errors.ts'
import type { Sys } from '../sys/sys.ts'
import type { Table } from '../catalog/catalog.ts'
import { openEnginePool, type EngineCall, type EnginePool } from './engine/engine-pool.ts'
import type { Analysis, Compiled, ResolvedTable, RunAnswer, RunRequest } from './engine/protocol.ts'
import { objectFilter, planScan, type PlannedScan } from './planner/scan.ts'
import { defaultDatabase, resolveTable } from './planner/resolve.ts'
import { firstWord } from './planner/statement.ts'
import type { QueryOptions, QueryResult, QueryService, SnapshotSource, TableSnapshot } from './query.ts'

export interface QueryServiceOptions {
  /** Directory for sorts and joins that do not fit in memory; without it they fail with HOZON_SQL_MEMORY. */
  spillDirectory?: string
  /**
   * Lower-case name of the column that equals the event time wherever it is not NULL; conditions on it then leave out
   * objects by their times. Undefined where no column has this property.
   */
  timeColumn?: (table: Table) => string | undefined
  enginesMax?: number
  /** DuckDB's own limit per query. What it holds besides (rows of the answer, the parser) comes on top. */
  memoryMiB?: number
  residentMiBMax?: number
  threads?: number
  timeoutMs?: number
  rowsMax?: number
  idleMs?: number
}

const DEFAULTS = {
  enginesMax: 2,
  memoryMiB: 192,
  residentMiBMax: 640,
  threads: 2,
  // Athena's own limit for queries.
  timeoutMs: 30 * 60_000,
  rowsMax: 1_000_000,
  idleMs: 60_000,
}

const WAITING_MAX = 64
/** An answer is held in memory twice, in the engine and here. */
const RESULT_BYTES_MAX = 32 * 1024 * 1024
/** A sort of 50 million rows of a hundred bytes. */
const SPILL_MIB = 8 * 1024

export function openQueryService(
  sys: Pick<Sys, 'clock' | 'files' | 'processes'>,
  source: SnapshotSource,
  options: QueryServiceOptions = {},
): QueryService {
  const settings = { ...DEFAULTS, ...options }
  const { enginesMax, residentMiBMax, idleMs } = settings
  const pool = openEnginePool(sys, { enginesMax, residentMiBMax, idleMs, waitingMax: WAITING_MAX })
  return {
    run: (sql, runOptions = {}) => runStatement({ sys, source, settings, pool }, sql, runOptions),
    close: () => pool.close(),
  }
}

interface Service {
  sys: Pick<Sys, 'clock'>
  source: SnapshotSource
  settings: typeof DEFAULTS & QueryServiceOptions
  pool: EnginePool
}

async function runStatement(service: Service, sql: string, options: QueryOptions): Promise<QueryResult> {
  const word = firstWord(sql)
  if (!['SELECT', 'WITH', 'VALUES', 'TABLE'].includes(word)) {
    throw new HozonError(
      'HOZON_SQL_FORBIDDEN',
      `${word === '' ? 'this' : word} is not a statement that can be run here`,
      {
        op: 'plan query',
        hint: 'SELECT, WITH, VALUES, SHOW and DESCRIBE can',
      },
    )
  }
  const limits = { timeoutMs: options.timeoutMs ?? service.settings.timeoutMs, signal: options.signal }
  return service.pool.lend(limits, (call) => runQuery(service, call, sql, options))
}

async function runQuery(
  service: Service,
  call: EngineCall,
  sql: string,
  options: QueryOptions,
): Promise<QueryResult> {
  const { clock } = service.sys
  const startMs = clock.monotonic()
  const { references } = await call<Analysis>('analyze', { sql })
  const { resolved, byView } = resolveAll(service, references, options.database)
  const compiled = await call<Compiled>('compile', { sql, tables: resolved })
  const snapshots: TableSnapshot[] = []
  try {
    const scans: PlannedScan[] = []
    for (const [view, table] of byView) {
      const predicate = compiled.predicates[view] ?? { kind: 'any' }
      const snapshot = await service.source.snapshot(table, objectFilter(predicate))
      snapshots.push(snapshot)
      scans.push(await planScan(view, snapshot, predicate))
    }
    const plannedMs = clock.monotonic()
    const request: RunRequest = {
      sql: compiled.sql,
      scans: scans.map(({ scan }) => scan),
      limits: runLimits(service, options),
    }
    const answer = await call<RunAnswer>('run', request)
    const stats = { planMs: plannedMs - startMs, runMs: clock.monotonic() - plannedMs, ...totals(scans) }
    return { ...answer, stats }
  } finally {
    for (const snapshot of snapshots) snapshot.release()
  }
}

function resolveAll(
  service: Service,
  references: Analysis['references'],
  given: string | undefined,
): { resolved: ResolvedTable[]; byView: Map<string, Table> } {
  const tables = service.source.tables()
  const database = defaultDatabase(tables, given)
  const views = new Map<Table, string>()
  const resolved = references.map((reference) => {
    const table = resolveTable(reference, tables, database)
    if (!views.has(table)) views.set(table, `t${views.size}`)
    const { schema, partitionKeys } = table
    const timeColumn = service.settings.timeColumn?.(table)
    return { reference, view: views.get(table)!, columns: schema.columns, partitionKeys, timeColumn }
  })
  return { resolved, byView: new Map([...views].map(([table, view]) => [view, table])) }
}

function runLimits(service: Service, options: QueryOptions): RunRequest['limits'] {
  const { memoryMiB, threads, spillDirectory, rowsMax } = service.settings
  return {
    memoryMiB,
    threads,
    spillDirectory: spillDirectory ?? '',
    spillMiB: SPILL_MIB,
    rowsMax: options.rowsMax ?? rowsMax,
    resultBytesMax: RESULT_BYTES_MAX,
  }
}

function totals(scans: PlannedScan[]): { scannedBytes: number; objects: number; segments: number } {
  const sum = (count: (scan: PlannedScan) => number): number =>
    scans.reduce((total, scan) => total + count(scan), 0)
  return {
    scannedBytes: sum((scan) => scan.scannedBytes),
    objects: sum((scan) => scan.objects),
    segments: sum((scan) => scan.segments),
  }
}
