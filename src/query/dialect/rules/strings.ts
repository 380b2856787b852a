/** Functions that Trino overloads for text, binary and lists, and format(). */
import { call, stringLiteral, stringOf } from '../ast.ts'
import type { FunctionRules, NodeRules, RuleContext } from '../rewrite.ts'
import { javaFormat } from './java-format.ts'

const isList = (node: unknown, context: RuleContext): boolean =>
  ['list', 'structlist'].includes(context.kindOf(node) ?? '')

export const stringNodes: NodeRules = {
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
  format([pattern, ...values]) {
    const text = stringOf(pattern)
    return text === undefined ? undefined : call('format', stringLiteral(javaFormat(text)), ...values)
  },
}
