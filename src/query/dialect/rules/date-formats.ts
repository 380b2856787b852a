/** date_format and date_parse (MySQL's letters), format_datetime and parse_datetime (Joda's): patterns to strftime's. */
import { HozonError } from '../../../base/errors.ts'
import { call, parenthesized, stringLiteral, stringOf } from '../ast.ts'
import type { FunctionRules, RuleContext } from '../rewrite.ts'
import { template } from '../template.ts'
import { offsetText } from './zones.ts'

/** What MySQL writes differently than strftime. */
const MYSQL: Record<string, string> = {
  M: '%B',
  i: '%M',
  s: '%S',
  e: '%-d',
  c: '%-m',
  k: '%-H',
  l: '%-I',
  h: '%I',
  W: '%A',
  v: '%V',
  x: '%G',
  T: '%H:%M:%S',
  r: '%I:%M:%S %p',
}
/** MySQL's letters that mean the same to strftime. */
const MYSQL_SAME = new Set('aYmdHISpjfby%'.split(''))

/** Joda's letters by how often they are repeated: up to the first length that fits. */
const JODA: Record<string, [repeatedMax: number, strftime: string][]> = {
  y: [
    [1, '%Y'],
    [2, '%y'],
    [9, '%Y'],
  ],
  Y: [
    [1, '%Y'],
    [2, '%y'],
    [9, '%Y'],
  ],
  x: [[9, '%G']],
  w: [[9, '%V']],
  M: [
    [1, '%-m'],
    [2, '%m'],
    [3, '%b'],
    [9, '%B'],
  ],
  d: [
    [1, '%-d'],
    [9, '%d'],
  ],
  D: [[9, '%j']],
  H: [
    [1, '%-H'],
    [9, '%H'],
  ],
  h: [
    [1, '%-I'],
    [9, '%I'],
  ],
  m: [
    [1, '%-M'],
    [9, '%M'],
  ],
  s: [
    [1, '%-S'],
    [9, '%S'],
  ],
  S: [
    [1, '%1g'],
    [2, '%2g'],
    [3, '%g'],
    [9, '%f'],
  ],
  E: [
    [3, '%a'],
    [9, '%A'],
  ],
  e: [[9, '%u']],
  a: [[9, '%p']],
  Z: [
    [1, '%z'],
    [2, '%:z'],
    [9, '%Z'],
  ],
}

export function strftimeOfMysql(pattern: string): string {
  return pattern.replaceAll(/%(.)/g, (found, letter: string) => {
    const other = MYSQL[letter] ?? (MYSQL_SAME.has(letter) ? found : undefined)
    if (other === undefined) throw unsupported(`%${letter}`)
    return other
  })
}

export function strftimeOfJoda(pattern: string): string {
  return pattern.replaceAll(
    /''|'([^']*)'|([A-Za-z])\2*|%/g,
    (found, quoted: string | undefined, letter: string | undefined) => {
      if (found === "''") return "'"
      if (quoted !== undefined) return quoted.replaceAll('%', '%%')
      if (letter === undefined) return '%%'
      const fitting = JODA[letter]?.find(([repeatedMax]) => found.length <= repeatedMax)
      if (fitting === undefined) throw unsupported(found)
      return fitting[1]
    },
  )
}

/** The pattern as a literal; others cannot be translated before the query runs. */
function literalPattern(argument: unknown, name: string): string {
  const pattern = stringOf(argument)
  if (pattern !== undefined) return pattern
  throw new HozonError('HOZON_SQL_FAILED', `the pattern of ${name} must be a text literal`, {
    op: 'translate',
  })
}

export const dateFormatFunctions: FunctionRules = {
  date_format: ([time, pattern]) => formatted(time, strftimeOfMysql(literalPattern(pattern, 'date_format'))),
  format_datetime: ([time, pattern], context) =>
    withOffset(time, strftimeOfJoda(literalPattern(pattern, 'format_datetime')), context),
  date_parse: ([text, pattern]) => parsed(text, strftimeOfMysql(literalPattern(pattern, 'date_parse'))),
  parse_datetime: ([text, pattern]) =>
    template('CAST(__T AS TIMESTAMPTZ)', {
      T: parsed(
        text,
        strftimeOfJoda(literalPattern(pattern, 'parse_datetime'))
          .replaceAll('%:z', '%z')
          .replaceAll(/%[12]g/g, '%g'),
      ),
    }),
}

function formatted(time: unknown, pattern: string): unknown {
  return call('strftime', time, stringLiteral(pattern))
}

/** %z is written out: DuckDB's has two digits, and a zoned time is a clock without zone. */
function withOffset(time: unknown, pattern: string, context: RuleContext): unknown {
  const parts = pattern.split(/(%:?z|%Z|%[12]g)/)
  if (parts.length === 1) return formatted(time, pattern)
  const texts = parts.filter(Boolean).map((part) => {
    const digits = /^%([12])g$/.exec(part)?.[1]
    if (digits !== undefined) return template(`left(__T, ${digits})`, { T: formatted(time, '%g') })
    if (part === '%Z') return stringLiteral(context.knownOf(time)?.zone ?? 'UTC')
    if (part === '%z') return offsetText(time, context, '')
    return part === '%:z' ? offsetText(time, context, ':') : formatted(time, part)
  })
  return parenthesized(
    texts.map<unknown>(parenthesized).reduce((left, right) => template('__L || __R', { L: left, R: right })),
  )
}

function parsed(text: unknown, pattern: string): unknown {
  return call('strptime', text, stringLiteral(pattern))
}

function unsupported(part: string): HozonError {
  return new HozonError('HOZON_SQL_FAILED', `${part} in a date pattern is not supported`, { op: 'translate' })
}
