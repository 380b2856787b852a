/** JSON functions: paths in DuckDB's spelling. */
import { HozonError } from '../../../base/errors.ts'
import { call, contentOf, isNode, stringLiteral, stringOf, textOf, type Node } from '../ast.ts'
import { parsePath } from '../natives/json-path.ts'
import type { FunctionRules, NodeRules, RuleContext } from '../rewrite.ts'
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
  // Where it is an array, `.1` is its second element.
  if (!isSqlPath && /\.\d+(?=[.[]|$)/.test(dotted))
    refuse(`a number as a name in the JSON path ${path}`, '$.a[1] or $.a["1"] says which it is')
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

/** What a path of SQL finds: natives/json-path.ts. */
function found(content: Node): unknown {
  const text = stringOf(content['path'])
  if (text === undefined) refuse('a JSON path that is not a literal')
  if (parsePath(text) === undefined) refuse(`the JSON path ${text}`)
  return call('__json_found', template('CAST(__J AS VARCHAR)', { J: content['this'] }), content['path'])
}

/** The answer is text: of one value, or of all in an array. */
function json_query(content: Node): unknown {
  const { wrapper_option: wrapper, ...rest } = content
  refuseClauses(rest, 'json_query')
  const isWrapped =
    /^WITH/i.test(textOf(wrapper)) && !/CONDITIONAL/i.test(textOf(wrapper).replace(/UNCONDITIONAL/i, ''))
  if (/CONDITIONAL/i.test(textOf(wrapper)) && !isWrapped) refuse('json_query WITH CONDITIONAL WRAPPER')
  const sql = isWrapped
    ? `CASE WHEN len(__F) > 0 THEN __json_list(__F) END`
    : `CASE WHEN len(__F) = 1 THEN __F[1] END`
  return template(sql, { F: found(content) })
}

/** Of JSON functions in JSON functions: they are no texts. */
function jsonItem(value: unknown, context: RuleContext): unknown {
  const name = textOf(contentOf(value, 'function')?.['name'])
  if (/^__json_(list|sorted)$/.test(name)) return template('CAST(__V AS JSON)', { V: value })
  if (context.kindOf(value) === 'decimal') return template('CAST(CAST(__V AS VARCHAR) AS JSON)', { V: value })
  return value
}

export const jsonNodes: NodeRules = {
  json_extract_scalar: (content) => call('json_extract_scalar', content['this'], path(content['path'])),
  json_extract: (content) => call('json_extract', content['this'], path(content['path'])),
  json_value(content) {
    const { returning, ...rest } = content
    refuseClauses(rest, 'json_value')
    const text = template('__json_only_scalar(__F)', { F: found(content) })
    return isNode(returning) ? { cast: { this: text, to: returning } } : text
  },
  json_query,
  // By default without NULLs; an object keeps its NULLs.
  j_s_o_n_array(content, context) {
    if ((content['returning_type'] ?? null) !== null) refuse('json_array with RETURNING')
    const clause = contentOf(content['null_handling'], 'var')?.['this']
    if (/^NULL/i.test(textOf(clause))) return undefined
    const items = (content['expressions'] ?? []) as unknown[]
    if (items.length === 0) return undefined
    const holes = Object.fromEntries(items.map((item, index) => [`V${index}`, jsonItem(item, context)]))
    const list = items
      .map((_, index) => `CASE WHEN __V${index} IS NOT NULL THEN to_json(__V${index}) END`)
      .join(', ')
    return template(`__json_list(list_filter([${list}], __p -> __p IS NOT NULL))`, holes)
  },
  json_object(content, context) {
    for (const clause of ['null_handling', 'returning_type', 'with_unique_keys'])
      if (![null, undefined, false].includes(content[clause] as null))
        refuse(`json_object with ${clause.replaceAll('_', ' ').toUpperCase()}`)
    const pairs = (content['pairs'] as unknown[][]).map(([key, value]) => [key, jsonItem(value, context)])
    return template('__json_sorted(CAST(__O AS VARCHAR))', { O: { json_object: { ...content, pairs } } })
  },
  parse_json: (content) => call('json_parse', content['this']),
  json_array_length: (content) => call('json_array_length', content['this']),
}

export const jsonFunctions: FunctionRules = {
  json_extract_scalar: ([value, where]) => call('json_extract_scalar', value, path(where)),
  json_extract: ([value, where]) => call('json_extract', value, path(where)),
  json_value: ([value, where]) =>
    template('__json_only_scalar(__F)', { F: found({ this: value, path: where }) }),
  json_query: ([value, where]) =>
    template('CASE WHEN len(__F) = 1 THEN __F[1] END', { F: found({ this: value, path: where }) }),
  json_size: ([value, where]) => call('json_size', value, path(where)),
  json_exists: ([value, where]) =>
    template('CASE WHEN __V IS NOT NULL THEN coalesce(len(__F) > 0, false) END', {
      F: found({ this: value, path: where }),
      V: value,
    }),
}
