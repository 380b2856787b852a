/** What is to be run for a text: prepared statements are replaced by what they stand for. */
import type { AthenaItems } from '../../../catalog/catalog.ts'
import { HozonError } from '../../../base/errors.ts'
import { parseStatement } from '../../../query/statement/parse-statement.ts'
import type { Statement, StatementTypes } from '../../../query/statement/statement.ts'
import { statementTypes } from '../../../query/statement/statement-kinds.ts'
import { invalidRequest, malformedQuery } from '../faults.ts'
import { findPrepared } from './prepared-statements.ts'

export interface PlannedStatement {
  statement: Exclude<Statement, { kind: 'execute' }>
  types: StatementTypes
  /** What the query service runs. */
  sql: string
  parameters: string[] | undefined
}

interface Given {
  sql: string
  workGroup: string
  /** ExecutionParameters. */
  parameters: string[] | undefined
}

/** Throws InvalidRequestException. */
export function planStatement(items: AthenaItems, { sql, workGroup, parameters }: Given): PlannedStatement {
  const statement = parsed(sql)
  if (statement.kind !== 'execute') return { statement, types: statementTypes(statement), sql, parameters }
  const prepared = findPrepared(items, workGroup, statement.name)
  if (prepared === undefined)
    throw invalidRequest(`PreparedStatement ${statement.name} was not found in workGroup ${workGroup}`)
  const inner = parsed(prepared.QueryStatement)
  if (inner.kind === 'execute') throw malformedQuery('A prepared statement can not execute another one')
  return {
    statement: inner,
    types: statementTypes(inner),
    sql: prepared.QueryStatement,
    parameters: statement.parameters.length > 0 ? statement.parameters : parameters,
  }
}

function parsed(sql: string): Statement {
  try {
    return parseStatement(sql)
  } catch (error) {
    throw asMalformed(error)
  }
}

/** Of a statement that can not be run as it is written. Anything else passes as it is. */
export function asMalformed(error: unknown): unknown {
  const isOfText =
    error instanceof HozonError && (error.code === 'HOZON_SQL_SYNTAX' || error.code === 'HOZON_SQL_FORBIDDEN')
  return isOfText ? malformedQuery(error.message) : error
}
