/** An engine's errors in Athena's words: names of the statement instead of ours, and where they stand. */
import { HozonError } from '../../base/errors.ts'

export interface Statement {
  sql: string
  /** Of columns, by name and by `table.name`. */
  positions: Readonly<Record<string, string>>
  /** URI of a local file. */
  uriOf(path: string): string | undefined
}

interface Message {
  text: string
  hint?: string
}

type Rule = [pattern: RegExp, words: (found: string[], statement: Statement) => Message]

const RULES: Rule[] = [
  [/(?:Table|Values list) "view:([^"]+)" does not have a column named/, ([, view = '']) => staleView(view)],
  [/Referenced table "([^"]+)" not found/, ([, table = ''], statement) => unknownTable(table, statement)],
  [
    /(?:Table|Values list) "([^"]+)" does not have a column named "([^"]+)"/,
    ([, table, column], statement) => unknownColumn(`${table}.${column}`, statement),
  ],
  [
    /Referenced column "([^"]+)" not found in FROM clause[\s\S]*?(?:Candidate bindings: ([^\n]*))?$/,
    ([, column = '', candidates], statement) => unknownColumn(column, statement, candidates),
  ],
  [
    /Ambiguous reference to column name "([^"]+)"/,
    ([, column = ''], statement) => ({
      text: `AMBIGUOUS_NAME: ${at(column, statement)}Column '${column}' is ambiguous`,
    }),
  ],
  [
    /column "([^"]+)" must appear in the GROUP BY clause/,
    ([, column = ''], statement) => ({
      text: `EXPRESSION_NOT_AGGREGATE: ${at(column, statement)}'${column}' must be an aggregate expression or appear in GROUP BY clause`,
    }),
  ],
  [
    /^(?:FUNCTION_NOT_FOUND: Function '([^']+)' not registered|the function (\S+) is not allowed or does not exist)/,
    ([, known, name = known ?? ''], { sql }) => ({
      text: `FUNCTION_NOT_FOUND: ${callPosition(name, sql)}Function '${name.toLowerCase()}' not registered`,
    }),
  ],
]

/** Anything but a HozonError stays as it is. */
export function inAthenasWords(error: unknown, statement: Statement): unknown {
  if (!(error instanceof HozonError)) return error
  const { code, op, target, retryable } = error
  // What an engine quotes is our SQL, not the user's.
  const raw = error.message.replace(/\n+LINE \d+: [\s\S]*$/, '')
  const { text, hint = error.hint } = translated(raw, statement) ?? { text: withUris(raw, statement) }
  if (text === error.message) return error
  return new HozonError(code, text, {
    op,
    retryable,
    cause: error,
    ...(target === undefined ? {} : { target }),
    ...(hint === undefined ? {} : { hint }),
  })
}

function translated(text: string, statement: Statement): Message | undefined {
  for (const [pattern, words] of RULES) {
    const found = pattern.exec(text)
    if (found !== null) return words([...found], statement)
  }
  return undefined
}

function staleView(view: string): Message {
  return { text: `VIEW_IS_STALE: View '${view}' is stale; it must be re-created.` }
}

function unknownTable(table: string, statement: Statement): Message {
  const written = Object.keys(statement.positions).find((name) => name.startsWith(`${table.toLowerCase()}.`))
  return unknownColumn(written ?? table, statement)
}

function unknownColumn(column: string, statement: Statement, candidates?: string): Message {
  const text = `COLUMN_NOT_FOUND: ${at(column, statement)}Column '${column.toLowerCase()}' cannot be resolved or requester is not authorized to access requested resources`
  const similar = candidates?.replaceAll('"', '')
  return similar === undefined || similar === '' ? { text } : { text, hint: `similar columns: ${similar}` }
}

function at(column: string, { positions }: Statement): string {
  const name = column.toLowerCase()
  const position = positions[name] ?? positions[name.split('.').at(-1)!]
  return position === undefined ? '' : `line ${position}: `
}

/** Outside of texts and comments. */
function callPosition(name: string, sql: string): string {
  const escaped = name.replaceAll(/[^\w]/g, String.raw`\$&`)
  const words = new RegExp(String.raw`--[^\n]*|/\*[\s\S]*?\*/|'(?:[^']|'')*'|\b(${escaped})\s*\(`, 'gi')
  for (const found of sql.matchAll(words)) {
    if (found[1] === undefined) continue
    const before = sql.slice(0, found.index).split('\n')
    return `line ${before.length}:${before.at(-1)!.length + 1}: `
  }
  return ''
}

/** Paths stand in quotes, or between spaces. */
function withUris(text: string, statement: Statement): string {
  return text.replaceAll(/(?:\/[^\s"'()]+)+/g, (path) => statement.uriOf(path) ?? path)
}
