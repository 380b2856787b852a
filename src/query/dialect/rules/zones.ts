/**
 * Times with a zone other than UTC. DuckDB's have none: the value of one is the clock in its zone (a timestamp), which
 * is what fields, truncation and formats are about. The zone is known from the query. Where the instant counts it is
 * taken back from the clock, and where the value is printed the zone is added.
 */
import {
  call,
  contentOf,
  isNode,
  nameOf,
  parenthesized,
  stringLiteral,
  stringOf,
  textOf,
  type Node,
} from '../ast.ts'
import { offsetOf, zonedLiteral, zoneOf, type Known } from '../kinds/known.ts'
import type { FunctionRules, NodeRule, NodeRules, RuleContext } from '../rewrite.ts'
import { template } from '../template.ts'
import { refuse } from './refused.ts'

const isZoned = (node: unknown, context: RuleContext): boolean => context.kindOf(node) === 'zoned'

/** `+05:30`, and `UTC+5:30`, of which DuckDB would drop the half hour: minutes. */
function offsetMinutes(zone: string | undefined): number | undefined {
  const offset = /^(?:UTC|GMT|Z)?([+-])(\d\d?):?(\d\d)?$/.exec(zone ?? '')
  if (offset === null) return undefined
  const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0)
  return offset[1] === '-' ? -minutes : minutes
}

/** The clock in a zone at an instant. */
function clockIn(zone: unknown, instant: unknown): unknown {
  const name = zoneOf(stringOf(zone) ?? '')
  if (name === 'UTC') return template('CAST(__V AS TIMESTAMPTZ)', { V: instant })
  const minutes = offsetMinutes(name)
  if (minutes === undefined) return call('at_timezone', instant, zone)
  return template(`(timezone('UTC', CAST(__V AS TIMESTAMPTZ)) + to_minutes(${minutes}))`, { V: instant })
}

function zoneNameOf(value: unknown, context: RuleContext): string {
  return context.knownOf(value)?.zone ?? refuse('the zone of a time whose zone is not a literal in the query')
}

/** The instant at which the clock in the zone of a zoned time shows this. */
function instantAt(clock: unknown, zoned: unknown, context: RuleContext): unknown {
  const zone = context.knownOf(zoned)?.zone
  if (zone === undefined) refuse('this use of a time whose zone is not a literal in the query')
  const minutes = offsetMinutes(zone)
  return minutes === undefined
    ? template('timezone(__Z, __V)', { Z: stringLiteral(zone), V: clock })
    : template(`timezone('UTC', __V - to_minutes(${minutes}))`, { V: parenthesized(clock) })
}

/** The instant of a zoned time; others as they are. */
export function instantOf(node: unknown, context: RuleContext): unknown {
  if (!isZoned(node, context)) return node
  const content = contentOf(node, 'function')
  if (content !== undefined && textOf(content['name']) === 'at_timezone') {
    const [value] = content['args'] as unknown[]
    return template('CAST(__V AS TIMESTAMPTZ)', { V: value })
  }
  return instantAt(node, node, context)
}

/** `-05:00` or `-0500`. */
export function offsetText(node: unknown, context: RuleContext, separator: string): unknown {
  if (!isZoned(node, context)) return stringLiteral(`+00${separator}00`)
  return call('__offset_text', node, instantOf(node, context), stringLiteral(separator))
}

const compared =
  (tag: string): NodeRule =>
  (content, context) => {
    const sides = [content['left'], content['right']]
    if (!sides.some((side) => isZoned(side, context))) return undefined
    const [left, right] = sides.map((side) => instantOf(side, context))
    return { [tag]: { ...content, left, right } }
  }

function moved(content: Node, context: RuleContext): unknown {
  const value = instantOf(content['this'], context)
  return clockIn(content['zone'], value)
}

