/** Pieces of SQL trees from text with holes: `template('list_extract(__A, __B)', { A: list, B: index })`. */
import { contentOf, isNode, nameOf, type Node } from './ast.ts'
import { parseDuckDb } from './polyglot.ts'

/** Parsed once per text; there are as many as rules. */
const parsed = new Map<string, unknown>()

/** An expression in DuckDB's dialect; `__NAME` stands for `holes.NAME`. */
export function template(sql: string, holes: Record<string, unknown> = {}): unknown {
  let tree = parsed.get(sql)
  if (tree === undefined) {
    const select = contentOf(parseDuckDb(`SELECT ${sql}`)[0], 'select')
    tree = (select?.['expressions'] as unknown[] | undefined)?.[0]
    parsed.set(sql, tree)
  }
  return fill(tree, holes)
}

/** A whole SELECT, for the FROM clause of it. */
export function selectTemplate(sql: string, holes: Record<string, unknown>): Node {
  const select = contentOf(parseDuckDb(sql)[0], 'select')
  return fill(select, holes) as Node
}

function fill(tree: unknown, holes: Record<string, unknown>): unknown {
  if (Array.isArray(tree)) return tree.map((item) => fill(item, holes))
  if (!isNode(tree)) return tree
  const column = contentOf(tree, 'column')
  const name = column === undefined || isNode(column['table']) ? undefined : nameOf(column['name'])
  if (name?.startsWith('__') === true && Object.hasOwn(holes, name.slice(2)))
    return structuredClone(holes[name.slice(2)])
  const copy: Node = {}
  for (const key in tree) copy[key] = fill(tree[key], holes)
  return copy
}

/** The body of a lambda with its parameters replaced: DuckDB's functions hand over other parameters than Trino's. */
export function lambdaBody(lambda: unknown, parameters: unknown[]): unknown {
  const content = contentOf(lambda, 'lambda')
  if (content === undefined) return lambda
  const names = (content['parameters'] as Node[]).map((parameter) => (nameOf(parameter) ?? '').toLowerCase())
  return substitute(content['body'], new Map(names.map((name, index) => [name, parameters[index]])))
}

function substitute(tree: unknown, values: ReadonlyMap<string, unknown>): unknown {
  if (Array.isArray(tree)) return tree.map((item) => substitute(item, values))
  if (!isNode(tree)) return tree
  const column = contentOf(tree, 'column')
  if (column !== undefined) return substituteColumn(tree, column, values)
  const inner = contentOf(tree, 'lambda')
  const hidden =
    inner === undefined
      ? []
      : (inner['parameters'] as Node[]).map((name) => (nameOf(name) ?? '').toLowerCase())
  const visible =
    hidden.length === 0 ? values : new Map([...values].filter(([name]) => !hidden.includes(name)))
  const copy: Node = {}
  for (const key in tree) copy[key] = substitute(tree[key], visible)
  return copy
}

/** `x` is the parameter; so is the `x` of `x.field`, which looks like a column of a table. */
function substituteColumn(tree: Node, column: Node, values: ReadonlyMap<string, unknown>): unknown {
  const table = nameOf(column['table'])?.toLowerCase()
  const name = (nameOf(column['name']) ?? '').toLowerCase()
  if (table === undefined) return values.has(name) ? structuredClone(values.get(name)) : tree
  if (!values.has(table)) return tree
  return { dot: { this: structuredClone(values.get(table)), field: column['name'] } }
}
