/** From the user's statement to DuckDB SQL over views; runs in the engine's process, as polyglot lives only there. */
import { HozonError } from '../../base/errors.ts'
import { walkTree, type Node } from '../dialect/ast.ts'
import { generateDuckDb, parseTrino } from '../dialect/polyglot.ts'
import { rewrite } from '../dialect/rewrite.ts'
import { bindTables } from '../planner/bind.ts'
import { referencesOf } from '../planner/references.ts'
import type { Analysis, AnalyzeRequest, Compiled, CompileRequest } from './protocol.ts'

const QUERY_TAGS = new Set(['select', 'union', 'intersect', 'except', 'values', 'subquery'])

export function analyze(request: AnalyzeRequest): Analysis {
  return { references: referencesOf(parseQuery(request.sql)) }
}

export function compile(request: CompileRequest, nowMs: number): Compiled {
  const bound = bindTables(parseQuery(request.sql), request.tables, nowMs)
  return { sql: generateDuckDb(rewrite(bound.tree, request.tables)), predicates: bound.predicates }
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
