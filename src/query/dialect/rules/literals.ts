/** X'…', U&'…', DECIMAL '1.10' and TIMESTAMP '… zone'. */
import { HozonError } from '../../../base/errors.ts'
import { isNode, stringLiteral, stringOf, textOf, type Node } from '../ast.ts'
import { zonedLiteral } from '../kinds/known.ts'
import type { NodeRules } from '../rewrite.ts'
import { template } from '../template.ts'
import { refuse } from './refused.ts'

export const literalNodes: NodeRules = {
  literal(literal) {
    const value = textOf(literal['value'])
    const type = literal['literal_type']
    if (type === 'hex_string') return template(`unhex('${hexDigits(value)}')`)
    if (type === 'time' && /\d\s*([+-]\d\d?(:?\d\d)?|[A-Za-z].*)$/.test(value)) refuse('a TIME with a zone')
    if (type === 'decimal') return { literal: { literal_type: 'number', value } }
    const zoned = type === 'timestamp' ? zonedLiteral(value) : undefined
    if (zoned === undefined) return undefined
    // A time of another zone than UTC is the clock in that zone: rules/zones.ts.
    const duckDbType = zoned.zone === 'UTC' ? 'TIMESTAMPTZ' : 'TIMESTAMP'
    return template(`CAST(__TEXT AS ${duckDbType})`, { TEXT: stringLiteral(zoned.clock) })
  },
  unicode_string(content) {
    const text = stringOf(content['this'])
    if ((content['escape'] ?? null) !== null) refuse("U&'…' with UESCAPE")
    return text === undefined ? undefined : stringLiteral(unescapeUnicode(text))
  },
  cast: (cast) => wholeDecimal('cast', cast),
  try_cast: (cast) => wholeDecimal('try_cast', cast),
}

/** CAST(… AS decimal) has 38 digits and none after the point; DuckDB's has 3 after it. */
function wholeDecimal(tag: string, cast: Node): unknown {
  const type = cast['to']
  if (!isNode(type) || type['data_type'] !== 'decimal' || (type['precision'] ?? null) !== null)
    return undefined
  return { [tag]: { ...cast, to: { ...type, precision: 38, scale: 0 } } }
}

function hexDigits(text: string): string {
  const digits = text.replaceAll(/\s/g, '')
  if (/^([0-9a-f]{2})*$/i.test(digits)) return digits
  throw new HozonError('HOZON_SQL_SYNTAX', `X'${text}' is not hexadecimal`, { op: 'translate' })
}

/** `\00e9` and `\+01F600` are characters, `\\` a backslash. */
function unescapeUnicode(text: string): string {
  return text.replaceAll(
    /\\\\|\\\+([0-9A-Fa-f]{6})|\\([0-9A-Fa-f]{4})/g,
    (found, long?: string, short?: string) => {
      const digits = long ?? short
      return digits === undefined ? found.slice(1) : String.fromCodePoint(Number.parseInt(digits, 16))
    },
  )
}
