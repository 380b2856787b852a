/**
 * Puts views in the place of tables: `"AwsDataCatalog".logs.web` becomes `hozon.t0 AS web`, so that no name of a
 * user's table can ever mean something to the engine; and in the place of a view of Athena, the query that it stands for.
 */
import { assert, HozonError } from '../../base/errors.ts'
import type { ResolvedNames, ResolvedTable, ResolvedView } from '../engine/protocol.ts'
import { contentOf, identifier, isNode, mapTree, nameOf, type Node } from '../dialect/ast.ts'
import { quoteName } from '../../format/json-columns.ts'
import type { RemoteRequest } from '../query.ts'
import { hideColumns, hiddenColumnsOf } from './hidden-columns.ts'
import { remoteRequest } from './remote-request.ts'
import { referenceKey, referenceOf, visitTables } from './references.ts'
import { tooManyViews, VIEWS_MAX } from './view-limit.ts'

/** Schema of the engine that holds the views. */
export const VIEW_SCHEMA = 'hozon'

export interface BoundStatement {
  tree: Node
  /** What each content of a `table` node stands for, but for names of WITH clauses. */
  bound: ReadonlyMap<Node, ResolvedTable>
  /** Hidden columns that the statement names: the views must have them. */
  hidden: string[]
  /** What is asked of tables of live databases, by view. */
  remote: Record<string, RemoteRequest>
}

export function bindTables(tree: Node, names: ResolvedNames, parse: (sql: string) => Node): BoundStatement {
  const bound = new Map<Node, ResolvedTable>()
  let views = 0
  const parseView = (sql: string): Node => {
    // A view that is named twice in one query was resolved once, but is put in both places.
    if (++views > VIEWS_MAX) throw tooManyViews()
    return parse(sql)
  }
  const whole = bindNames(tree, names, { parse, parseView, bound })
  return { tree: whole, bound, hidden: hiddenColumnsOf(whole), remote: remoteRequests(whole, bound) }
}

/** Afterwards `*` does not show them; changes the tree. */
export function hideFromStars({ tree, bound, hidden }: BoundStatement): void {
  if (hidden.length === 0) return
  const files = [...bound].filter(([, table]) => (table.from ?? 'files') === 'files')
  hideColumns(tree, hidden, new Set(files.map(([content]) => content)))
}

function remoteRequests(tree: Node, bound: ReadonlyMap<Node, ResolvedTable>): Record<string, RemoteRequest> {
  const uses = new Map<ResolvedTable['view'], { tables: Node[]; columns: string[] }>()
  for (const [content, { from, view, columns }] of bound) {
    if (from !== 'database') continue
    const use = uses.get(view) ?? { tables: [], columns: columns.map(({ name }) => name) }
    uses.set(view, { ...use, tables: [...use.tables, content] })
  }
  return Object.fromEntries([...uses].map(([view, use]) => [view, remoteRequest(tree, use)]))
}

interface Binding {
  parse: (sql: string) => Node
  parseView: (sql: string) => Node
  /** The content of each `table` node that stands for a table. */
  bound: Map<Node, ResolvedTable>
}

function bindNames(tree: Node, names: ResolvedNames, binding: Binding): Node {
  const shortened = shortenColumns(tree)
  const tables = new Map(names.tables.map((table) => [referenceKey(table.reference), table]))
  const views = new Map(names.views.map((view) => [referenceKey(view.reference), view]))
  visitTables(shortened, (table, node) => {
    const key = referenceKey(referenceOf(table))
    if ((table['when'] ?? null) !== null)
      throw notSupported('only Iceberg tables can be read as of a time or version')
    const view = views.get(key)
    if (view !== undefined) {
      const query = bindNames(binding.parseView(view.sql), view, binding)
      return putQuery(node, table, view, query, binding.parse)
    }
    const resolved = tables.get(key)
    assert(resolved !== undefined, 'every name was resolved before binding')
    putView(table, resolved)
    binding.bound.set(table, resolved)
  })
  return shortened
}

function putView(table: Node, resolved: ResolvedTable): void {
  table['alias'] ??= identifier(nameOf(table['name']) ?? resolved.view)
  table['catalog'] = null
  table['schema'] = identifier(VIEW_SCHEMA)
  table['name'] = identifier(resolved.view)
}

/** By name: columns that the query has gained since are not part of the view. */
function putQuery(
  node: Node,
  table: Node,
  view: ResolvedView,
  query: Node,
  parse: (sql: string) => Node,
): void {
  if ((table['table_sample'] ?? null) !== null) throw notSupported('a view can not be sampled')
  // The name comes back in the engine's error where a column is missing.
  const name = quoteName(`view:${view.name}`)
  const columns = view.columns.map((column) => `${name}.${quoteName(column)}`).join(', ')
  const around = parse(`SELECT * FROM (SELECT ${columns} FROM (SELECT 1) AS ${name}) AS ${name}`)
  const outer = fromSubquery(around)
  fromSubquery(outer['this'])['this'] = query
  outer['alias'] = table['alias'] ?? table['name']
  outer['column_aliases'] = table['column_aliases'] ?? []
  delete node['table']
  node['subquery'] = outer
}

function fromSubquery(query: unknown): Node {
  const from = contentOf(query, 'select')?.['from']
  const [item] = isNode(from) && Array.isArray(from['expressions']) ? (from['expressions'] as unknown[]) : []
  const subquery = contentOf(item, 'subquery')
  assert(subquery !== undefined, 'it was written so')
  return subquery
}

function notSupported(what: string): HozonError {
  return new HozonError('HOZON_SQL_FORBIDDEN', `NOT_SUPPORTED: ${what}`, { op: 'plan' })
}

/** `db.table.column` -> `table.column`: the engine knows the table by its alias only. */
function shortenColumns(tree: Node): Node {
  const qualified = new Set<string>()
  visitTables(tree, (table) => {
    const database = nameOf(table['schema'])
    if (database !== undefined && !isNode(table['alias']))
      qualified.add(`${database}.${nameOf(table['name'])}`.toLowerCase())
  })
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
