/**
 * Trino calls a column that is an expression without a name by its place, `_col0`; DuckDB by its own text of the
 * expression. What stands behind a `*` keeps DuckDB's name, as its place is known only to the engine.
 */
import { contentOf, identifier, isNode, mapTree, tagOf, type Node } from './ast.ts'
import { parseTrino } from './polyglot.ts'

export function nameColumns(tree: Node): Node {
  const named = mapTree(tree, (node) => {
    const select = contentOf(node, 'select')
    if (select !== undefined) return { select: { ...select, expressions: nameExpressions(select) } }
    const subquery = contentOf(node, 'subquery')
    return subquery === undefined ? node : { subquery: nameValues(subquery) }
  }) as Node
  return contentOf(named, 'values') === undefined ? named : fromValues(named)
}

function nameExpressions(select: Node): unknown {
  const expressions = select['expressions']
  if (!Array.isArray(expressions)) return expressions
  const star = expressions.findIndex((expression) => tagOf(expression) === 'star')
  return expressions.map((expression: unknown, place) =>
    (star >= 0 && place > star) || hasName(expression) ? expression : alias(expression, `_col${place}`),
  )
}

function hasName(expression: unknown): boolean {
  const tag = tagOf(expression)
  if (tag === 'paren') return hasName(contentOf(expression, 'paren')?.['this'])
  return tag === undefined || ['alias', 'column', 'dot', 'identifier', 'star'].includes(tag)
}

function alias(expression: unknown, name: string): Node {
  return {
    alias: {
      this: expression,
      alias: identifier(name),
      column_aliases: [],
      pre_alias_comments: [],
      trailing_comments: [],
    },
  }
}

function nameValues(subquery: Node): Node {
  const width = widthOf(subquery['this'])
  const isNamed = Array.isArray(subquery['column_aliases']) && subquery['column_aliases'].length > 0
  if (width === 0 || isNamed) return subquery
  const names = Array.from({ length: width }, (_, place) => identifier(`_col${place}`))
  return { ...subquery, alias: subquery['alias'] ?? identifier('values'), column_aliases: names }
}

function widthOf(query: unknown): number {
  const rows = contentOf(query, 'values')?.['expressions']
  const [row] = Array.isArray(rows) ? (rows as unknown[]) : []
  const cells = isNode(row) ? row['expressions'] : undefined
  return Array.isArray(cells) ? cells.length : 0
}

/** A statement that is VALUES alone: they can have names only in a FROM. */
function fromValues(values: Node): Node {
  const [around] = parseTrino('SELECT * FROM (VALUES (1)) AS "values"')
  return mapTree(around, (node) => {
    const subquery = contentOf(node, 'subquery')
    return subquery === undefined ? node : { subquery: nameValues({ ...subquery, this: values }) }
  }) as Node
}
