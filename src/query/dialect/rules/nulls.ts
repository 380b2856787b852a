/** concat, greatest and least are NULL as soon as one of their arguments is; DuckDB's skip NULLs. */
import { call, parenthesized } from '../ast.ts'
import type { FunctionRule, FunctionRules } from '../rewrite.ts'
import { template } from '../template.ts'

const strict =
  (name: string): FunctionRule =>
  (args, _context, content) => {
    if (args.length < 2) return undefined
    const isNull = args.map((value) => template('__V IS NULL', { V: parenthesized(value) }))
    const anyNull = isNull.reduce((left, right) => template('__L OR __R', { L: left, R: right }))
    return template('CASE WHEN __N THEN NULL ELSE __F END', {
      N: anyNull,
      F: call(name, ...(content['args'] as unknown[])),
    })
  }

export const nullFunctions: FunctionRules = {
  greatest: strict('greatest'),
  least: strict('least'),
  concat: (args) => (args.length < 2 ? undefined : parenthesized(joined(args))),
}

function joined(args: unknown[]): unknown {
  return args
    .map<unknown>(parenthesized)
    .reduce((left, right) => template('__L || __R', { L: left, R: right }))
}
