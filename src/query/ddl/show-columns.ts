/** SHOW COLUMNS, and what DESCRIBE shows of views. */
import { isView } from '../../base/glue.ts'
import { parseGlueType } from '../../format/serde/glue-type.ts'
import type { ShowStatement } from '../statement/statement.ts'
import { textColumns, textRows, type DdlContext, type NamedType, type TextAnswer } from './ddl-context.ts'
import { padded } from './hive-rows.ts'
import { parsePrestoView } from './presto-view.ts'
import { columnsOf, keysOf, shownTable, type ShownTable } from './shown-table.ts'
import { printTrinoType } from './trino-types.ts'

export async function showColumns(
  context: DdlContext,
  { table }: Extract<ShowStatement, { kind: 'show columns' }>,
): Promise<TextAnswer> {
  const { input } = await shownTable(context, table)
  if (isView(input)) return viewColumns({ input })
  const names = [...columnsOf(input), ...keysOf(input)].map(({ Name }) => padded(Name))
  return textRows('field', names)
}

/** Trino's, with its names of types. */
export function viewColumns({ input }: Pick<ShownTable, 'input'>): TextAnswer {
  const view = parsePrestoView(input.ViewOriginalText ?? '')
  const columns = view?.columns ?? columnsOf(input).map(({ Name, Type = '' }) => trinoColumn(Name, Type))
  return {
    columns: textColumns(['column', 'type'], 'varchar'),
    rows: columns.map(({ name, type }) => [name, type]),
  }
}

function trinoColumn(name: string, hiveType: string): NamedType {
  const parsed = parseGlueType(hiveType)
  return { name, type: 'type' in parsed ? printTrinoType(parsed.type) : hiveType }
}
