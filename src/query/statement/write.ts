/** CREATE TABLE AS, INSERT INTO and UNLOAD. */
import type { Cursor } from './cursor.ts'
import { parseTypedProperties } from './properties.ts'
import { endOfStatement, isQuery, padded, passQuery } from './rest-of-query.ts'
import type { Properties, TableName, WriteStatement } from './statement.ts'
import type { Token } from './tokens.ts'

/** After the name. */
export function parseCreateTableAs(cursor: Cursor, table: TableName, ifNotExists: boolean): WriteStatement {
  const properties = cursor.accept('WITH') ? parseTypedProperties(cursor) : {}
  refuseIceberg(cursor, properties)
  cursor.expect('AS')
  const passed = passQuery(cursor)
  endOfStatement(cursor)
  const suffix = dataSuffix(passed.last)
  const end = suffix === undefined ? passed.end : suffix.end
  return {
    kind: 'create table as',
    table,
    ifNotExists,
    properties,
    query: padded(cursor.sql, passed.start, end),
    withData: suffix?.withData ?? true,
  }
}

function refuseIceberg(cursor: Cursor, { table_type: type }: Properties): void {
  if (typeof type === 'string' && type.toLowerCase() !== 'hive')
    throw cursor.refuse(
      `tables of the type ${type.toUpperCase()} (Iceberg) can not be made here`,
      'leave out table_type',
    )
}

/** `WITH [NO] DATA` behind the query, and where the query ends without it. */
function dataSuffix(last: Token[]): { withData: boolean; end: number } | undefined {
  const words = last.map(({ kind, text }) => (kind === 'word' ? text.toUpperCase() : ''))
  if (words.at(-1) !== 'DATA') return undefined
  if (words.at(-2) === 'WITH' && last.length > 2) return { withData: true, end: last.at(-3)!.end }
  if (words.at(-2) !== 'NO' || words.at(-3) !== 'WITH' || last.length < 4) return undefined
  return { withData: false, end: last.at(-4)!.end }
}

export function parseInsert(cursor: Cursor): WriteStatement {
  cursor.expect('INSERT', 'INTO')
  const table = cursor.tableName()
  const columns = insertedColumns(cursor)
  const { start, end } = passQuery(cursor)
  endOfStatement(cursor)
  return { kind: 'insert', table, columns, query: padded(cursor.sql, start, end) }
}

function insertedColumns(cursor: Cursor): string[] | undefined {
  const opening = cursor.token
  if (!cursor.acceptSign('(')) return undefined
  const isOfQuery = isQuery(cursor)
  cursor.back(opening)
  return isOfQuery ? undefined : cursor.list(() => cursor.name())
}

export function parseUnload(cursor: Cursor): WriteStatement {
  cursor.expect('UNLOAD')
  cursor.expectSign('(')
  const { start, end } = passQuery(cursor)
  cursor.expectSign(')')
  cursor.expect('TO')
  const location = cursor.text()
  const properties = cursor.accept('WITH') ? parseTypedProperties(cursor) : {}
  cursor.end()
  return { kind: 'unload', query: padded(cursor.sql, start, end), location, properties }
}
