/**
 * From a query's text to what an engine runs: DuckDB SQL over views, and the files of each view. Holds the files until
 * `release`.
 */
import type { Clock } from '../../sys/sys.ts'
import type { Table } from '../../catalog/catalog.ts'
import type { EngineCall } from '../engine/engine-pool.ts'
import type { Analysis, Compiled, ResolvedTable, Scan, TableReference } from '../engine/protocol.ts'
import type { QueryOptions, QueryStats, QueryTable, StreamTable, TableSource } from '../query.ts'
import { HozonError } from '../../base/errors.ts'
import { nameContext, resolveTable } from './resolve.ts'
import { objectFilter, planScan, type PlannedScan } from './scan.ts'

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
  const { references } = await call<Analysis>('analyze', { sql })
  // Twice: what is in the buffer may bring columns that the tables did not have a moment ago.
  await planner.source.refresh(streamsOf(await resolveAll(planner, references, options)))
  const names = await resolveAll(planner, references, options)
  const tables = names.map(({ reference, view, table }) => resolvedTable(planner, reference, view, table))
  const compiled = await call<Compiled>('compile', { sql, tables })
  const held: { release(): void }[] = []
  const release = (): void => {
    for (const files of held) files.release()
  }
  try {
    const scans: PlannedScan[] = []
    for (const [view, table] of new Map(names.map((name) => [name.view, name.table])))
      scans.push(await scanTable(planner, compiled, view, table, held))
    const planMs = planner.clock.monotonic() - startMs
    return {
      sql: compiled.sql,
      scans: scans.map(({ scan }) => scan),
      stats: { ...totals(scans), planMs },
      release,
    }
  } catch (error) {
    release()
    throw error
  }
}

async function scanTable(
  { source }: Planner,
  compiled: Compiled,
  view: string,
  table: QueryTable,
  held: { release(): void }[],
): Promise<PlannedScan> {
  const predicate = compiled.predicates[view] ?? { kind: 'any' }
  const stream = streamTable(table)
  const snapshot = await source.snapshot(stream.table, objectFilter(predicate))
  held.push(snapshot)
  return planScan(view, snapshot, predicate)
}

interface NamedView {
  reference: TableReference
  view: string
  table: QueryTable
}

async function resolveAll(
  { source }: Planner,
  references: TableReference[],
  options: QueryOptions,
): Promise<NamedView[]> {
  const context = await nameContext(source, options)
  const views = new Map<string, { view: string; table: QueryTable }>()
  const named: NamedView[] = []
  for (const reference of references) {
    const table = await resolveTable(source, reference, context)
    const key = JSON.stringify([table.catalog, table.database, table.name])
    if (!views.has(key)) views.set(key, { view: `t${views.size}`, table })
    named.push({ reference, ...views.get(key)! })
  }
  return named
}

function streamsOf(names: NamedView[]): Table[] {
  return [...new Set(names.map(({ table }) => table))].map((table) => streamTable(table).table)
}

function resolvedTable(
  { timeColumn }: Planner,
  reference: TableReference,
  view: string,
  table: QueryTable,
): ResolvedTable {
  const { schema, partitionKeys } = streamTable(table).table
  return {
    reference,
    view,
    columns: schema.columns,
    partitionKeys,
    timeColumn: timeColumn?.(streamTable(table).table),
  }
}

function streamTable(table: QueryTable): StreamTable {
  if (table.kind === 'stream') return table
  const name = `${table.database}.${table.name}`
  throw new HozonError('HOZON_SQL_FAILED', `${name} is no table of a stream`, { op: 'plan query' })
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
