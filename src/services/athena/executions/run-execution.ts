/** One execution from its turn to its answer in the store. */
import { join } from 'node:path'
import { HozonError } from '../../../base/errors.ts'
import type { AthenaItems, WrittenByExecution } from '../../../catalog/catalog.ts'
import { ROWS_COLUMN, type Executed, type QueryService } from '../../../query/query.ts'
import type { PreparedStatement } from '../../../query/statement/statement.ts'
import type { Store } from '../../../store/store.ts'
import type { Clock, Files } from '../../../sys/sys.ts'
import { metadataFile } from '../results/metadata-file.ts'
import { putAnswer } from '../results/put-answer.ts'
import { savePrepared } from '../statements/prepared-statements.ts'
import { hasAnswer } from '../statements/statement-kinds.ts'
import type { PlannedStatement } from '../statements/plan-statement.ts'
import { uriOf } from './describe-execution.ts'
import type { Execution, Result } from './execution.ts'
import type { Live } from './executions.ts'

/** What is needed until the execution ends, and never after. */
export interface Work extends PlannedStatement {
  mayWrite: boolean
  scanBytesMax: number | undefined
}

export interface RunContext {
  queries: Pick<QueryService, 'execute'>
  store: Pick<Store, 'putFile'>
  files: Files
  items: AthenaItems
  clock: Pick<Clock, 'now'>
  /** For answers in the making. */
  directory: string
}

/** Nobody reads more than this through SELECT; UNLOAD is for that. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024 * 1024

/** Athena's own limits. */
const QUERY_TIMEOUT_MS = 30 * 60_000
const DDL_TIMEOUT_MS = 600 * 60_000

export async function runExecution(context: RunContext, live: Live<Work>): Promise<Result> {
  const { execution, work, signal } = live
  const answerPath = join(context.directory, `${execution.id}.answer`)
  try {
    const executed = await execute(context, live, answerPath)
    const isAnswer = hasAnswer(work.statement.kind)
    // What has written its rows has done what it was asked for.
    if (isAnswer) refuseCancelled(signal)
    return await answered(context, execution, executed, isAnswer ? answerPath : undefined)
  } finally {
    await context.files.remove(answerPath)
  }
}

/** Of an execution that has written its rows, but could not tell: the process, or the disk, was at its end. */
export function finishWrite(
  context: RunContext,
  execution: Execution,
  { objects, rows }: WrittenByExecution,
): Promise<Result> {
  const executed: Executed = {
    ...NOTHING,
    columns: rows === undefined ? [] : [...ROWS_COLUMN],
    updateCount: rows,
    manifest: objects,
    stats: NO_STATS,
  }
  return answered(context, execution, executed, undefined)
}

async function answered(
  context: RunContext,
  execution: Execution,
  executed: Executed,
  answerPath: string | undefined,
): Promise<Result> {
  const scratch = join(context.directory, execution.id)
  const manifestKey = await putAnswer({ ...context, scratch }, execution.output, {
    answerPath,
    metadata: metadataFile(execution.id, executed.columns),
    manifest: executed.manifest,
  })
  return resultOf(executed, answerPath !== undefined, manifestKey)
}

async function execute(context: RunContext, live: Live<Work>, answerPath: string): Promise<Executed> {
  const { execution, work, signal } = live
  const { statement } = work
  if (statement.kind === 'prepare' || statement.kind === 'deallocate')
    return changePrepared(context, execution, statement, answerPath)
  return context.queries.execute(work.sql, {
    executionId: execution.id,
    answerPath,
    answerBytesMax: ANSWER_BYTES_MAX,
    outputLocation: uriOf(execution.output, execution.output.prefix),
    mayWrite: work.mayWrite,
    timeoutMs: execution.types.statementType === 'DDL' ? DDL_TIMEOUT_MS : QUERY_TIMEOUT_MS,
    signal,
    ...(execution.database === undefined ? {} : { database: unquoted(execution.database) }),
    ...(execution.catalog === undefined ? {} : { catalog: execution.catalog }),
    ...(work.parameters === undefined ? {} : { parameters: work.parameters }),
    ...(work.scanBytesMax === undefined ? {} : { scanBytesMax: work.scanBytesMax }),
  })
}

/** Some clients write the database of the context as they would within a statement. */
function unquoted(name: string): string {
  return /^`[^`]*`$|^"[^"]*"$/.test(name) ? name.slice(1, -1) : name
}

async function changePrepared(
  { items, clock, files }: RunContext,
  { workGroup }: Execution,
  statement: Exclude<PreparedStatement, { kind: 'execute' }>,
  answerPath: string,
): Promise<Executed> {
  const { name } = statement
  if (statement.kind === 'prepare')
    savePrepared(items, {
      StatementName: name,
      QueryStatement: statement.statement,
      WorkGroupName: workGroup,
      LastModifiedTime: clock.now() / 1000,
    })
  else if (!items.remove('prepared statement', workGroup, name))
    throw new HozonError('HOZON_SQL_FAILED', `Prepared statement not found: ${name}`, { op: 'deallocate' })
  await (await files.open(answerPath, 'create')).close()
  return { ...NOTHING, stats: NO_STATS }
}

const NO_STATS = { scannedBytes: 0, objects: 0, segments: 0, planMs: 0, runMs: 0 }

const NOTHING = {
  form: 'txt',
  columns: [],
  rows: 0,
  answerBytes: 0,
  updateCount: undefined,
  manifest: undefined,
} as const satisfies Partial<Executed>

function resultOf(executed: Executed, isAnswer: boolean, manifestKey: string | undefined): Result {
  const { form, columns, rows, answerBytes, updateCount, stats } = executed
  return {
    form: isAnswer ? form : 'none',
    columns,
    rows,
    bytes: answerBytes,
    ...(updateCount === undefined ? {} : { updateCount }),
    ...(manifestKey === undefined ? {} : { manifestKey }),
    scannedBytes: stats.scannedBytes,
    planMs: stats.planMs,
    runMs: stats.runMs,
    isReused: false,
  }
}

/** Its answer need not be kept. */
function refuseCancelled(signal: AbortSignal): void {
  if (signal.aborted)
    throw new HozonError('HOZON_SQL_CANCELLED', 'the query was cancelled', { op: 'run query' })
}
