/** From the user's statement to DuckDB SQL over views; runs in the engine's process, as polyglot lives only there. */
import { generateDuckDb } from '../dialect/polyglot.ts'
import { rewrite } from '../dialect/rewrite.ts'
import { nameColumns } from '../dialect/unnamed-columns.ts'
import type { Node } from '../dialect/ast.ts'
import { stopClock } from '../dialect/stop-clock.ts'
import { bindTables, hideFromStars, type BoundStatement } from '../planner/bind.ts'
import { constantReader } from '../planner/constant.ts'
import { gatherDemands, type Demands } from '../planner/demands.ts'
import type { Constant } from '../planner/key-value.ts'
import { columnPositions } from '../planner/positions.ts'
import { referencesOf } from '../planner/references.ts'
import { textLengths } from '../planner/text-lengths.ts'
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

/** Values of expressions without columns; what it leaves out is not known. */
export type Compute = (expressions: Node[], nowMs: number) => Promise<Map<Node, Constant>>

/** `now()` is the same for the whole statement, whenever it is run. */
export function compile(request: CompileRequest, nowMs: number): Compiled {
  const bound = bindRequest(request)
  return finish(request, bound, gatherDemands(bound.tree, bound.bound, constantReader(nowMs)), nowMs)
}

/** `dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')` demands as much as a literal does. */
export async function compileComputed(
  request: CompileRequest,
  nowMs: number,
  compute: Compute,
): Promise<Compiled> {
  const bound = bindRequest(request)
  const demands = gatherDemands(bound.tree, bound.bound, constantReader(nowMs))
  if (demands.expressions.length === 0) return finish(request, bound, demands, nowMs)
  const values = await compute(demands.expressions, nowMs)
  return finish(request, bound, gatherDemands(bound.tree, bound.bound, constantReader(nowMs, values)), nowMs)
}

interface BoundRequest extends BoundStatement {
  positions: Compiled['positions']
}

function bindRequest({ sql, parameters = [], ...names }: CompileRequest): BoundRequest {
  const tree = parseWithParameters(sql, parameters)
  // Without values of parameters, which move what is behind them; and before tables are bound, which changes the tree.
  const asWritten = parameters.length === 0 ? tree : parseWithParameters(sql, undefined)
  const positions = columnPositions(asWritten, sql)
  return { ...bindTables(tree, namesOf(names), parseQuery), positions }
}

function finish(
  request: CompileRequest,
  bound: BoundRequest,
  { predicates }: Demands,
  nowMs: number,
): Compiled {
  hideFromStars(bound)
  const lengths = textLengths(bound.tree, bound.bound)
  const tables = allTables(namesOf(request)).map(withTypedKeys)
  const sql = generateDuckDb(stopClock(rewrite(nameColumns(bound.tree), tables), nowMs))
  const { positions, hidden, remote } = bound
  return { sql, positions, predicates, hidden, remote, lengths }
}

function namesOf({ tables, views = [] }: Pick<CompileRequest, 'tables' | 'views'>): ResolvedNames {
  return { tables, views }
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