/** Hours and less are added to the instant, days and more to the clock. */
const added =
  (tag: string): NodeRule =>
  (content, context) => {
    const { left, right } = content
    if (tag === 'sub' && context.kindOf(right) !== 'interval') return compared('sub')(content, context, {})
    const time = isZoned(left, context) ? left : right
    if (!isZoned(time, context) || isOfDays(left) || isOfDays(right)) return undefined
    const sum = { [tag]: { ...content, left: instantOf(left, context), right: instantOf(right, context) } }
    return clockIn(stringLiteral(context.knownOf(time)?.zone ?? ''), parenthesized(sum))
  }

function isOfDays(node: unknown): boolean {
  const unit = contentOf(node, 'interval')?.['unit']
  return isNode(unit) && /^(day|week|month|quarter|year)$/i.test(textOf(unit['unit']))
}

export const zoneNodes: NodeRules = {
  ...Object.fromEntries(['eq', 'neq', 'lt', 'lte', 'gt', 'gte'].map((tag) => [tag, compared(tag)])),
  add: added('add'),
  sub: added('sub'),
  at_time_zone: moved,
  between(content, context) {
    const sides = [content['this'], content['low'], content['high']]
    if (!sides.some((side) => isZoned(side, context))) return undefined
    const [value, low, high] = sides.map((side) => instantOf(side, context))
    return { between: { ...content, this: value, low, high } }
  },
  in(content, context) {
    const list = (content['expressions'] ?? []) as unknown[]
    if (![content['this'], ...list].some((side) => isZoned(side, context))) return undefined
    const expressions = list.map((side) => instantOf(side, context))
    return { in: { ...content, this: instantOf(content['this'], context), expressions } }
  },
  cast: (content, context) => castZoned(content, context),
  try_cast: (content, context) => castZoned(content, context),
}

function castZoned(content: Node, context: RuleContext): unknown {
  const type = content['to']
  if (!isNode(type)) return undefined
  const literal = type['timezone'] === true ? zonedLiteral(stringOf(content['this']) ?? '') : undefined
  if (literal !== undefined && literal.zone !== 'UTC')
    return template('CAST(__V AS TIMESTAMP)', { V: stringLiteral(literal.clock) })
  if (!isZoned(content['this'], context)) return undefined
  if (/^(var_char|text|string)$/.test(textOf(type['data_type']))) return zonedText(content['this'], context)
  return type['data_type'] === 'timestamp' && type['timezone'] === true ? content['this'] : undefined
}

/** 2026-11-23 09:00:00.000 Asia/Tokyo */
function zonedText(node: unknown, context: RuleContext): unknown {
  const zone = context.knownOf(node)?.zone
  if (zone === undefined) return textOfMoved(node)
  return template(`strftime(__V, '%Y-%m-%d %H:%M:%S.%g') || __Z`, { V: node, Z: stringLiteral(` ${zone}`) })
}

/** The zone comes from the rows. */
function textOfMoved(node: unknown): unknown {
  const content = contentOf(node, 'function')
  if (content === undefined || textOf(content['name']) !== 'at_timezone')
    refuse('printing a time whose zone is not a literal in the query')
  const [, zone] = content['args'] as unknown[]
  return template(`strftime(__V, '%Y-%m-%d %H:%M:%S.%g ') || __Z`, { V: node, Z: parenthesized(zone) })
}

const MILLISECONDS: Record<string, number> = { millisecond: 1, second: 1000, minute: 60_000, hour: 3_600_000 }
const CLOCK_UNITS = new Set(['day', 'week', 'month', 'quarter', 'year'])

