/** Functions that Trino overloads for text, binary and lists, and format(). */
import { call, contentOf, nameOf, numberOf, stringLiteral, stringOf } from '../ast.ts'
import type { FunctionRules, NodeRules, RuleContext } from '../rewrite.ts'
import { template } from '../template.ts'
import { javaFormat } from './java-format.ts'
import { refuse } from './refused.ts'

const isList = (node: unknown, context: RuleContext): boolean =>
  ['list', 'structlist'].includes(context.kindOf(node) ?? '')

/** What Java takes for white space; DuckDB trims only spaces. */
const WHITE_SPACE =
  ' \t\n\v\f\r\u001c\u001d\u001e\u001f\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u2028\u2029\u205f\u3000'

function trimmed(name: string, value: unknown): unknown {
  return call(name, value, stringLiteral(WHITE_SPACE))
}

const TRIMS: Record<string, string> = { both: 'trim', leading: 'ltrim', trailing: 'rtrim' }

export const stringNodes: NodeRules = {
  trim(content) {
    if ((content['characters'] ?? null) !== null) return undefined
    return trimmed(TRIMS[String(content['position']).toLowerCase()] ?? 'trim', content['this'])
  },
  // Positions start at 1: from 0 on there is nothing.
  substring(content, _context, node) {
    const start = numberOf(content['start'])
    const isNegative = contentOf(content['start'], 'neg') !== undefined
    if (isNegative || (start !== undefined && start !== 0)) return undefined
    return template('CASE WHEN (__S) = 0 THEN left(__T, 0) ELSE __N END', {
      S: content['start'],
      T: content['this'],
      N: node,
    })
  },
  normalize: (content) =>
    call(
      '__normalize',
      content['this'],
      stringLiteral(nameOf(contentOf(content['form'], 'column')?.['name'])?.toUpperCase() ?? 'NFC'),
    ),
  typeof(content, context) {
    const text = stringOf(content['this'])
    if (text !== undefined) return stringLiteral(`varchar(${Array.from(text).length})`)
    const sized = context.knownOf(content['this'])?.sized
    return sized === undefined ? undefined : stringLiteral(sized)
  },
  length: (content, context) =>
    context.kindOf(content['this']) === 'binary' ? call('octet_length', content['this']) : undefined,
  reverse: (content, context) =>
    isList(content['this'], context) ? call('list_reverse', content['this']) : undefined,
}

export const stringFunctions: FunctionRules = {
  length: ([value], context) =>
    context.kindOf(value) === 'binary' ? call('octet_length', value) : undefined,
  reverse: ([value], context) => (isList(value, context) ? call('list_reverse', value) : undefined),
  concat_ws: ([separator, list], context, content) =>
    Array.isArray(content['args']) && content['args'].length === 2 && isList(list, context)
      ? call('array_to_string', list, separator)
      : undefined,
  format([pattern, ...values], context) {
    const text = stringOf(pattern)
    if (text === undefined) refuse('format() with a pattern that is not a literal')
    return javaFormat(text, values, context)
  },
  ltrim: ([value]) => trimmed('ltrim', value),
  rtrim: ([value]) => trimmed('rtrim', value),
  normalize: ([value]) => call('__normalize', value, stringLiteral('NFC')),
}
