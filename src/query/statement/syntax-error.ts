/** What is wrong with a statement, in the words of the two parsers that Athena has. */
import { HozonError } from '../../base/errors.ts'

/** Hive reads what changes and shows the catalog, Trino everything else: their texts and names are quoted differently. */
export type Language = 'hive' | 'trino'

export interface Position {
  /** Both from 1. */
  line: number
  column: number
}

export function positionAt(sql: string, index: number): Position {
  let line = 1
  let lineStart = 0
  for (let end = sql.indexOf('\n'); end !== -1 && end < index; end = sql.indexOf('\n', end + 1)) {
    line++
    lineStart = end + 1
  }
  return { line, column: index - lineStart + 1 }
}

export interface Mistake {
  sql: string
  /** Where, from 0. */
  index: number
  language: Language
}

export function mismatchedInput(
  at: Mistake,
  found: string,
  expected: readonly string[],
  hint?: string,
): HozonError {
  const listed = expected.join(', ')
  const text =
    at.language === 'hive'
      ? `mismatched input '${found}' expecting ${listed}`
      : `mismatched input '${found}'. Expecting: ${listed}`
  return syntaxError(at, text, hint)
}

export function syntaxError({ sql, index, language }: Mistake, text: string, hint?: string): HozonError {
  const { line, column } = positionAt(sql, index)
  const message =
    language === 'hive'
      ? // Hive counts columns from 0.
        `FAILED: ParseException line ${line}:${column - 1} ${text}`
      : `line ${line}:${column}: ${text}`
  return new HozonError('HOZON_SQL_SYNTAX', message, {
    op: 'parse statement',
    ...(hint === undefined ? {} : { hint }),
  })
}

/** It can be read, and it is nothing that can be done here. */
export function notSupported({ sql, index }: Mistake, text: string, hint?: string): HozonError {
  const { line, column } = positionAt(sql, index)
  return new HozonError('HOZON_SQL_SYNTAX', `NOT_SUPPORTED: line ${line}:${column}: ${text}`, {
    op: 'parse statement',
    ...(hint === undefined ? {} : { hint }),
  })
}