export const zoneFunctions: FunctionRules = {
  at_timezone: ([value, zone], context) => clockIn(zone, instantOf(value, context)),
  with_timezone([value, zone]) {
    const name = zoneOf(stringOf(zone) ?? '')
    return template(name === 'UTC' ? `timezone('UTC', CAST(__V AS TIMESTAMP))` : 'CAST(__V AS TIMESTAMP)', {
      V: value,
    })
  },
  from_unixtime([value, zone, minutes]) {
    if (zone === undefined) return undefined
    const offset = minutes === undefined ? undefined : offsetOf(zone, minutes)
    if (minutes !== undefined && offset === undefined) refuse('from_unixtime with hours that are no literals')
    return clockIn(offset === undefined ? zone : stringLiteral(offset), call('from_unixtime', value))
  },
  to_unixtime: ([value], context) => (isZoned(value, context) ? [instantOf(value, context)] : undefined),
  to_iso8601: ([value], context) =>
    isZoned(value, context)
      ? template(`strftime(__V, '%Y-%m-%dT%H:%M:%S.%g') || __O`, {
          V: value,
          O: offsetText(value, context, ':'),
        })
      : undefined,
  timezone_hour: ([value], context) => zonePartOf(value, context, 'hour'),
  timezone_minute: ([value], context) => zonePartOf(value, context, 'minute'),
  timezone: ([value], context) => stringLiteral(isZoned(value, context) ? zoneNameOf(value, context) : 'UTC'),
  date_diff([unit, from, to], context) {
    if (!isZoned(from, context) && !isZoned(to, context)) return undefined
    const isSameZone = context.knownOf(from)?.zone === context.knownOf(to)?.zone
    if (CLOCK_UNITS.has(stringOf(unit)?.toLowerCase() ?? '') && isSameZone) return undefined
    return [unit, instantOf(from, context), instantOf(to, context)]
  },
  date_add([unit, amount, time], context) {
    if (!isZoned(time, context) || CLOCK_UNITS.has(stringOf(unit)?.toLowerCase() ?? '')) return undefined
    const milliseconds = MILLISECONDS[stringOf(unit)?.toLowerCase() ?? '']
    if (milliseconds === undefined) return undefined
    const sum = template(`(__I + to_milliseconds(CAST(__N AS BIGINT) * ${milliseconds}))`, {
      I: instantOf(time, context),
      N: amount,
    })
    return clockIn(stringLiteral(zoneNameOf(time, context)), sum)
  },
}

export function zonePartOf(value: unknown, context: RuleContext, unit: 'hour' | 'minute'): unknown {
  if (!isZoned(value, context))
    return template('CASE WHEN __V IS NOT NULL THEN CAST(0 AS BIGINT) END', { V: value })
  const sides = { V: value, I: instantOf(value, context) }
  return unit === 'hour'
    ? template('CAST(trunc((epoch(__V) - epoch(__I)) / 3600e0) AS BIGINT)', sides)
    : template('CAST(fmod((epoch(__V) - epoch(__I)) / 60e0, 60) AS BIGINT)', sides)
}

/** The columns of the answer, with their zones. Types are gone by then: they are texts. */
export function printZones(tree: Node, context: RuleContext): Node {
  for (const tag of ['union', 'intersect', 'except']) {
    const sides = contentOf(tree, tag)
    if (sides === undefined) continue
    const [left, right] = [sides['left'], sides['right']].map((side) => printZones(side as Node, context))
    return { [tag]: { ...sides, left, right } }
  }
  const select = contentOf(tree, 'select')
  if (select === undefined) return tree
  const expressions = (select['expressions'] as unknown[]).map((item) => printed(item, context))
  return { select: { ...select, expressions } }
}

function printed(item: unknown, context: RuleContext): unknown {
  const alias = contentOf(item, 'alias')
  const value = alias === undefined ? item : alias['this']
  const known: Known | undefined = context.knownOf(value)
  if (known?.kind !== 'zoned') return item
  if (alias !== undefined) return { alias: { ...alias, this: zonedText(value, context) } }
  const name = nameOf(contentOf(value, 'column')?.['name'])
  const text = zonedText(value, context)
  return name === undefined ? text : template(`__T AS "${name.replaceAll('"', '""')}"`, { T: text })
}
