/**
 * Finds what the WHERE clauses of a statement demand of each table's partition columns and event time.
 *
 * Only the WHERE of the SELECT that names the table counts, and only comparisons of a column with literals. They are
 * true for no NULL, so they also hold for outer joins: a row that is padded with NULLs does not pass them. Where a
 * table is named several times, a row may matter to any of them: the demands are joined by OR.
 */
import type { ResolvedTable } from '../engine/protocol.ts'
import { contentOf, isNode, nameOf, stringOf, tagOf, type Node } from '../dialect/ast.ts'
import { and, or, type Comparison, type PartitionPredicate } from './predicate.ts'
import { instantOf } from './instant.ts'

/** A table in a FROM clause, as the rest of its SELECT calls it. */
export interface BoundTable {
  alias: string
  table: ResolvedTable
}

const COMPARISONS: Record<string, Comparison> = { eq: '=', neq: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' }
const MIRRORED: Record<Comparison, Comparison> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

/** What one SELECT demands of one of its tables. */
export function predicateOf(where: unknown, bound: BoundTable, nowMs: number): PartitionPredicate {
  const content = contentOf(where, 'paren')
  if (content !== undefined) return predicateOf(content['this'], bound, nowMs)
  const tag = tagOf(where)
  if (tag === undefined) return { kind: 'any' }
  const node = (where as Node)[tag]
  if (!isNode(node)) return { kind: 'any' }
  const side = (name: string): PartitionPredicate => predicateOf(node[name], bound, nowMs)
  if (tag === 'and') return and([side('left'), side('right')])
  if (tag === 'or') return or([side('left'), side('right')])
  if (tag === 'in') return inList(node, bound)
  if (tag === 'between') return between(node, bound, nowMs)
  const operator = COMPARISONS[tag]
  if (operator === undefined) return { kind: 'any' }
  return compare(node['left'], operator, node['right'], bound, nowMs)
}

function compare(
  left: unknown,
  operator: Comparison,
  right: unknown,
  bound: BoundTable,
  nowMs: number,
): PartitionPredicate {
  const column = columnOf(left, bound)
  if (column === undefined) {
    const mirrored = columnOf(right, bound)
    return mirrored === undefined ? { kind: 'any' } : compare(right, MIRRORED[operator], left, bound, nowMs)
  }
  if (column === bound.table.timeColumn) {
    const ms = instantOf(right, nowMs)
    return ms === undefined ? { kind: 'any' } : { kind: 'time', operator, ms }
  }
  const value = stringOf(right)
  return value === undefined ? { kind: 'any' } : { kind: 'compare', column, operator, value }
}

function inList(node: Node, bound: BoundTable): PartitionPredicate {
  const column = columnOf(node['this'], bound)
  const items = node['expressions']
  const plain = node['not'] === false && (node['query'] ?? null) === null && (node['unnest'] ?? null) === null
  if (column === undefined || column === bound.table.timeColumn || !plain || !Array.isArray(items))
    return { kind: 'any' }
  const values = items.map(stringOf)
  if (values.length === 0 || values.includes(undefined)) return { kind: 'any' }
  return { kind: 'in', column, values: values as string[] }
}

function between(node: Node, bound: BoundTable, nowMs: number): PartitionPredicate {
  if (node['not'] !== false || (node['symmetric'] ?? null) !== null) return { kind: 'any' }
  return and([
    compare(node['this'], '>=', node['low'], bound, nowMs),
    compare(node['this'], '<=', node['high'], bound, nowMs),
  ])
}

/** The lower-case name, if the node is a partition column or the event-time column of this very table. */
function columnOf(node: unknown, bound: BoundTable): string | undefined {
  const column = contentOf(node, 'column')
  const name = nameOf(column?.['name'])?.toLowerCase()
  if (column === undefined || name === undefined) return undefined
  const qualifier = nameOf(column['table'])?.toLowerCase()
  // Unqualified, and another table has it as well: the engine calls that ambiguous, unless USING made them one.
  if (qualifier !== undefined && qualifier !== bound.alias.toLowerCase()) return undefined
  const isKnown = bound.table.partitionKeys.includes(name) || bound.table.timeColumn === name
  return isKnown ? name : undefined
}
