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
const JODA: Record<string, [repeatedMax: number, strftime: string | undefined][]> = {
  y: [
    [1, '%Y'],
    [2, '%y'],
    [4, '%Y'],
  ],
  Y: [
    [1, '%Y'],
    [2, '%y'],
    [4, '%Y'],
  ],
  x: [
    [1, '%G'],
    [2, undefined],
    [4, '%G'],
  ],
  w: [
    [1, undefined],
    [2, '%V'],
  ],
  M: [
    [1, '%-m'],
    [2, '%m'],
    [3, '%b'],
    [9, '%B'],
  ],
  d: [
    [1, '%-d'],
    [2, '%d'],
  ],
  D: [
    [1, '%-j'],
    [2, undefined],
    [3, '%j'],
  ],
  H: [
    [1, '%-H'],
    [2, '%H'],
  ],
  h: [
    [1, '%-I'],
    [2, '%I'],
  ],
  m: [
    [1, '%-M'],
    [2, '%M'],
  ],
  s: [
    [1, '%-S'],
    [2, '%S'],
  ],
  S: [
    [1, '%1g'],
    [2, '%2g'],
    [3, '%g'],
    [5, undefined],
    [6, '%f'],
  ],
  E: [
    [3, '%a'],
    [9, '%A'],
  ],
  e: [[1, '%u']],
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
      if (fitting?.[1] === undefined) throw unsupported(found)
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
  date_parse: ([text, pattern]) =>
    parsed(text, strftimeOfMysql(literalPattern(pattern, 'date_parse')), '__from_1970'),
  parse_datetime: ([text, pattern]) =>
    template('CAST(__T AS TIMESTAMPTZ)', {
      T: parsed(
        text,
        strftimeOfJoda(literalPattern(pattern, 'parse_datetime'))
          .replaceAll('%:z', '%z')
          .replaceAll(/%[12]g/g, '%g'),
        '__around',
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
    if (!/^%:?[zZ]$/.test(part)) return formatted(time, part)
    if (context.kindOf(time) === 'timestamp' || context.kindOf(time) === 'date')
      throw unsupported(`the zone of a time without one, Z,`)
    const zone =
      part === '%Z'
        ? stringLiteral(context.knownOf(time)?.zone ?? 'UTC')
        : offsetText(time, context, part === '%z' ? '' : ':')
    return template('CASE WHEN __T IS NOT NULL THEN __Z END', { T: time, Z: zone })
  })
  return parenthesized(
    texts.map<unknown>(parenthesized).reduce((left, right) => template('__L || __R', { L: left, R: right })),
  )
}

/** Without a year it is 1970, and 12 is 0 o'clock where nothing says whether it is before or after noon. */
function parsed(text: unknown, pattern: string, century: '__from_1970' | '__around'): unknown {
  const bare = pattern.replaceAll('%%', '')
  const hasHalf = !/%-?I/.test(bare) || bare.includes('%p')
  const hasYear = /%[YyG]/.test(bare)
  const full = `${hasYear ? '' : '1970 '}__T${hasHalf ? '' : ' AM'}`
  const [before = '', after = ''] = full.split('__T')
  const whole =
    full === '__T'
      ? text
      : template(`__B || __T || __A`, {
          B: stringLiteral(before),
          T: parenthesized(text),
          A: stringLiteral(after),
        })
  const time = call(
    'strptime',
    whole,
    stringLiteral(`${hasYear ? '' : '%Y '}${pattern}${hasHalf ? '' : ' %p'}`),
  )
  if (!bare.includes('%y')) return time
  return century === '__around' ? call(century, time, template('now()')) : call(century, time)
}

function unsupported(part: string): HozonError {
  return new HozonError('HOZON_SQL_FAILED', `${part} in a date pattern is not supported`, { op: 'translate' })
}
