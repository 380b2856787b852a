/** Finds the tables that the names in a statement mean. */
import { HozonError } from '../../base/errors.ts'
import type { TableReference } from '../engine/protocol.ts'
import { DATA_CATALOG, type QueryOptions, type QueryTable, type TableSource } from '../query.ts'
import { closestName } from './closest-name.ts'

type Names = Pick<TableSource, 'catalogs' | 'databases' | 'tables' | 'table'>

/** What names mean that say no catalog or no database. */
export interface NameContext {
  catalog: string
  database: string
}

/** What the caller says, else the only database, else `default`. */
export async function nameContext(
  source: Names,
  { catalog = DATA_CATALOG, database }: Pick<QueryOptions, 'catalog' | 'database'>,
): Promise<NameContext> {
  const lower = catalog.toLowerCase()
  if (database !== undefined) return { catalog: lower, database: database.toLowerCase() }
  const databases = source.catalogs().includes(lower) ? await source.databases(lower) : []
  return { catalog: lower, database: databases.length === 1 ? databases[0]! : 'default' }
}

export async function resolveTable(
  source: Names,
  reference: TableReference,
  context: NameContext,
): Promise<QueryTable> {
  const { catalog, database, name } = fullName(reference, context)
  const found = source.catalogs().includes(catalog) ? await source.table(catalog, database, name) : undefined
  return found ?? (await refuse(source, reference, context))
}

function fullName(
  reference: TableReference,
  context: NameContext,
): NameContext & Pick<TableReference, 'name'> {
  return {
    catalog: (reference.catalog ?? context.catalog).toLowerCase(),
    database: (reference.database ?? context.database).toLowerCase(),
    name: reference.name.toLowerCase(),
  }
}

/** Tables that an error message lists; more help nobody. */
const LISTED_MAX = 20

async function refuse(source: Names, reference: TableReference, context: NameContext): Promise<never> {
  const { catalog, database, name } = fullName(reference, context)
  const known = source.catalogs().includes(catalog) ? catalog : DATA_CATALOG
  const lists = await Promise.all((await source.databases(known)).map((each) => source.tables(known, each)))
  const tables = lists.flat()
  const names = tables.map((table) => `${table.database}.${table.name}`)
  // A table of that name in another database is the likeliest.
  const sameName = tables.find((table) => table.name === name)
  const closest =
    sameName === undefined
      ? closestName(`${database}.${name}`, names)
      : `${sameName.database}.${sameName.name}`
  const listed = names.slice(0, LISTED_MAX).join(', ') + (names.length > LISTED_MAX ? ', …' : '')
  const list = names.length === 0 ? 'there are no tables yet' : `tables: ${listed}`
  throw new HozonError('HOZON_SQL_TABLE', `table ${database}.${reference.name} does not exist`, {
    op: 'plan query',
    hint: closest === undefined ? list : `did you mean ${closest}? ${list}`,
  })
}
