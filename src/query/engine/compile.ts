/** From the user's statement to DuckDB SQL over views; runs in the engine's process, as polyglot lives only there. */
import { HozonError } from '../../base/errors.ts'
import { walkTree, type Node } from '../dialect/ast.ts'
import { generateDuckDb, parseTrino } from '../dialect/polyglot.ts'
import { rewrite } from '../dialect/rewrite.ts'
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

const QUERY_TAGS = new Set(['select', 'union', 'intersect', 'except', 'values', 'subquery'])

export function analyze(request: AnalyzeRequest): Analysis {
  return { references: referencesOf(parseQuery(request.sql), request.sql) }
}

export function compile(request: CompileRequest, nowMs: number): Compiled {
  const names = { tables: request.tables, views: request.views ?? [] }
  const parsed = parseQuery(request.sql)
  const positions = columnPositions(parsed, request.sql)
  const { tree, ...bound } = bindTables(parsed, names, parseQuery, nowMs)
  const sql = generateDuckDb(rewrite(tree, allTables(names).map(withTypedKeys)))
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

/** The tree of the only statement, which must be a query. */
function parseQuery(sql: string): Node {
  const statements = parseTrino(sql)
  const [tree] = statements
  if (tree === undefined)
    throw new HozonError('HOZON_SQL_SYNTAX', 'the statement is empty', { op: 'parse statement' })
  if (statements.length > 1) throw forbidden('one statement at a time')
  if (!QUERY_TAGS.has(Object.keys(tree)[0] ?? ''))
    throw forbidden('only queries (SELECT, WITH, VALUES) can be run')
  walkTree(tree, (node) => {
    for (const [tag, reason] of NOT_SUPPORTED)
      if (tag in node && (node[tag] ?? null) !== null) throw forbidden(reason)
  })
  return tree
}

/** What polyglot would drop silently, or what has no counterpart. A wrong answer is worse than none. */
const NOT_SUPPORTED: [tag: string, reason: string][] = [
  ['match_recognize', 'MATCH_RECOGNIZE is not supported'],
  ['into', 'SELECT INTO is not supported'],
]

function forbidden(message: string): HozonError {
  return new HozonError('HOZON_SQL_FORBIDDEN', message, { op: 'parse statement' })
}
