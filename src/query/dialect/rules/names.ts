/** Names that are words of DuckDB's grammar and not of Trino's: `at`, `lambda`, `qualify`. */
import { contentOf, isNode, mapTree, nameOf, type Node } from '../ast.ts'

const KEYWORDS = new Set(
  `all analyse analyze anti any asc asof asymmetric at authorization binary both check collate collation column columns
  concurrently default deferrable desc do foreign freeze generated glob grant ilike initially isnull lambda lateral
  leading limit map notnull offset only overlaps pivot pivot_longer pivot_wider placing position positional primary
  qualify references returning semi show similar some struct summarize symmetric tablesample trailing try_cast unique
  unpack unpivot variadic verbose window
  bigint bit boolean char character dec decimal float inout int integer interval national nchar none numeric out
  overlay precision real setof smallint time timestamp treat varchar`.split(/\s+/),
)

export function quoteKeywords(tree: unknown): unknown {
  return mapTree(tree, (node) => {
    const column = contentOf(node, 'column')
    if (column !== undefined) return { column: { ...column, name: quoted(column['name']) } }
    // Aliases stand beside what they name, as identifiers.
    if (isNode(node['alias']) && 'this' in node) return { ...node, alias: quoted(node['alias']) }
    if (Array.isArray(node['column_aliases']))
      return { ...node, column_aliases: (node['column_aliases'] as unknown[]).map(quoted) }
    return node
  })
}

function quoted(identifier: unknown): unknown {
  const name = nameOf(identifier)
  return name !== undefined && KEYWORDS.has(name.toLowerCase())
    ? { ...(identifier as Node), quoted: true }
    : identifier
}
