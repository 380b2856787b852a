/** Runs a statement: plans it here, has an engine compile and run it. */
import { HozonError } from '../base/errors.ts'
import type { Sys } from '../sys/sys.ts'
import type { Table } from '../catalog/catalog.ts'
import { runOnCatalog, textResult, type CatalogTarget } from './catalog-statements.ts'
import type { NamedType, TextAnswer } from './ddl/ddl-context.ts'
import { diskFull, ENDLESS_ROOM, type DiskRoom } from './disk-room.ts'
import { openEnginePool, type EngineCall, type EnginePool, type UseEngine } from './engine/engine-pool.ts'
import type { AnalyzeRequest, AnswerFile, AnswerRequest, RunAnswer, RunRequest } from './engine/protocol.ts'
import type { WriteAnswer, WriteRequest } from './engine/write/protocol.ts'
import { explainPlan, requireQuery } from './explain.ts'
import { planQuery, type Planner, type QueryPlan } from './planner/plan-query.ts'
import { nameContext, type NameContext } from './planner/resolve.ts'
import { sizedColumnTypes, sizedResult, sizedTypes } from './planner/text-lengths.ts'
import type {
  Executed,
  ExecuteOptions,
  QueryOptions,
  QueryResult,
  QueryService,
  QueryStats,
  TableSource,
} from './query.ts'
import { ROWS_COLUMN } from './query.ts'
import { parseStatement } from './statement/parse-statement.ts'
import type { Statement, WriteStatement } from './statement/statement.ts'
import { isOfClass } from './statement/statement-kinds.ts'
import { writeTextAnswer } from './text-answer.ts'
import { runWrite } from './write/run-write.ts'
import type { WriteTarget } from './write/write-target.ts'

export interface QueryServiceOptions {
  /** Directory for sorts and joins that do not fit in memory; without it they fail with HOZON_SQL_MEMORY. */
  spillDirectory?: string
  /** What may be written of the disk; default: all of it. */
  room?: DiskRoom
  /**
   * Lower-case name of the column that equals the event time wherever it is not NULL; conditions on it then leave out
   * objects by their times. Undefined where no column has this property.
   */
  timeColumn?: (table: Table) => string | undefined
  /** Without it, statements that read or change the catalog are refused. */
  target?: CatalogTarget
  /** Without it, statements that write are refused. */
  writeTarget?: WriteTarget
  enginesMax?: number
  /** DuckDB's own limit per query. What it holds besides (rows of the answer, the parser) comes on top. */
  memoryMiB?: number
  residentMiBMax?: number
  threads?: number
  timeoutMs?: number
  rowsMax?: number
  /** Of all files that one statement writes. */
  writeBytesMax?: number
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
  writeBytesMax: 64 * 2 ** 30,
  idleMs: 60_000,
  room: ENDLESS_ROOM,
}

const WAITING_MAX = 64
/** An answer is held in memory twice, in the engine and here. */
const RESULT_BYTES_MAX = 32 * 1024 * 1024
/** A sort of 50 million rows of a hundred bytes. */
const SPILL_MIB = 8 * 1024

export function openQueryService(
  sys: Pick<Sys, 'clock' | 'files' | 'processes'>,
  source: TableSource,
  options: QueryServiceOptions = {},
): QueryService {
  const settings = { ...DEFAULTS, ...options }
  const { enginesMax, residentMiBMax, idleMs, timeColumn, spillDirectory, room } = settings
  const pool = openEnginePool(sys, {
    enginesMax,
    residentMiBMax,
    idleMs,
    waitingMax: WAITING_MAX,
    spillDirectory,
    room,
  })
  const planner = { clock: sys.clock, source, timeColumn }
  const service: Service = { sys, planner, settings, pool, claims: new Set() }
  return {
    run: (sql, runOptions = {}) => runStatement(service, sql, runOptions),
    execute: (sql, executeOptions) => executeStatement(service, sql, executeOptions),
    check: (sql, checkOptions = {}) => checkStatement(service, sql, checkOptions),
    close: () => pool.close(),
  }
}

interface Service {
  sys: Pick<Sys, 'clock' | 'files'>
  planner: Planner
  settings: typeof DEFAULTS & QueryServiceOptions
  pool: EnginePool
  /** Places that statements in progress write to. */
  claims: Set<string>
}

async function runStatement(service: Service, sql: string, options: QueryOptions): Promise<QueryResult> {
  const statement = parseStatement(sql)
  if (statement.kind === 'query') {
    return lendEngine(service, options, (call, signal) =>
      withPlan(service, call, statement.sql, { ...options, signal }, (plan) =>
        answerInMemory(service, call, plan, options),
      ),
    )
  }
  const { answer, stats } = await answerAsText(service, statement, options)
  return { ...textResult(answer), stats }
}

