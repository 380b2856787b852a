/**
 * From a query's text to what an engine runs: DuckDB SQL over views, and the files of each view. Holds the files until
 * `release`.
 */
import { HozonError } from '../../base/errors.ts'
import type { Table } from '../../catalog/catalog.ts'
import type { Clock } from '../../sys/sys.ts'
import type { EngineCall } from '../engine/engine-pool.ts'
import type {
  Analysis,
  AnalyzeRequest,
  Compiled,
  CompileRequest,
  Scan,
  TableReference,
} from '../engine/protocol.ts'
import type { QueryOptions, QueryStats, StreamTable, TableSource } from '../query.ts'
import { inAthenasWords, type Statement } from './plan-errors.ts'
import { resolveNames, type MeaningOfNames, type NameLookup } from './resolve-names.ts'
import { nameContext, type PlannedTable } from './resolve.ts'
import type { TextLengths } from './text-lengths.ts'
import { emptyScan, scanTable, type Budget, type Held, type PlannedScan } from './scan-table.ts'

export interface Planner {
  clock: Clock
  source: TableSource
  /**
   * Lower-case name of the column that equals the event time wherever it is not NULL; conditions on it then leave out
   * objects by their times. Undefined where no column has this property.
   */
  timeColumn?: ((table: Table) => string | undefined) | undefined
}

export interface QueryPlan {
  /** DuckDB SQL over the views of the scans. */
  sql: string
  scans: Scan[]
  /** By table, as it stands behind the scan of the same position. */
  reads: TableRead[]
  stats: Omit<QueryStats, 'runMs'>
  /** Of the answer's columns. */
  lengths: TextLengths
  /** An engine's error in Athena's words. */
  explain(error: unknown): unknown
  /** Once, when nothing reads the files any more. */
  release(): void
}

export interface TableRead {
  /** `awsdatacatalog.logs.web` */
  table: string
  objects: number
  segments: number
  bytes: number
}

/** @param read `nothing`: the scans have the tables' columns and no rows. */
export async function planQuery(
  planner: Planner,
  call: EngineCall,
  sql: string,
  options: QueryOptions,
  read: 'rows' | 'nothing' = 'rows',
): Promise<QueryPlan> {
  const startMs = planner.clock.monotonic()
  const { names, tables } = await meaningOf(planner, call, sql, options)
  const statement: Statement = { sql, positions: {}, uriOf: () => undefined }
  const compiled = await compileQuery(
    call,
    { sql, parameters: options.parameters ?? [], ...names },
    statement,
  )
  const held: Held[] = []
  const release = (): void => {
    for (const files of held) files.release()
  }
  try {
    const scans =
      read === 'nothing'
        ? emptyScans(compiled, tables)
        : await scanTables(planner, compiled, tables, options, held)
    const stats = { ...totals(scans), planMs: planner.clock.monotonic() - startMs }
    const uriOf = (path: string): string | undefined =>
      scans.map((scan) => scan.uriOf(path)).find((uri) => uri !== undefined)
    const whole: Statement = { sql, positions: compiled.positions, uriOf }
    return {
      sql: compiled.sql,
      scans: scans.map(({ scan }) => scan),
      reads: [...tables.values()].map((table, index) => tableRead(table, scans[index]!)),
      stats,
      lengths: compiled.lengths,
      explain: (error) => inAthenasWords(error, whole),
      release,
    }
  } catch (error) {
    release()
    throw error
  }
}

async function compileQuery(
  call: EngineCall,
  request: CompileRequest,
  statement: Statement,
): Promise<Compiled> {
  try {
    return await call<Compiled>('compile', request)
  } catch (error) {
    throw inAthenasWords(error, statement)
  }
}

async function meaningOf(
  { source, timeColumn }: Planner,
  call: EngineCall,
  sql: string,
  options: QueryOptions,
): Promise<MeaningOfNames> {
  const context = await nameContext(source, options)
  const known = new Map<string, Promise<TableReference[]>>()
  const references = (text: string): Promise<TableReference[]> => {
    // Only the statement itself has parameters; views have none.
    const request: AnalyzeRequest = { sql: text, parameters: text === sql ? (options.parameters ?? []) : [] }
    const found = known.get(text) ?? call<Analysis>('analyze', request).then((answer) => answer.references)
    known.set(text, found)
    return found
  }
  const lookup: NameLookup = { source, timeColumn, references }
  const before = await resolveNames(lookup, sql, context)
  const streams = [...before.tables.values()].filter((table): table is StreamTable => table.kind === 'stream')
  if (streams.length === 0) return before
  // Twice: what is in the buffer may bring columns that the tables did not have a moment ago.
  await source.refresh(streams.map(({ table }) => table))
  return resolveNames(lookup, sql, context)
}

/** One after the other: what is too much in all is found before the last of them is read. */
async function scanTables(
  { source, clock }: Planner,
  { predicates, hidden, remote }: Compiled,
  tables: MeaningOfNames['tables'],
  { scanBytesMax = Infinity, signal }: QueryOptions,
  held: Held[],
): Promise<PlannedScan[]> {
  let bytesLeft = scanBytesMax
  const budget: Budget = (bytes) => {
    bytesLeft -= bytes
    if (bytesLeft < 0) throw scanLimit(scanBytesMax)
  }
  const nowMs = clock.now()
  const scans: PlannedScan[] = []
  for (const [view, table] of tables) {
    const predicate = predicates[view] ?? { kind: 'any' as const }
    const demand = { view, predicate, hidden, remote: remote[view], nowMs, turns: { clock, signal } }
    scans.push(await scanTable(source, table, demand, budget, held))
  }
  return scans
}

function emptyScans({ hidden }: Compiled, tables: MeaningOfNames['tables']): PlannedScan[] {
  return [...tables].map(([view, table]) => emptyScan(view, table, hidden))
}

function tableRead(
  { catalog, database, name }: PlannedTable,
  { objects, segments, scannedBytes }: PlannedScan,
): TableRead {
  return { table: `${catalog}.${database}.${name}`, objects, segments, bytes: scannedBytes }
}

function scanLimit(bytesMax: number): HozonError {
  const message = `Bytes scanned limit was exceeded: the files of this query are larger than ${bytesMax} bytes`
  const hint = 'narrow the statement by the partition columns'
  return new HozonError('HOZON_SQL_SCAN_LIMIT', message, { op: 'plan query', hint })
}

function totals(scans: PlannedScan[]): Pick<QueryStats, 'scannedBytes' | 'objects' | 'segments'> {
  const sum = (count: (scan: PlannedScan) => number): number =>
    scans.reduce((total, scan) => total + count(scan), 0)
  return {
    scannedBytes: sum((scan) => scan.scannedBytes),
    objects: sum((scan) => scan.objects),
    segments: sum((scan) => scan.segments),
  }
}
