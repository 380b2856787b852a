/** Aggregates. A macro cannot carry FILTER, DISTINCT or ORDER BY, so these are renamed to DuckDB's own. */
import { call, contentOf, isNode, mapTree, stringLiteral, textOf, type Node } from '../ast.ts'
import type { FunctionRule, FunctionRules, NodeRules } from '../rewrite.ts'
import { template } from '../template.ts'
import { divideDecimals } from './arithmetic.ts'
import { refuse } from './refused.ts'

const RENAMED: Record<string, string> = {
  approx_distinct: 'approx_count_distinct',
  approx_percentile: 'approx_quantile',
  arbitrary: 'any_value',
  every: 'bool_and',
  bitwise_and_agg: 'bit_and',
  bitwise_or_agg: 'bit_or',
  bitwise_xor_agg: 'bit_xor',
  // DuckDB's max_by passes over rows whose value is NULL.
  max_by: 'arg_max_null',
  min_by: 'arg_min_null',
}

/** How many arguments the new function takes; the rest (an allowed error) is a hint that DuckDB has no use for. */
const KEPT_ARGUMENTS: Record<string, number> = { approx_distinct: 1, approx_percentile: 2 }

export const aggregateNodes: NodeRules = {
  // DuckDB's is NULL where all are NULL.
  count_if: (content) =>
    renamed('count', [template('CASE WHEN __C THEN 1 END', { C: content['this'] })], content),
  // Of decimals it is a decimal of the same digits.
  avg(content, context) {
    const known = context.knownOf(content['this'])
    if (known?.kind !== 'decimal' || known.scale === undefined || content['windowed'] === true)
      return undefined
    const sum = { sum: { ...content } }
    context.remember(sum, known)
    return divideDecimals(sum, { count: { ...content, star: false } }, context)
  },
  window_function(content, context) {
    const average = contentOf(content['this'], 'avg')
    const known = average === undefined ? undefined : context.knownOf(average['this'])
    if (average === undefined || known?.kind !== 'decimal' || known.scale === undefined) return undefined
    const sum = { window_function: { ...content, this: { sum: { ...average } } } }
    const count = { window_function: { ...content, this: { count: { ...average, star: false } } } }
    context.remember(sum, known)
    return divideDecimals(sum, count, context)
  },
  approx_distinct: (content) => renamed('approx_count_distinct', [content['this']], content),
  approx_count_distinct: (content) => renamed('approx_count_distinct', [content['this']], content),
  within_group(content) {
    const inner = isNode(content['this']) ? content['this']['list_agg'] : undefined
    if (!isNode(inner)) return undefined
    const joined = renamed('string_agg', [inner['this'], inner['separator'] ?? stringLiteral('')], inner)
    return {
      aggregate_function: {
        ...joined.aggregate_function,
        order_by: content['order_by'],
        filter: inner['filter'] ?? null,
      },
    }
  },
}

/** What stays one call, as OVER follows it. */
export function markWindowed(tree: Node): Node {
  return mapTree(tree, (node) => {
    const content = contentOf(node, 'window_function')
    const average = contentOf(content?.['this'], 'avg')
    if (average === undefined) return node
    return { window_function: { ...content, this: { avg: { ...average, windowed: true } } } }
  }) as Node
}

const rename: FunctionRule = (given, context, content) => {
  let args = given
  const name = textOf(content['name']).toLowerCase()
  if (name === 'approx_percentile' && args.length > 2) {
    refuse('approx_percentile with weights')
  }
  if (name === 'approx_percentile' && context.kindOf(args[0]) === 'decimal')
    args = [template('CAST(__X AS DOUBLE)', { X: args[0] }), args[1]]
  if (name.endsWith('_by') && args.length > 2) return firstBy(name, args, content)
  return renamed(RENAMED[name]!, args.slice(0, KEPT_ARGUMENTS[name]), content)
}

/** DuckDB's arg_max(x, y, n) passes over rows whose x is NULL. */
function firstBy(name: string, [value, order, count]: unknown[], content: Node): unknown {
  if (content['distinct'] === true) refuse(`DISTINCT in ${name}`)
  const direction = name === 'max_by' ? 'DESC' : 'ASC'
  const filter = content['filter'] ?? null
  const isKept = filter === null ? '__Y IS NOT NULL' : '__Y IS NOT NULL AND (__F)'
  const sql = `list_slice(list(__X ORDER BY __Y ${direction}) FILTER (WHERE ${isKept}), 1, __N)`
  return template(sql, { X: value, Y: order, N: count, F: filter })
}

/** By one expression of other aggregates; a FILTER goes into the argument, as they pass over NULLs. */
const composed =
  (macro: string): FunctionRule =>
  ([value], _context, content) => {
    if (content['distinct'] === true) refuse(`DISTINCT in ${textOf(content['name'])}`)
    const filter = content['filter'] ?? null
    return call(
      macro,
      filter === null ? value : template('CASE WHEN __C THEN __V END', { C: filter, V: value }),
    )
  }

export const aggregateFunctions: FunctionRules = {
  entropy: composed('__entropy'),
  skewness: composed('__skewness'),
  ...Object.fromEntries(Object.keys(RENAMED).map((name) => [name, rename])),
  map_agg([key, value], _context, content) {
    const filter = content['filter'] ?? null
    if (filter === null) return undefined
    const holes = { K: key, V: value, C: filter }
    return template(
      "__mapdedup(list({'key': __K, 'value': __V}) FILTER (WHERE __K IS NOT NULL AND (__C)))",
      holes,
    )
  },
}

function renamed(name: string, args: unknown[], content: Node): { aggregate_function: Node } {
  return {
    aggregate_function: {
      name,
      args,
      distinct: content['distinct'] ?? false,
      filter: content['filter'] ?? null,
      order_by: content['order_by'] ?? [],
      limit: null,
      ignore_nulls: null,
    },
  }
}
