/** `=` of rows, arrays and maps is NULL where a NULL in them leaves it open; DuckDB takes NULLs in them for equal. */
import { call, contentOf, parenthesized, type Node } from '../ast.ts'
import type { NodeRules, RuleContext } from '../rewrite.ts'
import { template } from '../template.ts'

export const equalityNodes: NodeRules = {
  eq: ({ left, right }, context) => equal(left, right, context),
  neq({ left, right }, context) {
    const isEqual = equal(left, right, context)
    return isEqual === undefined ? undefined : template('NOT (__E)', { E: isEqual })
  },
  in(content, context) {
    const list = content['expressions']
    if (!Array.isArray(list) || list.length === 0 || !isRow(content['this'])) return undefined
    const found = list.map((row) => equal(content['this'], row, context))
    if (found.includes(undefined)) return undefined
    const isIn = anyOf(found)
    return content['not'] === true ? template('NOT (__E)', { E: isIn }) : parenthesized(isIn)
  },
}

/** As a tree that is as low as it can be: the next passes, the generator and the engine go down it. */
function anyOf(conditions: readonly unknown[]): unknown {
  if (conditions.length === 1) return conditions[0]
  const half = Math.ceil(conditions.length / 2)
  const [A, B] = [anyOf(conditions.slice(0, half)), anyOf(conditions.slice(half))]
  return template('(__A OR __B)', { A, B })
}

function equal(left: unknown, right: unknown, context: RuleContext): unknown {
  const [values, others] = [valuesOf(left), valuesOf(right)]
  if (values !== undefined && others !== undefined && values.length === others.length && values.length > 0)
    return parenthesized(
      values
        .map((value, index) => equal(value, others[index], context) ?? plain(value, others[index]))
        .reduce((one, other) => template('__A AND __B', { A: one, B: other })),
    )
  const kinds = [context.kindOf(left), context.kindOf(right)]
  if (kinds.some((kind) => kind === 'list' || kind === 'structlist'))
    return call('__lists_equal', left, right)
  return kinds.includes('map') ? call('__maps_equal', left, right) : undefined
}

function plain(left: unknown, right: unknown): unknown {
  return template('(__A = __B)', { A: parenthesized(left), B: parenthesized(right) })
}

function isRow(node: unknown): boolean {
  return valuesOf(node) !== undefined
}

/** Of (a, b) and of ROW(a, b), which is a struct by now. */
function valuesOf(node: unknown): unknown[] | undefined {
  const inner = contentOf(node, 'paren')
  if (inner !== undefined) return valuesOf(inner['this'])
  const tuple = contentOf(node, 'tuple') ?? packed(node)
  const values = tuple?.['expressions'] ?? tuple?.['args']
  return Array.isArray(values) ? values.map(value) : undefined
}

function packed(node: unknown): Node | undefined {
  const made = contentOf(node, 'function')
  return made !== undefined && /^(struct_pack|row)$/i.test(String(made['name'])) ? made : undefined
}

/** `field0 := x` is x. */
function value(node: unknown): unknown {
  const named = contentOf(node, 'named_argument')
  return named === undefined ? node : named['value']
}
