/**
 * Trino's meaning in DuckDB's words: one pass over the tree, children before parents, with a rule per kind of node and
 * a rule per function. What a macro can express is a macro (macros/); rules are for what needs the tree itself.
 */
import type { ResolvedTable } from '../engine/protocol.ts'
import { isNode, mapTree, tagOf, textOf, type Node } from './ast.ts'
import { kindsOf, type KindOf } from './kinds.ts'
import { arithmeticFunctions, arithmeticNodes } from './rules/arithmetic.ts'
import { aggregateFunctions, aggregateNodes } from './rules/aggregates.ts'
import { castNodes } from './rules/casts.ts'
import { collectionFunctions, collectionNodes } from './rules/collections.ts'
import { dateFunctions, dateNodes } from './rules/dates.ts'
import { dateFormatFunctions } from './rules/date-formats.ts'
import { intervalNodes } from './rules/intervals.ts'
import { jsonFunctions, jsonNodes } from './rules/json.ts'
import { lambdaFunctions } from './rules/lambdas.ts'
import { literalNodes } from './rules/literals.ts'
import { nullFunctions } from './rules/nulls.ts'
import { refusedFunctions } from './rules/refused.ts'
import { selectNodes } from './rules/selects.ts'
import { stringFunctions, stringNodes } from './rules/strings.ts'
import { unnestNodes } from './rules/unnest.ts'

export interface RuleContext {
  kindOf: KindOf
}

/** Gets the content of a node, and returns what stands for the node; undefined leaves it as it is. */
export type NodeRule = (content: Node, context: RuleContext, node: Node) => unknown
/** Gets the arguments of a call; the same otherwise. */
export type FunctionRule = (args: unknown[], context: RuleContext, content: Node) => unknown

export type NodeRules = Record<string, NodeRule>
export type FunctionRules = Record<string, FunctionRule>

/** Several rules for one tag are applied in this order, while it keeps its tag. */
const NODE_RULES: NodeRules[] = [
  literalNodes,
  intervalNodes,
  castNodes,
  dateNodes,
  jsonNodes,
  stringNodes,
  collectionNodes,
  aggregateNodes,
  arithmeticNodes,
  selectNodes,
  unnestNodes,
]

const FUNCTION_RULES: FunctionRules = {
  ...lambdaFunctions,
  ...collectionFunctions,
  ...dateFunctions,
  ...dateFormatFunctions,
  ...jsonFunctions,
  ...stringFunctions,
  ...aggregateFunctions,
  ...arithmeticFunctions,
  ...nullFunctions,
  ...refusedFunctions,
}

export function rewrite(tree: Node, tables: ResolvedTable[]): Node {
  const context: RuleContext = { kindOf: kindsOf(tree, tables) }
  return mapTree(tree, (node) => rewriteNode(node, context)) as Node
}

function rewriteNode(node: Node, context: RuleContext): unknown {
  const tag = tagOf(node)
  if (tag === undefined) return node
  if (
    (tag === 'function' || tag === 'aggregate_function') &&
    isNode(node[tag]) &&
    Array.isArray(node[tag]['args'])
  ) {
    const content = node[tag] as Node & { args: unknown[] }
    const rule = FUNCTION_RULES[textOf(content['name']).toLowerCase()]
    return rule?.(content['args'], context, content) ?? node
  }
  let current: unknown = node
  for (const rules of NODE_RULES) {
    const rule = tagOf(current) === tag ? rules[tag] : undefined
    current = rule?.((current as Node)[tag] as Node, context, current as Node) ?? current
  }
  return current
}
