/** JSON functions: paths in DuckDB's spelling. */
import { HozonError } from '../../../base/errors.ts'
import { call, contentOf, isNode, stringLiteral, stringOf, textOf, type Node } from '../ast.ts'
import type { FunctionRules, NodeRules } from '../rewrite.ts'
import { template } from '../template.ts'
import { refuse } from './refused.ts'

/** `lax $.a["b c"]` -> `$.a."b c"` */
export function duckDbPath(path: string, isSqlPath = false): string {
  const bare = path.replace(/^\s*(lax|strict)\s+/, '').trim()
  const dotted = bare.replaceAll(/\[\s*["']([^"'\]]*)["']\s*\]/g, (_found, key: string) => `."${key}"`)
  // `@` filters, methods and `..` mean nothing to DuckDB, which would look for keys of these names.
  if (/[?@()]|\.\.|\.\*\*/.test(dotted.replaceAll(/"[^"]*"/g, 'key'))) {
    throw new HozonError('HOZON_SQL_FAILED', `the JSON path ${path} is not supported`, { op: 'translate' })
  }
  // Of json_extract and json_extract_scalar: one place, no wildcards, no places from the end.
  if (!isSqlPath && /\*|\[\s*-/.test(dotted.replaceAll(/"[^"]*"/g, 'key')))
    throw new HozonError('HOZON_SQL_FAILED', `INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '${path}'`, {
      op: 'translate',
    })
  return dotted
}

function path(node: unknown): unknown {
  const text = stringOf(node)
  return text === undefined ? node : stringLiteral(duckDbPath(text, /^\s*(lax|strict)\s/.test(text)))
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

/** The answer is text. A path with * gives a list, which only a wrapper makes one value of. */
function json_query(content: Node): unknown {
  const { wrapper_option: wrapper, ...rest } = content
  refuseClauses(rest, 'json_query')
  const where = path(content['path'])
  const isWrapped =
    /^WITH/i.test(textOf(wrapper)) && !/CONDITIONAL/i.test(textOf(wrapper).replace(/UNCONDITIONAL/i, ''))
  if (/CONDITIONAL/i.test(textOf(wrapper)) && !isWrapped) refuse('json_query WITH CONDITIONAL WRAPPER')
  const value = call('json_extract', content['this'], where)
  if (!(stringOf(where) ?? '').includes('*'))
    return template(isWrapped ? `'[' || CAST(__J AS VARCHAR) || ']'` : 'CAST(__J AS VARCHAR)', { J: value })
  return isWrapped ? call('__json_list', value) : refuse('json_query with * in the path and no wrapper')
}

export const jsonNodes: NodeRules = {
  json_extract_scalar: (content) => call('json_extract_scalar', content['this'], path(content['path'])),
  json_extract: (content) => call('json_extract', content['this'], path(content['path'])),
  json_value(content) {
    const { returning, ...rest } = content
    refuseClauses(rest, 'json_value')
    const text = call('json_extract_scalar', content['this'], path(content['path']))
    return isNode(returning) ? { cast: { this: text, to: returning } } : text
  },
  json_query,
  // By default without NULLs; an object keeps its NULLs.
  j_s_o_n_array(content) {
    if ((content['returning_type'] ?? null) !== null) refuse('json_array with RETURNING')
    const clause = contentOf(content['null_handling'], 'var')?.['this']
    if (/^NULL/i.test(textOf(clause))) return undefined
    const items = (content['expressions'] ?? []) as unknown[]
    if (items.length === 0) return undefined
    const holes = Object.fromEntries(items.map((item, index) => [`V${index}`, item]))
    const list = items
      .map((_, index) => `CASE WHEN __V${index} IS NOT NULL THEN to_json(__V${index}) END`)
      .join(', ')
    return template(`__json_list(list_filter([${list}], __p -> __p IS NOT NULL))`, holes)
  },
  json_object(content) {
    for (const clause of ['null_handling', 'returning_type', 'with_unique_keys'])
      if (![null, undefined, false].includes(content[clause] as null))
        refuse(`json_object with ${clause.replaceAll('_', ' ').toUpperCase()}`)
    return undefined
  },
  parse_json: (content) => call('json_parse', content['this']),
  json_array_length: (content) => call('json_array_length', content['this']),
}

export const jsonFunctions: FunctionRules = {
  json_extract_scalar: ([value, where]) => call('json_extract_scalar', value, path(where)),
  json_extract: ([value, where]) => call('json_extract', value, path(where)),
  json_value: ([value, where]) => call('json_extract_scalar', value, path(where)),
  json_query: ([value, where]) => call('json_extract', value, path(where)),
  json_size: ([value, where]) => call('json_size', value, path(where)),
  json_exists: ([value, where]) => template('json_exists(__V, __P)', { V: value, P: path(where) }),
}
