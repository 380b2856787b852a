/**
 * polyglot's syntax trees: plain JSON in which every node is an object with one key, its tag:
 * `{ column: { name: { name: 'a' }, table: null } }`. Everything here is about walking and building them.
 */
export interface Node {
  [key: string]: unknown
}

/** An identifier as polyglot writes it. */
export interface Identifier {
  name: string
  quoted: boolean
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The tag of a node, or undefined for objects that are parts of a node. */
export function tagOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined
  const keys = Object.keys(value)
  return keys.length === 1 ? keys[0] : undefined
}

/** The content of a node with this tag, or undefined. */
export function contentOf(value: unknown, tag: string): Node | undefined {
  if (tagOf(value) !== tag) return undefined
  const content = (value as Node)[tag]
  return isNode(content) ? content : undefined
}

/** Maps every object bottom-up. `change` gets an object whose children are already changed. */
export function mapTree(value: unknown, change: (node: Node) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mapTree(item, change))
  if (!isNode(value)) return value
  const copy: Node = {}
  for (const key in value) copy[key] = mapTree(value[key], change)
  return change(copy)
}

/** Calls back for every object, parents first; `false` skips what is below it. */
export function walkTree(value: unknown, visit: (node: Node) => boolean | void): void {
  if (Array.isArray(value)) for (const item of value) walkTree(item, visit)
  else if (isNode(value) && visit(value) !== false) for (const key in value) walkTree(value[key], visit)
}

/** A property that should be text; empty where it is not. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function nameOf(identifier: unknown): string | undefined {
  return isNode(identifier) && typeof identifier['name'] === 'string' ? identifier['name'] : undefined
}

export function identifier(name: string): Node {
  return { name, quoted: true, trailing_comments: [] }
}

export function stringLiteral(value: string): Node {
  return { literal: { literal_type: 'string', value } }
}

/** The text of a string literal, or undefined for anything else. */
export function stringOf(node: unknown): string | undefined {
  const literal = contentOf(node, 'literal')
  return literal?.['literal_type'] === 'string' ? textOf(literal['value']) : undefined
}

export function numberOf(node: unknown): number | undefined {
  const literal = contentOf(node, 'literal')
  return literal?.['literal_type'] === 'number' ? Number(literal['value']) : undefined
}

export function call(name: string, ...args: unknown[]): Node {
  const flags = { distinct: false, use_bracket_syntax: false, no_parens: false, quoted: false }
  return { function: { name, args, trailing_comments: [], ...flags } }
}

export function parenthesized(node: unknown): Node {
  return { paren: { this: node, trailing_comments: [] } }
}
