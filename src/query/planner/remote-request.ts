/**
 * What a statement needs of a table in a live database: the columns that it names at all, and those conditions of its
 * WHERE that the database can look at. It errs to one side only: what is not understood is asked for.
 */
import { contentOf, isNode, nameOf, stringOf, tagOf, textOf, walkTree, type Node } from '../dialect/ast.ts'
import { constantListOf, literalsOf } from '../dialect/constant-list.ts'
import type { RemoteCondition, RemoteRequest } from '../query.ts'

/** Content of the `table` nodes that mean the table, and the lower-case names of its columns. */
export interface RemoteUse {
  tables: readonly Node[]
  columns: readonly string[]
}

export function remoteRequest(tree: Node, { tables, columns }: RemoteUse): RemoteRequest {
  const [table] = tables
  const select = tables.length === 1 && table !== undefined ? selectOf(tree, table) : undefined
  return {
    columns: namedColumns(tree, columns),
    where: select === undefined ? [] : conditionsOf(select, aliasOf(table!), columns),
    limit: select === undefined ? undefined : limitOf(tree, select, table!),
  }
}

/** All of them where there is a star, or a join whose columns nobody names. */
function namedColumns(tree: Node, columns: readonly string[]): string[] | undefined {
  const names = new Set<string>()
  let isOpen = false
  walkTree(tree, (node) => {
    if (contentOf(node, 'star') !== undefined || node['kind'] === 'Natural') isOpen = true
    const name = nameOf(node)
    if (name !== undefined) names.add(name.toLowerCase())
  })
  return isOpen ? undefined : columns.filter((column) => names.has(column))
}

/** The SELECT that has the table in its own FROM or JOIN. */
function selectOf(tree: Node, table: Node): Node | undefined {
  let found: Node | undefined
  walkTree(tree, (node) => {
    const select = contentOf(node, 'select')
    if (select !== undefined && isDirectlyIn(select, table)) found = select
  })
  return found
}

function isDirectlyIn(select: Node, table: Node): boolean {
  const sources: unknown[] = [isNode(select['from']) ? select['from']['expressions'] : [], select['joins']]
  let found = false
  walkTree(sources, (node) => {
    if (node === table) found = true
    return contentOf(node, 'select') === undefined && contentOf(node, 'subquery') === undefined
  })
  return found
}

function aliasOf(table: Node): string {
  return (nameOf(table['alias']) ?? nameOf(table['name']) ?? '').toLowerCase()
}

interface Scope {
  alias: string
  columns: readonly string[]
  /** A join may pad rows with NULLs: IS NULL is then true for rows that the table does not have. */
  hasOuterJoin: boolean
}

function conditionsOf(select: Node, alias: string, columns: readonly string[]): RemoteCondition[] {
  const joins = Array.isArray(select['joins']) ? (select['joins'] as Node[]) : []
  const hasOuterJoin = joins.some(({ kind }) => !['Inner', 'Cross', 'Implicit'].includes(textOf(kind)))
  const where = isNode(select['where_clause']) ? select['where_clause']['this'] : undefined
  return conditions(where, { alias, columns, hasOuterJoin })
}

function conditions(node: unknown, scope: Scope): RemoteCondition[] {
  const tag = tagOf(node)
  const content = tag === undefined ? undefined : contentOf(node, tag)
  if (tag === undefined || content === undefined) return []
  if (tag === 'paren') return conditions(content['this'], scope)
  if (tag === 'and') return [...conditions(content['left'], scope), ...conditions(content['right'], scope)]
  if (tag === 'in') return inList(content, scope)
  if (tag === 'between') return between(content, scope)
  if (tag === 'is_null') return isNull(content, scope)
  return comparison(COMPARISONS[tag], content, scope)
}

type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>='

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  eq: '=',
  neq: '<>',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
}
const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

function comparison(
  operator: Comparison | undefined,
  { left, right }: Node,
  scope: Scope,
): RemoteCondition[] {
  if (operator === undefined) return []
  const column = columnOf(left, scope)
  if (column === undefined) {
    const mirrored = columnOf(right, scope)
    return mirrored === undefined ? [] : compared(mirrored, MIRRORED[operator], left)
  }
  return compared(column, operator, right)
}

