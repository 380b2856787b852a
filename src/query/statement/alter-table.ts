/** ALTER TABLE and MSCK REPAIR TABLE. */
import { parseColumn, parseColumns } from './columns.ts'
import type { Cursor } from './cursor.ts'
import { parseAddPartitions, parseDropPartitions, parseSpec } from './partitions.ts'
import { parseTextProperties } from './properties.ts'
import type { DdlStatement, PartitionSpec, TableName } from './statement.ts'

/** After ALTER TABLE. */
export function parseAlterTable(cursor: Cursor): DdlStatement {
  cursor.speak('hive')
  const table = cursor.tableName()
  if (cursor.accept('ADD')) return add(cursor, table)
  if (cursor.accept('DROP')) return drop(cursor, table)
  if (cursor.accept('SET')) return set(cursor, table)
  if (cursor.accept('UNSET')) return unset(cursor, table)
  if (cursor.isWord('RENAME'))
    throw cursor.refuse('tables can not be renamed', 'make another and drop this one')
  if (cursor.accept('CHANGE')) return change(cursor, table)
  const partition = cursor.accept('PARTITION') ? parseSpec(cursor) : undefined
  if (partition !== undefined) {
    if (cursor.accept('ADD')) return columns(cursor, 'add columns', table, partition)
    if (cursor.accept('SET')) return setLocation(cursor, table, partition)
    if (cursor.accept('RENAME')) return rename(cursor, table, partition)
  }
  if (cursor.accept('REPLACE')) return columns(cursor, 'replace columns', table, partition)
  throw cursor.wrong()
}

function add(cursor: Cursor, table: TableName): DdlStatement {
  const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS')
  if (!ifNotExists && cursor.isWord('COLUMNS')) return columns(cursor, 'add columns', table, undefined)
  return parseAddPartitions(cursor, table, ifNotExists)
}

function drop(cursor: Cursor, table: TableName): DdlStatement {
  const ifExists = cursor.accept('IF', 'EXISTS')
  if (ifExists || !cursor.accept('COLUMN')) return parseDropPartitions(cursor, table, ifExists)
  const name = cursor.name()
  cursor.end()
  return { kind: 'drop column', table, name }
}

function set(cursor: Cursor, table: TableName): DdlStatement {
  if (!cursor.accept('TBLPROPERTIES')) return setLocation(cursor, table, undefined)
  const properties = parseTextProperties(cursor)
  cursor.end()
  return { kind: 'set table properties', table, properties }
}

function unset(cursor: Cursor, table: TableName): DdlStatement {
  cursor.expect('TBLPROPERTIES')
  const ifExists = cursor.accept('IF', 'EXISTS')
  const names = cursor.list(() => cursor.text())
  cursor.end()
  return { kind: 'unset table properties', table, ifExists, names }
}

function setLocation(cursor: Cursor, table: TableName, partition: PartitionSpec | undefined): DdlStatement {
  cursor.expect('LOCATION')
  const location = cursor.text()
  cursor.end()
  return { kind: 'set location', table, partition, location }
}

function rename(cursor: Cursor, table: TableName, from: PartitionSpec): DdlStatement {
  cursor.expect('TO', 'PARTITION')
  const to = parseSpec(cursor)
  cursor.end()
  return { kind: 'rename partition', table, from, to }
}

function columns(
  cursor: Cursor,
  kind: 'add columns' | 'replace columns',
  table: TableName,
  partition: PartitionSpec | undefined,
): DdlStatement {
  cursor.expect('COLUMNS')
  const given = parseColumns(cursor)
  // Hive's words for it; nothing has to be done to partitions here.
  if (!cursor.accept('CASCADE')) cursor.accept('RESTRICT')
  cursor.end()
  return { kind, table, partition, columns: given }
}

function change(cursor: Cursor, table: TableName): DdlStatement {
  cursor.accept('COLUMN')
  const name = cursor.name()
  const column = parseColumn(cursor)
  const position = place(cursor)
  if (!cursor.accept('CASCADE')) cursor.accept('RESTRICT')
  cursor.end()
  return { kind: 'change column', table, name, column, ...(position === undefined ? {} : { position }) }
}

function place(cursor: Cursor): 'first' | { after: string } | undefined {
  if (cursor.accept('FIRST')) return 'first'
  return cursor.accept('AFTER') ? { after: cursor.name() } : undefined
}

export function parseRepair(cursor: Cursor): DdlStatement {
  cursor.expect('MSCK')
  cursor.speak('hive')
  cursor.expect('REPAIR', 'TABLE')
  const table = cursor.tableName()
  cursor.end()
  return { kind: 'repair table', table }
}

/** After DROP TABLE. */
export function parseDropTable(cursor: Cursor): DdlStatement {
  cursor.speak('hive')
  const ifExists = cursor.accept('IF', 'EXISTS')
  const table = cursor.tableName()
  cursor.accept('PURGE')
  cursor.end()
  return { kind: 'drop table', table, ifExists }
}
