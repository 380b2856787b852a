/** Arrays and maps: functions that Trino overloads for both. */
import { call, contentOf, isNode, parenthesized, stringOf, tagOf, textOf } from '../ast.ts'
import type { FunctionRules, NodeRules, RuleContext } from '../rewrite.ts'
import { template } from '../template.ts'

function elementAt(collection: unknown, key: unknown, context: RuleContext): unknown {
  return context.kindOf(collection) === 'map'
    ? call('map_extract_value', collection, key)
    : call('__element', collection, key)
}

function cardinality(collection: unknown, context: RuleContext): unknown {
  if (context.kindOf(collection) === 'map')
    return template('CAST(cardinality(__M) AS BIGINT)', { M: collection })
  return call('len', collection)
}

export const collectionNodes: NodeRules = {
  element_at: (content, context) => elementAt(content['this'], content['expression'], context),
  subscript(content, context) {
    const kind = context.kindOf(content['this'])
    if (kind === 'map') return call('__value', content['this'], content['index'])
    if (kind === 'struct') return call('struct_extract_at', content['this'], content['index'])
    return kind === 'list' || kind === 'structlist'
      ? call('__at', content['this'], content['index'])
      : undefined
  },
  cardinality: (content, context) => cardinality(content['this'], context),
  array_length: (content, context) => cardinality(content['this'], context),
  array_size: (content, context) => cardinality(content['this'], context),
  concat(content, context) {
    const { left, right } = content
    if (left === undefined) return undefined
    const isAppended = isList(left, context) && isElement(right, context)
    if (isAppended || (isList(right, context) && isElement(left, context)))
      return template('CASE WHEN __L IS NOT NULL AND __R IS NOT NULL THEN __C END', {
        L: parenthesized(left),
        R: parenthesized(right),
        C: call(isAppended ? 'list_append' : 'list_prepend', left, right),
      })
    return undefined
  },
}

export const collectionFunctions: FunctionRules = {
  map_concat(maps, _context, content) {
    const isNull = maps.map((map) => template('__M IS NULL', { M: parenthesized(map) }))
    const anyNull = isNull.reduce((left, right) => template('__L OR __R', { L: left, R: right }))
    return template('CASE WHEN NOT (__N) THEN __C END', { N: anyNull, C: { function: content } })
  },
  cardinality: ([collection], context) => cardinality(collection, context),
  element_at: ([collection, key], context) => elementAt(collection, key, context),
  sequence([from, to, step], context) {
    const months = monthsOf(step)
    const isDate = context.kindOf(from) === 'date'
    if (!isDate && months === undefined) return undefined
    const start = context.kindOf(from) === undefined ? call('__no_date_unseen', from) : from
    const holes = {
      A: start,
      B: to,
      I:
        step ??
        template("CASE WHEN __B < __A THEN INTERVAL '-1' DAY ELSE INTERVAL '1' DAY END", { A: from, B: to }),
    }
    // Months are counted from the start, as each step from the one before would lose days: Jan 31, Feb 28, Mar 31.
    const times =
      months === undefined
        ? template('generate_series(__A, __B, __I)', holes)
        : template(
            `list_filter(list_transform(range(0, CAST(abs(datesub('month', __A, __B)) / ${Math.abs(months)} AS BIGINT) + 2), __i -> __A + to_months(CAST(__i * ${months} AS INTEGER))), __p -> __p ${months > 0 ? '<=' : '>='} __B)`,
            holes,
          )
    return isDate ? template('list_transform(__L, __p -> CAST(__p AS DATE))', { L: times }) : times
  },
}

/** Of an interval of months or years; undefined for others. */
function monthsOf(interval: unknown): number | undefined {
  const content = contentOf(interval, 'interval')
  const unit = isNode(content?.['unit']) ? textOf(content['unit']['unit']) : ''
  const count = Number(stringOf(content?.['this']))
  if (!/^(month|year)$/i.test(unit) || !Number.isInteger(count) || count === 0) return undefined
  return /year/i.test(unit) ? count * 12 : count
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
