/**
 * A long list of literals as one node of the tree. People paste tens of thousands of ids into a statement, and each of
 * them as a node would cost a kilobyte in the parser, in each pass over the tree, in the generator and in the engine.
 */
import { contentOf, textOf, type Node } from './ast.ts'

export interface ConstantList {
  kind: 'varchar' | 'integer'
  /** Of each value, what the literal means: without quotes; digits, with `-` before them. */
  values: string[]
  /** NULL was among them. */
  hasNull: boolean
}

const TAG = 'constant_list'

/** The values are one text, which passes over the tree hand on as it is. */
export function listNode({ kind, values, hasNull }: ConstantList): Node {
  return { [TAG]: { kind, values: JSON.stringify(values), hasNull } }
}

export function constantListOf(node: unknown): ConstantList | undefined {
  const content = contentOf(node, TAG)
  if (content === undefined) return undefined
  return {
    kind: content['kind'] as ConstantList['kind'],
    values: JSON.parse(textOf(content['values'])) as string[],
    hasNull: content['hasNull'] === true,
  }
}

export function isConstantList(node: unknown): boolean {
  return contentOf(node, TAG) !== undefined
}

/** The literals, as the parser would have made them. */
export function literalsOf({ kind, values, hasNull }: ConstantList): Node[] {
  const nodes = values.map((value) => literal(kind, value))
  return hasNull ? [...nodes, { null: null }] : nodes
}

function literal(kind: ConstantList['kind'], value: string): Node {
  if (kind === 'varchar') return { literal: { literal_type: 'string', value } }
  if (!value.startsWith('-')) return { literal: { literal_type: 'number', value } }
  return { neg: { this: literal(kind, value.slice(1)), inferred_type: null } }
}
