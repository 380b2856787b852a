/** `PARTITION (key = value, …)` and what ALTER TABLE does with it. */
import type { Cursor } from './cursor.ts'
import type { DdlStatement, PartitionSpec, PartitionTerm, TableName } from './statement.ts'

/** After PARTITION. */
export function parseSpec(cursor: Cursor): PartitionSpec {
  return cursor.list(() => {
    const key = cursor.name()
    cursor.expectSign('=')
    return { key, operator: '=' as const, value: partitionValue(cursor) }
  })
}

/** After ADD. */
export function parseAddPartitions(cursor: Cursor, table: TableName, ifNotExists: boolean): DdlStatement {
  const partitions = []
  while (cursor.accept('PARTITION')) {
    const spec = parseSpec(cursor)
    partitions.push({ spec, location: cursor.accept('LOCATION') ? cursor.text() : undefined })
  }
  if (partitions.length === 0) throw cursor.wrong()
  cursor.end()
  return { kind: 'add partitions', table, ifNotExists, partitions }
}

/** After DROP. */
export function parseDropPartitions(cursor: Cursor, table: TableName, ifExists: boolean): DdlStatement {
  const specs = cursor.series(() => {
    cursor.expect('PARTITION')
    return cursor.list(() => {
      const key = cursor.name()
      return { key, operator: comparison(cursor), value: partitionValue(cursor) }
    })
  })
  cursor.accept('PURGE')
  cursor.end()
  return { kind: 'drop partitions', table, ifExists, specs }
}

/** Signs are tokens one by one. */
function comparison(cursor: Cursor): PartitionTerm['operator'] {
  if (cursor.acceptSign('=')) return '='
  if (cursor.acceptSign('<')) {
    if (cursor.acceptSign('>')) return '<>'
    return cursor.acceptSign('=') ? '<=' : '<'
  }
  if (cursor.acceptSign('>')) return cursor.acceptSign('=') ? '>=' : '>'
  if (!cursor.acceptSign('!')) throw cursor.wrong()
  cursor.expectSign('=')
  return '<>'
}

/** Texts, numbers as they are written, and the texts of dates. */
function partitionValue(cursor: Cursor): string {
  if (cursor.isText()) return cursor.text()
  if (cursor.isNumber()) return cursor.number()
  for (const word of ['TRUE', 'FALSE']) if (cursor.accept(word)) return word.toLowerCase()
  for (const word of ['DATE', 'TIMESTAMP']) if (cursor.accept(word)) return cursor.text()
  throw cursor.wrong()
}
