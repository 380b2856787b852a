/**
 * What a WHERE clause demands of columns, whatever they belong to. Only comparisons of a column with constants count:
 * they are true for no NULL, so they hold for outer joins too: a row that is padded with NULLs does not pass them.
 */
import { contentOf, isNode, nameOf, stringOf, tagOf, type Node } from '../dialect/ast.ts'
import { constantListOf } from '../dialect/constant-list.ts'
import type { ReadConstant } from './constant.ts'
import type { Constant } from './key-value.ts'
import { and, or, type Comparison, type Predicate } from './predicate.ts'

/** A column as the statement names it, in lower case. */
export interface ColumnName {
  qualifier: string | undefined
  name: string
}

export type Condition =
  | { kind: 'compare'; column: ColumnName; operator: Comparison; value: Constant }
  | { kind: 'in'; column: ColumnName; values: Constant[] }
  | { kind: 'prefix'; column: ColumnName; prefix: string }
  | { kind: 'null'; column: ColumnName; isNull: boolean }

export type Conditions = Predicate<Condition>

const ANY: Conditions = { kind: 'any' }
const COMPARISONS: Record<string, Comparison> = { eq: '=', neq: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' }
const MIRRORED: Record<Comparison, Comparison> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

export function conditionsOf(where: unknown, read: ReadConstant): Conditions {
  const tag = tagOf(where)
  const node = tag === undefined ? undefined : (where as Node)[tag]
  if (tag === undefined || !isNode(node)) return ANY
  const side = (name: string): Conditions => conditionsOf(node[name], read)
  if (tag === 'paren') return side('this')
  if (tag === 'and') return and(operandsOf(where, tag).map((each) => conditionsOf(each, read)))
  if (tag === 'or') return or(operandsOf(where, tag).map((each) => conditionsOf(each, read)))
  if (tag === 'in') return inList(node, read)
  if (tag === 'between') return between(node, read)
  if (tag === 'like') return like(node, read)
  if (tag === 'starts_with') return startsWith(node, read)
  if (tag === 'is_null') return nullTest(node)
  const operator = COMPARISONS[tag]
  return operator === undefined ? ANY : compare(node['left'], operator, node['right'], read)
}

/** `a OR b OR (c OR d)` -> a, b, c, d. A statement may have thousands, each a level deeper than the next. */
function operandsOf(chain: unknown, tag: 'and' | 'or'): unknown[] {
  const operands: unknown[] = []
  const open = [chain]
  while (open.length > 0) {
    const node = open.pop()
    const sides = contentOf(node, tag)
    const paren = contentOf(node, 'paren')
    if (sides !== undefined) open.push(sides['right'], sides['left'])
    else if (paren !== undefined) open.push(paren['this'])
    else operands.push(node)
  }
  return operands
}

function compare(left: unknown, operator: Comparison, right: unknown, read: ReadConstant): Conditions {
  const column = columnOf(left)
  if (column === undefined)
    return columnOf(right) === undefined ? ANY : compare(right, MIRRORED[operator], left, read)
  const value = read(right)
  return value === undefined ? ANY : { kind: 'compare', column, operator, value }
}

function inList(node: Node, read: ReadConstant): Conditions {
  const column = columnOf(node['this'])
  const items = node['expressions']
  const plain = node['not'] === false && (node['query'] ?? null) === null && (node['unnest'] ?? null) === null
  if (column === undefined || !plain || !Array.isArray(items) || items.length === 0) return ANY
  const values = items.flatMap((item) => listed(item) ?? [read(item)])
  return values.every((value) => value !== undefined) ? { kind: 'in', column, values } : ANY
}

/** NULL among them is what no row is equal to. */
function listed(item: unknown): Constant[] | undefined {
  const list = constantListOf(item)
  const kind = list?.kind === 'varchar' ? 'text' : 'number'
  return list?.values.map((text) => ({ kind, text }))
}

function between(node: Node, read: ReadConstant): Conditions {
  if (node['not'] !== false || (node['symmetric'] ?? null) !== null) return ANY
  return and([
    compare(node['this'], '>=', node['low'], read),
    compare(node['this'], '<=', node['high'], read),
  ])
}

function like(node: Node, read: ReadConstant): Conditions {
  const column = columnOf(node['left'])
  const value = read(node['right'])
  if (column === undefined || value === undefined || (node['quantifier'] ?? null) !== null) return ANY
  if (value.kind !== 'text') return unknown(column, value)
  const pattern = value.text
  const escape = node['escape'] ?? null
  // What is escaped is a character like others, but where it stands only the engine needs to know.
  const cut = escape === null ? pattern : (pattern.split(stringOf(escape) ?? pattern)[0] ?? '')
  const wildcard = cut.search(/[%_]/)
  if (wildcard < 0 && cut === pattern)
    return { kind: 'compare', column, operator: '=', value: { kind: 'text', text: pattern } }
  return prefixed(column, wildcard < 0 ? cut : cut.slice(0, wildcard))
}

function startsWith(node: Node, read: ReadConstant): Conditions {
  const column = columnOf(node['this'])
  const value = read(node['expression'])
  if (column === undefined || value === undefined) return ANY
  return value.kind === 'text' ? prefixed(column, value.text) : unknown(column, value)
}

/** That the column is compared with it somehow: it demands nothing, but somebody may find out what the value is. */
function unknown(column: ColumnName, value: Constant): Conditions {
  return value.kind === 'expression' ? { kind: 'compare', column, operator: '=', value } : ANY
}

function prefixed(column: ColumnName, prefix: string): Conditions {
  return prefix === '' ? ANY : { kind: 'prefix', column, prefix }
}

function nullTest(node: Node): Conditions {
  const column = columnOf(node['this'])
  return column === undefined ? ANY : { kind: 'null', column, isNull: node['not'] !== true }
}

function columnOf(node: unknown): ColumnName | undefined {
  const column = contentOf(node, 'column')
  const name = nameOf(column?.['name'])
  return column === undefined || name === undefined
    ? undefined
    : { qualifier: nameOf(column['table'])?.toLowerCase(), name: name.toLowerCase() }
}
