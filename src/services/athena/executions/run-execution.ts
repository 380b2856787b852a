/** One execution from its turn to its answer in the store. */
import { join } from 'node:path'
import { HozonError } from '../../../base/errors.ts'
import type { AthenaItems } from '../../../catalog/catalog.ts'
import type { Executed, QueryService } from '../../../query/query.ts'
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

/** Of a disk that others need too: the buffer goes on. */
const DISK_RESERVE_BYTES = 1024 * 1024 * 1024
/** Nobody reads more than this through SELECT; UNLOAD is for that. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024 * 1024

/** Athena's own limits. */
const QUERY_TIMEOUT_MS = 30 * 60_000
const DDL_TIMEOUT_MS = 600 * 60_000

export async function runExecution(context: RunContext, live: Live<Work>): Promise<Result> {
  const { execution, work, signal } = live
  const scratch = join(context.directory, execution.id)
  const answerPath = `${scratch}.answer`
  try {
    const executed = await execute(context, live, answerPath)
    refuseCancelled(signal)
    const isAnswer = hasAnswer(work.statement.kind)
    const manifestKey = await putAnswer({ ...context, scratch }, execution.output, {
      answerPath: isAnswer ? answerPath : undefined,
      metadata: metadataFile(execution.id, executed.columns),
      manifest: executed.manifest,
    })
    return resultOf(executed, isAnswer, manifestKey)
  } finally {
    await context.files.remove(answerPath)
  }
}

async function execute(context: RunContext, live: Live<Work>, answerPath: string): Promise<Executed> {
  const { execution, work, signal } = live
  const { statement } = work
  if (statement.kind === 'prepare' || statement.kind === 'deallocate')
    return changePrepared(context, execution, statement, answerPath)
  const freeBytes = (await context.files.freeBytes(context.directory)) - DISK_RESERVE_BYTES
  if (freeBytes <= 0) throw diskFull(context.directory)
  refuseCancelled(signal)
  return context.queries.execute(work.sql, {
    executionId: execution.id,
    answerPath,
    answerBytesMax: Math.min(ANSWER_BYTES_MAX, freeBytes),
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
  const stats = { scannedBytes: 0, objects: 0, segments: 0, planMs: 0, runMs: 0 }
  return { ...NOTHING, stats }
}

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

/** What it has written of tables stays; its answer need not be kept. */
function refuseCancelled(signal: AbortSignal): void {
  if (signal.aborted)
    throw new HozonError('HOZON_SQL_CANCELLED', 'the query was cancelled', { op: 'run query' })
}

function diskFull(directory: string): HozonError {
  return new HozonError('HOZON_STORE_FULL', 'the disk has no room for an answer', {
    op: 'run query',
    target: directory,
    hint: 'free space on the disk of the data folder',
    retryable: true,
  })
}
