/** Whole names for those in a statement. */
import { DATA_CATALOG } from '../query.ts'
import type { TableName } from '../statement/statement.ts'
import type { DdlContext } from './ddl-context.ts'
import { catalogNotFound, readOnlyCatalog } from './ddl-errors.ts'

export interface FullName {
  catalog: string
  database: string
  name: string
}

export function fullName({ names }: Pick<DdlContext, 'names'>, table: TableName): FullName {
  return {
    catalog: table.catalog ?? names.catalog,
    database: table.database ?? names.database,
    name: table.name,
  }
}

/** What a statement may change. */
export function ownName(context: DdlContext, table: TableName): FullName {
  const name = fullName(context, table)
  requireOwnCatalog(context, name.catalog)
  return name
}

export function requireOwnCatalog(context: DdlContext, catalog: string): void {
  requireCatalog(context, catalog)
  if (catalog !== DATA_CATALOG) throw readOnlyCatalog(catalog)
}

export function requireCatalog({ source }: DdlContext, catalog: string): void {
  if (!source.catalogs().includes(catalog)) throw catalogNotFound(catalog)
}
