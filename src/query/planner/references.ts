/**
 * Which tables a statement reads. A name without a database that is the name of a WITH clause in scope is not a table.
 */
import type { TableReference } from '../engine/protocol.ts'
import { positionsIn, startOf } from './positions.ts'
import { contentOf, isNode, nameOf, type Node } from '../dialect/ast.ts'

export function referencesOf(tree: Node, sql: string): TableReference[] {
  const found = new Map<string, { reference: TableReference; start: number }>()
  visitTables(tree, (table) => {
    const reference = referenceOf(table)
    const start = startOf(table['catalog'] ?? table['schema'] ?? table['name']) ?? 0
    const before = found.get(referenceKey(reference))
    if (before === undefined || start < before.start) found.set(referenceKey(reference), { reference, start })
  })
  const positionAt = positionsIn(sql)
  return [...found.values()].map(({ reference, start }) => ({ ...reference, position: positionAt(start) }))
}

export function referenceOf(table: Node): TableReference {
  return {
    catalog: nameOf(table['catalog']),
    database: nameOf(table['schema']),
    name: nameOf(table['name']) ?? '',
  }
}

/** Names are case-insensitive, as in Athena. */
export function referenceKey(reference: TableReference): string {
  return JSON.stringify([reference.catalog, reference.database, reference.name]).toLowerCase()
}

type Visit = (content: Node, node: Node) => void

/** Calls back with the content of every `table` node that is not a WITH clause's name, and with the node. */
export function visitTables(tree: unknown, visit: Visit): void {
  visitInScope(tree, new Set(), visit)
}

function visitInScope(value: unknown, scope: ReadonlySet<string>, visit: Visit): void {
  if (Array.isArray(value)) {
    for (const item of value) visitInScope(item, scope, visit)
    return
  }
  if (!isNode(value)) return
  const table = contentOf(value, 'table')
  if (table !== undefined && 'schema' in table) {
    const unqualified = nameOf(table['schema']) === undefined
    if (!(unqualified && scope.has((nameOf(table['name']) ?? '').toLowerCase()))) visit(table, value)
    return
  }
  const inner = visitWith(value['with'], scope, visit)
  for (const key in value) if (key !== 'with') visitInScope(value[key], inner, visit)
}

/** Each clause sees those before it, and with RECURSIVE also itself; the body sees all. */
function visitWith(clause: unknown, scope: ReadonlySet<string>, visit: Visit): ReadonlySet<string> {
  if (!isNode(clause) || !Array.isArray(clause['ctes'])) return scope
  const inner = new Set(scope)
  for (const cte of clause['ctes'] as Node[]) {
    const name = (nameOf(cte['alias']) ?? '').toLowerCase()
    const visible = clause['recursive'] === true ? new Set([...inner, name]) : inner
    visitInScope(cte['this'], visible, visit)
    inner.add(name)
  }
  return inner
}
