/**
 * Trino's meaning in DuckDB's words: one pass over the tree, children before parents, with a rule per kind of node and
 * a rule per function. What a macro can express is a macro (macros/); rules are for what needs the tree itself.
 */
import type { ResolvedTable } from '../engine/protocol.ts'
import { isNode, mapTree, tagOf, textOf, type Node } from './ast.ts'
import { oracleOf } from './kinds.ts'
import { placeLists } from './place-lists.ts'
import type { Oracle } from './kinds/known.ts'
import { markTableColumns } from './kinds/table-columns.ts'
import { arithmeticNodes } from './rules/arithmetic.ts'
import { aggregateFunctions, aggregateNodes, markWindowed } from './rules/aggregates.ts'
import { castNodes } from './rules/casts.ts'
import { charFunctions, charNodes } from './rules/chars.ts'
import { collectionFunctions, collectionNodes } from './rules/collections.ts'
import { dateFunctions, dateNodes } from './rules/dates.ts'
import { dateFormatFunctions } from './rules/date-formats.ts'
import { equalityNodes } from './rules/equality.ts'
import { intervalNodes } from './rules/intervals.ts'
import { jsonFunctions, jsonNodes } from './rules/json.ts'
import { lambdaFunctions } from './rules/lambdas.ts'
import { listNodes } from './rules/lists.ts'
import { literalNodes } from './rules/literals.ts'
import { nullFunctions } from './rules/nulls.ts'
import { positionalRows, rowFunctions, rowsOfTuples } from './rules/rows.ts'
import { refusedFunctions, refuseUnknown } from './rules/refused.ts'
import { regexpFunctions } from './rules/regexps.ts'
import { ipFunctions, ipNodes } from './rules/ip.ts'
import { mathFunctions, mathNodes } from './rules/math.ts'
import { quoteKeywords } from './rules/names.ts'
import { printZones, zoneFunctions, zoneNodes } from './rules/zones.ts'
import { setOperationNodes } from './rules/set-operations.ts'
import { selectNodes } from './rules/selects.ts'
import { stringFunctions, stringNodes } from './rules/strings.ts'
import { textClockFunctions, textClockNodes } from './rules/text-clocks.ts'
import { unnestNodes } from './rules/unnest.ts'

export type RuleContext = Oracle

/** Gets the content of a node, and returns what stands for the node; undefined leaves it as it is. */
export type NodeRule = (content: Node, context: RuleContext, node: Node) => unknown
/** Gets the arguments of a call; the same otherwise. */
export type FunctionRule = (args: unknown[], context: RuleContext, content: Node) => unknown

export type NodeRules = Record<string, NodeRule>
export type FunctionRules = Record<string, FunctionRule>

/** Several rules for one tag are applied in this order, while it keeps its tag. */
const NODE_RULES: NodeRules[] = [
  textClockNodes,
  zoneNodes,
  ipNodes,
  literalNodes,
  listNodes,
  intervalNodes,
  castNodes,
  mathNodes,
  dateNodes,
  jsonNodes,
  stringNodes,
  collectionNodes,
  charNodes,
  equalityNodes,
  aggregateNodes,
  arithmeticNodes,
  selectNodes,
  setOperationNodes,
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
  ...nullFunctions,
  ...charFunctions,
  ...rowFunctions,
  ...regexpFunctions,
  ...mathFunctions,
  ...refusedFunctions,
}

/** Before the rules of the function itself: the same function of times with a zone, and of addresses. */
const FIRST_RULES: FunctionRules[] = [textClockFunctions, zoneFunctions, ipFunctions]

export function rewrite(original: Node, tables: ResolvedTable[]): Node {
  const tree = markTableColumns(original)
  const context = oracleOf(tree, tables)
  const own = mapTree(markWindowed(positionalRows(rowsOfTuples(placeLists(tree, context)))), (node) => {
    const known = context.knownOf(node)
    const changed = rewriteNode(node, context)
    context.remember(changed, known)
    return changed
  })
  return quoteKeywords(printZones(own as Node, context)) as Node
}

function rewriteNode(node: Node, context: RuleContext): unknown {
  const tag = tagOf(node)
  if (tag === undefined) return node
  if (
    (tag === 'function' || tag === 'aggregate_function') &&
    isNode(node[tag]) &&
    Array.isArray(node[tag]['args'])
  )
    return rewriteCall(node, node[tag] as Node & { args: unknown[] }, context)
  let current: unknown = node
  for (const rules of NODE_RULES) {
    const rule = tagOf(current) === tag ? rules[tag] : undefined
    current = rule?.((current as Node)[tag] as Node, context, current as Node) ?? current
  }
  return current
}

function rewriteCall(node: Node, content: Node & { args: unknown[] }, context: RuleContext): unknown {
  const name = textOf(content['name']).toLowerCase()
  let args = content.args
  for (const rules of FIRST_RULES) {
    const changed = rules[name]?.(args, context, content)
    if (Array.isArray(changed)) args = changed
    else if (changed !== undefined) return changed
  }
  const current = { ...content, args }
  const rule = FUNCTION_RULES[name]
  if (rule === undefined) refuseUnknown(name)
  return rule?.(args, context, current) ?? { [tagOf(node)!]: current }
}
