/** DDL, SHOW and DESCRIBE: run on the catalog; an engine is asked for the columns of a view at most. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Store } from '../store/store.ts'
import { answerShow } from './ddl/answer-show.ts'
import type { DdlContext, NamedType, TextAnswer } from './ddl/ddl-context.ts'
import { runDdl } from './ddl/run-ddl.ts'
import type { Planner } from './planner/plan-query.ts'
import { nameContext, type NameContext } from './planner/resolve.ts'
import type { QueryOptions, QueryResult } from './query.ts'
import type { DdlStatement, ShowStatement } from './statement/statement.ts'
import { isOfClass } from './statement/statement-kinds.ts'

/** What these statements read and change. */
export interface CatalogTarget {
  catalog: Catalog
  store: Pick<Store, 'list'>
}

/** @param columnsOf a query, without reading anything */
export async function runOnCatalog(
  { source, clock }: Planner,
  target: CatalogTarget,
  statement: DdlStatement | ShowStatement,
  options: QueryOptions,
  columnsOf: (query: string, names: NameContext) => Promise<NamedType[]>,
): Promise<TextAnswer> {
  const context: DdlContext = {
    ...target,
    source,
    clock,
    names: await nameContext(source, options),
    mayWrite: options.mayWrite ?? false,
    signal: options.signal,
    columnsOf,
  }
  return isOfClass(statement, 'show') ? answerShow(context, statement) : runDdl(context, statement)
}

/** For callers that take an answer of a query; without the blanks that fill Athena's lines. */
export function textResult({
  columns,
  rows,
}: TextAnswer): Pick<QueryResult, 'columns' | 'rows' | 'truncated'> {
  return {
    columns: columns.map(({ name }) => ({ name, type: 'varchar' })),
    rows: rows.map((cells) => cells.map((cell) => JSON.stringify(cell.trimEnd()))),
    truncated: false,
  }
}
