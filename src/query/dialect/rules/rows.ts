/** ROW(…): its fields have no names in Trino, and are printed as field0, field1 …; CAST gives them names by position. */
import { call, contentOf, isNode, mapTree, textOf, type Node } from '../ast.ts'
import type { FunctionRules } from '../rewrite.ts'
import { template } from '../template.ts'

export const rowFunctions: FunctionRules = {
  row: (values) =>
    template(
      `struct_pack(${values.map((_, index) => `field${index} := __V${index}`).join(', ')})`,
      Object.fromEntries(values.map((value, index) => [`V${index}`, value])),
    ),
  // Made by positionalRows; DuckDB casts rows without names by position, and those with names by name.
  __row: (values) => call('row', ...values),
}

const LIST_TAGS = ['array', 'array_func', 'array_constructor']
const GRAMMAR = /^(values|cube|rollup|grouping sets)$/i

/** `(1, 2)` where it is a value: in an array, in a call, as what a lambda gives, as a column. */
export function rowsOfTuples(tree: Node): Node {
  return mapTree(tree, (node) => {
    const [tag = ''] = Object.keys(node)
    const content = contentOf(node, tag)
    if (content === undefined) return node
    if (tag === 'count') return { count: { ...content, this: rowOf(content['this']) } }
    if (tag === 'lambda') return { lambda: { ...content, body: rowOf(content['body']) } }
    if (tag === 'alias') return { alias: { ...content, this: rowOf(content['this']) } }
    if (tag === 'function' && !GRAMMAR.test(textOf(content['name'])) && Array.isArray(content['args']))
      return { function: { ...content, args: content['args'].map(rowOf) } }
    if ((tag === 'select' || LIST_TAGS.includes(tag)) && Array.isArray(content['expressions']))
      return { [tag]: { ...content, expressions: content['expressions'].map(rowOf) } }
    return node
  }) as Node
}

function rowOf(node: unknown): unknown {
  const tuple = contentOf(node, 'tuple')
  return tuple === undefined ? node : call('row', ...((tuple['expressions'] ?? []) as unknown[]))
}

/** Marks the rows below a CAST to a type with rows in it. */
export function positionalRows(tree: Node): Node {
  return mapTree(tree, (node) => {
    const cast = contentOf(node, 'cast') ?? contentOf(node, 'try_cast')
    if (cast === undefined || !JSON.stringify(cast['to']).includes('"struct"')) return node
    const tag = Object.keys(node)[0]!
    return { [tag]: { ...cast, this: mapTree(cast['this'], unnamed) } }
  }) as Node
}

function unnamed(node: Node): unknown {
  const content = contentOf(node, 'function')
  if (!isNode(content) || textOf(content['name']).toLowerCase() !== 'row') return node
  return { function: { ...content, name: '__row' } }
}
