/**
 * The only door to polyglot, the SQL parser (WebAssembly). Loaded in the engine's process only.
 */
import { Dialect, generate, parse } from '@polyglot-sql/sdk'
import { HozonError } from '../../base/errors.ts'
import type { Node } from './ast.ts'

/**
 * Athena's own longest statement. Also what keeps the parser's recursion within the stack: deeper nesting than this
 * allows is refused by the engine.
 */
export const SQL_BYTES_MAX = 262_144

/** Trino, not 'athena': polyglot's athena tokenizer takes `\` in a string for an escape, and `LIKE … ESCAPE '\'` fails. */
export function parseTrino(sql: string): Node[] {
  return parseAs(sql, Dialect.Trino)
}

/** For the templates of the rewriter, which are written in DuckDB's own dialect. */
export function parseDuckDb(sql: string): Node[] {
  return parseAs(sql, Dialect.DuckDB)
}

function parseAs(sql: string, dialect: Dialect): Node[] {
  if (Buffer.byteLength(sql) > SQL_BYTES_MAX)
    throw syntaxError(`the statement is longer than ${SQL_BYTES_MAX} bytes`)
  const result = parse(sql, dialect)
  if (!result.success)
    throw syntaxError(result.error ?? 'cannot be parsed', result.errorLine, result.errorColumn)
  return result.ast as unknown as Node[]
}

export function generateDuckDb(tree: Node): string {
  const result = generate([tree], Dialect.DuckDB)
  const sql = result.sql?.[0]
  if (!result.success || sql === undefined) throw syntaxError(result.error ?? 'cannot be translated')
  return sql
}

function syntaxError(message: string, line?: number, column?: number): HozonError {
  const where = line === undefined ? '' : `line ${line}:${column ?? 1}: `
  return new HozonError('HOZON_SQL_SYNTAX', where + message, { op: 'parse statement' })
}
