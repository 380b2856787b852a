/**
 * Points the calls of functions that mean something else in Trino than in DuckDB to our macros: `split_part(…)` becomes
 * `trino.split_part(…)`. By the byte where DuckDB itself found the name, so no text is ever mistaken for a call; and
 * only in the user's SQL, so the SQL of the tables' views keeps DuckDB's own functions.
 */
import { assert } from '../../base/errors.ts'
import { MACRO_SCHEMA, macroNames } from '../dialect/macros.ts'
import type { FunctionCall } from './gate.ts'

export interface QualifiedSql {
  sql: string
  /** Macros that it calls, in no order. */
  macros: Set<string>
}

export function qualifyMacros(sql: string, calls: FunctionCall[]): QualifiedSql {
  const bytes = Buffer.from(sql)
  const macros = new Set<string>()
  const parts: Buffer[] = []
  let from = 0
  const own = calls.filter((call) => macroNames.has(call.name)).sort((a, b) => a.offset - b.offset)
  for (const call of own) {
    if (call.offset === lastOffset(own, call)) continue
    const start = bytes
      .subarray(call.offset, call.offset + call.name.length + 2)
      .toString('latin1')
      .toLowerCase()
    assert(
      start.startsWith(call.name) || start === `"${call.name}"`,
      `${call.name} is where the engine found it`,
    )
    parts.push(bytes.subarray(from, call.offset), Buffer.from(`${MACRO_SCHEMA}.`))
    from = call.offset
    macros.add(call.name)
  }
  parts.push(bytes.subarray(from))
  return { sql: Buffer.concat(parts).toString(), macros }
}

/** The parser may use one part of the text in two places of the tree (`x BETWEEN`, GROUP BY ALL): qualify it once. */
function lastOffset(calls: FunctionCall[], call: FunctionCall): number | undefined {
  const index = calls.indexOf(call)
  return index === 0 ? undefined : calls[index - 1]!.offset
}
