/** What the operations work with, and how it is put together and closed. */
import type { Catalog } from '../../catalog/catalog.ts'
import { lane } from '../../deliver/lane.ts'
import { ENDLESS_ROOM, type DiskRoom } from '../../query/disk-room.ts'
import type { QueryService, TableSource } from '../../query/query.ts'
import type { Store } from '../../store/store.ts'
import type { Sys } from '../../sys/sys.ts'
import { openExecutions, type Executions } from './executions/executions.ts'
import { finishWrite, runExecution, type Work } from './executions/run-execution.ts'
import { openAnswerFiles, type AnswerFiles } from './results/answer-files.ts'
import { openPageTokens, type PageTokens } from './results/page-token.ts'
import { hasAnswer, needsEngine } from './statements/statement-kinds.ts'
import { openPrimary } from './work-groups.ts'

export interface AthenaOptions {
  sys: Pick<Sys, 'clock' | 'files' | 'random'>
  catalog: Catalog
  store: Store
  queries: QueryService
  tables: Pick<TableSource, 'catalogs' | 'databases' | 'tables' | 'table'>
  /** Empty; for answers in the making. */
  directory: string
  /** Of its disk; default: all of it. */
  room?: DiskRoom
  /** Of an execution: what its caller is not told. */
  failed(error: unknown): void
}

/** Statements that are looked at before they are accepted. All at once would take the places of queries that wait for an engine. */
const CHECKS_AT_ONCE = 8

export interface AthenaContext extends AthenaOptions {
  /** Turns of checks. */
  checks: ReturnType<typeof lane>
  executions: Executions<Work>
  answers: AnswerFiles
  tokens: PageTokens
}

export interface Athena {
  context: AthenaContext
  /** Queries under way end as interrupted. */
  close(): Promise<void>
}

export function openAthena(options: AthenaOptions): Athena {
  const { sys, catalog, store, directory, room = ENDLESS_ROOM } = options
  const { clock, files } = sys
  const { items } = catalog.athena
  openPrimary(items, clock.now())
  const running = { ...options, files, clock, items }
  const executions = openExecutions<Work>({
    saved: catalog.athena.executions,
    clock,
    run: (live) => runExecution(running, live),
    finish: (...of) => finishWrite(running, ...of),
    needsEngine: ({ statement }) => needsEngine(statement.kind),
    writes: ({ statement }) => !hasAnswer(statement.kind),
    failed: (error) => options.failed(error),
  })
  const context: AthenaContext = {
    ...options,
    executions,
    checks: lane(CHECKS_AT_ONCE),
    answers: openAnswerFiles({ clock, files, store, room, directory }),
    tokens: openPageTokens(catalog.secret),
  }
  return { context, close: () => executions.close() }
}