function compared(column: string, operator: Comparison, side: unknown): RemoteCondition[] {
  const value = literalOf(side)
  return value === undefined ? [] : [{ column, operator, value }]
}

function between(content: Node, scope: Scope): RemoteCondition[] {
  const column = columnOf(content['this'], scope)
  if (column === undefined || content['not'] === true || (content['symmetric'] ?? null) !== null) return []
  return [...compared(column, '>=', content['low']), ...compared(column, '<=', content['high'])]
}

/** A database takes 65,535 parameters at most: no statement has so many different values. */
function listed(item: unknown): ReturnType<typeof literalOf>[] {
  const list = constantListOf(item)
  // NULL among them is what no row is equal to.
  return list === undefined ? [literalOf(item)] : literalsOf({ ...list, hasNull: false }).map(literalOf)
}

function inList(content: Node, scope: Scope): RemoteCondition[] {
  const column = columnOf(content['this'], scope)
  const isPlain = content['not'] === false && !isNode(content['query']) && !isNode(content['unnest'])
  if (column === undefined || !isPlain || !Array.isArray(content['expressions'])) return []
  const values = content['expressions'].flatMap(listed)
  const isComplete = values.every((value) => typeof value === 'string' || typeof value === 'number')
  return isComplete && values.length > 0 ? [{ column, operator: 'in', values }] : []
}

function isNull(content: Node, scope: Scope): RemoteCondition[] {
  const column = columnOf(content['this'], scope)
  if (column === undefined) return []
  if (content['not'] === true) return [{ column, operator: 'is not null' }]
  return scope.hasOuterJoin ? [] : [{ column, operator: 'is null' }]
}

/** Lower case, if the node is a column of this very table. */
function columnOf(node: unknown, { alias, columns }: Scope): string | undefined {
  const column = contentOf(node, 'column')
  const name = nameOf(column?.['name'])?.toLowerCase()
  const qualifier = nameOf(column?.['table'])?.toLowerCase()
  if (name === undefined || !columns.includes(name)) return undefined
  return qualifier === undefined || qualifier === alias ? name : undefined
}

/** Numbers that JavaScript has exactly, texts, dates and times as their text. */
function literalOf(node: unknown): string | number | boolean | undefined {
  const boolean = contentOf(node, 'boolean')
  if (boolean !== undefined) return boolean['value'] === true
  const negated = contentOf(node, 'neg')
  if (negated !== undefined) {
    const value = literalOf(negated['this'])
    return typeof value === 'number' ? -value : undefined
  }
  const literal = contentOf(node, 'literal')
  const type = textOf(literal?.['literal_type'])
  const text = textOf(literal?.['value'])
  if (type === 'number') return isExact(text) ? Number(text) : undefined
  return type === 'date' || type === 'timestamp' ? text : stringOf(node)
}

function isExact(text: string): boolean {
  return String(Number(text)) === text && (text.includes('.') || Number.isSafeInteger(Number(text)))
}

/** Of a statement that is nothing but rows of the table. */
function limitOf(tree: Node, select: Node, table: Node): number | undefined {
  const sources = isNode(select['from']) ? select['from']['expressions'] : []
  const isOnly = Array.isArray(sources) && sources.length === 1 && contentOf(sources[0], 'table') === table
  const isSampled = Object.keys(table).some((key) => key.includes('sample') && !isAbsent(table[key]))
  if (contentOf(tree, 'select') !== select || !isOnly || isSampled) return undefined
  const expressions = (select['expressions'] ?? []) as unknown[]
  const isPlain = expressions.every((node) => ['column', 'star'].includes(tagOf(node) ?? ''))
  const isAlone = Object.entries(select).every(([key, value]) => PLAIN_CLAUSES.has(key) || isAbsent(value))
  const limit = isNode(select['limit']) ? literalOf(select['limit']['this']) : undefined
  return isPlain && isAlone && Number.isSafeInteger(limit) ? (limit as number) : undefined
}

const PLAIN_CLAUSES = new Set(['expressions', 'from', 'limit'])

function isAbsent(value: unknown): boolean {
  return (
    value === null || value === undefined || value === false || (Array.isArray(value) && value.length === 0)
  )
}
