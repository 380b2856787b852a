/** The columns of a file of log lines: those that a grok pattern names. */
import type { Column, ColumnType } from '../../../../base/schema.ts'
import { GROK_PATTERNS } from '../../../../format/serde/grok-patterns.ts'
import { grokSerde } from '../../../../format/serde/grok-serde.ts'
import type { Guess } from './file-schema.ts'

const LINES_MAX = 1000
/** Below it the lines are of another kind. */
const CERTAINTY_MIN = 0.7
const DEPTH_MAX = 32

/** In this order, as AWS has them. */
export const LOG_PATTERNS: { classification: string; pattern: string }[] = [
  { classification: 'combinedapache', pattern: '%{COMBINEDAPACHELOG}' },
  { classification: 'apache', pattern: '%{COMMONAPACHELOG}' },
  { classification: 'syslog', pattern: '%{SYSLOGLINE}' },
]

const TYPES: Record<string, ColumnType> = {
  int: 'int',
  integer: 'int',
  byte: 'tinyint',
  short: 'smallint',
  long: 'bigint',
  float: 'float',
  double: 'double',
  boolean: 'boolean',
}

export interface GrokOptions {
  classification: string
  pattern: string
  /** `NAME pattern`, one a line. */
  customPatterns?: string
}

/** Undefined: the lines do not match. Throws where the pattern is none. */
export function guessGrok(text: string, isWhole: boolean, options: GrokOptions): Guess | undefined {
  const { classification, pattern, customPatterns = '' } = options
  const lines = text.split(/\r?\n/)
  if (!isWhole) lines.pop()
  const filled = lines.filter((line) => line !== '').slice(0, LINES_MAX)
  const columns = grokColumns(pattern, customPatterns)
  const parameters = {
    'input.format': pattern,
    ...(customPatterns === '' ? {} : { 'input.grokCustomPatterns': customPatterns }),
  }
  // All texts here: whether a line matches is the question, not what is in it.
  const texts = columns.map((column): Column => ({ ...column, type: 'varchar' }))
  const serde = grokSerde({ columns: texts, parameters })
  const matching = filled.filter((line) => serde.rows(line) !== '{}\n').length
  const certainty = filled.length === 0 ? 0 : matching / filled.length
  if (certainty < CERTAINTY_MIN || columns.length === 0) return undefined
  return {
    certainty,
    schema: {
      classification,
      columns,
      serde: { library: 'com.amazonaws.glue.serde.GrokSerDe', parameters },
      parameters: {
        ...(customPatterns === '' ? {} : { grokCustomPatterns: customPatterns }),
        grokPattern: pattern,
      },
      isPositional: false,
    },
  }
}

const NAMED = /%\{(\w+)(?::([^:}]+))?(?::(\w+))?\}|\(\?<([A-Za-z]\w*)>/g

/** What is named, in the order of the line; also within patterns that are not named themselves. */
function grokColumns(pattern: string, customPatterns: string): Column[] {
  const own = new Map(
    customPatterns.split(/\r?\n/).flatMap((line) => {
      const [, name, body] = /^\s*(\w+)\s+(.*?)\s*$/.exec(line) ?? []
      return name === undefined || body === undefined ? [] : [[name, body] as const]
    }),
  )
  const columns = new Map<string, Column>()
  const walk = (text: string, depth: number): void => {
    if (depth > DEPTH_MAX) return
    for (const [, reference, field, type, group] of text.matchAll(NAMED)) {
      const key = field ?? group
      const name = key?.toLowerCase()
      if (name !== undefined && key !== undefined && !columns.has(name))
        columns.set(name, { name, key, type: TYPES[type ?? ''] ?? 'varchar' })
      if (reference !== undefined) walk(own.get(reference) ?? GROK_PATTERNS[reference] ?? '', depth + 1)
    }
  }
  walk(pattern, 0)
  return [...columns.values()]
}
