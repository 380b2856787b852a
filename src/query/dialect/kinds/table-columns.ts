/**
 * Columns of a SELECT that reads tables of the catalog and nothing else but UNNEST are those of the tables, whatever the same
 * name means elsewhere: `SELECT time AT TIME ZONE 'Asia/Tokyo' AS time FROM web`. Its ORDER BY may name what it makes, and so
 * may lambdas.
 */
import { contentOf, isNode, nameOf, tagOf, walkTree, type Node } from '../ast.ts'

const OTHER_NAMES = new Set(['order_by', 'qualify', 'with', 'windows'])

interface Sources {
  /** What the tables are called. */
  titles: Set<string>
  /** Names that UNNEST gives. */
  others: Set<string>
}

export function markTableColumns(tree: Node): Node {
  return marked(tree, undefined) as Node
}

/** @param sources undefined: other names can be meant. */
function marked(value: unknown, sources: Sources | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => marked(item, sources))
  if (!isNode(value)) return value
  const select = contentOf(value, 'select')
  if (select !== undefined) return { select: markedSelect(select) }
  const column = contentOf(value, 'column')
  if (column !== undefined && sources !== undefined)
    return isOfTable(column, sources) ? { column: { ...column, of_table: true } } : value
  const inside = tagOf(value) === 'lambda' ? undefined : sources
  const copy: Node = {}
  for (const key in value) copy[key] = marked(value[key], inside)
  return copy
}

function isOfTable(column: Node, { titles, others }: Sources): boolean {
  const title = nameOf(column['table'])?.toLowerCase()
  if (title !== undefined) return titles.has(title)
  return !others.has((nameOf(column['name']) ?? '').toLowerCase())
}

function markedSelect(select: Node): Node {
  const sources = sourcesOf(select)
  const copy: Node = {}
  for (const key in select) copy[key] = marked(select[key], OTHER_NAMES.has(key) ? undefined : sources)
  return copy
}

function sourceNodes(select: Node): unknown[] {
  const from = isNode(select['from']) ? select['from']['expressions'] : undefined
  const joins = Array.isArray(select['joins']) ? (select['joins'] as Node[]) : []
  return [...(Array.isArray(from) ? from : []), ...joins.map((join) => join['this'])]
}

function sourcesOf(select: Node): Sources | undefined {
  const sources: Sources = { titles: new Set(), others: new Set() }
  for (const source of sourceNodes(select)) {
    const title = titleOf(source)
    const alias = contentOf(source, 'alias')
    const columns = alias?.['column_aliases']
    if (title !== undefined) sources.titles.add(title)
    else if (
      contentOf(alias?.['this'], 'unnest') !== undefined &&
      Array.isArray(columns) &&
      columns.length > 0
    )
      for (const column of columns) sources.others.add((nameOf(column) ?? '').toLowerCase())
    else return undefined
  }
  return sources.titles.size === 0 ? undefined : sources
}

/** Of a table of the catalog, as planner/bind.ts has bound it. */
function titleOf(source: unknown): string | undefined {
  const table = contentOf(source, 'table')
  return nameOf(table?.['schema']) === 'hozon' ? (nameOf(table?.['alias']) ?? '').toLowerCase() : undefined
}

/** Names of the tables' columns that queries around see; undefined: any, as a SELECT reads more than tables. */
export function columnsShown(tree: Node): ReadonlySet<string> | undefined {
  const shown = new Set<string>()
  const top = contentOf(tree, 'select')
  let areAll = false
  walkTree(tree, (node) => {
    const select = contentOf(node, 'select')
    if (select === undefined) return
    const isOfTables = sourcesOf(select) !== undefined
    if (!isOfTables && sourceNodes(select).some((source) => titleOf(source) !== undefined)) areAll = true
    if (!isOfTables || select === top) return
    if (JSON.stringify(select['expressions']).includes('{"star"')) areAll = true
    for (const item of select['expressions'] as unknown[]) {
      const column = contentOf(contentOf(item, 'alias')?.['this'] ?? item, 'column')
      if (column !== undefined) shown.add((nameOf(column['name']) ?? '').toLowerCase())
    }
  })
  return areAll ? undefined : shown
}
