/** From a table and what a statement demands of it to what an engine reads; the files are held until they are released. */
import type { Scan } from '../engine/protocol.ts'
import type { RemoteRequest, RemoteTable, TableSource, View } from '../query.ts'
import { externalPartitions, scanExternal } from './scan-external.ts'
import { fileColumns } from './hidden-columns.ts'
import type { PartitionPredicate } from './predicate.ts'
import type { PlannedTable } from './resolve.ts'
import { objectFilter, planScan, streamPartitions } from './scan.ts'
import { systemRows, type Cells, type SystemTable } from './system-tables.ts'
import type { Turns } from '../ddl/turns.ts'

export interface ScanDemand {
  /** Of the engine. */
  view: string
  predicate: PartitionPredicate
  hidden: readonly string[]
  /** Of a table of a live database. */
  remote: RemoteRequest | undefined
  nowMs: number
  /** For work on many partitions or files: other requests are answered in between, and it ends with the query. */
  turns: Turns
}

export interface PlannedScan {
  scan: Scan
  scannedBytes: number
  objects: number
  segments: number
  /** Of a local file that it reads. */
  uriOf(path: string): string | undefined
}

export interface Held {
  release(): void
}

/** Refuses what would be too much to read, before it is read. */
export type Budget = (bytes: number) => void

export async function scanTable(
  source: TableSource,
  table: Exclude<PlannedTable, View>,
  demand: ScanDemand,
  budget: Budget,
  held: Held[],
): Promise<PlannedScan> {
  switch (table.kind) {
    case 'stream': {
      const snapshot = await source.snapshot(table.table, objectFilter(demand.predicate), demand.turns.signal)
      held.push(snapshot)
      return planScan(snapshot, demand, budget)
    }
    case 'external':
      return scanExternal(source, table, demand, budget, held)
    case 'remote':
      return scanRemote(source, table, demand, budget, held)
    case 'system':
      return scanRows(table, demand, await cellsOf(source, table, demand))
  }
}

/** The table's columns, and nothing to read. */
export function emptyScan(
  view: string,
  table: Exclude<PlannedTable, View>,
  hidden: readonly string[],
): PlannedScan {
  const isOfFiles = table.kind === 'stream' || table.kind === 'external'
  const scan: Scan = {
    view,
    columns: table.columns,
    hasExtra: table.kind === 'stream' && !table.name.endsWith('_errors'),
    fileColumns: fileColumns(table.partitionKeys, isOfFiles ? hidden : []),
    sources: [],
  }
  return { scan, scannedBytes: 0, objects: 0, segments: 0, uriOf: () => undefined }
}

async function scanRemote(
  source: TableSource,
  table: RemoteTable,
  { view, remote, turns }: ScanDemand,
  budget: Budget,
  held: Held[],
): Promise<PlannedScan> {
  const named = remote?.columns
  const asked = table.columns.filter(({ name }) => named?.includes(name) ?? true)
  // Rows are counted all the same.
  const columns = asked.length === 0 ? table.columns.slice(0, 1) : asked
  const request = { where: [], limit: undefined, ...remote, columns: columns.map(({ name }) => name) }
  const snapshot = await source.openRemote(table, request, turns.signal)
  held.push(snapshot)
  budget(snapshot.bytes)
  const json = { format: 'json', schemaVersion: undefined, compression: 'none' } as const
  const sources = snapshot.bytes === 0 ? [] : [{ ...json, files: [snapshot.path], fileValues: [[]] }]
  const scan = { view, columns, hasExtra: false, fileColumns: [], sources }
  return { scan, scannedBytes: snapshot.bytes, objects: 0, segments: 0, uriOf: () => undefined }
}

async function cellsOf(source: TableSource, table: SystemTable, demand: ScanDemand): Promise<Cells[]> {
  const { content } = table
  if (content.of !== 'partitions') return systemRows(source, table, demand)
  if (content.table.kind === 'stream') return streamPartitions(source, content.table.table, demand)
  return (await externalPartitions(source, content.table, demand)).map(({ texts }) => texts)
}

function scanRows({ columns }: SystemTable, { view }: ScanDemand, rows: Cells[]): PlannedScan {
  const scan = { view, columns, hasExtra: false, fileColumns: [], sources: [], rows }
  return { scan, scannedBytes: 0, objects: 0, segments: 0, uriOf: () => undefined }
}
