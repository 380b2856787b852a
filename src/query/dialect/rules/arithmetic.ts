/** Division: by zero is an error unless doubles are divided, and decimals keep their scale. */
import { call, numberOf, parenthesized, type Node } from '../ast.ts'
import { scaleOf } from '../kinds/known.ts'
import type { NodeRules, RuleContext } from '../rewrite.ts'
import { template } from '../template.ts'

export const arithmeticNodes: NodeRules = {
  div(content, context, node) {
    const isDouble = [content['left'], content['right']].some((side) => context.kindOf(side) === 'double')
    const divisor = numberOf(content['right'])
    if (isDouble)
      return divisor === undefined || divisor === 0
        ? call('__divide_double', content['left'], content['right'])
        : undefined
    const scale = divisionScale(content, context)
    const quotient = mayBeZero(content['right'], context)
      ? call('__divide', content['left'], content['right'])
      : node
    return scale === undefined
      ? quotient
      : template(`CAST(__Q AS DECIMAL(38, ${scale}))`, { Q: parenthesized(quotient) })
  },
  mod: (content, context) =>
    mayBeZero(content['right'], context) ? call('__modulo', content['left'], content['right']) : undefined,
  mod_func: (content, context) =>
    mayBeZero(content['expression'], context)
      ? call('__modulo', content['this'], content['expression'])
      : undefined,
}

function mayBeZero(divisor: unknown, context: RuleContext): boolean {
  const number = numberOf(divisor)
  return context.kindOf(divisor) !== 'double' && (number === undefined || number === 0)
}

/** Trino divides decimals to the larger scale of the two: 1.0 / 3 = 0.3. Undefined where a double is (or may be) involved. */
function divisionScale(content: Node, context: RuleContext): number | undefined {
  const sides = [context.knownOf(content['left']), context.knownOf(content['right'])]
  const [left, right] = sides.map(scaleOf)
  if (left === undefined || right === undefined) return undefined
  return sides.every((side) => side?.kind === 'integer') ? undefined : Math.max(left, right)
}
