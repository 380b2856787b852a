/** Division: by zero is an error unless doubles are divided, and decimals keep their scale. */
import { call, numberOf, type Node } from '../ast.ts'
import { scaleOf } from '../kinds/known.ts'
import type { NodeRules, RuleContext } from '../rewrite.ts'
import { template } from '../template.ts'

export const arithmeticNodes: NodeRules = {
  div(content, context) {
    const isDouble = [content['left'], content['right']].some((side) => context.kindOf(side) === 'double')
    const divisor = numberOf(content['right'])
    if (isDouble)
      return divisor === undefined || divisor === 0
        ? call('__divide_double', content['left'], content['right'])
        : undefined
    if (divisionScale(content, context) !== undefined)
      return divideDecimals(content['left'], content['right'], context)
    return mayBeZero(content['right'], context)
      ? call('__divide', content['left'], content['right'])
      : undefined
  },
  mod: (content, context) =>
    mayBeZero(content['right'], context) ? call('__modulo', content['left'], content['right']) : undefined,
  mod_func: (content, context) =>
    mayBeZero(content['expression'], context)
      ? call('__modulo', content['this'], content['expression'])
      : undefined,
}

/** So many digits of a double are right for sure; halves that are not far from that are left to a native, which is slow. */
const SURE_DIGITS = 9

/** Exactly: 1.15 / 2.00 = 0.58, which a double takes for less than 0.575. */
export function divideDecimals(left: unknown, right: unknown, context: RuleContext): unknown {
  const scales = [left, right].map((side) => scaleOf(context.knownOf(side)) ?? 0)
  const scale = Math.max(...scales)
  const unit = `1e${scale}`
  const exactly = `CAST(__divide_exactly(__p.a, CASE WHEN __p.b = 0 THEN __divide(1, 0) ELSE __p.b END, ${scale}) AS DECIMAL(38, ${scale}))`
  const quick = `CAST(CAST(__Q AS DECIMAL(18, ${scale})) AS DECIMAL(38, ${scale}))`
  const isSure = `__p.b <> 0 AND abs(__Q) < 1e${SURE_DIGITS - scale} AND abs(abs(__Q * ${unit}) - trunc(abs(__Q * ${unit})) - 0.5e0) > 1e-5`
  // Each side is named once: a chain of divisions would be copied again and again.
  return template('list_transform([struct_pack(a := __L, b := __R)], __p -> __C)[1]', {
    L: left,
    R: right,
    C: template(scale < SURE_DIGITS ? `CASE WHEN ${isSure} THEN ${quick} ELSE ${exactly} END` : exactly, {
      Q: template('(CAST(__p.a AS DOUBLE) / CAST(__p.b AS DOUBLE))'),
    }),
  })
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
