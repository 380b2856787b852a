/** Numbers: what Trino keeps of the type of its arguments. */
import { call, parenthesized } from '../ast.ts'
import { scaleOf, signedNumberOf } from '../kinds/known.ts'
import type { FunctionRule, FunctionRules, NodeRule, NodeRules, RuleContext } from '../rewrite.ts'
import { template } from '../template.ts'
import { refuse } from './refused.ts'

/** Of an integer it is the integer; DuckDB's would be a double. */
const whole =
  (name: string): NodeRule =>
  (content, context) => {
    const kind = context.kindOf(content['this'])
    if ((content['decimals'] ?? null) !== null) return undefined
    if (kind === 'integer') return parenthesized(content['this'])
    return kind === undefined ? call(`__${name}_unseen`, content['this']) : undefined
  }

export const mathNodes: NodeRules = {
  ceil: whole('ceil'),
  floor: whole('floor'),
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
    const places = signedNumberOf(args[1])
    // DuckDB's is 0 where all digits are rounded.
    if (places !== undefined && places < 0)
      return template(
        `CAST(CAST(__divide_exactly(__X, ${unit(-places)}, 0) AS DECIMAL(38, 0)) * ${unit(-places)} AS DECIMAL(38, ${scale}))`,
        { X: args[0] },
      )
    return template(`CAST(__X AS DECIMAL(38, ${scale}))`, { X: call(name, ...args) })
  }

function unit(places: number): string {
  return `1${'0'.repeat(Math.min(places, 37))}`
}

/** Of decimals: what is left over is taken away. */
function truncated(value: unknown, digits: unknown, context: RuleContext): unknown {
  const places = signedNumberOf(digits)
  const scale = scaleOf(context.knownOf(value))
  if (context.kindOf(value) === 'integer' && places !== undefined && places >= 0) return parenthesized(value)
  if (context.kindOf(value) !== 'decimal' || scale === undefined) return undefined
  if (places === undefined) refuse('truncate of a decimal to digits that are no literal')
  if (places >= scale) return parenthesized(value)
  const kept = places > 0 ? `0.${'0'.repeat(places - 1)}1` : unit(-places)
  return template(`CAST(__X - __X % ${kept} AS DECIMAL(38, ${scale}))`, { X: parenthesized(value) })
}

export const mathFunctions: FunctionRules = {
  cosine_similarity: ([left, right], context) =>
    context.kindOf(left) === 'list' ? call('__cosine', left, right) : undefined,
  cosine_distance: ([left, right], context) =>
    template('1 - __S', {
      S: call(context.kindOf(left) === 'list' ? '__cosine' : 'cosine_similarity', left, right),
    }),
  round: rounded('round'),
  truncate: ([value, digits], context) =>
    digits === undefined ? undefined : truncated(value, digits, context),
  sign([value], context) {
    const kind = context.kindOf(value)
    if (kind === undefined) return call('__sign_unseen', value)
    return kind === 'double'
      ? template('CASE WHEN isnan(__X) THEN __X ELSE CAST(sign(__X) AS DOUBLE) END', { X: value })
      : undefined
  },
  rand: (args) => call('random', ...args),
}
