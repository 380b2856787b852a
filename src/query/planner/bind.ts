/**
 * Puts views in the place of tables: `"AwsDataCatalog".logs.web` becomes `hozon.t0 AS web`, so that no name of a
 * user's table can ever mean something to the engine. Also gathers the demands of each SELECT on its tables.
 */
import { assert, HozonError } from '../../base/errors.ts'
import type { ResolvedTable } from '../engine/protocol.ts'
import { contentOf, identifier, isNode, mapTree, nameOf, walkTree, type Node } from '../dialect/ast.ts'
import { or, type PartitionPredicate } from './predicate.ts'
import { predicateOf } from './predicates-of.ts'
import { referenceKey, referenceOf, visitTables } from './references.ts'

/** Schema of the engine that holds the views. */
export const VIEW_SCHEMA = 'hozon'

export interface BoundStatement {
  tree: Node
  /** By view; a row that matters satisfies it. */
  predicates: Record<string, PartitionPredicate>
}

export function bindTables(tree: Node, tables: ResolvedTable[], nowMs: number): BoundStatement {
  const byKey = new Map(tables.map((table) => [referenceKey(table.reference), table]))
  const bound = new Map<Node, ResolvedTable>()
  visitTables(tree, (table) => {
    const resolved = byKey.get(referenceKey(referenceOf(table)))
    assert(resolved !== undefined, 'every table was resolved before binding')
    bound.set(table, resolved)
  })
  const predicates = gatherPredicates(tree, bound, nowMs)
  const qualified = new Set([...bound.keys()].map(qualifiedName).filter((name) => name !== undefined))
  for (const [table, resolved] of bound) putView(table, resolved)
  return { tree: shortenColumns(tree, qualified), predicates }
}

function putView(table: Node, resolved: ResolvedTable): void {
  if ((table['when'] ?? null) !== null) {
    throw new HozonError('HOZON_SQL_FORBIDDEN', 'only Iceberg tables can be read as of a time or version', {
      op: 'plan',
    })
  }
  table['alias'] ??= identifier(nameOf(table['name']) ?? resolved.view)
  table['catalog'] = null
  table['schema'] = identifier(VIEW_SCHEMA)
  table['name'] = identifier(resolved.view)
}

function gatherPredicates(
  tree: Node,
  bound: ReadonlyMap<Node, ResolvedTable>,
  nowMs: number,
): Record<string, PartitionPredicate> {
  const demands = new Map<string, PartitionPredicate[]>()
  const seen = new Set<Node>()
  walkTree(tree, (node) => {
    const select = contentOf(node, 'select')
    if (select === undefined) return
    const where = isNode(select['where_clause']) ? select['where_clause']['this'] : undefined
    for (const [content, table] of bound) {
      if (!isDirectlyIn(select, content)) continue
      seen.add(content)
      const alias = nameOf(content['alias']) ?? nameOf(content['name']) ?? ''
      const predicate = predicateOf(where, { alias, table }, nowMs)
      demands.set(table.view, [...(demands.get(table.view) ?? []), predicate])
    }
  })
  // A table that is found in no FROM clause (a form not thought of): nothing is known of what it needs.
  for (const [content, table] of bound) if (!seen.has(content)) demands.set(table.view, [{ kind: 'any' }])
  return Object.fromEntries([...demands].map(([view, parts]) => [view, or(parts)]))
}

/** Is the table named in the FROM or a JOIN of this SELECT itself, and not in a subquery of it? */
function isDirectlyIn(select: Node, table: Node): boolean {
  const sources: unknown[] = [isNode(select['from']) ? select['from']['expressions'] : [], select['joins']]
  let found = false
  walkTree(sources, (node) => {
    if (node === table) found = true
    return contentOf(node, 'select') === undefined && contentOf(node, 'subquery') === undefined
  })
  return found
}

/** `db.table` of a table that has no alias: its columns may be called by all three names. */
function qualifiedName(table: Node): string | undefined {
  const database = nameOf(table['schema'])
  return database === undefined || isNode(table['alias'])
    ? undefined
    : `${database}.${nameOf(table['name'])}`.toLowerCase()
}

/** `db.table.column` -> `table.column`: the engine knows the table by its alias only. */
function shortenColumns(tree: Node, qualified: ReadonlySet<string>): Node {
  if (qualified.size === 0) return tree
  return mapTree(tree, (node) => {
    const dot = contentOf(node, 'dot')
    const column = contentOf(dot?.['this'], 'column')
    if (dot === undefined || column === undefined) return node
    const prefix = `${nameOf(column['table'])}.${nameOf(column['name'])}`.toLowerCase()
    if (!qualified.has(prefix)) return node
    return { column: { ...column, table: column['name'], name: dot['field'] } }
  }) as Node
}
