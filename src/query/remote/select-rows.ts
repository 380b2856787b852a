/** From what a statement needs of a table to the SQL that the live database is asked. */
import type { RemoteCondition, RemoteRequest } from '../query.ts'
import type { Comparable, Driver, RemoteColumn, RemoteTableInfo, SqlQuery } from './driver.ts'

export interface Selection {
  query: SqlQuery
  columns: RemoteColumn[]
}

export function selectRows(
  driver: Pick<Driver, 'placeholder'>,
  table: RemoteTableInfo,
  request: RemoteRequest,
): Selection {
  const wanted = request.columns === undefined ? undefined : new Set(request.columns)
  const columns = table.columns.filter(({ name }) => wanted?.has(name) ?? true)
  const parameters: string[] = []
  const bind = (value: string): string => driver.placeholder(parameters.push(value))
  const conditions = request.where.map((condition) => conditionSql(table, condition, bind))
  const pushed = conditions.filter((sql) => sql !== undefined)
  // Without any column (`count(*)`) the rows are still to be counted.
  const selected = columns.length === 0 ? ['1'] : columns.map(({ text }) => text)
  const where = pushed.length === 0 ? '' : ` WHERE ${pushed.join(' AND ')}`
  // A limit below a condition that the engine has yet to look at would cut rows that matter.
  const isExact = pushed.length === conditions.length
  const limit = request.limit !== undefined && isExact ? ` LIMIT ${request.limit}` : ''
  return {
    query: { sql: `SELECT ${selected.join(', ')} FROM ${table.sql}${where}${limit}`, parameters },
    columns,
  }
}

type Bind = (value: string) => string

/** Undefined: the database would not mean the same; more rows than needed is fine. */
function conditionSql(table: RemoteTableInfo, condition: RemoteCondition, bind: Bind): string | undefined {
  const compare = table.columns.find(({ name }) => name === condition.column)?.compare
  if (compare === undefined) return undefined
  if (!('value' in condition) && !('values' in condition))
    return `${compare.sql} ${condition.operator.toUpperCase()}`
  const isList = 'values' in condition
  const column = isList || condition.operator === '=' ? compare.sql : compare.ordered
  if (column === undefined) return undefined
  const values = isList ? condition.values : [condition.value]
  // Checked before any of them is bound: a parameter that is not used is an error.
  const literals = values.map((value) => LITERALS[compare.takes](value))
  if (literals.length === 0 || literals.includes(undefined)) return undefined
  const texts = literals.map((literal) => (literal!.isText ? bind(literal!.sql) : literal!.sql))
  return `${column} ${isList ? `IN (${texts.join(', ')})` : `${condition.operator} ${texts[0]}`}`
}

interface Literal {
  sql: string
  /** To be bound as a parameter. Numbers are not: both databases choose the type of a comparison by the literal's own. */
  isText: boolean
}

const DATE = /^\d{4}-\d{2}-\d{2}$/
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?$/

/** Undefined: no literal of that type. */
const LITERALS: Record<Comparable['takes'], (value: string | number | boolean) => Literal | undefined> = {
  integer: (value) => numberLiteral(value, /^-?\d{1,30}$/),
  number: (value) => numberLiteral(value, /^-?\d{1,30}(\.\d{1,30})?$/),
  text: (value) =>
    typeof value === 'string' && !value.includes('\0') ? { sql: value, isText: true } : undefined,
  boolean: (value) =>
    typeof value === 'boolean' ? { sql: value ? 'TRUE' : 'FALSE', isText: false } : undefined,
  date: (value) => timeLiteral(value, DATE, 'DATE'),
  timestamp: (value) => timeLiteral(value, TIMESTAMP, 'TIMESTAMP'),
}

function numberLiteral(value: string | number | boolean, form: RegExp): Literal | undefined {
  const text = typeof value === 'number' ? String(value) : ''
  return form.test(text) ? { sql: text, isText: false } : undefined
}

function timeLiteral(value: string | number | boolean, form: RegExp, type: string): Literal | undefined {
  if (typeof value !== 'string' || !form.test(value)) return undefined
  const full = type === 'TIMESTAMP' && value.length === 10 ? `${value} 00:00:00` : value
  return { sql: `${type} '${full}'`, isText: false }
}
