/** Queries stay text; here it is only seen where they end, and that no other statement follows. */
import type { Cursor } from './cursor.ts'
import { syntaxError } from './syntax-error.ts'
import type { Token } from './tokens.ts'

const QUERY_WORDS = ['SELECT', 'WITH', 'VALUES', 'TABLE']

export function isQuery(cursor: Cursor): boolean {
  return QUERY_WORDS.some((word) => cursor.isWord(word)) || cursor.isSign('(')
}

/** May it stand behind EXPLAIN and PREPARE? These two may not: they could nest as deep as the text is long. */
export function isExplainable(cursor: Cursor): boolean {
  return isQuery(cursor) || ['CREATE', 'INSERT', 'UNLOAD'].some((word) => cursor.isWord(word))
}

interface Passed {
  start: number
  end: number
  /** The last ones, at most LAST_MAX. */
  last: Token[]
}

/** `WITH NO DATA`, and the token before. */
const LAST_MAX = 4

/** Through the end of the statement, or up to the `)` that closes what was opened before. */
export function passQuery(cursor: Cursor): Passed {
  if (!isQuery(cursor)) throw cursor.wrong()
  const { start } = cursor.token
  const last: Token[] = []
  let depth = 0
  for (;;) {
    const { kind, text } = cursor.token
    if (kind === 'end' || text === ';') break
    if (kind === 'broken') throw cursor.wrong()
    if (text === '(') depth++
    if (text === ')' && --depth < 0) break
    const token = cursor.next()
    refuseTimeTravel(cursor, token)
    last.push(token)
    if (last.length > LAST_MAX) last.shift()
  }
  return { start, end: last.at(-1)!.end, last }
}

/** `FOR TIMESTAMP AS OF …`: only tables of Iceberg know what they were. */
function refuseTimeTravel(cursor: Cursor, token: Token): void {
  if (token.kind !== 'word' || token.text.toUpperCase() !== 'FOR') return
  if (!['TIMESTAMP', 'VERSION', 'SYSTEM_TIME', 'SYSTEM_VERSION'].some((word) => cursor.isWord(word))) return
  throw cursor.refuse('FOR … AS OF reads earlier versions of Iceberg tables, and there are none here')
}

/** The end of a statement, after a query. */
export function endOfStatement(cursor: Cursor): void {
  while (cursor.acceptSign(';'));
  if (cursor.token.kind === 'end') return
  if (cursor.token.kind === 'broken' || cursor.token.text === ')') throw cursor.wrong('<EOF>')
  throw syntaxError(cursor.here(), 'Only one sql statement is allowed')
}

/** With blanks for all before, so that an engine's messages tell positions of the whole statement. */
export function padded(sql: string, start: number, end: number): string {
  return sql.slice(0, start).replaceAll(/[^\n]/g, ' ') + sql.slice(start, end)
}
