/** CREATE, DROP and ALTER DATABASE. */
import type { DatabaseInput } from '../../base/glue.ts'
import type { DdlStatement } from '../statement/statement.ts'
import type { DdlContext } from './ddl-context.ts'
import { databaseNotFound, queryError, taskFailed } from './ddl-errors.ts'
import { requireOwnCatalog } from './full-names.ts'
import { checkDatabase } from './glue-limits.ts'

type Of<Kind extends DdlStatement['kind']> = Extract<DdlStatement, { kind: Kind }>

export function createDatabase(context: DdlContext, { input, ifNotExists }: Of<'create database'>): void {
  requireOwnCatalog(context, context.names.catalog)
  checkDatabase(input)
  const made = context.catalog.glue.createDatabase(input.Name, JSON.stringify(input))
  if (!made && !ifNotExists) throw taskFailed(`Database ${input.Name} already exists`)
}

/** Athena's own, which is there without anybody having made it. */
const DEFAULT = 'default'

/** For tables and views about to be made. */
export function ensureDefaultDatabase({ catalog }: DdlContext, name: string): void {
  const input: DatabaseInput = { Name: DEFAULT, Description: 'Default Hive database' }
  if (name === DEFAULT) catalog.glue.createDatabase(DEFAULT, JSON.stringify(input))
}

export function dropDatabase(context: DdlContext, statement: Of<'drop database'>): void {
  const { name, ifExists, cascade } = statement
  requireOwnCatalog(context, context.names.catalog)
  const { glue } = context.catalog
  if (!cascade && glue.tables(name).length > 0)
    throw taskFailed(
      `InvalidOperationException(message:Database ${name} is not empty. One or more tables exist.)`,
      'CASCADE drops them, too',
    )
  const outcome = glue.deleteDatabase(name)
  if (outcome === 'missing' && !ifExists) throw databaseNotFound(name)
  if (outcome === 'in use')
    throw queryError(
      `FAILED: database ${name} has tables of streams, and statements can not drop them`,
      'their streams have to go first',
    )
}

export function setDatabaseProperties(
  { catalog }: DdlContext,
  { name, properties }: Of<'set database properties'>,
): void {
  const found = catalog.glue.databases().find((database) => database.name === name)
  if (found === undefined) throw databaseNotFound(name)
  const input: DatabaseInput =
    found.definition === undefined ? { Name: name } : (JSON.parse(found.definition) as DatabaseInput)
  const parameters = { ...input.Parameters, ...properties }
  const changed = { ...input, Parameters: parameters }
  checkDatabase(changed)
  catalog.glue.updateDatabase(name, JSON.stringify(changed))
}
