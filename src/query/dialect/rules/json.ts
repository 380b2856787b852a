/** JSON functions: paths in DuckDB's spelling. */
import { HozonError } from '../../../base/errors.ts'
import { call, stringLiteral, stringOf, type Node } from '../ast.ts'
import type { FunctionRules, NodeRules } from '../rewrite.ts'
import { template } from '../template.ts'

/** `lax $.a["b c"]` -> `$.a."b c"` */
export function duckDbPath(path: string): string {
  const bare = path.replace(/^\s*(lax|strict)\s+/, '').trim()
  const dotted = bare.replaceAll(/\[\s*["']([^"'\]]*)["']\s*\]/g, (_found, key: string) => `."${key}"`)
  // `@` filters, methods and `..` mean nothing to DuckDB, which would look for keys of these names.
  if (/[?@()]|\.\.|\.\*\*/.test(dotted.replaceAll(/"[^"]*"/g, ''))) {
    throw new HozonError('HOZON_SQL_FAILED', `the JSON path ${path} is not supported`, { op: 'translate' })
  }
  return dotted
}

function path(node: unknown): unknown {
  const text = stringOf(node)
  return text === undefined ? node : stringLiteral(duckDbPath(text))
}

/** RETURNING, ON EMPTY, ON ERROR, WRAPPER: nothing of it would be carried over. */
function refuseClauses(content: Node, name: string): void {
  for (const clause of ['returning', 'on_error', 'on_empty', 'wrapper', 'on_condition']) {
    const value = content[clause] ?? null
    if (value !== null && value !== false) {
      throw new HozonError(
        'HOZON_SQL_FAILED',
        `${name} with ${clause.replaceAll('_', ' ').toUpperCase()} is not supported`,
        { op: 'translate' },
      )
    }
  }
}

export const jsonNodes: NodeRules = {
  json_extract_scalar: (content) => call('json_extract_scalar', content['this'], path(content['path'])),
  json_extract: (content) => call('json_extract', content['this'], path(content['path'])),
  json_value(content) {
    refuseClauses(content, 'json_value')
    return call('json_extract_scalar', content['this'], path(content['path']))
  },
  json_query(content) {
    refuseClauses(content, 'json_query')
    return call('json_extract', content['this'], path(content['path']))
  },
  parse_json: (content) => call('json_parse', content['this']),
}

export const jsonFunctions: FunctionRules = {
  json_extract_scalar: ([value, where]) => call('json_extract_scalar', value, path(where)),
  json_extract: ([value, where]) => call('json_extract', value, path(where)),
  json_value: ([value, where]) => call('json_extract_scalar', value, path(where)),
  json_query: ([value, where]) => call('json_extract', value, path(where)),
  json_size: ([value, where]) => call('json_size', value, path(where)),
  json_exists: ([value, where]) => template('json_exists(__V, __P)', { V: value, P: path(where) }),
}
