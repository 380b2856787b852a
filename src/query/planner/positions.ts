/** Where names stand in a statement, as Athena's messages say it: `1:8`, both from 1. */
import { contentOf, isNode, nameOf, walkTree, type Node } from '../dialect/ast.ts'

/** Parser's offsets count characters, not UTF-16 units. */
export type PositionAt = (offset: number) => string

export function positionsIn(sql: string): PositionAt {
  const starts = [0]
  let offset = 0
  for (const character of sql) {
    offset++
    if (character === '\n') starts.push(offset)
  }
  return (at) => {
    const line = starts.findLastIndex((start) => start <= at)
    return `${line + 1}:${at - starts[line]! + 1}`
  }
}

/** Of each column the first place, by its name and by `table.name`; in lower case. */
export function columnPositions(tree: Node, sql: string): Record<string, string> {
  const first = new Map<string, number>()
  const note = (name: string, start: number): void => {
    if (start < (first.get(name) ?? Infinity)) first.set(name, start)
  }
  walkTree(tree, (node) => {
    const column = contentOf(node, 'column')
    const name = nameOf(column?.['name'])?.toLowerCase()
    const start = startOf(column)
    if (column === undefined || name === undefined || start === undefined) return
    note(name, start)
    const table = nameOf(column['table'])?.toLowerCase()
    if (table !== undefined) note(`${table}.${name}`, start)
  })
  const positionAt = positionsIn(sql)
  return Object.fromEntries([...first].map(([name, start]) => [name, positionAt(start)]))
}

/** Of an identifier or a column. */
export function startOf(node: unknown): number | undefined {
  const span = isNode(node) ? node['span'] : undefined
  return isNode(span) && typeof span['start'] === 'number' ? span['start'] : undefined
}
