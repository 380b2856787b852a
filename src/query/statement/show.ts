/** SHOW and DESCRIBE. */
import type { Cursor } from './cursor.ts'
import { parseSpec } from './partitions.ts'
import type { ShowStatement, TableName } from './statement.ts'

export function parseShow(cursor: Cursor): ShowStatement {
  cursor.expect('SHOW')
  cursor.speak('hive')
  const found = SHOWN.find(([word]) => cursor.accept(word))
  if (found === undefined) throw cursor.wrong()
  const statement = found[1](cursor)
  cursor.end()
  return statement
}

/** What is read behind the word. */
const SHOWN: [word: string, parse: (cursor: Cursor) => ShowStatement][] = [
  ['DATABASES', showDatabases],
  ['SCHEMAS', showDatabases],
  ['CATALOGS', (cursor) => ({ kind: 'show catalogs', like: like(cursor) })],
  ['TABLES', (cursor) => ({ kind: 'show tables', ...within(cursor), like: like(cursor) })],
  ['VIEWS', (cursor) => ({ kind: 'show views', ...within(cursor), like: like(cursor) })],
  ['COLUMNS', showColumns],
  ['PARTITIONS', (cursor) => ({ kind: 'show partitions', table: cursor.tableName() })],
  ['CREATE', showCreate],
  ['TBLPROPERTIES', showTableProperties],
  ['FUNCTIONS', (cursor) => ({ kind: 'show functions', like: like(cursor) })],
]

function isIn(cursor: Cursor): boolean {
  return cursor.accept('IN') || cursor.accept('FROM')
}

function like(cursor: Cursor): string | undefined {
  return cursor.accept('LIKE') || cursor.isText() ? cursor.text() : undefined
}

function showDatabases(cursor: Cursor): ShowStatement {
  const catalog = isIn(cursor) ? cursor.name() : undefined
  return { kind: 'show databases', catalog, like: like(cursor) }
}

/** `IN [catalog.]database` */
function within(cursor: Cursor): { catalog: string | undefined; database: string | undefined } {
  if (!isIn(cursor)) return { catalog: undefined, database: undefined }
  const first = cursor.name()
  if (!cursor.acceptSign('.')) return { catalog: undefined, database: first }
  return { catalog: first, database: cursor.name() }
}

function showColumns(cursor: Cursor): ShowStatement {
  if (!isIn(cursor)) throw cursor.wrong()
  const table = cursor.tableName()
  if (table.database !== undefined || !isIn(cursor)) return { kind: 'show columns', table }
  return { kind: 'show columns', table: { ...table, database: cursor.name() } }
}

function showCreate(cursor: Cursor): ShowStatement {
  if (cursor.accept('VIEW')) return { kind: 'show create view', view: cursor.tableName() }
  cursor.expect('TABLE')
  return { kind: 'show create table', table: cursor.tableName() }
}

function showTableProperties(cursor: Cursor): ShowStatement {
  const table = cursor.tableName()
  if (!cursor.acceptSign('(')) return { kind: 'show table properties', table, name: undefined }
  const name = cursor.text()
  cursor.expectSign(')')
  return { kind: 'show table properties', table, name }
}

export function parseDescribe(cursor: Cursor): ShowStatement {
  cursor.next()
  cursor.speak('hive')
  const detail = describeDetail(cursor)
  const table = describedTable(cursor)
  const partition = cursor.accept('PARTITION') ? parseSpec(cursor) : undefined
  const column = cursor.token.kind === 'end' || cursor.isSign(';') ? undefined : cursor.name()
  cursor.end()
  return { kind: 'describe', table, detail, partition, column }
}

/** FORMATTED is a name, too. */
function describeDetail(cursor: Cursor): 'plain' | 'extended' | 'formatted' {
  if (cursor.accept('EXTENDED')) return 'extended'
  const word = cursor.token
  if (!cursor.accept('FORMATTED')) return 'plain'
  if (isNameNext(cursor)) return 'formatted'
  cursor.back(word)
  return 'plain'
}

/** `VIEW` before the name of a view says nothing more. */
function describedTable(cursor: Cursor): TableName {
  const word = cursor.token
  if (cursor.accept('VIEW') && !isNameNext(cursor)) cursor.back(word)
  return cursor.tableName()
}

function isNameNext({ token }: Cursor): boolean {
  return token.kind === 'backquoted' || token.kind === 'double' || token.kind === 'word'
}
