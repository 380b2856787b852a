/** Finds the table that a name in a statement means. */
import { HozonError } from '../../base/errors.ts'
import type { Table } from '../../catalog/catalog.ts'
import type { TableReference } from '../engine/protocol.ts'
import { closestName } from './closest-name.ts'

/** The one catalog there is; clients write it as a third name in front. */
export const CATALOG_NAME = 'awsdatacatalog'

/** For unqualified names: what the caller says, else the only database, else `default`. */
export function defaultDatabase(tables: Table[], given: string | undefined): string {
  if (given !== undefined) return given.toLowerCase()
  const databases = [...new Set(tables.map((table) => table.database))]
  return databases.length === 1 ? databases[0]! : 'default'
}

export function resolveTable(reference: TableReference, tables: Table[], database: string): Table {
  const catalog = reference.catalog?.toLowerCase()
  if (catalog !== undefined && catalog !== CATALOG_NAME) throw unknownTable(reference, tables, database)
  const wanted = (reference.database ?? database).toLowerCase()
  const name = reference.name.toLowerCase()
  const found = tables.find((table) => table.database === wanted && table.name === name)
  if (found === undefined) throw unknownTable(reference, tables, database)
  return found
}

/** Tables that an error message lists; more help nobody. */
const LISTED_MAX = 20

function unknownTable(reference: TableReference, tables: Table[], database: string): HozonError {
  const written = [reference.catalog, reference.database ?? database, reference.name]
    .filter(Boolean)
    .join('.')
  const names = tables.map((table) => `${table.database}.${table.name}`).sort()
  const closest =
    sameName(reference, tables) ??
    closestName(`${reference.database ?? database}.${reference.name}`.toLowerCase(), names)
  const listed = names.slice(0, LISTED_MAX).join(', ') + (names.length > LISTED_MAX ? ', …' : '')
  const list = names.length === 0 ? 'there are no tables yet' : `tables: ${listed}`
  return new HozonError('HOZON_SQL_TABLE', `table ${written} does not exist`, {
    op: 'plan query',
    hint: closest === undefined ? list : `did you mean ${closest}? ${list}`,
  })
}

/** The table of another database is the likeliest. */
function sameName(reference: TableReference, tables: Table[]): string | undefined {
  const found = tables.find((table) => table.name === reference.name.toLowerCase())
  return found === undefined ? undefined : `${found.database}.${found.name}`
}
