/** Lines by the user's own regular expression: its named groups become the fields. */
import { HozonError } from '../../base/errors.ts'
import type { FieldType } from '../../base/stream.ts'
import { lineParser, type LineJob } from './line-parser.ts'
import { isPlainNumber, writeNameText } from './members.ts'
import { translateOnigmo } from './onigmo.ts'
import type { Parser, ParserOptions } from './parser.ts'
import { limitBacktracking } from './regex-engine.ts'
import { IsoText } from './time-text.ts'

/** A regular expression can take time that grows with the square of the line, or worse. */
const MAX_LINE_BYTES = 64 * 1024

export function regexParser(regex: string, types: Record<string, FieldType>, options: ParserOptions): Parser {
  const { expression, names } = compile(regex)
  checkTypes(regex, types, names)
  const fields = [...names].map(([group, name]) => ({
    group,
    name,
    type: Object.hasOwn(types, name) ? types[name]! : ('string' as const),
  }))
  return lineParser((job) => {
    const { source, start, end } = job
    if (end - start > MAX_LINE_BYTES) {
      return `line of ${end - start} bytes is too long for a regex (${MAX_LINE_BYTES} at most)`
    }
    const groups = groupsOf(expression, source.toString('utf8', start, end))
    if (typeof groups === 'string') return groups
    if (groups === undefined) return 'the regex does not match'
    for (const { group, name, type } of fields) {
      const value = groups[group]
      if (value !== undefined) writeField(job, name, type, value, options)
    }
    return undefined
  })
}

function groupsOf(expression: RegExp, line: string): Record<string, string> | undefined | string {
  try {
    return expression.exec(line)?.groups
  } catch {
    // RangeError: the expression backtracks deeper than the engine's stack.
    return 'the regex needs too much memory for this line'
  }
}

function compile(regex: string): { expression: RegExp; names: Map<string, string> } {
  limitBacktracking()
  let translated
  try {
    translated = translateOnigmo(regex)
    return {
      expression: new RegExp(translated.source, translated.flags),
      names: named(regex, translated.names),
    }
  } catch (error) {
    if (error instanceof HozonError) throw error
    throw regexError(regex, error instanceof Error ? error.message : String(error))
  }
}

function named(regex: string, names: Map<string, string>): Map<string, string> {
  if (names.size === 0)
    throw regexError(regex, 'it has no named group like (?<name>…), so that it would find nothing')
  return names
}

function checkTypes(regex: string, types: Record<string, FieldType>, names: Map<string, string>): void {
  const known = new Set(names.values())
  const unknown = Object.keys(types).find((name) => !known.has(name))
  if (unknown !== undefined)
    throw regexError(regex, `it has no group "${unknown}", for which a type is given`)
}

function regexError(regex: string, problem: string): HozonError {
  return new HozonError('HOZON_PARSE_REGEX', problem, {
    op: 'read regex',
    target: regex,
    hint: 'write it as in JavaScript; Onigmo’s \\h, \\A, \\z, possessive quantifiers and /…/imx are understood too',
  })
}

/** What does not fit its type stays text: nothing is lost, and the column says so. */
function writeField(
  job: LineJob,
  name: string,
  type: FieldType,
  value: string,
  options: ParserOptions,
): void {
  writeNameText(job, name)
  const typed = name === 'time' ? timeJson(value, options) : TYPED[type](value)
  job.sink.utf8(typed ?? JSON.stringify(value))
}

function timeJson(value: string, { timezone, now }: ParserOptions): string | undefined {
  const bytes = Buffer.from(value)
  const iso = new IsoText()
  if (!iso.set(bytes, 0, bytes.length, timezone, now())) return undefined
  return iso.bytes.toString('latin1', 0, iso.length)
}

const TYPED: Record<FieldType, (value: string) => string | undefined> = {
  string: () => undefined,
  integer: (value) => (/^[+-]?\d{1,18}$/.test(value) ? String(BigInt(value)) : undefined),
  float: floatJson,
  boolean: (value) => (/^(true|false)$/i.test(value) ? value.toLowerCase() : undefined),
}

function floatJson(value: string): string | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value)) return undefined
  const bytes = Buffer.from(value)
  if (isPlainNumber(bytes, 0, bytes.length)) return value
  const number = Number(value)
  return Number.isFinite(number) ? String(number) : undefined
}
