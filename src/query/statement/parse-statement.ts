/** Tells what a statement is. Queries are not looked into: an engine parses them. */
import { HozonError } from '../../base/errors.ts'
import { firstWord } from '../planner/tokens.ts'
import type { Statement } from './statement.ts'

const QUERIES = ['SELECT', 'WITH', 'VALUES']

export function parseStatement(sql: string): Statement {
  const word = firstWord(sql)
  if (QUERIES.includes(word)) return { kind: 'query', sql }
  const message = word === '' ? 'this is not a statement' : `${word} is not a statement that can be run here`
  const hint =
    'SELECT, WITH, VALUES, SHOW DATABASES, SHOW TABLES, SHOW COLUMNS, SHOW PARTITIONS and DESCRIBE can'
  throw new HozonError('HOZON_SQL_FORBIDDEN', message, { op: 'plan query', hint })
}
