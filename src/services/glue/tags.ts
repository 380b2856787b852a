/** Tags of databases, kept in their definition. As in AWS, tables have none, but may be asked. */
import { databaseNamed, findTable, type GlueContext } from './glue-context.ts'
import { databaseInput, type SavedDatabase, type Tags } from './saved-database.ts'
import { invalidInput, resourceNotFound, tableNotFound } from './faults.ts'

/** AWS's quota for each resource. */
const TAGS_MAX = 50
/** Without the account where Terraform was told not to ask for it. */
const ARN = /^arn:[^:]*:glue:[^:]*:\d*:(database|table)\/([^/]+)(?:\/([^/]+))?$/

/** Throws EntityNotFoundException. */
export function tagsOf(context: GlueContext, arn: string): Tags {
  const { database, table } = addressOf(arn)
  if (table === undefined) return savedNamed(context, database).Tags ?? {}
  if (findTable(context, database, table) === undefined) throw tableNotFound(table)
  return {}
}

/** Throws EntityNotFoundException and InvalidInputException. */
export function changeTags(
  context: GlueContext,
  arn: string,
  change: (tags: Map<string, string>) => void,
): void {
  const { database, table } = addressOf(arn)
  if (table !== undefined) throw invalidInput('Tables can not be tagged.')
  const saved = savedNamed(context, database)
  const tags = new Map(Object.entries(saved.Tags ?? {}))
  change(tags)
  if (tags.size > TAGS_MAX) throw invalidInput(`A resource can not have more than ${TAGS_MAX} tags.`)
  const definition = JSON.stringify({ ...saved, Tags: Object.fromEntries(tags) })
  context.catalog.glue.updateDatabase(database.toLowerCase(), definition)
}

function savedNamed(context: GlueContext, database: string): SavedDatabase {
  return databaseInput(databaseNamed(context, database))
}

function addressOf(arn: string): { database: string; table: string | undefined } {
  const [, kind, database, table] = ARN.exec(arn) ?? []
  if (database === undefined || (kind === 'table') !== (table !== undefined)) throw resourceNotFound(arn)
  return { database, table }
}
