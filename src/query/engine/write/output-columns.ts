/** What a query says about the columns of its answer, before anything is bound: who has no name, who is nothing but NULL. */
import { contentOf, isNode, tagOf, type Node } from '../../dialect/ast.ts'

export interface OutputColumns {
  /** Position from 0 in the answer, for every column that is an expression without a name. */
  unnamed: number[]
  /** For every column that is NULL and nothing else: Trino's type `unknown`. */
  unknown: number[]
}

/** @param columns how many the answer has: what stands behind a `*` is found by it. */
export function outputColumns(tree: Node, columns: number): OutputColumns {
  const values = contentOf(tree, 'values')
  if (values !== undefined) return ofValues(values, columns)
  const expressions = expressionsOf(tree)
  const stars = expressions.filter((expression) => tagOf(expression) === 'star').length
  const positioned: { expression: unknown; position: number }[] = []
  let position = 0
  for (const [index, expression] of expressions.entries()) {
    if (tagOf(expression) === 'star') {
      // What is behind the first of several can not be placed.
      if (stars > 1) break
      position = columns - (expressions.length - index - 1)
    } else positioned.push({ expression, position: position++ })
  }
  const where = (test: (expression: unknown) => boolean): number[] =>
    positioned.filter(({ expression }) => test(expression)).map((found) => found.position)
  return { unnamed: where(isUnnamed), unknown: where(isUnknown) }
}

/** Of the first SELECT: it names the columns of a UNION. */
function expressionsOf(tree: Node): unknown[] {
  const select = contentOf(tree, 'select')
  if (select !== undefined) return Array.isArray(select['expressions']) ? select['expressions'] : []
  const inner = contentOf(tree, 'subquery')?.['this'] ?? setOperation(tree)?.['left']
  return isNode(inner) ? expressionsOf(inner) : []
}

function setOperation(tree: Node): Node | undefined {
  return contentOf(tree, 'union') ?? contentOf(tree, 'intersect') ?? contentOf(tree, 'except')
}

function isUnnamed(expression: unknown): boolean {
  return !['alias', 'column', 'dot', 'identifier'].includes(tagOf(expression) ?? '')
}

function isUnknown(expression: unknown): boolean {
  return tagOf(contentOf(expression, 'alias')?.['this'] ?? expression) === 'null'
}

function ofValues(values: Node, columns: number): OutputColumns {
  const rows = Array.isArray(values['expressions']) ? (values['expressions'] as Node[]) : []
  const positions = Array.from({ length: columns }, (_, position) => position)
  const isNull = (row: Node, position: number): boolean => {
    const cells = row['expressions']
    return Array.isArray(cells) && tagOf(cells[position]) === 'null'
  }
  return {
    unnamed: positions,
    unknown: positions.filter((position) => rows.length > 0 && rows.every((row) => isNull(row, position))),
  }
}
