/**
 * GrokSerDe: a pattern of named patterns. Columns are found by name: `%{IP:client}` fills `client`, `%{SYSLOGBASE}`
 * fills `syslogbase`, and so do the named ones inside. The pattern may match anywhere in the line.
 */
import { GROK_PATTERNS } from './grok-patterns.ts'
import { compiled, matchOf, simpleValue, translated } from './regex-serde.ts'
import { BadTable, jsonLine, writtenKeys, type SerdeOptions, type TextSerde } from './text-serde.ts'

export function grokSerde({ columns, parameters }: SerdeOptions): TextSerde {
  const format = parameters['input.format']
  if (format === undefined || format === '') {
    throw new BadTable(
      'HIVE_INVALID_METADATA: GrokSerDe needs the serde property "input.format"',
      "give the table WITH SERDEPROPERTIES ('input.format' = '%{COMBINEDAPACHELOG}')",
    )
  }
  const own = customPatterns(parameters['input.grokCustomPatterns'] ?? '')
  const expanded = expandGrok(
    format,
    (name) => own.get(name) ?? (Object.hasOwn(GROK_PATTERNS, name) ? GROK_PATTERNS[name] : undefined),
  )
  const expression = compiled('input.format', expanded.source, 's')
  const keys = writtenKeys(columns)
  const fields = columns.map((column) => ({
    groups: expanded.fields.flatMap((name, index) => (name === column.name ? [index + 1] : [])),
    value: simpleValue(column, 'GrokSerDe'),
  }))
  return {
    encoding: 'utf8',
    rows(line) {
      const match = matchOf(expression, line)
      if (match === null) return '{}\n'
      return jsonLine(
        keys,
        fields.map(({ groups, value }) => {
          // A name may be there in several branches: the first that took part counts.
          for (const group of groups) if (match[group] !== undefined) return value(match[group])
          return undefined
        }),
      )
    },
  }
}

/** `NAME pattern`, one a line. */
function customPatterns(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/).map((line) => /^\s*(\w+)\s+(.*?)\s*$/.exec(line))
  return new Map(lines.flatMap((match) => (match === null ? [] : [[match[1]!, match[2]!] as const])))
}

/** Patterns may name one another, but not for ever. */
const DEPTH_MAX = 32
const SOURCE_LENGTH_MAX = 256 * 1024
const REFERENCE = /%\{(\w+)(?::([^:}]+))?(?::(\w+))?\}/

export interface ExpandedGrok {
  source: string
  /** Lower-case name of each capturing group. */
  fields: (string | undefined)[]
}

export function expandGrok(format: string, patternOf: (name: string) => string | undefined): ExpandedGrok {
  const fields: (string | undefined)[] = []
  let length = 0

  function expand(text: string, depth: number): string {
    if (depth > DEPTH_MAX) throw grokError('patterns name each other for ever')
    let source = ''
    let rest = text
    for (let match = REFERENCE.exec(rest); match !== null; match = REFERENCE.exec(rest)) {
      source += literal(rest.slice(0, match.index)) + reference(match, depth)
      rest = rest.slice(match.index + match[0].length)
    }
    return source + literal(rest)
  }

  function reference(match: RegExpExecArray, depth: number): string {
    const name = match[1]!
    const pattern = patternOf(name)
    if (pattern === undefined) throw grokError(`there is no pattern ${name}`)
    // Patterns of nothing but references may double with each level.
    grow(match[0].length)
    // Field names are those of columns, in which signs like [ ] @ - are none.
    fields.push((match[2] ?? name).toLowerCase())
    return `(${expand(pattern, depth + 1)})`
  }

  function grow(by: number): void {
    length += by
    if (length > SOURCE_LENGTH_MAX) throw grokError('the expression becomes too long')
  }

  /** What stands between references. A piece may open a group that a later one closes. */
  function literal(text: string): string {
    const { source, names } = translated('input.format', text, true)
    grow(source.length)
    fields.push(...names.map((name) => name?.toLowerCase()))
    return source
  }
  return { source: expand(format, 1), fields }
}

function grokError(problem: string): BadTable {
  return new BadTable(`HIVE_INVALID_METADATA: input.format: ${problem}`, 'add it to input.grokCustomPatterns')
}