async function executeStatement(service: Service, sql: string, options: ExecuteOptions): Promise<Executed> {
  const statement = parseStatement(sql)
  await service.settings.room.refuseWhenFull()
  if (isOfClass(statement, 'write')) return executeWrite(service, statement, options)
  if (statement.kind === 'query') {
    const writing = { ...options, paths: [options.answerPath] }
    return lendEngine(service, writing, (call, signal) =>
      withPlan(service, call, statement.sql, { ...options, signal }, (plan) =>
        answerInFile(service, call, plan, options),
      ),
    )
  }
  const { answer, stats } = await answerAsText(service, statement, options)
  return {
    form: 'txt',
    columns: answer.columns,
    rows: answer.rows.length,
    answerBytes: await writeTextAnswer(service.sys.files, options.answerPath, answer.rows),
    updateCount: undefined,
    manifest: undefined,
    stats,
  }
}

/** What is no query and writes no rows. */
async function answerAsText(
  service: Service,
  statement: Statement,
  options: QueryOptions,
): Promise<{ answer: TextAnswer; stats: QueryStats }> {
  const { planner, settings } = service
  const startMs = planner.clock.monotonic()
  if (statement.kind === 'explain') return answerExplain(service, statement, options)
  if (settings.target === undefined || !(isOfClass(statement, 'show') || isOfClass(statement, 'ddl')))
    throw notRunnable(statement.kind)
  const columns = (query: string, names: NameContext): Promise<NamedType[]> =>
    columnsOf(service, query, { ...options, ...names })
  const answer = await runOnCatalog(planner, settings.target, statement, options, columns)
  return { answer, stats: { ...NOTHING_READ, planMs: planner.clock.monotonic() - startMs } }
}

async function answerExplain(
  service: Service,
  statement: Extract<Statement, { kind: 'explain' }>,
  options: QueryOptions,
): Promise<{ answer: TextAnswer; stats: QueryStats }> {
  requireQuery(statement)
  return lendEngine(service, options, (call, signal) =>
    withPlan(service, call, statement.sql, { ...options, signal }, async (plan) => {
      const answer = await explainPlan(call, statement, plan, await runLimits(service, options))
      return { answer, stats: { ...plan.stats, runMs: 0 } }
    }),
  )
}

/** Of a query's answer; nothing is read. */
async function columnsOf(service: Service, query: string, options: QueryOptions): Promise<NamedType[]> {
  return lendEngine(service, options, async (call, signal) => {
    const plan = await planQuery(service.planner, call, query, { ...options, signal }, 'nothing')
    const limits = await runLimits(service, options)
    const request: RunRequest = { sql: plan.sql, scans: plan.scans, limits }
    const run = ask<RunAnswer>(call, 'run', request)
    const { columns } = await run.catch((error: unknown) => {
      throw plan.explain(error)
    })
    return sizedTypes(columns, plan.lengths)
  })
}

async function checkStatement(service: Service, sql: string, options: QueryOptions): Promise<void> {
  const statement = parseStatement(sql)
  if (statement.kind !== 'query') return
  const request: AnalyzeRequest = { sql: statement.sql, parameters: options.parameters }
  await lendEngine(service, options, (call) => call('analyze', request))
}

/** Answers with an engine; with another one where the first died before it ran anything. */
async function lendEngine<T>(
  service: Service,
  options: QueryOptions & { paths?: readonly string[] },
  use: UseEngine<T>,
): Promise<T> {
  const { timeoutMs = service.settings.timeoutMs, signal, paths = [] } = options
  const limits = { timeoutMs, signal, paths }
  const lend = (): Promise<T> => service.pool.lend(limits, use)
  try {
    return await lend().catch((error: unknown) => {
      // It had died while idle, or before it got to run anything: another engine will do.
      if (isEngineDeath(error) && !RUNNING.has(error.op)) return lend()
      throw error
    })
  } catch (error) {
    // While it ran the query: not tried again, since the query may be what ended it.
    if (!isEngineDeath(error)) throw error
    const hint = 'the other queries and the server are not affected'
    throw new HozonError('HOZON_SQL_FAILED', error.message, { op: 'run query', hint, cause: error })
  }
}

/** Calls into an engine that run what the user wrote. */
const RUNNING: ReadonlySet<string> = new Set(['run', 'answer', 'write', 'explain'])

function isEngineDeath(error: unknown): error is HozonError {
  return error instanceof HozonError && error.code === 'HOZON_ENGINE_DIED'
}

function notRunnable(kind: string): HozonError {
  return new HozonError('HOZON_SQL_FORBIDDEN', `${kind} can not be run here`, { op: 'plan query' })
}

async function withPlan<T>(
  { planner }: Service,
  call: EngineCall,
  sql: string,
  options: QueryOptions,
  use: (plan: QueryPlan) => Promise<T>,
): Promise<T> {
  const plan = await planQuery(planner, call, sql, options)
  try {
    return await use(plan)
  } catch (error) {
    throw plan.explain(error)
  } finally {
    plan.release()
  }
}

/** DuckDB's words where it would have written more to disk, or anything. */
const NO_SPILLING = /max_temp_directory_size|temporary directory/

