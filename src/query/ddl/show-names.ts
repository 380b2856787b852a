/** SHOW DATABASES, CATALOGS, TABLES and VIEWS. */
import { isView, type TableInput } from '../../base/glue.ts'
import { DATA_CATALOG } from '../query.ts'
import type { ShowStatement } from '../statement/statement.ts'
import { textColumns, textRows, type DdlContext, type TextAnswer } from './ddl-context.ts'
import { databaseNotFound } from './ddl-errors.ts'
import { requireCatalog } from './full-names.ts'
import { matchesPattern } from './name-pattern.ts'

type Of<Kind extends ShowStatement['kind']> = Extract<ShowStatement, { kind: Kind }>

export async function showDatabases(
  context: DdlContext,
  { catalog = context.names.catalog, like }: Of<'show databases'>,
): Promise<TextAnswer> {
  requireCatalog(context, catalog)
  const names = await context.source.databases(catalog)
  return textRows(
    'database_name',
    names.filter((name) => matchesPattern(like, name)),
  )
}

export function showCatalogs({ source }: DdlContext, { like }: Of<'show catalogs'>): TextAnswer {
  const names = source.catalogs().filter((name) => matchesPattern(like, name))
  return textRows('catalog_name', names)
}

export async function showTables(
  context: DdlContext,
  { catalog = context.names.catalog, database, like }: Of<'show tables'>,
): Promise<TextAnswer> {
  const names = await namesOf(context, catalog, database)
  return textRows(
    'tab_name',
    names.tables.filter((name) => matchesPattern(like, name)),
  )
}

export async function showViews(
  context: DdlContext,
  { catalog = context.names.catalog, database, like }: Of<'show views'>,
): Promise<TextAnswer> {
  const names = await namesOf(context, catalog, database)
  const rows = names.views.filter((name) => matchesPattern(like, name)).map((name) => [name])
  return { columns: textColumns(['views']), rows }
}

interface Names {
  /** Views, too. */
  tables: string[]
  views: string[]
}

/** Ascending. A database that is not named need not be there. */
async function namesOf(context: DdlContext, catalog: string, named: string | undefined): Promise<Names> {
  requireCatalog(context, catalog)
  const database = named ?? context.names.database
  const listed = await context.source.tables(catalog, database)
  // Tables whose types nobody can read are no tables to query, and still there to be seen and dropped.
  const declared = catalog === DATA_CATALOG ? context.catalog.glue.tables(database) : []
  const views = new Set(listed.filter(({ kind }) => kind === 'view').map(({ name }) => name))
  for (const { name, definition } of declared)
    if (isView(JSON.parse(definition) as TableInput)) views.add(name)
  const tables = new Set([...listed, ...declared].map(({ name }) => name))
  const isUnknown = tables.size === 0 && named !== undefined
  if (isUnknown && !(await context.source.databases(catalog)).includes(named)) throw databaseNotFound(named)
  return { tables: [...tables].sort(), views: [...views].sort() }
}
