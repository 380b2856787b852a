/** `(SELECT …) UNION (SELECT …) ORDER BY x`: DuckDB finds the names of columns only where no parentheses are. */
import { contentOf, nameOf } from '../ast.ts'
import type { NodeRule, NodeRules } from '../rewrite.ts'

const unwrapped =
  (tag: string): NodeRule =>
  (content) => {
    const [left, right] = [bare(content['left']), bare(content['right'])]
    return left === content['left'] && right === content['right']
      ? undefined
      : { [tag]: { ...content, left, right } }
  }

export const setOperationNodes: NodeRules = Object.fromEntries(
  ['union', 'intersect', 'except'].map((tag) => [tag, unwrapped(tag)]),
)

/** What its parentheses do nothing for: a SELECT without an order and a limit of its own. */
function bare(side: unknown): unknown {
  const subquery = contentOf(side, 'subquery')
  const select = contentOf(subquery?.['this'], 'select')
  if (subquery === undefined || select === undefined || nameOf(subquery['alias']) !== undefined) return side
  const own = ['order_by', 'limit', 'offset', 'fetch', 'with'].map((key) => select[key] ?? null)
  const outer = ['order_by', 'limit', 'offset'].map((key) => subquery[key] ?? null)
  return [...own, ...outer].every((part) => part === null) ? subquery['this'] : side
}
