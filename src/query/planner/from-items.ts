/** What a SELECT reads from: the items of its FROM clause and of its joins, with what the joins demand of each. */
import { contentOf, isNode, nameOf, tagOf, type Node } from '../dialect/ast.ts'
import type { Conditions } from './conditions.ts'
import { and, mapLeaves } from './predicate.ts'

export interface FromItem {
  node: Node
  /** Conditions of joins that hold for every row of the item that matters. */
  on: Conditions
  /** Conditions of the SELECT as far as they may be about this item, its alias removed. */
  ofAlias(conditions: Conditions): Conditions
}

const ANY: Conditions = { kind: 'any' }

/** Joins that pass no row of either side which has no match. */
const INNER = new Set(['Inner', 'Cross', 'Implicit'])

export function fromItems(select: Node, readOn: (on: unknown) => Conditions): FromItem[] {
  const from = isNode(select['from']) ? select['from']['expressions'] : []
  const joins = joinsOf(select)
  const parts: { node: Node; join: Node | undefined; all: Node[] }[] = []
  const add = (node: unknown, join: Node | undefined, all: Node[]): void => {
    if (!isNode(node)) return
    const paren = contentOf(node, 'paren')
    const nested = contentOf(node, 'joined_table')
    if (paren !== undefined) return add(paren['this'], join, all)
    if (nested === undefined) return void parts.push({ node, join, all })
    const inner = [...all, ...joinsOf(nested)]
    add(nested['left'], join, inner)
    for (const each of joinsOf(nested)) add(each['this'], each, inner)
  }
  for (const node of Array.isArray(from) ? from : []) add(node, undefined, joins)
  for (const join of joins) add(join['this'], join, joins)

  const every = parts.flatMap(({ all }) => all)
  const isInner = every.every((join) => INNER.has(String(join['kind'])))
  const onAll = isInner ? and([...new Set(every)].map((join) => readOn(join['on']))) : ANY
  return parts.map(({ node, join }) => ({
    node,
    on: withoutNull(isInner ? onAll : join === undefined ? ANY : onOfRightSide(join, readOn)),
    ofAlias: (conditions) => ofAlias(isInner ? conditions : withoutNull(conditions), aliasOf(node)),
  }))
}

function joinsOf(content: Node): Node[] {
  return Array.isArray(content['joins']) ? (content['joins'] as Node[]).filter(isNode) : []
}

/** A row of the right side that fails the condition has no match, and LEFT JOIN passes none of those either. */
function onOfRightSide(join: Node, readOn: (on: unknown) => Conditions): Conditions {
  return join['kind'] === 'Left' || INNER.has(String(join['kind'])) ? readOn(join['on']) : ANY
}

/** Where an outer join pads rows with NULLs, IS NULL holds for more than the table's own rows. */
function withoutNull(conditions: Conditions): Conditions {
  return mapLeaves(conditions, (leaf) => (leaf.kind === 'null' ? ANY : leaf))
}

/**
 * Unqualified names that another item has as well: the engine calls that ambiguous, unless USING made them one, and then
 * the condition holds for both.
 */
function ofAlias(conditions: Conditions, alias: string | undefined): Conditions {
  return mapLeaves(conditions, (leaf) => {
    const { qualifier, name } = leaf.column
    if (qualifier !== undefined && qualifier !== alias) return ANY
    return { ...leaf, column: { qualifier: undefined, name } }
  })
}

function aliasOf(node: Node): string | undefined {
  const content = node[tagOf(node) ?? '']
  if (!isNode(content)) return undefined
  return (nameOf(content['alias']) ?? nameOf(content['name']))?.toLowerCase()
}
