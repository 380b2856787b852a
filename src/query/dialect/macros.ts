/**
 * DuckDB macros with the names and the meaning of Trino's functions. They live in a schema of their own, and calls are
 * pointed there by name (engine/qualify-macros.ts): inside a macro, `trino.f` is one of these and `f` is DuckDB's.
 *
 * Only those that a query needs are made, as making all takes longer than most queries.
 */
import { aggregateMacros } from './macros/aggregates.ts'
import { collectionMacros } from './macros/collections.ts'
import { dateMacros } from './macros/dates.ts'
import { jsonMacros } from './macros/json.ts'
import type { Macros } from './macros/macro.ts'
import { mathMacros } from './macros/math.ts'
import { regexpMacros } from './macros/regexps.ts'
import { stringMacros } from './macros/strings.ts'
import { urlMacros } from './macros/urls.ts'

export const MACRO_SCHEMA = 'trino'

const macros: Macros = {
  ...dateMacros,
  ...stringMacros,
  ...regexpMacros,
  ...jsonMacros,
  ...urlMacros,
  ...collectionMacros,
  ...aggregateMacros,
  ...mathMacros,
}

export const macroNames: ReadonlySet<string> = new Set(Object.keys(macros))

/** CREATE MACRO for these and for all that they call. */
export function macroStatements(names: ReadonlySet<string>): string[] {
  const needed = new Set<string>()
  const add = (name: string): void => {
    if (needed.has(name)) return
    // A macro's body is bound when it is made: what it calls comes first.
    for (const [, body] of macros[name] ?? []) {
      for (const found of body.matchAll(/trino\.(\w+)\(/g)) add(found[1]!)
    }
    needed.add(name)
  }
  for (const name of names) add(name)
  return [...needed].map(createMacro)
}

function createMacro(name: string): string {
  const overloads = (macros[name] ?? []).map(([parameters, body]) => `(${parameters}) AS ${body}`)
  return `CREATE MACRO ${MACRO_SCHEMA}.${name}${overloads.join(', ')}`
}
