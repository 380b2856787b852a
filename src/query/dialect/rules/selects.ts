/** LIMIT ALL, FETCH FIRST … WITH TIES, IF without ELSE. */
import { contentOf, isNode, nameOf, type Node } from '../ast.ts'
import type { NodeRules } from '../rewrite.ts'
import { selectTemplate, template } from '../template.ts'

export const selectNodes: NodeRules = {
  select(select) {
    const limited = isNode(select['limit']) ? contentOf(select['limit']['this'], 'column') : undefined
    if (limited !== undefined && nameOf(limited['name'])?.toUpperCase() === 'ALL')
      return { select: { ...select, limit: null } }
    const fetch = select['fetch']
    if (isNode(fetch) && fetch['with_ties'] === true) return { select: withTies(select, fetch['count']) }
    return undefined
  },
  if_func: (content) =>
    template('CASE WHEN __C THEN __T ELSE __F END', {
      C: content['condition'],
      T: content['true_value'],
      F: content['false_value'] ?? template('NULL'),
    }),
}

/** All rows that rank among the first n by the same order. */
function withTies(select: Node, count: unknown): Node {
  const order = select['order_by']
  const ranked = selectTemplate('SELECT 1 QUALIFY rank() OVER (ORDER BY 1) <= __N', { N: count })
  const qualify = replaceOrder(ranked['qualify'], isNode(order) ? order['expressions'] : [])
  return { ...select, fetch: null, qualify }
}

function replaceOrder(node: unknown, order: unknown): unknown {
  if (Array.isArray(node)) return node.map((item) => replaceOrder(item, order))
  if (!isNode(node)) return node
  const copy: Node = {}
  for (const key in node) {
    const isOrder = key === 'order_by' && Array.isArray(node[key]) && node[key].length > 0
    copy[key] = isOrder ? order : replaceOrder(node[key], order)
  }
  return copy
}
