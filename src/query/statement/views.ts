/** CREATE VIEW and DROP VIEW. */
import type { Cursor } from './cursor.ts'
import { endOfStatement, passQuery } from './rest-of-query.ts'
import type { DdlStatement } from './statement.ts'

/** After CREATE [OR REPLACE] VIEW. */
export function parseCreateView(cursor: Cursor, orReplace: boolean): DdlStatement {
  const view = cursor.tableName()
  cursor.expect('AS')
  const { start, end } = passQuery(cursor)
  endOfStatement(cursor)
  return { kind: 'create view', view, orReplace, query: cursor.sql.slice(start, end) }
}

/** After DROP VIEW. */
export function parseDropView(cursor: Cursor): DdlStatement {
  const ifExists = cursor.accept('IF', 'EXISTS')
  const view = cursor.tableName()
  cursor.end()
  return { kind: 'drop view', view, ifExists }
}
