/** Answers SHOW and DESCRIBE from the catalog; no engine is asked. */
import type { ShowStatement } from '../statement/statement.ts'
import type { DdlContext, TextAnswer } from './ddl-context.ts'
import { describe } from './describe.ts'
import { showColumns } from './show-columns.ts'
import { showCreateTable, showCreateView } from './show-create.ts'
import { showFunctions } from './show-functions.ts'
import { showCatalogs, showDatabases, showTables, showViews } from './show-names.ts'
import { showPartitions } from './show-partitions.ts'
import { showTableProperties } from './show-properties.ts'

type Answer<Kind extends ShowStatement['kind']> = (
  context: DdlContext,
  statement: Extract<ShowStatement, { kind: Kind }>,
) => TextAnswer | Promise<TextAnswer>

const ANSWERS: { [Kind in ShowStatement['kind']]: Answer<Kind> } = {
  'show databases': showDatabases,
  'show catalogs': showCatalogs,
  'show tables': showTables,
  'show views': showViews,
  'show columns': showColumns,
  'show partitions': showPartitions,
  'show create table': showCreateTable,
  'show create view': showCreateView,
  'show table properties': showTableProperties,
  'show functions': showFunctions,
  describe,
}

export async function answerShow(context: DdlContext, statement: ShowStatement): Promise<TextAnswer> {
  const answer = ANSWERS[statement.kind] as Answer<ShowStatement['kind']>
  return answer(context, statement)
}
