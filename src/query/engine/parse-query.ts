/** The tree of a query, with the values of its parameters in it. */
import { HozonError } from '../../base/errors.ts'
import { contentOf, isNode, mapTree, parenthesized, tagOf, walkTree, type Node } from '../dialect/ast.ts'
import { parseTrino } from '../dialect/polyglot.ts'

const QUERY_TAGS = new Set(['select', 'union', 'intersect', 'except', 'values', 'subquery'])

/** The statement must be the only one, and a query. */
export function parseQuery(sql: string): Node {
  const tree = parseOne(sql)
  let hasParameter = false
  walkTree(tree, (node) => {
    if ('parameter' in node || 'placeholder' in node) hasParameter = true
  })
  if (hasParameter) throw wrongCount(parametersIn(sql), 0)
  return tree
}

/** @param parameters SQL of the values of each `?`; undefined: the query is only looked at. */
export function parseWithParameters(sql: string, parameters: readonly string[] | undefined): Node {
  const count = parametersIn(sql)
  if (parameters === undefined) return parseOne(sql)
  if (count !== parameters.length) throw wrongCount(count, parameters.length)
  if (count === 0) return parseQuery(sql)
  // Numbered, so that each finds its place in the tree, whose order is not that of the text.
  let number = 0
  const numbered = sql.replaceAll(TOKENS, (token) => (token === '?' ? `$${++number}` : token))
  const values = parameters.map(parseValue)
  const put = new Set<number>()
  const tree = mapTree(parseOne(numbered), (node) => {
    const index = contentOf(node, 'parameter')?.['index']
    if (typeof index !== 'number') return node
    put.add(index)
    return values[index - 1] ?? node
  }) as Node
  // Something else looked like a number of ours.
  if (put.size !== count) throw wrongCount(count, put.size)
  return tree
}

const TOKENS = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\?/g

function parametersIn(sql: string): number {
  return (sql.match(TOKENS) ?? []).filter((token) => token === '?').length
}

/** Everything that would make of a value more than a value. */
const NOT_IN_VALUES = ['column', 'star', 'select', 'subquery', 'table', 'placeholder', 'parameter', 'dot']

function parseValue(text: string): Node {
  const [statement, ...others] = parseTrino(`SELECT ${text}`)
  const select = contentOf(statement, 'select')
  const items = select?.['expressions']
  const isAlone =
    select !== undefined &&
    Object.keys(select).every((part) => part === 'expressions' || !isSet(select[part]))
  const [value] = Array.isArray(items) ? (items as unknown[]) : []
  if (others.length > 0 || !isAlone || !Array.isArray(items) || items.length !== 1 || !isNode(value))
    throw noValue(text)
  walkTree(value, (node) => {
    if (NOT_IN_VALUES.some((tag) => tag in node && isNode(node[tag]))) throw noValue(text)
  })
  return tagOf(value) === 'literal' ? value : parenthesized(value)
}

function isSet(value: unknown): boolean {
  return (
    value !== null && value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0)
  )
}

function parseOne(sql: string): Node {
  const statements = parseTrino(sql)
  const [tree] = statements
  if (tree === undefined)
    throw new HozonError('HOZON_SQL_SYNTAX', 'the statement is empty', { op: 'parse statement' })
  if (statements.length > 1) throw forbidden('one statement at a time')
  if (!QUERY_TAGS.has(Object.keys(tree)[0] ?? ''))
    throw forbidden('only queries (SELECT, WITH, VALUES) can be run')
  walkTree(tree, (node) => {
    for (const [tag, reason] of NOT_SUPPORTED)
      if (tag in node && (node[tag] ?? null) !== null) throw forbidden(reason)
  })
  return tree
}

/** What polyglot would drop silently, or what has no counterpart. A wrong answer is worse than none. */
const NOT_SUPPORTED: [tag: string, reason: string][] = [
  ['match_recognize', 'MATCH_RECOGNIZE is not supported'],
  ['into', 'SELECT INTO is not supported'],
]

function forbidden(message: string): HozonError {
  return new HozonError('HOZON_SQL_FORBIDDEN', message, { op: 'parse statement' })
}

function wrongCount(expected: number, found: number): HozonError {
  const message = `INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected ${expected} but found ${found}`
  return new HozonError('HOZON_SQL_SYNTAX', message, { op: 'parse statement' })
}

function noValue(text: string): HozonError {
  const message = `INVALID_PARAMETER_USAGE: line 1:1: '${text.slice(0, 100)}' is not a value`
  const hint = `values are written as in SQL: 12, 'a string', DATE '2026-01-01'`
  return new HozonError('HOZON_SQL_SYNTAX', message, { op: 'parse statement', hint })
}
