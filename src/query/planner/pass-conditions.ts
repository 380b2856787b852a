/**
 * Carries conditions on a query's output to what it reads: as far as a column comes out as it went in, and a row that
 * fails the condition can do nothing but come out and fail.
 */
import { contentOf, isNode, nameOf, tagOf, walkTree, type Node } from '../dialect/ast.ts'
import type { ColumnName, Conditions } from './conditions.ts'
import { mapLeaves } from './predicate.ts'

const ANY: Conditions = { kind: 'any' }

/** Lower-case names of a query's columns, in order; undefined where a star hides them. */
export function outputNames(query: unknown): (string | undefined)[] | undefined {
  const tag = tagOf(query)
  const content = tag === undefined ? undefined : (query as Node)[tag]
  if (!isNode(content)) return undefined
  if (tag === 'subquery' || tag === 'paren') return outputNames(content['this'])
  if (tag === 'union' || tag === 'except' || tag === 'intersect') return outputNames(content['left'])
  if (tag !== 'select') return undefined
  const items = itemsOf(content)
  return items.some((item) => tagOf(item) === 'star') ? undefined : items.map(itemName)
}

/** Columns that are called otherwise outside: `(…) AS t(a, b)`, WITH t(a, b), the right side of a UNION. */
export function renamed(
  outer: Conditions,
  outside: unknown,
  inside: (string | undefined)[] | undefined,
): Conditions {
  const names = Array.isArray(outside) ? outside.map((name) => nameOf(name)?.toLowerCase()) : []
  // WITH clauses without a list of names.
  if (Array.isArray(outside) && names.length === 0) return outer
  return mapLeaves(outer, (leaf) => {
    const index = names.indexOf(leaf.column.name)
    const isOnly = index === names.lastIndexOf(leaf.column.name)
    const name = index < 0 || !isOnly ? undefined : inside?.[index]
    return name === undefined ? ANY : { ...leaf, column: { qualifier: undefined, name } }
  })
}

/**
 * @param isOfOne whether a column that `*` gives out is the only one of its name, or USING made one of several: of others the
 *   engine takes the first
 */
export function throughSelect(
  outer: Conditions,
  select: Node,
  isOfOne: (name: string) => boolean,
): Conditions {
  if (outer.kind === 'any' || !passesRows(select)) return ANY
  const items = itemsOf(select)
  const groups = groupKeys(select)
  return mapLeaves(outer, (leaf) => {
    const column = sourceOf(leaf.column.name, items, isOfOne)
    if (column === undefined || (groups !== undefined && !groups(column, leaf.column.name))) return ANY
    return { ...leaf, column }
  })
}

/** Does each row that it reads decide by itself whether it comes out? But for groups, which groupKeys looks at. */
function passesRows(select: Node): boolean {
  const cut = ['limit', 'offset', 'fetch', 'top', 'qualify', 'distinct_on', 'sample', 'connect']
  if (cut.some((part) => (select[part] ?? null) !== null)) return false
  let hasWindow = false
  walkTree(select['expressions'], (node) => {
    if ('window_function' in node || 'over' in node) hasWindow = true
  })
  return !hasWindow
}

/** The column that comes out under the name, if it is one as it went in. */
function sourceOf(name: string, items: Node[], isOfOne: (name: string) => boolean): ColumnName | undefined {
  const stars = items.filter((item) => tagOf(item) === 'star')
  const named = items.filter((item) => itemName(item) === name)
  if (named.length + stars.length !== 1) return undefined
  const star = contentOf(stars[0], 'star')
  if (star !== undefined) {
    const isWhole = ['except', 'replace', 'rename'].every((part) => (star[part] ?? null) === null)
    const qualifier = nameOf(star['table'])?.toLowerCase()
    return isWhole && (qualifier !== undefined || isOfOne(name)) ? { qualifier, name } : undefined
  }
  return columnName(contentOf(named[0], 'alias')?.['this'] ?? named[0])
}

type IsGroupKey = (column: ColumnName, output: string) => boolean

/** Undefined: rows are not grouped. A group is kept or dropped as a whole only by what it is grouped by. */
function groupKeys(select: Node): IsGroupKey | undefined {
  const clause = select['group_by'] ?? null
  if (clause === null) return undefined
  const keys = isNode(clause) && Array.isArray(clause['expressions']) ? (clause['expressions'] as Node[]) : []
  const items = itemsOf(select)
  const columns = keys.map((key) => {
    const literal = contentOf(key, 'literal')
    const item = literal === undefined ? key : items[Number(literal['value']) - 1]
    return columnName(contentOf(item, 'alias')?.['this'] ?? item)
  })
  const others = isNode(clause)
    ? Object.entries(clause).some(([part, value]) => part !== 'expressions' && isSet(value))
    : true
  // GROUPING SETS and the like also make groups of all rows.
  const isPlain =
    !others &&
    keys.every((key) => tagOf(key) !== 'function' && !/rollup|cube|grouping/.test(tagOf(key) ?? ''))
  return (column, output) =>
    isPlain &&
    columns.some((key) => key !== undefined && key.name === column.name && isSameTable(key, column)) &&
    output !== ''
}

function isSet(value: unknown): boolean {
  return (
    value !== null && value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0)
  )
}

function isSameTable(left: ColumnName, right: ColumnName): boolean {
  return left.qualifier === right.qualifier || left.qualifier === undefined || right.qualifier === undefined
}

function itemsOf(select: Node): Node[] {
  return Array.isArray(select['expressions']) ? (select['expressions'] as Node[]).filter(isNode) : []
}

function itemName(item: Node): string | undefined {
  const alias = contentOf(item, 'alias')
  return (alias === undefined ? columnName(item)?.name : nameOf(alias['alias']))?.toLowerCase()
}

function columnName(node: unknown): ColumnName | undefined {
  const column = contentOf(node, 'column')
  const name = nameOf(column?.['name'])
  return column === undefined || name === undefined
    ? undefined
    : { qualifier: nameOf(column['table'])?.toLowerCase(), name: name.toLowerCase() }
}
