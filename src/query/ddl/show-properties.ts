/** SHOW TBLPROPERTIES. */
import type { ShowStatement } from '../statement/statement.ts'
import { textColumns, type DdlContext, type TextAnswer } from './ddl-context.ts'
import { shownTable } from './shown-table.ts'

export async function showTableProperties(
  context: DdlContext,
  { table, name: wanted }: Extract<ShowStatement, { kind: 'show table properties' }>,
): Promise<TextAnswer> {
  const { database, name, input } = await shownTable(context, table)
  const parameters = input.Parameters ?? {}
  const columns = textColumns(['prpt_name', 'prpt_value'])
  if (wanted === undefined) return { columns, rows: Object.entries(parameters) }
  const value = parameters[wanted] ?? `Table ${database}.${name} does not have property: ${wanted}`
  return { columns, rows: [[value]] }
}
