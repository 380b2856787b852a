/** X'…', U&'…', DECIMAL '1.10' and TIMESTAMP '… zone'. */
import { HozonError } from '../../../base/errors.ts'
import { isNode, stringLiteral, stringOf, textOf } from '../ast.ts'
import type { NodeRules } from '../rewrite.ts'
import { template } from '../template.ts'

const ZONED = /^(.*\d)\s*(UTC|Z|[+-]\d\d(?::?\d\d)?|[A-Za-z]+\/[A-Za-z_/]+)$/

export const literalNodes: NodeRules = {
  literal(literal) {
    const value = textOf(literal['value'])
    const type = literal['literal_type']
    if (type === 'hex_string') return template(`unhex('${hexDigits(value)}')`)
    if (type === 'decimal') return { literal: { literal_type: 'number', value } }
    const zoned = type === 'timestamp' ? ZONED.exec(value) : null
    if (zoned === null) return undefined
    // DuckDB takes an offset only without a space in front, and a name only with one.
    const zone = /^[+-]/.test(zoned[2]!) ? zoned[2]! : ` ${zoned[2]!}`
    return template('CAST(__TEXT AS TIMESTAMPTZ)', { TEXT: stringLiteral(zoned[1]! + zone) })
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
