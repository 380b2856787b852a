/** What a crawl found, written into the catalog as the crawler's policies say. */
import { createHash } from 'node:crypto'
import type { Catalog, GlueTable } from '../../../catalog/catalog.ts'
import type { GlueColumn, PartitionInput, TableInput } from '../inputs.ts'
import { columnName, COUNTED, type CrawledTable } from './table-input.ts'

export interface CrawlPolicy {
  crawler: string
  database: string
  tablePrefix: string
  /** Changes of tables that are there. */
  updates: 'LOG' | 'UPDATE_IN_DATABASE'
  deletes: 'LOG' | 'DELETE_FROM_DATABASE' | 'DEPRECATE_IN_DATABASE'
  /** Columns are only ever added. */
  mergesNewColumns: boolean
}

export interface CrawlCounts {
  tablesCreated: number
  tablesUpdated: number
  tablesDeleted: number
  partitionsCreated: number
  partitionsUpdated: number
  partitionsDeleted: number
}

const AT_ONCE = 500
const DEPRECATED = 'DEPRECATED_BY_CRAWLER'

type Place = Pick<Catalog, 'glue' | 'table'>

/** All below `roots` was looked at: what was there and was not found is gone. */
export function applyCrawl(
  catalog: Place,
  policy: CrawlPolicy,
  { tables, roots, nowMs }: { tables: readonly CrawledTable[]; roots: readonly string[]; nowMs: number },
): CrawlCounts {
  const counts: CrawlCounts = {
    tablesCreated: 0,
    tablesUpdated: 0,
    tablesDeleted: 0,
    partitionsCreated: 0,
    partitionsUpdated: 0,
    partitionsDeleted: 0,
  }
  const present = presentTables(catalog, policy.database)
  const kept = new Set<string>()
  for (const table of tables) {
    const known = present.get(locationKey(table.input.StorageDescriptor?.Location))
    const name = known === undefined ? createTable(catalog, policy, table, counts) : known.table.name
    if (known !== undefined) updateTable(catalog, policy, { table, known, counts })
    kept.add(name)
    applyPartitions(catalog, policy, { name, partitions: table.partitions, counts, nowMs })
  }
  for (const known of present.values())
    if (!kept.has(known.table.name) && isOurs(known.input, policy.crawler) && isWithin(known.input, roots))
      removeTable(catalog, policy, { known, counts, nowMs })
  return counts
}

interface KnownTable {
  table: GlueTable
  input: TableInput
}

/** By location: a table is the same where its files are the same ones, whatever it is called. */
function presentTables({ glue }: Place, database: string): Map<string, KnownTable> {
  const all = glue
    .tables(database)
    .map((table) => ({ table, input: JSON.parse(table.definition) as TableInput }))
  const located = all.filter(({ input }) => (input.StorageDescriptor?.Location ?? '') !== '')
  return new Map(located.map((known) => [locationKey(known.input.StorageDescriptor?.Location), known]))
}

function locationKey(location = ''): string {
  return location.replace(/\/+$/, '')
}

function isOurs({ Parameters }: TableInput, crawler: string): boolean {
  return Parameters?.['UPDATED_BY_CRAWLER'] === crawler
}

function isWithin({ StorageDescriptor }: TableInput, roots: readonly string[]): boolean {
  const location = `${locationKey(StorageDescriptor?.Location)}/`
  return roots.some((root) => location.startsWith(`${locationKey(root)}/`))
}

/** The name. */
function createTable(
  catalog: Place,
  policy: CrawlPolicy,
  { input, title }: CrawledTable,
  counts: CrawlCounts,
): string {
  const wanted = columnName(`${policy.tablePrefix}${title}`)
  const location = input.StorageDescriptor?.Location ?? ''
  const hash = createHash('md5').update(location).digest('hex')
  for (const name of [wanted, `${wanted}_${hash}`]) {
    const definition = JSON.stringify({ ...input, Name: name })
    const outcome = catalog.glue.createTable({ database: policy.database, name, definition })
    if (outcome === 'exists') continue
    counts.tablesCreated++
    return name
  }
  // Somebody else's table with our hash in its name: it is left alone.
  return wanted
}

function updateTable(
  { glue }: Place,
  policy: CrawlPolicy,
  { table, known, counts }: { table: CrawledTable; known: KnownTable; counts: CrawlCounts },
): void {
  if (policy.updates === 'LOG') return
  const { database, name } = known.table
  const updated = updatedInput(known.input, table.input, policy.mergesNewColumns)
  const isChange = signature(updated) !== signature(known.input)
  if (!isChange && JSON.stringify(updated) === JSON.stringify(known.input)) return
  glue.updateTable(
    { database, name, definition: JSON.stringify(updated) },
    { expectedVersion: undefined, keepsOld: isChange },
  )
  if (isChange) counts.tablesUpdated++
}

