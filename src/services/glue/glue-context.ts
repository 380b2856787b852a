/** What the operations work with. */
import type { GlueDatabase } from '../../catalog/catalog.ts'
import type { CatalogContext } from '../data-catalog/tables.ts'
import type { Crawlers } from './crawlers/open-crawlers.ts'
import { databaseNotFound, tableOfStream } from './faults.ts'

export interface GlueContext extends CatalogContext {
  crawlers: Crawlers
  nowMs: () => number
}

/** Throws EntityNotFoundException. */
export function databaseNamed({ catalog }: CatalogContext, name: string): GlueDatabase {
  const found = catalog.glue.databases().find((database) => database.name === name.toLowerCase())
  if (found === undefined) throw databaseNotFound(name)
  return found
}

/** What a writing operation may not touch. Throws InvalidInputException. */
export function refuseStreamTable({ catalog }: CatalogContext, database: string, name: string): void {
  const table = catalog.table(database.toLowerCase(), name.toLowerCase())
  if (table !== undefined) throw tableOfStream(name, table.stream)
}
