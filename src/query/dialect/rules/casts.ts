/** CAST … AS varchar prints as Trino does; CAST of a double to an integer rounds half up; JSON casts look inside. */
import { call, isNode, stringOf, textOf, type Node } from '../ast.ts'
import type { NodeRules, RuleContext } from '../rewrite.ts'
import { template } from '../template.ts'

const TEXT_TYPES = new Set(['var_char', 'text', 'string', 'char'])
const INTEGER_TYPES = new Set(['tiny_int', 'small_int', 'int', 'big_int'])

export const castNodes: NodeRules = {
  cast: (cast, context) => rewriteCast(cast, context, false),
  try_cast: (cast, context) => rewriteCast(cast, context, true),
}

function rewriteCast(cast: Node, context: RuleContext, isTry: boolean): unknown {
  const type = cast['to']
  if (!isNode(type)) return undefined
  const name = textOf(type['data_type'])
  const value = cast['this']
  if (TEXT_TYPES.has(name)) {
    const text = toText(value, type, context)
    return isTry && text !== undefined ? call('try', text) : text
  }
  // A text becomes a JSON string by CAST; DuckDB would parse it, which is json_parse.
  if (name === 'json' && context.kindOf(value) !== 'json') return toJson(value, context)
  // DuckDB takes `yes` and `on`, too.
  if (name === 'boolean' && context.kindOf(value) === 'varchar')
    return call(isTry ? '__try_boolean' : '__boolean', value)
  // DuckDB takes 2.5, 1e3 and 1_000 for integers.
  if (
    INTEGER_TYPES.has(name) &&
    context.kindOf(value) === 'varchar' &&
    !/^[+-]?\d+$/.test(stringOf(value) ?? '')
  )
    return { [isTry ? 'try_cast' : 'cast']: { ...cast, this: integerText(value, isTry) } }
  // DuckDB rounds halves to even.
  if (INTEGER_TYPES.has(name) && context.kindOf(value) === 'double') {
    return { [isTry ? 'try_cast' : 'cast']: { ...cast, this: call('round', value) } }
  }
  return undefined
}

function toText(value: unknown, type: Node, context: RuleContext): unknown {
  const length = typeof type['length'] === 'number' ? type['length'] : undefined
  if (context.kindOf(value) === 'varchar' && length === undefined) return undefined
  if (context.kindOf(value) === 'json') return cut(call('__json_text', value), length)
  const text = context.kindOf(value) === 'varchar' ? value : call('__varchar', value)
  if (type['data_type'] === 'char') return template(`rpad(__TEXT, ${length ?? 1}, ' ')`, { TEXT: text })
  return cut(text, length)
}

/** Maps sorted by key, times as they are printed. */
function toJson(value: unknown, context: RuleContext): unknown {
  const kind = context.kindOf(value)
  if (kind === 'map')
    return template('CAST(__json_sorted(CAST(to_json(__V) AS VARCHAR)) AS JSON)', { V: value })
  return call('to_json', kind === 'timestamp' || kind === 'timestamptz' ? call('__varchar', value) : value)
}

function integerText(value: unknown, isTry: boolean): unknown {
  return isTry
    ? template(`CASE WHEN regexp_full_match(__V, '[+-]?[0-9]+') THEN __V END`, { V: value })
    : call('__text_integer', value)
}

/** varchar(3) cuts in Trino; DuckDB ignores the length. */
function cut(text: unknown, length: number | undefined): unknown {
  return length === undefined ? text : template(`left(__TEXT, ${length})`, { TEXT: text })
}