/** What somebody has added to a table stays; its partition keys stay while it has partitions by them. */
function updatedInput(old: TableInput, found: CrawledTable['input'], mergesNewColumns: boolean): TableInput {
  const before = old.StorageDescriptor?.Columns ?? []
  const now = found.StorageDescriptor?.Columns ?? []
  const { [DEPRECATED]: _, ...parameters } = old.Parameters ?? {}
  return {
    ...old,
    StorageDescriptor: {
      ...found.StorageDescriptor,
      Columns: mergesNewColumns ? mergedColumns(before, now) : withComments(now, before),
    },
    PartitionKeys: samePlaces(old.PartitionKeys, found.PartitionKeys)
      ? old.PartitionKeys!
      : (found.PartitionKeys ?? []),
    Parameters: { ...parameters, ...found.Parameters },
  }
}

function samePlaces(a: readonly GlueColumn[] = [], b: readonly GlueColumn[] = []): boolean {
  return a.length === b.length && a.length > 0
}

function mergedColumns(before: readonly GlueColumn[], now: readonly GlueColumn[]): GlueColumn[] {
  const names = new Set(before.map(({ Name }) => Name.toLowerCase()))
  return [...before, ...now.filter(({ Name }) => !names.has(Name))]
}

function withComments(now: readonly GlueColumn[], before: readonly GlueColumn[]): GlueColumn[] {
  return now.map((column) => {
    const { Comment } = before.find(({ Name }) => Name === column.Name) ?? {}
    return Comment === undefined ? column : { ...column, Comment }
  })
}

/** Without what every new file changes. */
function signature({ StorageDescriptor, PartitionKeys, Parameters }: Partial<TableInput>): string {
  const still = (parameters: Record<string, string> = {}): [string, string][] =>
    Object.entries(parameters)
      .filter(([name]) => !COUNTED.includes(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
  const { Parameters: ofStorage, ...storage } = StorageDescriptor ?? {}
  return JSON.stringify([storage, still(ofStorage), PartitionKeys, still(Parameters)])
}

function applyPartitions(
  { glue }: Place,
  policy: CrawlPolicy,
  {
    name,
    partitions,
    counts,
    nowMs,
  }: { name: string; partitions: readonly PartitionInput[]; counts: CrawlCounts; nowMs: number },
): void {
  const { database } = policy
  for (let at = 0; at < partitions.length; at += AT_ONCE)
    glue.atOnce(() => {
      for (const input of partitions.slice(at, at + AT_ONCE))
        applyPartition(glue, policy, { name, input, counts })
    })
  if (policy.deletes === 'LOG') return
  const found = new Set(partitions.map(({ Values }) => JSON.stringify(Values)))
  for (const { values, definition } of glue.partitions.all(database, name)) {
    if (found.has(JSON.stringify(values))) continue
    const input = JSON.parse(definition) as PartitionInput
    if (input.Parameters?.['UPDATED_BY_CRAWLER'] !== policy.crawler || DEPRECATED in input.Parameters)
      continue
    if (policy.deletes === 'DELETE_FROM_DATABASE') glue.partitions.delete(database, name, values)
    else {
      const Parameters = { ...input.Parameters, [DEPRECATED]: String(nowMs) }
      glue.partitions.update(database, name, values, {
        values,
        definition: JSON.stringify({ ...input, Parameters }),
      })
    }
    counts.partitionsDeleted++
  }
}

function applyPartition(
  glue: Place['glue'],
  policy: CrawlPolicy,
  { name, input, counts }: { name: string; input: PartitionInput; counts: CrawlCounts },
): void {
  const { database } = policy
  const partition = { values: input.Values, definition: JSON.stringify(input) }
  const known = glue.partitions.find(database, name, input.Values)
  if (known === undefined) {
    if (glue.partitions.create(database, name, partition) === 'created') counts.partitionsCreated++
    return
  }
  if (policy.updates === 'LOG') return
  if (signature(JSON.parse(known.definition) as PartitionInput) === signature(input)) return
  glue.partitions.update(database, name, input.Values, partition)
  counts.partitionsUpdated++
}

function removeTable(
  { glue }: Place,
  policy: CrawlPolicy,
  { known, counts, nowMs }: { known: KnownTable; counts: CrawlCounts; nowMs: number },
): void {
  const { database, name } = known.table
  if (policy.deletes === 'LOG' || DEPRECATED in (known.input.Parameters ?? {})) return
  if (policy.deletes === 'DELETE_FROM_DATABASE') glue.deleteTable(database, name)
  else {
    const Parameters = { ...known.input.Parameters, [DEPRECATED]: String(nowMs) }
    const definition = JSON.stringify({ ...known.input, Parameters })
    glue.updateTable({ database, name, definition }, { expectedVersion: undefined, keepsOld: true })
  }
  counts.tablesDeleted++
}
