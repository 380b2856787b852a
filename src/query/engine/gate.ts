/**
 * The gate in front of DuckDB. It reads the tree that DuckDB itself makes of the SQL, not ours, and lets pass exactly
 * one SELECT that names nothing but this query's views, a few table functions and functions of the allow-list.
 *
 * Everything is refused that is not known: a new kind of FROM item or a new function of a later DuckDB fails here
 * until somebody has looked at it. "It is a SELECT" alone protects from nothing: `SELECT * FROM enable_logging(…)` ends
 * the process, and `query('…')` runs anything.
 */
import { HozonError } from '../../base/errors.ts'
import { isNode, textOf, type Node } from '../dialect/ast.ts'
import { VIEW_SCHEMA } from '../planner/bind.ts'
import { isAllowedFunction } from './allowed-functions.ts'

/** A call of a function by its name in the SQL text, at this byte. */
export interface FunctionCall {
  name: string
  offset: number
}

const TABLE_FUNCTIONS = new Set(['unnest', 'range', 'generate_series'])

/** Parts of a tree that are no expressions: everything a FROM clause, a query and its modifiers may consist of. */
const ALLOWED_PARTS = new Set(
  [
    'SELECT_NODE SET_OPERATION_NODE RECURSIVE_CTE_NODE CTE_NODE',
    'BASE_TABLE SUBQUERY JOIN TABLE_FUNCTION EXPRESSION_LIST EMPTY',
    'ORDER_MODIFIER LIMIT_MODIFIER DISTINCT_MODIFIER ORDER_DEFAULT ASCENDING DESCENDING',
  ].flatMap((line) => line.split(' ')),
)

/** @param serialized what `json_serialize_sql` made of the SQL. Returns the calls of named functions. */
export function checkStatement(serialized: string, views: ReadonlySet<string>): FunctionCall[] {
  const tree = JSON.parse(serialized) as Node
  if (tree['error'] === true) throw forbidden(textOf(tree['error_message']))
  const statements = tree['statements']
  if (!Array.isArray(statements) || statements.length !== 1) throw forbidden('one statement at a time')
  const calls: FunctionCall[] = []
  check(statements[0], new Set(), views, calls)
  return calls
}

function check(
  value: unknown,
  scope: ReadonlySet<string>,
  views: ReadonlySet<string>,
  calls: FunctionCall[],
): void {
  if (Array.isArray(value)) {
    for (const item of value) check(item, scope, views, calls)
    return
  }
  if (!isNode(value)) return
  if (typeof value['class'] === 'string') checkExpression(value, calls)
  else if (typeof value['type'] === 'string') checkPart(value, scope, views)
  const inner = checkClauses(value, scope, views, calls)
  for (const key in value) if (key !== 'cte_map') check(value[key], inner, views, calls)
}

function checkPart(part: Node, scope: ReadonlySet<string>, views: ReadonlySet<string>): void {
  const type = textOf(part['type'])
  // Types of constants and casts come in objects of their own kind, named …_TYPE_INFO.
  if (!ALLOWED_PARTS.has(type) && !type.endsWith('_TYPE_INFO'))
    throw forbidden(`${type} is not allowed in a query`)
  if (type === 'BASE_TABLE') checkTable(part, scope, views)
  if (type === 'TABLE_FUNCTION') {
    const name = isNode(part['function']) ? textOf(part['function']['function_name']) : ''
    if (!TABLE_FUNCTIONS.has(name.toLowerCase())) throw forbidden(`the table function ${name} is not allowed`)
  }
}

function checkTable(table: Node, scope: ReadonlySet<string>, views: ReadonlySet<string>): void {
  const name = textOf(table['table_name'])
  const isView = table['schema_name'] === VIEW_SCHEMA && views.has(name)
  const isClause = table['schema_name'] === '' && scope.has(name.toLowerCase())
  if (table['catalog_name'] !== '' || !(isView || isClause))
    throw forbidden(`${name} is not a table of this query`)
}

/** Each WITH clause sees those before it and itself (RECURSIVE); the body sees all. */
function checkClauses(
  node: Node,
  scope: ReadonlySet<string>,
  views: ReadonlySet<string>,
  calls: FunctionCall[],
): ReadonlySet<string> {
  const map = isNode(node['cte_map']) ? node['cte_map']['map'] : undefined
  if (!Array.isArray(map) || map.length === 0) return scope
  const inner = new Set(scope)
  for (const clause of map as Node[]) {
    const name = textOf(clause['key']).toLowerCase()
    const content = JSON.stringify(clause['value']).includes('"RECURSIVE_CTE_NODE"')
      ? new Set([...inner, name])
      : inner
    check(clause['value'], content, views, calls)
    inner.add(name)
  }
  return inner
}

function checkExpression(expression: Node, calls: FunctionCall[]): void {
  const name = expression['function_name']
  if (typeof name !== 'string') return
  const isBuiltIn = expression['schema'] === '' || expression['schema'] === 'main'
  if (!isBuiltIn || (expression['catalog'] ?? '') !== '' || !isAllowedFunction(name)) {
    throw new HozonError('HOZON_SQL_FORBIDDEN', `the function ${name} is not allowed or does not exist`, {
      op: 'check query',
      hint: 'docs/guides/sql.md lists the functions',
    })
  }
  const offset = Number(expression['query_location'])
  // Schema 'main' is the parser's own doing (EXTRACT, POSITION … IN): the text holds no name there.
  if (expression['schema'] === '' && expression['is_operator'] !== true)
    calls.push({ name: name.toLowerCase(), offset })
}

function forbidden(message: string): HozonError {
  return new HozonError('HOZON_SQL_FORBIDDEN', message, { op: 'check query' })
}
