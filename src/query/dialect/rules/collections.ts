/** Arrays and maps: functions that Trino overloads for both. */
import { call, contentOf, tagOf } from '../ast.ts'
import type { FunctionRules, NodeRules, RuleContext } from '../rewrite.ts'
import { template } from '../template.ts'

function elementAt(collection: unknown, key: unknown, context: RuleContext): unknown {
  return context.kindOf(collection) === 'map'
    ? call('map_extract_value', collection, key)
    : call('list_extract', collection, key)
}

function cardinality(collection: unknown, context: RuleContext): unknown {
  if (context.kindOf(collection) === 'map')
    return template('CAST(cardinality(__M) AS BIGINT)', { M: collection })
  return call('len', collection)
}

export const collectionNodes: NodeRules = {
  element_at: (content, context) => elementAt(content['this'], content['expression'], context),
  cardinality: (content, context) => cardinality(content['this'], context),
  array_length: (content, context) => cardinality(content['this'], context),
  array_size: (content, context) => cardinality(content['this'], context),
  concat(content, context) {
    const { left, right } = content
    if (left === undefined) return undefined
    if (isList(left, context) && isElement(right, context)) return call('list_append', left, right)
    if (isList(right, context) && isElement(left, context)) return call('list_prepend', left, right)
    return undefined
  },
}

export const collectionFunctions: FunctionRules = {
  cardinality: ([collection], context) => cardinality(collection, context),
  element_at: ([collection, key], context) => elementAt(collection, key, context),
  sequence([from, to, step], context) {
    if (context.kindOf(from) !== 'date') return undefined
    const holes = { A: from, B: to, I: step ?? template("INTERVAL '1' DAY") }
    return template('list_transform(generate_series(__A, __B, __I), __p -> CAST(__p AS DATE))', holes)
  },
}

function isList(node: unknown, context: RuleContext): boolean {
  const kind = context.kindOf(node)
  return kind === 'list' || kind === 'structlist'
}

function isElement(node: unknown, context: RuleContext): boolean {
  const kind = context.kindOf(node)
  return (
    tagOf(node) === 'literal' ||
    contentOf(node, 'neg') !== undefined ||
    (kind !== undefined && !isList(node, context))
  )
}
