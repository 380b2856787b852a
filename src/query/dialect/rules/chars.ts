/** Where a `char(n)` is compared, blanks at the end of both sides count for nothing: a text is made a `char`, too. */
import { call, type Node } from '../ast.ts'
import type { FunctionRules, NodeRule, NodeRules, RuleContext } from '../rewrite.ts'
import { template } from '../template.ts'

export function isChar(node: unknown, context: Pick<RuleContext, 'knownOf'>): boolean {
  return context.knownOf(node)?.sized?.startsWith('char(') === true
}

/** Undefined where none of them is a `char`. */
function trimmed(sides: readonly unknown[], context: RuleContext): unknown[] | undefined {
  if (!sides.some((side) => isChar(side, context))) return undefined
  return sides.map((side) => call('rtrim', side, template(`' '`)))
}

const compared =
  (tag: string): NodeRule =>
  (content, context) => {
    const sides = trimmed([content['left'], content['right']], context)
    return sides === undefined ? undefined : { [tag]: { ...content, left: sides[0], right: sides[1] } }
  }

const COMPARISONS = ['eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'null_safe_eq', 'null_safe_neq']

export const charNodes: NodeRules = {
  ...Object.fromEntries(COMPARISONS.map((tag) => [tag, compared(tag)])),
  between(content, context) {
    const sides = trimmed([content['this'], content['low'], content['high']], context)
    if (sides === undefined) return undefined
    return { between: { ...content, this: sides[0], low: sides[1], high: sides[2] } }
  },
  in(content, context) {
    const sides = trimmed([content['this'], ...((content['expressions'] ?? []) as unknown[])], context)
    if (sides === undefined) return undefined
    return { in: { ...content, this: sides[0], expressions: sides.slice(1) } }
  },
  case(content, context) {
    const whens = (content['whens'] ?? []) as [unknown, unknown][]
    if ((content['operand'] ?? null) === null) return undefined
    const sides = trimmed([content['operand'], ...whens.map(([when]) => when)], context)
    if (sides === undefined) return undefined
    const chosen = whens.map(([, then], index) => [sides[index + 1], then])
    return { case: { ...content, operand: sides[0], whens: chosen } } satisfies Node
  },
}

export const charFunctions: FunctionRules = {
  nullif([value, other], context) {
    const sides = trimmed([value, other], context)
    if (sides === undefined) return undefined
    const [A, B] = sides
    return template('CASE WHEN __A = __B THEN NULL ELSE __V END', { A, B, V: value })
  },
}
