/** Tags of databases and crawlers, kept in their definitions. As in AWS, tables have none, but may be asked. */
import { changedTags, type TagChange } from '../tags.ts'
import { findTable } from '../data-catalog/tables.ts'
import { databaseNamed, type GlueContext } from './glue-context.ts'
import { crawlerNamed, saveCrawler, savedCrawler } from './crawlers/crawler-definition.ts'
import { databaseInput, type Tags } from '../data-catalog/saved-database.ts'
import { invalidInput, resourceNotFound, tableNotFound } from './faults.ts'

/** Without the account where Terraform was told not to ask for it. */
const ARN = /^arn:[^:]*:glue:[^:]*:\d*:(database|table|crawler)\/([^/]+)(?:\/([^/]+))?$/

/** Throws EntityNotFoundException. */
export function tagsOf(context: GlueContext, arn: string): Tags {
  const { kind, name, table } = addressOf(arn)
  if (kind === 'crawler') return savedCrawler(crawlerNamed(context, name)).tags
  if (table === undefined) return databaseInput(databaseNamed(context, name)).Tags ?? {}
  if (findTable(context, name, table) === undefined) throw tableNotFound(table)
  return {}
}

/** Throws EntityNotFoundException and InvalidInputException. */
export function changeTags(context: GlueContext, arn: string, change: TagChange): void {
  const { kind, name, table } = addressOf(arn)
  if (table !== undefined) throw invalidInput('Tables can not be tagged.')
  const changed = Object.fromEntries(changedTags(Object.entries(tagsOf(context, arn)), change, invalidInput))
  if (kind === 'crawler') {
    saveCrawler(context, { ...savedCrawler(crawlerNamed(context, name)), tags: changed })
    return
  }
  const saved = databaseInput(databaseNamed(context, name))
  context.catalog.glue.updateDatabase(name.toLowerCase(), JSON.stringify({ ...saved, Tags: changed }))
}

function addressOf(arn: string): { kind: string; name: string; table: string | undefined } {
  const [, kind, name, table] = ARN.exec(arn) ?? []
  if (kind === undefined || name === undefined || (kind === 'table') !== (table !== undefined))
    throw resourceNotFound(arn)
  return { kind, name, table }
}