/** Has an engine run something. HOZON_SQL_DISK for limits that are only lower because the disk is nearly full. */
async function ask<T>(
  call: EngineCall,
  method: string,
  request: RunRequest,
  isSizeOfDisk = false,
): Promise<T> {
  try {
    return await call<T>(method, request)
  } catch (error) {
    if (!(error instanceof HozonError)) throw error
    const { code, message } = error
    const couldSpillMore = request.limits.spillMiB < SPILL_MIB && NO_SPILLING.test(message)
    if (code === 'HOZON_SQL_SIZE' && isSizeOfDisk) throw diskFull()
    throw code === 'HOZON_SQL_MEMORY' && couldSpillMore ? diskFull() : error
  }
}

async function answerInMemory(
  service: Service,
  call: EngineCall,
  { sql, scans, stats, lengths }: QueryPlan,
  options: QueryOptions,
): Promise<QueryResult> {
  const { clock } = service.planner
  const startMs = clock.monotonic()
  const request: RunRequest = { sql, scans, limits: await runLimits(service, options) }
  const answer = await ask<RunAnswer>(call, 'run', request)
  const columns = sizedTypes(answer.columns, lengths)
  return { ...answer, columns, stats: { ...stats, runMs: clock.monotonic() - startMs } }
}

async function answerInFile(
  service: Service,
  call: EngineCall,
  plan: QueryPlan,
  options: ExecuteOptions,
): Promise<Executed> {
  const { sql, scans } = plan
  const { clock } = service.planner
  const startMs = clock.monotonic()
  const { answerPath, rowsMax } = options
  const limits = await runLimits(service, options)
  const roomBytes = await service.settings.room.bytes()
  const answerBytesMax = Math.min(options.answerBytesMax, roomBytes)
  const request: AnswerRequest = { sql, scans, limits, answerPath, answerBytesMax, rowsMax }
  const answer = await ask<AnswerFile>(call, 'answer', request, answerBytesMax === roomBytes)
  const runMs = clock.monotonic() - startMs
  const columns = sizedResult(answer.columns, plan.lengths)
  const stats = { ...plan.stats, runMs }
  return { ...answer, columns, form: 'csv', updateCount: undefined, manifest: undefined, stats }
}

async function executeWrite(
  service: Service,
  statement: WriteStatement,
  options: ExecuteOptions,
): Promise<Executed> {
  const { sys, claims, planner, settings } = service
  if (settings.writeTarget === undefined) throw notRunnable(statement.kind)
  const startMs = sys.clock.monotonic()
  const roomBytes = await settings.room.bytes()
  const bytesMax = Math.min(settings.writeBytesMax, roomBytes)
  const written = await runWrite(statement, {
    sys,
    source: planner.source,
    target: settings.writeTarget,
    names: await nameContext(planner.source, options),
    options,
    claims,
    bytesMax,
    write: (request) =>
      lendEngine(service, { ...options, paths: [request.folder] }, (call, signal) =>
        withPlan(service, call, statement.query, { ...options, signal }, async (plan) => {
          const { sql, scans, stats, lengths } = plan
          const limits = await writeLimits(service, options)
          const full: WriteRequest = { ...request, sql, scans, limits }
          const answer = await ask<WriteAnswer>(call, 'write', full, bytesMax === roomBytes)
          const columns = sizedColumnTypes(answer.columns, lengths)
          return { answer: { ...answer, columns }, stats: { ...stats, runMs: 0 } }
        }),
      ),
  })
  const tookMs = sys.clock.monotonic() - startMs
  const stats = written.stats ?? NOTHING_READ
  return {
    form: 'csv',
    columns: written.countsRows ? [...ROWS_COLUMN] : [],
    rows: 0,
    answerBytes: await writeTextAnswer(sys.files, options.answerPath, []),
    updateCount: written.countsRows ? written.rows : undefined,
    manifest: written.manifest,
    stats: { ...stats, runMs: tookMs - stats.planMs },
  }
}

const NOTHING_READ = { scannedBytes: 0, objects: 0, segments: 0, planMs: 0, runMs: 0 }

/** A writer of Parquet holds row groups besides what the query needs. */
async function writeLimits(service: Service, options: QueryOptions): Promise<RunRequest['limits']> {
  const limits = await runLimits(service, options)
  return { ...limits, memoryMiB: limits.memoryMiB * 1.5 }
}

async function runLimits(service: Service, options: QueryOptions): Promise<RunRequest['limits']> {
  const { memoryMiB, threads, spillDirectory, rowsMax, room } = service.settings
  const spillMiB = Math.min(SPILL_MIB, Math.floor((await room.bytes()) / 2 ** 20))
  return {
    memoryMiB,
    threads,
    spillDirectory: spillMiB === 0 ? '' : (spillDirectory ?? ''),
    spillMiB,
    rowsMax: options.rowsMax ?? rowsMax,
    resultBytesMax: RESULT_BYTES_MAX,
  }
}
