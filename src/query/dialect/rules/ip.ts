/** IPADDRESS is kept as its canonical text (natives/ip.ts): equal addresses are equal texts, but they sort otherwise. */
import { call, isNode, textOf } from '../ast.ts'
import { template } from '../template.ts'
import type { FunctionRules, NodeRule, NodeRules, RuleContext } from '../rewrite.ts'
import { refuse } from './refused.ts'

const isIp = (node: unknown, context: RuleContext): boolean => context.kindOf(node) === 'ip'

const compared =
  (tag: string): NodeRule =>
  (content, context) => {
    const sides = [content['left'], content['right']]
    if (!sides.some((side) => isIp(side, context))) return undefined
    const [left, right] = sides.map((side) => call('__ip_key', side))
    return { [tag]: { ...content, left, right } }
  }

export const ipNodes: NodeRules = {
  ...Object.fromEntries(['lt', 'lte', 'gt', 'gte'].map((tag) => [tag, compared(tag)])),
  cast: (content, context) => castIp(content, context),
  try_cast: (content, context) => {
    const cast = castIp(content, context)
    return cast === undefined ? undefined : call('try', cast)
  },
  between(content, context) {
    if (!isIp(content['this'], context)) return undefined
    const [value, low, high] = [content['this'], content['low'], content['high']].map((side) =>
      call('__ip_key', side),
    )
    return { between: { ...content, this: value, low, high } }
  },
  ordered: (content, context) =>
    isIp(content['this'], context)
      ? { ordered: { ...content, this: call('__ip_key', content['this']) } }
      : undefined,
  contains: (content, context) => contains([content['this'], content['expression']], context),
  max: (content, context) => extreme(content['this'], context),
  min: (content, context) => extreme(content['this'], context),
}

function castIp(content: Record<string, unknown>, context: RuleContext): unknown {
  const type = content['to']
  if (isNode(type) && type['data_type'] === 'custom' && /^ipaddress$/i.test(textOf(type['name'])))
    return isIp(content['this'], context) ? content['this'] : call('__ip', content['this'])
  if (
    isNode(type) &&
    isIp(content['this'], context) &&
    /^(var_binary|blob|binary)$/.test(textOf(type['data_type']))
  )
    return template('unhex(__ip_key(__V))', { V: content['this'] })
  return undefined
}

function contains([list, value]: unknown[], context: RuleContext): unknown {
  const isNetwork = context.kindOf(list) === 'varchar'
  return call(isNetwork ? '__ip_contains' : '__contains', list, value)
}

function extreme(value: unknown, context: RuleContext): unknown {
  return isIp(value, context) ? refuse('max or min of an ipaddress') : undefined
}

export const ipFunctions: FunctionRules = {
  contains: (args, context) => contains(args, context),
}
