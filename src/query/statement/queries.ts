/** SELECT and EXPLAIN. */
import type { Cursor } from './cursor.ts'
import { endOfStatement, isExplainable, padded, passQuery } from './rest-of-query.ts'
import type { QueryStatement, Statement } from './statement.ts'

export function parseQuery(cursor: Cursor): QueryStatement {
  const { end } = passQuery(cursor)
  endOfStatement(cursor)
  return { kind: 'query', sql: cursor.sql.slice(0, end) }
}

type Explain = Extract<QueryStatement, { kind: 'explain' }>

/** Of a statement that writes, the query is explained. */
export function parseExplain(cursor: Cursor, parse: (sql: string) => Statement): QueryStatement {
  cursor.expect('EXPLAIN')
  const analyze = cursor.accept('ANALYZE')
  if (analyze) cursor.accept('VERBOSE')
  const options = explainOptions(cursor, analyze)
  if (!isExplainable(cursor)) throw cursor.wrong()
  const explained = parse(padded(cursor.sql, cursor.token.start, cursor.sql.length))
  if (explained.kind === 'query') return { kind: 'explain', sql: explained.sql, analyze, ...options }
  if ('query' in explained && explained.kind !== 'create view')
    return { kind: 'explain', sql: explained.query, analyze, ...options }
  throw cursor.refuse('EXPLAIN takes queries, CREATE TABLE AS, INSERT and UNLOAD')
}

const FORMATS: Explain['format'][] = ['TEXT', 'GRAPHVIZ', 'JSON']
const TYPES: Explain['type'][] = ['LOGICAL', 'DISTRIBUTED', 'VALIDATE', 'IO']

function explainOptions(cursor: Cursor, analyze: boolean): Pick<Explain, 'format' | 'type'> {
  const options: Pick<Explain, 'format' | 'type'> = { format: 'TEXT', type: 'DISTRIBUTED' }
  const opening = cursor.token
  if (!cursor.acceptSign('(')) return options
  // Else the parenthesis is the query's.
  if (!cursor.isWord('FORMAT') && !cursor.isWord('TYPE')) {
    cursor.back(opening)
    return options
  }
  cursor.series(() => {
    if (cursor.accept('FORMAT')) options.format = oneOf(cursor, FORMATS)
    else if (!analyze && cursor.accept('TYPE')) options.type = oneOf(cursor, TYPES)
    else throw cursor.wrong()
  })
  cursor.expectSign(')')
  return options
}

function oneOf<Word extends string>(cursor: Cursor, words: readonly Word[]): Word {
  const found = words.find((word) => cursor.accept(word))
  if (found === undefined) throw cursor.wrong()
  return found
}
