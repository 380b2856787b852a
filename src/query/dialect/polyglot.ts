/**
 * The only door to polyglot, the SQL parser (WebAssembly). Loaded in the engine's process only.
 */
import { Dialect, generate, parse } from '@polyglot-sql/sdk'
import { HozonError } from '../../base/errors.ts'
import { contentOf, mapTree, numberOf, textOf, type Node } from './ast.ts'
import { listNode } from './constant-list.ts'
import { liftLists, type Lifted } from './lift-lists.ts'

/**
 * Athena's own longest statement. Also what keeps the parser's recursion within the stack: deeper nesting than this
 * allows is refused by the engine.
 */
export const SQL_BYTES_MAX = 262_144

/** Trino, not 'athena': polyglot's athena tokenizer takes `\` in a string for an escape, and `LIKE … ESCAPE '\'` fails. */
export function parseTrino(sql: string): Node[] {
  if (Buffer.byteLength(sql) > SQL_BYTES_MAX) throw tooLong()
  const lifted = liftLists(sql)
  const trees = parseAs(typedLiterals(tableQueries(lifted.sql)), Dialect.Trino)
  return lifted.lists.length === 0 ? trees : trees.map((tree) => putLists(tree, lifted))
}

function putLists(tree: Node, { name, lists }: Lifted): Node {
  return mapTree(tree, (node) => {
    const called = contentOf(node, 'function')
    if (called === undefined || textOf(called['name']).toLowerCase() !== name) return node
    const [number] = called['args'] as unknown[]
    return listNode(lists[numberOf(number)!]!)
  }) as Node
}

const SKIPPED = String.raw`('(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*.*?\*\/)`
const TABLE_QUERY = new RegExp(
  String.raw`${SKIPPED}|(^\s*|[()]\s*|\b(?:union|except|intersect)(?:\s+(?:all|distinct))?\s+)table\s+(?=[a-z_"])`,
  'gis',
)

/** `TABLE web`, which the parser takes for a table called so, as `SELECT * FROM web`. */
function tableQueries(sql: string): string {
  return sql.replaceAll(TABLE_QUERY, (found, other: string | undefined, before: string) =>
    other === undefined ? `${before}SELECT * FROM ` : found,
  )
}

const TYPED =
  /('(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*.*?\*\/)|\b(?:(bigint|integer|smallint|tinyint|double|real|boolean|varchar|char|decimal|ipaddress)\s+('(?:[^']|'')*')|(0x[0-9a-f_]+|0b[01_]+|0o[0-7_]+)\b)/gis

/**
 * `SMALLINT '3'`, which the parser does not know, as a CAST, and `0x1F`, which it takes for 0 with a name, as 31; texts and
 * comments stay as they are.
 */
function typedLiterals(sql: string): string {
  return sql.replaceAll(
    TYPED,
    (found, other: string | undefined, type: string, text: string, digits: string | undefined) => {
      if (other !== undefined) return found
      if (digits !== undefined) return String(BigInt(digits.replaceAll('_', '')))
      return `CAST(${text} AS ${sizedType(type.toLowerCase(), text.slice(1, -1).replaceAll("''", "'"))})`
    },
  )
}

/** DECIMAL '1.10' is as wide as its digits; CAST('1.10' AS decimal) would have none after the point. */
function sizedType(type: string, text: string): string {
  if (type === 'char') return `char(${text.length})`
  const [, whole = '', fraction = ''] = /^[+-]?(\d*)\.?(\d*)$/.exec(type === 'decimal' ? text : '') ?? []
  const digits = whole.replace(/^0+/, '').length + fraction.length
  return digits > 0 ? `decimal(${digits}, ${fraction.length})` : type
}

/** For the templates of the rewriter, which are written in DuckDB's own dialect. */
export function parseDuckDb(sql: string): Node[] {
  return parseAs(sql, Dialect.DuckDB)
}

function parseAs(sql: string, dialect: Dialect): Node[] {
  if (Buffer.byteLength(sql) > SQL_BYTES_MAX) throw tooLong()
  const result = parse(sql, dialect)
  if (!result.success) refuseKnown(sql)
  if (!result.success) {
    const problem = TOO_DEEP.test(result.error ?? '') ? 'the statement is nested too deeply' : result.error
    throw syntaxError(problem ?? 'cannot be parsed', result.errorLine, result.errorColumn)
  }
  return result.ast as unknown as Node[]
}

/** The parser's own limits, and that of the stack; each UNION ALL, operator and CASE of a chain is a level. */
const TOO_DEEP = /E_GUARD_(?:\w+_)?DEPTH_EXCEEDED|Maximum call stack/

/** Of what the parser does not know, what Trino does. */
function refuseKnown(sql: string): void {
  const form = /^\s*WITH\s+(FUNCTION)\b/i.exec(sql) ?? /\b(JSON_TABLE)\s*\(/i.exec(sql)
  if (form === null) return
  throw new HozonError('HOZON_SQL_FAILED', `NOT_SUPPORTED: ${form[1]!.toUpperCase()} is not supported`, {
    op: 'parse statement',
  })
}

export function generateDuckDb(tree: Node): string {
  const result = generate([tree], Dialect.DuckDB)
  const sql = result.sql?.[0]
  if (!result.success || sql === undefined) throw syntaxError(result.error ?? 'cannot be translated')
  return sql
}

function tooLong(): HozonError {
  return syntaxError(`the statement is longer than ${SQL_BYTES_MAX} bytes`)
}

function syntaxError(message: string, line?: number, column?: number): HozonError {
  const where = line === undefined ? '' : `line ${line}:${column ?? 1}: `
  return new HozonError('HOZON_SQL_SYNTAX', where + message, { op: 'parse statement' })
}
