/** X'…', U&'…', DECIMAL '1.10' and TIMESTAMP '… zone'. */
import { HozonError } from '../../../base/errors.ts'
import { isNode, stringLiteral, stringOf, textOf } from '../ast.ts'
import { zonedLiteral } from '../kinds/known.ts'
import type { NodeRules } from '../rewrite.ts'
import { template } from '../template.ts'

export const literalNodes: NodeRules = {
  literal(literal) {
    const value = textOf(literal['value'])
    const type = literal['literal_type']
    if (type === 'hex_string') return template(`unhex('${hexDigits(value)}')`)
    if (type === 'decimal') return { literal: { literal_type: 'number', value } }
    const zoned = type === 'timestamp' ? zonedLiteral(value) : undefined
    if (zoned === undefined) return undefined
    // A time of another zone than UTC is the clock in that zone: rules/zones.ts.
    const duckDbType = zoned.zone === 'UTC' ? 'TIMESTAMPTZ' : 'TIMESTAMP'
    return template(`CAST(__TEXT AS ${duckDbType})`, { TEXT: stringLiteral(zoned.clock) })
  },
  unicode_string(content) {
    const text = stringOf(content['this'])
    return text === undefined ? undefined : stringLiteral(unescapeUnicode(text))
  },
  cast(cast) {
    const type = cast['to']
    const value = stringOf(cast['this'])
    const isBare = isNode(type) && type['data_type'] === 'decimal' && (type['precision'] ?? null) === null
    // DECIMAL '1.10' has the precision of its digits; CAST(… AS decimal) of a column has none after the point.
    return isBare && value !== undefined && /^-?\d*\.?\d*$/.test(value) ? template(value) : undefined
  },
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
