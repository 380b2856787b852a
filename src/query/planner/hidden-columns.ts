/**
 * Columns that a table of files has besides its own, and that `*` does not show: where a row comes from. A statement
 * that names none of them pays nothing for them.
 */
import type { ColumnType } from '../../base/schema.ts'
import { contentOf, identifier, isNode, nameOf, walkTree, type Node } from '../dialect/ast.ts'
import { fromItems } from './from-items.ts'
import { isoText } from './key-value.ts'

export type HiddenType = ColumnType | 'timestamp with time zone'

export const HIDDEN_COLUMNS: Readonly<Record<string, HiddenType>> = {
  $path: 'varchar',
  $bucket: 'int',
  $file_size: 'bigint',
  $file_modified_time: 'timestamp with time zone',
  $partition: 'varchar',
}

/** Partition keys, and behind them the hidden columns that are asked for. */
export function fileColumns(
  keys: readonly { name: string; type: HiddenType }[],
  hidden: readonly string[],
): { name: string; type: HiddenType }[] {
  return [
    ...keys.map(({ name, type }) => ({ name, type })),
    ...hidden.map((name) => ({ name, type: HIDDEN_COLUMNS[name]! })),
  ]
}

/** What is known of a file; of lines in the buffer, nothing. */
export interface FileFacts {
  bucket: string
  key: string
  bytes: number
  modifiedMs: number | undefined
}

/** The cells of a file's hidden columns, as texts. */
export function hiddenCells(
  hidden: readonly string[],
  file: FileFacts | undefined,
  partition: () => string,
): (string | null)[] {
  return hidden.map((name) => {
    if (name === '$partition') return partition()
    if (file === undefined) return null
    if (name === '$path') return `s3://${file.bucket}/${file.key}`
    if (name === '$file_size') return String(file.bytes)
    if (name === '$bucket') return bucketNumber(file.key)
    return file.modifiedMs === undefined ? null : `${isoText(file.modifiedMs)}+00`
  })
}

/** As Hive names the files of a bucketed table: `000003_0`; of all others it is NULL. */
function bucketNumber(key: string): string | null {
  const found = /(?:^|\/)0*(\d{1,9})_\d[^/]*$/.exec(key)
  return found?.[1] ?? null
}

/** Those that the statement names, anywhere. */
export function hiddenColumnsOf(tree: Node): string[] {
  const found = new Set<string>()
  walkTree(tree, (node) => {
    const name = nameOf(contentOf(node, 'column')?.['name'])?.toLowerCase()
    if (name !== undefined && Object.hasOwn(HIDDEN_COLUMNS, name)) found.add(name)
  })
  return [...found].sort()
}

/** `*` -> `* EXCLUDE ("$path")` in each SELECT whose FROM has the column. */
export function hideColumns(tree: Node, hidden: readonly string[], tables: ReadonlySet<Node>): void {
  walkTree(tree, (node) => {
    const select = contentOf(node, 'select')
    if (select === undefined) return
    const aliases = fromItems(select, () => ({ kind: 'any' }))
      .map(({ node: item }) => contentOf(item, 'table'))
      .filter((table) => table !== undefined && tables.has(table))
      .map((table) => nameOf(table!['alias'])?.toLowerCase())
    if (aliases.length === 0) return
    for (const item of Array.isArray(select['expressions']) ? (select['expressions'] as unknown[]) : []) {
      const star = contentOf(item, 'star')
      if (star === undefined) continue
      const table = isNode(star['table']) ? nameOf(star['table'])?.toLowerCase() : undefined
      if (table !== undefined && !aliases.includes(table)) continue
      const shown = Array.isArray(star['except']) ? (star['except'] as unknown[]) : []
      star['except'] = [...shown, ...hidden.map(identifier)]
    }
  })
}
