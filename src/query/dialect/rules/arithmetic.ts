/** Division: by zero is an error unless doubles are divided, and decimals keep their scale. */
import {
  call,
  contentOf,
  isNode,
  mapTree,
  numberOf,
  parenthesized,
  tagOf,
  textOf,
  type Node,
} from '../ast.ts'
import type { FunctionRules, NodeRules, RuleContext } from '../rewrite.ts'
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

export const arithmeticFunctions: FunctionRules = {
  // DuckDB's TRY cannot hold back error(): inside it, a division by zero is NULL at once.
  try: ([value]) => call('try', mapTree(value, plainDivision)),
}

function plainDivision(node: Node): unknown {
  const content = contentOf(node, 'function')
  const args = content?.['args'] as unknown[] | undefined
  const operator = { __divide: '/', __divide_double: '/', __modulo: '%' }[textOf(content?.['name'])]
  if (operator === undefined || args === undefined) return node
  return parenthesized(template(`__A ${operator} __B`, { A: operand(args[0]), B: operand(args[1]) }))
}

function operand(node: unknown): unknown {
  return ['literal', 'column', 'function', 'paren'].includes(tagOf(node) ?? '') ? node : parenthesized(node)
}

function mayBeZero(divisor: unknown, context: RuleContext): boolean {
  const number = numberOf(divisor)
  return context.kindOf(divisor) !== 'double' && (number === undefined || number === 0)
}

/** Trino divides decimals to the larger scale of the two: 1.0 / 3 = 0.3. Undefined where a double is (or may be) involved. */
function divisionScale(content: Node, context: RuleContext): number | undefined {
  const left = decimalScale(content['left'], context)
  const right = decimalScale(content['right'], context)
  if (left === undefined || right === undefined) return undefined
  const isExact =
    context.kindOf(content['left']) === 'integer' && context.kindOf(content['right']) === 'integer'
  return isExact ? undefined : Math.max(left, right)
}

/** Digits after the point of an exact number. */
function decimalScale(node: unknown, context: RuleContext): number | undefined {
  const kind = context.kindOf(node)
  if (kind === 'integer') return 0
  if (kind !== 'decimal') return undefined
  const tag = tagOf(node)!
  const content = (node as Node)[tag] as Node
  if (tag === 'literal') return textOf(content['value']).split('.')[1]?.length ?? 0
  if (tag === 'paren' || tag === 'neg') return decimalScale(content['this'], context)
  if (tag === 'cast')
    return isNode(content['to']) && typeof content['to']['scale'] === 'number' ? content['to']['scale'] : 0
  const [left, right] = [decimalScale(content['left'], context), decimalScale(content['right'], context)]
  if (left === undefined || right === undefined) return undefined
  return tag === 'mul' ? left + right : tag === 'add' || tag === 'sub' ? Math.max(left, right) : undefined
}
