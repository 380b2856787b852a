/** Numbers: what Trino keeps of the type of its arguments. */
import { call, numberOf } from '../ast.ts'
import { scaleOf } from '../kinds/known.ts'
import type { FunctionRule, FunctionRules, NodeRules } from '../rewrite.ts'
import { template } from '../template.ts'

export const mathNodes: NodeRules = {
  rand: (content) => random([content['seed'], content['lower'], content['upper']]),
}

function random(args: unknown[]): unknown {
  return call('random', ...args.filter((argument) => (argument ?? null) !== null))
}

/** A decimal keeps its digits: round(1.234, 1) = 1.200. */
const rounded =
  (name: string): FunctionRule =>
  (args, context) => {
    const scale = scaleOf(context.knownOf(args[0]))
    const isDecimal = context.kindOf(args[0]) === 'decimal'
    if (!isDecimal || scale === undefined || args.length < 2) return undefined
    const value = name === 'truncate' ? call('trunc', ...args) : call(name, ...args)
    return template(`CAST(__X AS DECIMAL(38, ${scale}))`, { X: value })
  }

export const mathFunctions: FunctionRules = {
  cosine_similarity: ([left, right], context) =>
    context.kindOf(left) === 'list' ? call('__cosine', left, right) : undefined,
  cosine_distance: ([left, right], context) =>
    template('1 - __S', {
      S: call(context.kindOf(left) === 'list' ? '__cosine' : 'cosine_similarity', left, right),
    }),
  round: rounded('round'),
  truncate: ([value, digits], context, content) => {
    const places = numberOf(digits)
    if (context.kindOf(value) !== 'decimal' || places === undefined) return undefined
    return rounded('truncate')([value, digits], context, content)
  },
  sign: ([value], context) =>
    context.kindOf(value) === 'double' ? template('CAST(sign(__X) AS DOUBLE)', { X: value }) : undefined,
  rand: (args) => call('random', ...args),
}
