/** SHOW CREATE TABLE and SHOW CREATE VIEW: one row for each line. */
import { isView } from '../../base/glue.ts'
import type { ShowStatement } from '../statement/statement.ts'
import { textColumns, textRows, type DdlContext, type TextAnswer } from './ddl-context.ts'
import { queryError, viewNotFound } from './ddl-errors.ts'
import { parsePrestoView } from './presto-view.ts'
import { printTable } from './print-table.ts'
import { shownTable } from './shown-table.ts'

export async function showCreateTable(
  context: DdlContext,
  { table }: Extract<ShowStatement, { kind: 'show create table' }>,
): Promise<TextAnswer> {
  const { database, name, input } = await shownTable(context, table)
  if (isView(input)) throw queryError(`FAILED: ${database}.${name} is a view`, 'write SHOW CREATE VIEW')
  return textRows('createtab_stmt', printTable(database, name, input).split('\n'))
}

export async function showCreateView(
  context: DdlContext,
  { view }: Extract<ShowStatement, { kind: 'show create view' }>,
): Promise<TextAnswer> {
  const { database, name, input } = await shownTable(context, view)
  if (!isView(input)) throw viewNotFound(database, name)
  const sql = parsePrestoView(input.ViewOriginalText ?? '')?.originalSql ?? input.ViewOriginalText ?? ''
  const text = `CREATE VIEW ${quoted(database)}.${quoted(name)} AS\n${sql}`
  return { columns: textColumns(['create view'], 'varchar'), rows: text.split('\n').map((line) => [line]) }
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}
