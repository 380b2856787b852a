/** Aggregates. A macro cannot carry FILTER, DISTINCT or ORDER BY, so these are renamed to DuckDB's own. */
import { HozonError } from '../../../base/errors.ts'
import { isNode, stringLiteral, textOf, type Node } from '../ast.ts'
import type { FunctionRule, FunctionRules, NodeRules } from '../rewrite.ts'
import { template } from '../template.ts'

const RENAMED: Record<string, string> = {
  approx_distinct: 'approx_count_distinct',
  approx_percentile: 'approx_quantile',
  arbitrary: 'any_value',
  every: 'bool_and',
  bitwise_and_agg: 'bit_and',
  bitwise_or_agg: 'bit_or',
  bitwise_xor_agg: 'bit_xor',
}

/** How many arguments the new function takes; the rest (an allowed error) is a hint that DuckDB has no use for. */
const KEPT_ARGUMENTS: Record<string, number> = { approx_distinct: 1, approx_percentile: 2 }

export const aggregateNodes: NodeRules = {
  approx_distinct: (content) => renamed('approx_count_distinct', [content['this']], content),
  approx_count_distinct: (content) => renamed('approx_count_distinct', [content['this']], content),
  within_group(content) {
    const inner = isNode(content['this']) ? content['this']['list_agg'] : undefined
    if (!isNode(inner)) return undefined
    const call = renamed('string_agg', [inner['this'], inner['separator'] ?? stringLiteral('')], inner)
    return {
      aggregate_function: {
        ...call.aggregate_function,
        order_by: content['order_by'],
        filter: inner['filter'] ?? null,
      },
    }
  },
}

const rename: FunctionRule = (args, _context, content) => {
  const name = textOf(content['name']).toLowerCase()
  if (name === 'approx_percentile' && args.length > 2) {
    throw new HozonError('HOZON_SQL_FAILED', 'approx_percentile with weights is not supported', {
      op: 'translate',
    })
  }
  return renamed(RENAMED[name]!, args.slice(0, KEPT_ARGUMENTS[name]), content)
}

export const aggregateFunctions: FunctionRules = {
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
