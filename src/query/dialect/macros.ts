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
import { ipNatives } from './natives/ip.ts'
import { jsonNatives } from './natives/json.ts'
import { jsonPathNatives } from './natives/json-path.ts'
import { mathNatives } from './natives/math.ts'
import type { Native } from './natives/native.ts'
import { numberNatives } from './natives/numbers.ts'
import { regexpNatives } from './natives/regexps.ts'
import { stringNatives } from './natives/strings.ts'
import { typeNatives } from './natives/types.ts'
import { urlNatives } from './natives/urls.ts'

export const MACRO_SCHEMA = 'trino'

const natives: Record<string, Native> = {
  ...stringNatives,
  ...ipNatives,
  ...regexpNatives,
  ...jsonNatives,
  ...jsonPathNatives,
  ...mathNatives,
  ...typeNatives,
  ...urlNatives,
  ...numberNatives,
}

/** Natives are called through macros of the same name, so that the gate knows only one kind of functions of ours. */
const nativeMacros: Macros = Object.fromEntries(
  Object.entries(natives).map(([name, { takes }]) => {
    const parameters = takes.map((_, index) => `a${index}`).join(',')
    return [name, [[parameters, `${name}(${parameters})`]]]
  }),
)

const macros: Macros = {
  ...nativeMacros,
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
  return neededMacros(names).map(createMacro)
}

/** The JavaScript functions that these macros call. */
export function nativesOf(names: ReadonlySet<string>): [name: string, native: Native][] {
  const bodies = neededMacros(names).flatMap((name) => macros[name]!.map(([, body]) => body))
  const called = new Set(
    bodies.flatMap((body) => [...body.matchAll(/(?<!\.)\b__\w+(?=\()/g)].map(([name]) => name)),
  )
  return Object.entries(natives).filter(([name]) => called.has(name))
}

function neededMacros(names: ReadonlySet<string>): string[] {
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
  return [...needed]
}

function createMacro(name: string): string {
  const overloads = (macros[name] ?? []).map(([parameters, body]) => `(${parameters}) AS ${body}`)
  return `CREATE MACRO ${MACRO_SCHEMA}.${name}${overloads.join(', ')}`
}
