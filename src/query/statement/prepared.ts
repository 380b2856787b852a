/** PREPARE, EXECUTE and DEALLOCATE PREPARE. */
import type { Cursor } from './cursor.ts'
import { isExplainable, padded } from './rest-of-query.ts'
import type { PreparedStatement, Statement } from './statement.ts'

const PREPARABLE = new Set<Statement['kind']>(['query', 'create table as', 'insert', 'unload'])

export function parsePrepare(cursor: Cursor, parse: (sql: string) => Statement): PreparedStatement {
  cursor.expect('PREPARE')
  const name = preparedName(cursor)
  cursor.expect('FROM')
  const { start } = cursor.token
  if (!isExplainable(cursor)) throw cursor.wrong()
  const prepared = parse(padded(cursor.sql, start, cursor.sql.length))
  if (!PREPARABLE.has(prepared.kind))
    throw cursor.refuse('only SELECT, CREATE TABLE AS, INSERT and UNLOAD can be prepared')
  const statement = cursor.sql.slice(start).replace(/[\s;]+$/, '')
  return { kind: 'prepare', name, statement }
}

export function parseExecute(cursor: Cursor): PreparedStatement {
  cursor.expect('EXECUTE')
  const name = preparedName(cursor)
  const parameters = cursor.accept('USING') ? cursor.series(() => parameterText(cursor)) : []
  cursor.end()
  return { kind: 'execute', name, parameters }
}

/** A literal or another expression, as text. */
function parameterText(cursor: Cursor): string {
  const { start } = cursor.token
  let depth = 0
  for (;;) {
    const { kind, text } = cursor.token
    if (kind === 'broken') throw cursor.wrong()
    if (kind === 'end' || text === ';' || (text === ',' && depth === 0)) break
    if (text === '(' || text === '[') depth++
    if (text === ')' || text === ']') depth--
    cursor.next()
  }
  if (cursor.passed <= start) throw cursor.wrong('expression')
  return cursor.sql.slice(start, cursor.passed)
}

export function parseDeallocate(cursor: Cursor): PreparedStatement {
  cursor.expect('DEALLOCATE')
  cursor.expect('PREPARE')
  const name = preparedName(cursor)
  cursor.end()
  return { kind: 'deallocate', name }
}

/** As written: those of the API keep their case, too. */
function preparedName(cursor: Cursor): string {
  const { text } = cursor.token
  cursor.name()
  return /^["`]/.test(text) ? text.slice(1, -1) : text
}
