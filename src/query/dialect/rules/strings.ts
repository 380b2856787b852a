/** Functions that Trino overloads for text, binary and lists, and format(). */
import { call, contentOf, nameOf, numberOf, parenthesized, stringLiteral, stringOf } from '../ast.ts'
import type { FunctionRule, FunctionRules, NodeRules, RuleContext } from '../rewrite.ts'
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

/** DuckDB takes a negative size for 0, and nothing to fill with for an error only where it is needed. */
const padded =
  (name: string): FunctionRule =>
  ([text, size, filling]) =>
    numberOf(size) !== undefined && (stringOf(filling) ?? '') !== ''
      ? undefined
      : call(`__${name}`, text, size, filling)

const TRIMS: Record<string, string> = { both: 'trim', leading: 'ltrim', trailing: 'rtrim' }

export const stringNodes: NodeRules = {
  trim(content) {
    if ((content['characters'] ?? null) !== null) return undefined
    return trimmed(TRIMS[String(content['position']).toLowerCase()] ?? 'trim', content['this'])
  },
  // Positions start at 1: from 0 on there is nothing.
  substring(content) {
    const start = numberOf(content['start'])
    const length = content['length'] ?? null
    if (start !== undefined && start > 0 && (length === null || numberOf(length) !== undefined))
      return undefined
    return call('__substr', content['this'], content['start'], ...(length === null ? [] : [length]))
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
    call(isList(content['this'], context) ? 'list_reverse' : '__reverse_text', content['this']),
}

export const stringFunctions: FunctionRules = {
  length: ([value], context) =>
    context.kindOf(value) === 'binary' ? call('octet_length', value) : undefined,
  reverse: ([value], context) => call(isList(value, context) ? 'list_reverse' : '__reverse_text', value),
  concat_ws([separator, list], context, content) {
    if (!Array.isArray(content['args']) || content['args'].length !== 2) return undefined
    if (context.kindOf(list) === undefined) return call('__concat_ws_unseen', separator, list)
    if (!isList(list, context)) return undefined
    return template(`CASE WHEN __S IS NOT NULL AND __L IS NOT NULL THEN __joined(__L, __S) END`, {
      L: list,
      S: parenthesized(separator),
    })
  },
  format([pattern, ...values], context) {
    const text = stringOf(pattern)
    if (text === undefined) refuse('format() with a pattern that is not a literal')
    return javaFormat(text, values, context)
  },
  ltrim: ([value, letters]) => (letters === undefined ? trimmed('ltrim', value) : undefined),
  rtrim: ([value, letters]) => (letters === undefined ? trimmed('rtrim', value) : undefined),
  lpad: padded('lpad'),
  rpad: padded('rpad'),
  normalize: ([value]) => call('__normalize', value, stringLiteral('NFC')),
}
