/** Runs a statement: plans it here, has an engine compile and run it. */
import { HozonError } from '../base/errors.ts'
import type { Sys } from '../sys/sys.ts'
import type { Table } from '../catalog/catalog.ts'
import { openEnginePool, type EngineCall, type EnginePool } from './engine/engine-pool.ts'
import type { Analysis, Compiled, ResolvedTable, RunAnswer, RunRequest } from './engine/protocol.ts'
import { objectFilter, partitionOf, planScan, type PlannedScan } from './planner/scan.ts'
import { defaultDatabase, resolveTable } from './planner/resolve.ts'
import { firstWord } from './planner/tokens.ts'
import { findUtility } from './planner/utility.ts'
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

/** Statements that an engine compiles; everything else never gets there. */
const QUERIES = ['SELECT', 'WITH', 'VALUES']

/** Statements whose answer depends on lines that may still be in the buffer. */
const LOOKS_INTO_TABLE = /^\s*(DESC|SHOW\s+(COLUMNS|PARTITIONS))/i

async function runStatement(service: Service, sql: string, options: QueryOptions): Promise<QueryResult> {
  const utility = findUtility(sql)
  if (utility !== undefined) {
    if (LOOKS_INTO_TABLE.test(sql)) await service.source.refresh(service.source.tables())
    return answerUtility(service, utility, options)
  }
  const word = firstWord(sql)
  if (!QUERIES.includes(word)) throw notRunnable(word)
  const limits = { timeoutMs: options.timeoutMs ?? service.settings.timeoutMs, signal: options.signal }
  const run = (): Promise<QueryResult> =>
    service.pool.lend(limits, (call) => runQuery(service, call, sql, options))
  try {
    return await run().catch((error: unknown) => {
      // It had died while idle, or before it got to run anything: another engine will do.
      if (isEngineDeath(error) && error.op !== 'run') return run()
      throw error
    })
  } catch (error) {
    // While it ran the query: not tried again, since the query may be what ended it.
    if (!isEngineDeath(error)) throw error
    const hint = 'the other queries and the server are not affected'
    throw new HozonError('HOZON_SQL_FAILED', error.message, { op: 'run query', hint, cause: error })
  }
}

function isEngineDeath(error: unknown): error is HozonError {
  return error instanceof HozonError && error.code === 'HOZON_ENGINE_DIED'
}

function notRunnable(word: string): HozonError {
  const message = word === '' ? 'this is not a statement' : `${word} is not a statement that can be run here`
  const hint =
    'SELECT, WITH, VALUES, SHOW DATABASES, SHOW TABLES, SHOW COLUMNS, SHOW PARTITIONS and DESCRIBE can'
  return new HozonError('HOZON_SQL_FORBIDDEN', message, { op: 'plan query', hint })
}

async function answerUtility(
  service: Service,
  utility: NonNullable<ReturnType<typeof findUtility>>,
  options: QueryOptions,
): Promise<QueryResult> {
  const startMs = service.sys.clock.monotonic()
  const tables = service.source.tables()
  const answer = await utility({
    tables,
    database: defaultDatabase(tables, options.database),
    partitions: (table) => partitionsOf(service.source, table),
  })
  const planMs = service.sys.clock.monotonic() - startMs
  return {
    ...answer,
    truncated: false,
    stats: { scannedBytes: 0, objects: 0, segments: 0, planMs, runMs: 0 },
  }
}

async function partitionsOf(source: SnapshotSource, table: Table): Promise<string[][]> {
  const snapshot = await source.snapshot(table, {})
  try {
    const hot = snapshot.errors ? [] : snapshot.hot.flatMap((prepared) => prepared.parts)
    const keys = snapshot.table.partitionKeys
    const ofParts = hot.map((part) => keys.map((key) => partitionOf(part).get(key) ?? ''))
    return [...snapshot.objects.map((object) => object.partition), ...ofParts]
  } finally {
    snapshot.release()
  }
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
  // Twice: what is in the buffer may bring columns that the tables did not have a moment ago.
  await service.source.refresh([...resolveAll(service, references, options.database).byView.values()])
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
