/**
 * From a query's text to what an engine runs: DuckDB SQL over views, and the files of each view. Holds the files until
 * `release`.
 */
import { HozonError } from '../../base/errors.ts'
import type { Table } from '../../catalog/catalog.ts'
import type { Clock } from '../../sys/sys.ts'
import type { EngineCall } from '../engine/engine-pool.ts'
import type { Analysis, Compiled, Scan, TableReference } from '../engine/protocol.ts'
import type { QueryOptions, QueryStats, StreamTable, TableSource } from '../query.ts'
import { inAthenasWords } from './plan-errors.ts'
import { resolveNames, type MeaningOfNames, type NameLookup } from './resolve-names.ts'
import { nameContext } from './resolve.ts'
import { scanTable, type Budget, type Held, type PlannedScan } from './scan-table.ts'

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
  stats: Omit<QueryStats, 'runMs'>
  /** An engine's error in Athena's words. */
  explain(error: unknown): unknown
  /** Once, when nothing reads the files any more. */
  release(): void
}

export async function planQuery(
  planner: Planner,
  call: EngineCall,
  sql: string,
  options: QueryOptions,
): Promise<QueryPlan> {
  const startMs = planner.clock.monotonic()
  const { names, tables } = await meaningOf(planner, call, sql, options)
  const compiled = await call<Compiled>('compile', { sql, ...names })
  const held: Held[] = []
  const release = (): void => {
    for (const files of held) files.release()
  }
  try {
    const scans = await scanTables(planner, compiled, tables, options, held)
    const planMs = planner.clock.monotonic() - startMs
    const stats = { ...totals(scans), planMs }
    const uriOf = (path: string): string | undefined =>
      scans.map((scan) => scan.uriOf(path)).find((uri) => uri !== undefined)
    const explain = (error: unknown): unknown =>
      inAthenasWords(error, { sql, positions: compiled.positions, uriOf })
    return { sql: compiled.sql, scans: scans.map(({ scan }) => scan), stats, explain, release }
  } catch (error) {
    release()
    throw error
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
    const found =
      known.get(text) ?? call<Analysis>('analyze', { sql: text }).then((answer) => answer.references)
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
    const demand = { view, predicate, hidden, remote: remote[view], nowMs, signal }
    scans.push(await scanTable(source, table, demand, budget, held))
  }
  return scans
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
