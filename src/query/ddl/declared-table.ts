/** Reads and replaces the definitions of tables and views that were declared. */
import { isView, type GlueColumn, type StorageDescriptor, type TableInput } from '../../base/glue.ts'
import { parseS3Location } from '../../base/s3-location.ts'
import type { TableName } from '../statement/statement.ts'
import type { DdlContext, Declared } from './ddl-context.ts'
import { databaseNotFound, semanticError, tableNotFound, tableOfStream, taskFailed } from './ddl-errors.ts'
import { ownName } from './full-names.ts'
import { checkTable } from './glue-limits.ts'

export function hasDatabase({ catalog }: DdlContext, name: string): boolean {
  return catalog.glue.databases().some((database) => database.name === name)
}

export function requireDatabase(context: DdlContext, name: string): void {
  if (!hasDatabase(context, name)) throw databaseNotFound(name)
}

export function findDeclared({ catalog }: DdlContext, database: string, name: string): Declared | undefined {
  const found = catalog.glue.table(database, name)
  if (found === undefined) return undefined
  return { database, name, input: JSON.parse(found.definition) as TableInput }
}

/** To be changed by a statement for tables. */
export function declaredTable(context: DdlContext, table: TableName): Declared {
  const { database, name } = ownName(context, table)
  const found = findDeclared(context, database, name)
  if (found === undefined) {
    refuseStream(context, database, name)
    requireDatabase(context, database)
    throw tableNotFound(database, name)
  }
  if (isView(found.input)) throw semanticError(`[Error 10131]: ${database}.${name} is a view, and no table`)
  return found
}

export function refuseStream({ catalog }: DdlContext, database: string, name: string): void {
  const table = catalog.table(database, name)
  if (table !== undefined) throw tableOfStream(database, name, table.stream)
}

export function replaceTable(context: DdlContext, { database, name }: Declared, input: TableInput): void {
  checkTable(input)
  const definition = JSON.stringify(input)
  context.catalog.glue.updateTable(
    { database, name, definition },
    { expectedVersion: undefined, keepsOld: true },
  )
}

/** As Hive notes every change of a table. */
export function ddlTime({ clock }: DdlContext): Record<string, string> {
  return { transient_lastDdlTime: String(Math.floor(clock.now() / 1000)) }
}

/** Columns and keys of a table share their names. */
export function requireDistinct(columns: readonly GlueColumn[], keys: readonly GlueColumn[]): void {
  const names = new Set<string>()
  for (const { Name: name } of columns) {
    if (names.has(name)) throw semanticError(`[Error 10036]: Duplicate column name: ${name}`)
    names.add(name)
  }
  for (const { Name: name } of keys) {
    if (names.has(name))
      throw semanticError(`[Error 10035]: Column repeated in partitioning columns: ${name}`)
    names.add(name)
  }
}

export function requireLocation(location: string): void {
  if (parseS3Location(location) === undefined)
    throw taskFailed(
      `MetaException(message:Path is not legal: ${location})`,
      'a location is s3://bucket/folder/',
    )
}

export function storageOf(input: TableInput): StorageDescriptor {
  return input.StorageDescriptor ?? {}
}
