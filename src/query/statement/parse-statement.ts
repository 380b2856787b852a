/**
 * From text to statement. By hand, since what changes the catalog must never depend on an engine's process, and since
 * Hive's DDL is read nowhere else. Linear in the text; only HozonErrors leave it.
 */
import type { HozonError } from '../../base/errors.ts'
import { parseAlterTable, parseDropTable, parseRepair } from './alter-table.ts'
import { parseCreateExternalTable, parseCreateTable } from './create-table.ts'
import { Cursor } from './cursor.ts'
import { parseAlterDatabase, parseCreateDatabase, parseDropDatabase } from './databases.ts'
import { parseDeallocate, parseExecute, parsePrepare } from './prepared.ts'
import { parseExplain, parseQuery } from './queries.ts'
import { isQuery } from './rest-of-query.ts'
import { parseDescribe, parseShow } from './show.ts'
import type { DdlStatement, Statement } from './statement.ts'
import { parseCreateView, parseDropView } from './views.ts'
import { parseInsert, parseUnload } from './write.ts'

type Parse = (cursor: Cursor) => Statement

/** By the first word. */
const STATEMENTS: [word: string, parse: Parse][] = [
  ['EXPLAIN', (cursor) => parseExplain(cursor, parseStatement)],
  ['CREATE', parseCreate],
  ['DROP', parseDrop],
  ['ALTER', parseAlter],
  ['MSCK', parseRepair],
  ['SHOW', parseShow],
  ['DESCRIBE', parseDescribe],
  ['DESC', parseDescribe],
  ['INSERT', parseInsert],
  ['UNLOAD', parseUnload],
  ['PREPARE', (cursor) => parsePrepare(cursor, parseStatement)],
  ['EXECUTE', parseExecute],
  ['DEALLOCATE', parseDeallocate],
]

/** Known, and no part of what a message offers. */
const OF_ICEBERG = ['MERGE', 'UPDATE', 'DELETE', 'OPTIMIZE', 'VACUUM']

export function parseStatement(sql: string): Statement {
  const cursor = new Cursor(sql)
  if (isQuery(cursor)) return parseQuery(cursor)
  const found = STATEMENTS.find(([word]) => cursor.isWord(word))
  if (found !== undefined) return found[1](cursor)
  const word = cursor.token.text.toUpperCase()
  if (!OF_ICEBERG.includes(word)) throw cursor.wrong()
  throw cursor.refuse(
    `${word} changes rows of Iceberg tables, and there are none here`,
    'tables take rows by INSERT INTO',
  )
}

function isDatabase(cursor: Cursor): boolean {
  return cursor.accept('DATABASE') || cursor.accept('SCHEMA')
}

function parseCreate(cursor: Cursor): Statement {
  cursor.expect('CREATE')
  if (cursor.accept('EXTERNAL')) {
    cursor.speak('hive')
    cursor.expect('TABLE')
    return parseCreateExternalTable(cursor)
  }
  if (cursor.accept('TABLE')) return parseCreateTable(cursor)
  if (isDatabase(cursor)) return parseCreateDatabase(cursor)
  if (cursor.accept('VIEW')) return parseCreateView(cursor, false)
  if (!cursor.accept('OR', 'REPLACE', 'VIEW')) throw cursor.wrong()
  return parseCreateView(cursor, true)
}

function parseDrop(cursor: Cursor): DdlStatement {
  cursor.expect('DROP')
  if (cursor.accept('TABLE')) return parseDropTable(cursor)
  if (isDatabase(cursor)) return parseDropDatabase(cursor)
  if (!cursor.accept('VIEW')) throw cursor.wrong()
  return parseDropView(cursor)
}

function parseAlter(cursor: Cursor): DdlStatement {
  cursor.expect('ALTER')
  if (cursor.accept('TABLE')) return parseAlterTable(cursor)
  if (isDatabase(cursor)) return parseAlterDatabase(cursor)
  throw wrongAlter(cursor)
}

function wrongAlter(cursor: Cursor): HozonError {
  return cursor.isWord('VIEW') ? cursor.refuse('views are changed by CREATE OR REPLACE VIEW') : cursor.wrong()
}
