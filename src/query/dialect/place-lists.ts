/**
 * Decides how the engine looks up a long list of constants: in a table of its values, which is quick, where a join can
 * be; one after the other, where none can be; and as the literals that the statement has, where it is not certain that
 * both sides are of one type.
 */
import { contentOf, isNode, nameOf, tagOf, textOf, walkTree, type Node } from './ast.ts'
import { constantListOf, isConstantList, listNode, literalsOf, type ConstantList } from './constant-list.ts'
import type { Kind, Oracle } from './kinds/known.ts'
import { isChar } from './rules/chars.ts'
import { separatorOf } from './rules/lists.ts'
import { template } from './template.ts'

interface Place {
  context: Oracle
  /** Whether the engine allows subqueries there. */
  isJoinable: boolean
}

/** A list is then the only one of its IN, as `in_list`; or it is gone. */
export function placeLists(tree: Node, context: Oracle): Node {
  let hasLists = false
  walkTree(tree, (node) => {
    if (isConstantList(node)) hasLists = true
    return !hasLists
  })
  return hasLists ? (placed(tree, { context, isJoinable: true }) as Node) : tree
}

function placed(value: unknown, place: Place): unknown {
  if (Array.isArray(value)) return value.map((item) => placed(item, place))
  if (!isNode(value)) return value
  const content = contentOf(value, 'in')
  const items = content?.['expressions']
  if (content !== undefined && Array.isArray(items) && items.some(isConstantList))
    return placeIn(
      { ...content, this: placed(content['this'], place) },
      placed(items, place) as unknown[],
      place,
    )
  const array = contentOf(value, 'contains')
  if (array !== undefined && isConstantList(array['this']))
    return placeIn({ this: placed(array['expression'], place), not: false }, [array['this']], place)
  if (isJoin(value)) return { ...(childrenOf(value, place) as object), on: placedOn(value, place) }
  const tag = tagOf(value)
  // Some of ours are macros with lambdas, and DuckDB's try() takes no subquery.
  const isInner = tag === 'lambda' || tag === 'function' || tag === 'try'
  return childrenOf(value, isInner ? { ...place, isJoinable: false } : place)
}

function childrenOf(node: Node, place: Place): Node {
  const copy: Node = {}
  for (const key in node) copy[key] = placed(node[key], place)
  return copy
}

const INNER = new Set(['Inner', 'Cross', 'Implicit'])

function isJoin(node: Node): boolean {
  return 'on' in node && 'kind' in node && 'this' in node && !INNER.has(textOf(node['kind']))
}

/** What LEFT JOIN demands of its right side alone is looked at before it is joined. */
function placedOn({ on, kind, this: right }: Node, place: Place): unknown {
  const alias = kind === 'Left' ? aliasOf(right) : undefined
  const placeCondition = (node: unknown): unknown => {
    const and = contentOf(node, 'and')
    if (and !== undefined)
      return { and: { ...and, left: placeCondition(and['left']), right: placeCondition(and['right']) } }
    const column = contentOf(contentOf(node, 'in')?.['this'], 'column')
    const isOfRight = alias !== undefined && nameOf(column?.['table'])?.toLowerCase() === alias
    return placed(node, { ...place, isJoinable: place.isJoinable && isOfRight })
  }
  return placeCondition(on)
}

function aliasOf(item: unknown): string | undefined {
  const content = isNode(item) ? item[tagOf(item) ?? ''] : undefined
  if (!isNode(content)) return undefined
  return (nameOf(content['alias']) ?? nameOf(content['name']))?.toLowerCase()
}

function placeIn(content: Node, items: unknown[], place: Place): Node {
  const [list] = items.map(constantListOf).filter((item) => item !== undefined)
  const others = items.filter((item) => !isConstantList(item))
  const value = content['this']
  const form = formOf(list!, value, place)
  if (form === undefined || (others.length > 0 && isVolatile(value)))
    return { in: { ...content, expressions: [...literalsOf(list!), ...others] } }
  const own = { in_list: { this: value, form, list: listNode(list!)['constant_list'] } }
  const rest = { in: { ...content, not: false, expressions: others } }
  const either = others.length === 0 ? own : template('(__A OR __B)', { A: own, B: rest })
  return (content['not'] === true ? template('(NOT __E)', { E: either }) : either) as Node
}

const COMPARABLE: Record<ConstantList['kind'], readonly Kind[]> = {
  varchar: ['varchar'],
  integer: ['integer', 'decimal', 'double'],
}

/** Where a type is not known, the engine refuses a join of texts with numbers, as Athena does. */
function formOf(
  { kind, values }: ConstantList,
  value: unknown,
  { context, isJoinable }: Place,
): 'join' | 'each' | undefined {
  if (separatorOf(values) === undefined || isChar(value, context)) return undefined
  const known = context.kindOf(value)
  if (known === undefined) return isJoinable ? 'join' : undefined
  if (!COMPARABLE[kind].includes(known)) return undefined
  return isJoinable ? 'join' : 'each'
}

const VOLATILE = new Set(['rand', 'random', 'uuid', 'shuffle'])

function isVolatile(value: unknown): boolean {
  let found = false
  walkTree(value, (node) => {
    const name = textOf(contentOf(node, 'function')?.['name']) || (tagOf(node) ?? '')
    if (VOLATILE.has(name.toLowerCase())) found = true
  })
  return found
}
