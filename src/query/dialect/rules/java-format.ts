/** Java's format strings (`%05d`, `%,.2f`, `%-8s|`): each specifier is a call of its own. */
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
  const kind = context.kindOf(value)
  const isFraction = 'feE'.includes(letter)
  if (!'sSbdxXofeE'.includes(letter) || flags.includes('#') || kind === 'timestamp')
    refuse(`${text} in format()`)
  if ((isFraction && kind === 'integer') || (letter !== 's' && letter !== 'S' && kind === 'date'))
    refuse(`${text} of such a value in format()`)
  const isText = 'sSb'.includes(letter)
  if (isText && /[0,+( ]/.test(flags)) refuse(`${text} in format()`)
  const java = `%${flags}${width}${precision}${letter === 'b' ? 's' : letter}`
  const none = /^.*?(?=\.|$)/.exec(`%${isText ? flags : flags.replaceAll(/[^-]/g, '')}${width}`)![0]
  const missing = call(
    '__java_format',
    stringLiteral(`${none}${letter === 'S' ? 'S' : 's'}`),
    stringLiteral(letter === 'b' ? 'false' : 'null'),
  )
  return template('coalesce(__X, __N)', {
    X: call('__java_format', stringLiteral(java), shown(value, letter)),
    N: missing,
  })
}

/** The text that Java would start with. Whatever is there is true. */
function shown(value: unknown, letter: string): unknown {
  if (letter === 'b')
    return template(
      `CASE WHEN lower(typeof(__V)) = 'boolean' THEN CAST(__V AS VARCHAR) WHEN __V IS NOT NULL THEN 'true' END`,
      { V: value },
    )
  return 'sSb'.includes(letter) ? call('__printed', value) : template('CAST(__V AS VARCHAR)', { V: value })
}
