/** What all names in a statement mean, those in the views that it names too. */
import { HozonError } from '../../base/errors.ts'
import type { Table } from '../../catalog/catalog.ts'
import type { ResolvedNames, ResolvedTable, ResolvedView, TableReference } from '../engine/protocol.ts'
import type { TableSource, View } from '../query.ts'
import { tooManyViews, VIEWS_MAX } from './view-limit.ts'
import { resolveTable, type NameContext, type PlannedTable } from './resolve.ts'

export interface MeaningOfNames {
  names: ResolvedNames
  /** By the name of the engine's view. */
  tables: Map<string, Exclude<PlannedTable, View>>
}

export interface NameLookup {
  source: TableSource
  timeColumn: ((table: Table) => string | undefined) | undefined
  /** Names that a query reads. */
  references(sql: string): Promise<TableReference[]>
}

/** Views in views; more are a mistake. */
const DEPTH_MAX = 32

type NameView = (table: Exclude<PlannedTable, View>) => string

/** What all levels of a statement share. */
interface Resolving extends NameLookup {
  nameView: NameView
  /** Views that were found so far, each time that one is named. */
  views: number
}

export async function resolveNames(
  lookup: NameLookup,
  sql: string,
  context: NameContext,
): Promise<MeaningOfNames> {
  const tables = new Map<string, Exclude<PlannedTable, View>>()
  const views = new Map<string, string>()
  const nameView: NameView = (table) => {
    const key = fullName(table)
    const view = views.get(key) ?? `t${views.size}`
    views.set(key, view)
    tables.set(view, table)
    return view
  }
  const names = await inContext({ ...lookup, nameView, views: 0 }, sql, context, [])
  return { names, tables }
}

async function inContext(
  lookup: Resolving,
  sql: string,
  context: NameContext,
  path: string[],
): Promise<ResolvedNames> {
  const resolved: ResolvedNames = { tables: [], views: [] }
  for (const reference of await lookup.references(sql)) {
    const table = await resolveTable(lookup.source, reference, context)
    if ('unreadable' in table && table.unreadable !== undefined) throw failed(table.unreadable)
    if (table.kind !== 'view') {
      resolved.tables.push(resolvedTable(lookup, reference, lookup.nameView(table), table))
      continue
    }
    const inside = [...path, fullName(table)]
    if (path.includes(fullName(table)))
      throw failed(`VIEW_IS_RECURSIVE: View '${fullName(table)}' is recursive`)
    if (inside.length > DEPTH_MAX)
      throw failed(`NOT_SUPPORTED: views nest more than ${DEPTH_MAX} levels deep`)
    if (++lookup.views > VIEWS_MAX) throw tooManyViews()
    resolved.views.push(await resolvedView(lookup, reference, table, inside))
  }
  return resolved
}

async function resolvedView(
  lookup: Resolving,
  reference: TableReference,
  { sql, sqlCatalog, sqlDatabase, columns }: View,
  path: string[],
): Promise<ResolvedView> {
  const context = { catalog: sqlCatalog, database: sqlDatabase }
  const names = await inContext(lookup, sql, context, path)
  return { ...names, reference, sql, columns: columns.map(({ name }) => name), name: path.at(-1)! }
}

function resolvedTable(
  { timeColumn }: NameLookup,
  reference: TableReference,
  view: string,
  table: Exclude<PlannedTable, View>,
): ResolvedTable {
  const columns = table.columns
  if (table.kind === 'stream') {
    const { partitionKeys } = table.table
    return { reference, view, columns, partitionKeys, timeColumn: timeColumn?.(table.table) }
  }
  if (table.kind === 'remote')
    return { reference, view, columns, partitionKeys: [], timeColumn: undefined, from: 'database' }
  // Of the tables that tell about others, any column may say which rows are needed.
  const keys = table.kind === 'external' ? table.partitionKeys : columns
  return {
    reference,
    view,
    columns: table.kind === 'external' ? columns : [],
    partitionKeys: keys.map(({ name }) => name),
    keyTypes: keys.map(({ type }) => type),
    timeColumn: undefined,
    from: table.kind === 'external' ? 'files' : 'catalog',
  }
}

function fullName({ catalog, database, name }: Pick<PlannedTable, 'catalog' | 'database' | 'name'>): string {
  return `${catalog}.${database}.${name}`
}

function failed(message: string): HozonError {
  return new HozonError('HOZON_SQL_FAILED', message, { op: 'plan query' })
}
