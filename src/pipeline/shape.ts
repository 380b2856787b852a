/** Runs the schema over a value and puts what it finds into words: all problems, each with its path. */
import * as z from 'zod'
import { closestWord } from '../base/text-distance.ts'
import type { Path, PathProblem } from './problem.ts'

type Issue = z.core.$ZodIssue

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys and values',
  record: 'keys and values',
}

export function checkShape(schema: z.ZodType, value: unknown): PathProblem[] {
  const result = schema.safeParse(value)
  if (result.success) return []
  return result.error.issues.flatMap((issue) => toProblems(issue, issue.path as Path, schema, value))
}

function toProblems(issue: Issue, path: Path, schema: z.ZodType, value: unknown): PathProblem[] {
  const found = valueAt(value, path)
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- all other kinds have their words from the schema
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key, knownKeys(schemaAt(schema, path))))
    case 'invalid_type':
      return [{ path, message: wrongType(issue, found) }]
    case 'invalid_value':
      return [{ path, message: wrongChoice(issue.values.map(String), found) }]
    case 'invalid_key':
      return issue.issues.map((inner) => ({ path, message: inner.message, atKey: true }))
    case 'invalid_union':
      return unionProblems(issue, path, schema, value)
    default:
      return [{ path, message: issue.message }]
  }
}

/** Of the options of a union, the one that the value looks like speaks. */
function unionProblems(
  issue: Issue & { code: 'invalid_union' },
  path: Path,
  schema: z.ZodType,
  value: unknown,
): PathProblem[] {
  const options = issue.errors
  const isAbout = (inner: Issue): boolean => inner.path.length > 0 || inner.code === 'unrecognized_keys'
  const alike =
    options.find((issues) => issues.some(isAbout)) ??
    options.find((issues) => issues.some((inner) => inner.code === 'invalid_value')) ??
    options[0] ??
    []
  return alike.flatMap((inner) => toProblems(inner, [...path, ...(inner.path as Path)], schema, value))
}

function unknownKey(path: Path, key: string, known: readonly string[]): PathProblem {
  const meant = closestWord(key, known)
  const help = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`
  return { path: [...path, key], message: `unknown key; ${help}`, atKey: true }
}

function wrongType(issue: Issue & { code: 'invalid_type' }, found: unknown): string {
  const expected = EXPECTED[issue.expected] ?? issue.expected
  if (found === undefined) return `is missing; expected ${expected}`
  // A rule of the schema has its own words.
  if (!issue.message.startsWith('Invalid input')) return `${describe(found)} ${issue.message}`
  return `expected ${expected}, got ${describe(found)}`
}

function wrongChoice(choices: readonly string[], found: unknown): string {
  const list = choices.length === 1 ? choices[0]! : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`
  if (found === undefined) return `is missing; expected ${list}`
  const meant = typeof found === 'string' ? closestWord(found, choices) : undefined
  return `expected ${list}, got ${describe(found)}${meant === undefined ? '' : `; did you mean ${meant}?`}`
}

function describe(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'keys and values'
  return JSON.stringify(value)
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Record<string | number, unknown>)[step]
  }
  return at
}

function schemaAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  let at: z.ZodType | undefined = unwrap(schema)
  for (const step of path) {
    if (at instanceof z.ZodObject) at = at.shape[step] as z.ZodType | undefined
    else if (at instanceof z.ZodRecord) at = at.valueType as z.ZodType
    else if (at instanceof z.ZodArray) at = at.element as z.ZodType
    else return undefined
    at = at === undefined ? undefined : unwrap(at)
  }
  return at
}

/** Without optional; of a union the option with keys. */
function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional) return unwrap(schema.unwrap() as z.ZodType)
  if (!(schema instanceof z.ZodUnion)) return schema
  const options = schema.options as z.ZodType[]
  return options.find((option) => option instanceof z.ZodObject) ?? schema
}

function knownKeys(schema: z.ZodType | undefined): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}
