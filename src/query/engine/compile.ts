/** From the user's statement to DuckDB SQL over views; runs in the engine's process, as polyglot lives only there. */
import { generateDuckDb } from '../dialect/polyglot.ts'
import { rewrite } from '../dialect/rewrite.ts'
import { nameColumns } from '../dialect/unnamed-columns.ts'
import { bindTables } from '../planner/bind.ts'
import { columnPositions } from '../planner/positions.ts'
import { referencesOf } from '../planner/references.ts'
import type {
  Analysis,
  AnalyzeRequest,
  Compiled,
  CompileRequest,
  ResolvedNames,
  ResolvedTable,
} from './protocol.ts'
import { parseQuery, parseWithParameters } from './parse-query.ts'

export function analyze(request: AnalyzeRequest): Analysis {
  return { references: referencesOf(parseWithParameters(request.sql, request.parameters), request.sql) }
}

export function compile(request: CompileRequest, nowMs: number): Compiled {
  const names = { tables: request.tables, views: request.views ?? [] }
  const { sql: text, parameters } = request
  const parsed = parseWithParameters(text, parameters ?? [])
  // Values of parameters move what is behind them.
  const positions = columnPositions(
    parameters === undefined ? parsed : parseWithParameters(text, undefined),
    text,
  )
  const { tree, ...bound } = bindTables(parsed, names, parseQuery, nowMs)
  const sql = generateDuckDb(rewrite(nameColumns(tree), allTables(names).map(withTypedKeys)))
  return { sql, positions, ...bound }
}

function allTables({ tables, views }: ResolvedNames): ResolvedTable[] {
  return [...tables, ...views.flatMap(allTables)]
}

/** The rewriter takes keys for texts: those of other types are columns to it. */
function withTypedKeys(table: ResolvedTable): ResolvedTable {
  const { partitionKeys, keyTypes } = table
  if (keyTypes === undefined) return table
  const columns = partitionKeys.map((name, index) => ({ name, key: name, type: keyTypes[index]! }))
  return { ...table, partitionKeys: [], columns: [...table.columns, ...columns] }
}
