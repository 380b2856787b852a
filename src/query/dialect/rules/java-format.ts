/** Java's format strings (`%05d`, `%,.2f`, `%-8s|`): each specifier is a call of DuckDB's format (`{:05d}`) of its own. */
import { call, parenthesized, stringLiteral } from '../ast.ts'
import type { RuleContext } from '../rewrite.ts'
import { template } from '../template.ts'
import { refuse } from './refused.ts'

const SPECIFIER = /%(\d+\$)?([-0+ ,#(]*)(\d+)?(\.\d+)?(t[a-zA-Z]|[a-zA-Z%])/g

/** %tY and its kin as strftime's. */
const TIMES: Record<string, string> = {
  Y: '%Y', y: '%y', m: '%m', d: '%d', e: '%-d', B: '%B', b: '%b', A: '%A', a: '%a', j: '%j',
  H: '%H', k: '%-H', I: '%I', l: '%-I', M: '%M', S: '%S', L: '%g', F: '%Y-%m-%d', T: '%H:%M:%S', R: '%H:%M', D: '%m/%d/%y',
} // prettier-ignore

export function javaFormat(pattern: string, values: unknown[], context: RuleContext): unknown {
  const parts: unknown[] = []
  let from = 0
  let next = 0
  for (const found of pattern.matchAll(SPECIFIER)) {
    const [text, position, flags = '', width = '', precision = '', letter = ''] = found
    parts.push(stringLiteral(pattern.slice(from, found.index)))
    from = found.index + text.length
    if (letter === '%') parts.push(stringLiteral('%'))
    else if (letter === 'n') parts.push(stringLiteral('\n'))
    else {
      const index = position === undefined ? next++ : Number.parseInt(position, 10) - 1
      if (index >= values.length) refuse(`format() with fewer values than ${text} asks for,`)
      parts.push(formatted({ text, flags, width, precision, letter }, values[index], context))
    }
  }
  if (/%/.test(pattern.replaceAll(SPECIFIER, ''))) refuse(`the pattern ${pattern} of format()`)
  parts.push(stringLiteral(pattern.slice(from)))
  return parenthesized(
    parts.map<unknown>(parenthesized).reduce((left, right) => template('__L || __R', { L: left, R: right })),
  )
}

interface Specifier {
  text: string
  flags: string
  width: string
  precision: string
  letter: string
}

function formatted(specifier: Specifier, value: unknown, context: RuleContext): unknown {
  const { text, flags, width, precision, letter } = specifier
  const isTime = letter.startsWith('t') && letter.length === 2
  if (isTime && flags + width + precision === '' && TIMES[letter[1]!] !== undefined)
    return call('strftime', value, stringLiteral(TIMES[letter[1]!]!))
  const isText = 'sSb'.includes(letter)
  if (!'sSdfxXeEb'.includes(letter) || /[#( ]/.test(flags)) refuse(`${text} in format()`)
  if ((isText && precision !== '') || context.kindOf(value) === 'timestamp') refuse(`${text} in format()`)
  const sign = flags.includes('+') ? '+' : ''
  const zeros = flags.includes('0') ? '0' : ''
  const align = flags.includes('-') ? '<' : '>'
  let content: unknown
  if (isText) content = call('__varchar', value)
  else if (flags.includes(',')) {
    if (zeros !== '' || !'df'.includes(letter)) refuse(`${text} in format()`)
    content = call(
      '__grouped',
      call('format', stringLiteral(`{:${sign}${precisionOf(letter, precision)}${letter}}`), value),
    )
  } else {
    const size = align === '<' ? '' : zeros + width
    content = call(
      'format',
      stringLiteral(`{:${sign}${size}${precisionOf(letter, precision)}${letter}}`),
      value,
    )
  }
  const known = template(`coalesce(__X, 'null')`, { X: content })
  const upper = letter === 'S' ? call('upper', known) : known
  return width === '' ? upper : call('format', stringLiteral(`{:${align}${width}}`), upper)
}

/** Java's %f and %e have six digits, as DuckDB's. */
function precisionOf(letter: string, precision: string): string {
  return precision === '' && 'feE'.includes(letter) ? '.6' : precision
}
