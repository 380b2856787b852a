/** Finds the table that a name in a statement means. */
import { HozonError } from '../../base/errors.ts'
import type { TableReference } from '../engine/protocol.ts'
import { DATA_CATALOG, type QueryOptions, type QueryTable, type TableSource } from '../query.ts'
import { closestName } from './closest-name.ts'
import { systemTable, type SystemTable } from './system-tables.ts'

/** What a name may mean: a table of the house, or one that tells about it. */
export type PlannedTable = QueryTable | SystemTable

/** What names mean that say no catalog or no database. */
export interface NameContext {
  catalog: string
  database: string
}

/** What the caller says, else the only database, else `default`. */
export async function nameContext(
  source: TableSource,
  { catalog = DATA_CATALOG, database }: Pick<QueryOptions, 'catalog' | 'database'>,
): Promise<NameContext> {
  const lower = catalog.toLowerCase()
  if (database !== undefined) return { catalog: lower, database: database.toLowerCase() }
  const databases = source.catalogs().includes(lower) ? await source.databases(lower) : []
  return { catalog: lower, database: databases.length === 1 ? databases[0]! : 'default' }
}

export async function resolveTable(
  source: TableSource,
  reference: TableReference,
  context: NameContext,
): Promise<PlannedTable> {
  const { catalog, database, name } = fullName(reference, context)
  if (!source.catalogs().includes(catalog))
    throw notFound(`CATALOG_NOT_FOUND: ${at(reference)}Catalog '${catalog}' does not exist`)
  const found =
    (await source.table(catalog, database, name)) ?? (await systemTable(source, catalog, database, name))
  return found ?? (await refuse(source, reference, context))
}

function fullName(reference: TableReference, context: NameContext): NameContext & { name: string } {
  return {
    catalog: (reference.catalog ?? context.catalog).toLowerCase(),
    database: (reference.database ?? context.database).toLowerCase(),
    name: reference.name.toLowerCase(),
  }
}

/** Names that an error message lists; more help nobody. */
const LISTED_MAX = 20
/** Databases whose tables are looked through for a name that was meant, the one that was written first. */
const SEARCHED_DATABASES_MAX = 20
/** Names that the written one is compared with, letter by letter. */
const COMPARED_NAMES_MAX = 2000

async function refuse(source: TableSource, reference: TableReference, context: NameContext): Promise<never> {
  const { catalog, database, name } = fullName(reference, context)
  const databases = await source.databases(catalog)
  const lists = await Promise.all(
    searched(catalog, database, databases).map((each) => source.tables(catalog, each)),
  )
  const tables = lists.flat().slice(0, COMPARED_NAMES_MAX)
  const names = tables.map((table) => `${table.database}.${table.name}`)
  // A table of that name in another database is the likeliest.
  const sameName = tables.find((table) => table.name === name)
  const closest =
    sameName === undefined
      ? closestName(`${database}.${name}`, names)
      : `${sameName.database}.${sameName.name}`
  const list = names.length > 0 ? `tables: ${listed(names)}` : emptyHint(catalog, databases)
  const message = databases.includes(database)
    ? `TABLE_NOT_FOUND: ${at(reference)}Table '${catalog}.${database}.${name}' does not exist`
    : `SCHEMA_NOT_FOUND: ${at(reference)}Schema '${database}' does not exist`
  throw notFound(message, closest === undefined ? list : `did you mean ${closest}? ${list}`)
}

function emptyHint(catalog: string, databases: string[]): string {
  return catalog === DATA_CATALOG ? 'there are no tables yet' : `databases: ${listed(databases)}`
}

function listed(names: string[]): string {
  return names.slice(0, LISTED_MAX).join(', ') + (names.length > LISTED_MAX ? ', …' : '')
}

/** A live database is not asked for all that it has, only to say what may have been meant. */
function searched(catalog: string, database: string, databases: string[]): string[] {
  const own = databases.filter((each) => each === database)
  if (catalog !== DATA_CATALOG) return own
  return [...own, ...databases.filter((each) => each !== database)].slice(0, SEARCHED_DATABASES_MAX)
}

function notFound(message: string, hint?: string): HozonError {
  return new HozonError('HOZON_SQL_TABLE', message, {
    op: 'plan query',
    ...(hint === undefined ? {} : { hint }),
  })
}

function at({ position }: TableReference): string {
  return position === undefined ? '' : `line ${position}: `
}
