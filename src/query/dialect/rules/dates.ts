/** Times: zones, date arithmetic that stays a date, units of date_add, ISO fields. */
import { HozonError } from '../../../base/errors.ts'
import { call, contentOf, isNode, parenthesized, stringOf, tagOf, textOf } from '../ast.ts'
import type { FunctionRules, NodeRules, RuleContext } from '../rewrite.ts'
import { template } from '../template.ts'
import { zonePartOf } from './zones.ts'

const UNIT_FUNCTIONS: Record<string, string> = {
  millisecond: '__milliseconds',
  second: 'to_seconds',
  minute: 'to_minutes',
  hour: 'to_hours',
  day: 'to_days',
  week: 'to_weeks',
  month: 'to_months',
  quarter: 'to_quarters',
  year: 'to_years',
}

/** Where Trino counts by ISO and DuckDB does not. */
const ISO_FIELDS: [field: RegExp, name: string][] = [
  [/^(dow|day_?of_?week)$/i, 'isodow'],
  [/^(yow|year_?of_?week)$/i, 'isoyear'],
  [/^(doy|day_?of_?year)$/i, 'dayofyear'],
]

/** An interval is its seconds: 49 hours are 2 days and 1 hour. */
const SPAN_FIELDS: Record<string, string> = {
  day: 'CAST(trunc(epoch(__I) / 86400e0) AS BIGINT)',
  hour: 'CAST(trunc(epoch(__I) / 3600e0) AS BIGINT) % 24',
  minute: 'CAST(trunc(epoch(__I) / 60e0) AS BIGINT) % 60',
  second: 'CAST(trunc(epoch(__I)) AS BIGINT) % 60',
}

export const dateNodes: NodeRules = {
  add: (content, context, node) =>
    staysDate(content['left'], content['right'], node, context) ??
    staysDate(content['right'], content['left'], node, context),
  sub(content, context, node) {
    const { left, right } = content
    if (context.kindOf(left) === undefined && context.kindOf(right) === undefined) return noDate(left, node)
    if (context.kindOf(left) === 'date' && context.kindOf(right) === 'date')
      return template('to_days(CAST(__D AS INTEGER))', { D: parenthesized(node) })
    return staysDate(left, right, node, context)
  },
  extract(content, context) {
    const field =
      typeof content['field'] === 'string'
        ? content['field']
        : JSON.stringify(content['field']).replaceAll(/[^\w]|custom/gi, '')
    const zonePart = /^timezone_?(hour|minute)$/i.exec(field)?.[1]?.toLowerCase()
    if (zonePart !== undefined)
      return zonePartOf(content['this'], context, zonePart === 'hour' ? 'hour' : 'minute')
    const isSpan = context.kindOf(content['this']) === 'interval'
    const ofSpan = isSpan ? SPAN_FIELDS[field.toLowerCase()] : undefined
    if (ofSpan !== undefined) return template(ofSpan, { I: content['this'] })
    const name = ISO_FIELDS.find(([pattern]) => pattern.test(field))?.[1]
    return name === undefined ? undefined : call(name, content['this'])
  },
  date_trunc(content, context, node) {
    const kind = context.kindOf(content['this'])
    if (kind === undefined)
      return { date_trunc: { ...content, this: call('__no_date_unseen', content['this']) } }
    return kind === 'date' ? asDate(node) : undefined
  },
}

/** DATE + INTERVAL '1' DAY is a date in Trino and a timestamp in DuckDB. */
function staysDate(date: unknown, interval: unknown, node: unknown, context: RuleContext): unknown {
  if (context.kindOf(date) === undefined && context.kindOf(interval) === 'interval') return noDate(date, node)
  if (context.kindOf(date) !== 'date') return undefined
  const unit = contentOf(interval, 'interval')?.['unit']
  const isWholeDays = isNode(unit) && /^(day|week|month|quarter|year)$/i.test(textOf(unit['unit']))
  const isSpan = contentOf(interval, 'cast') !== undefined && isNode(contentOf(interval, 'cast')?.['to'])
  return isWholeDays || isSpan ? asDate(parenthesized(node)) : undefined
}

/** Whether it stays a date can not be seen: it must be none. */
function noDate(time: unknown, node: unknown): unknown {
  const tag = tagOf(node) ?? ''
  const content = contentOf(node, tag)
  const checked = call('__no_date_unseen', time)
  if (content?.['left'] === time) return { [tag]: { ...content, left: checked } }
  return content?.['right'] === time ? { [tag]: { ...content, right: checked } } : undefined
}

function asDate(node: unknown): unknown {
  return template('CAST(__X AS DATE)', { X: node })
}

export const dateFunctions: FunctionRules = {
  // With a precision, which is the engine's own.
  current_timestamp: (args) => (args.length > 0 ? call('now') : undefined),
  localtimestamp: (args) => (args.length > 0 ? template('localtimestamp') : undefined),
  date_add(args, context) {
    const unit = stringOf(args[0])?.toLowerCase() ?? ''
    const make = UNIT_FUNCTIONS[unit]
    if (make === undefined || args.length !== 3)
      throw new HozonError('HOZON_SQL_FAILED', `'${unit}' is not a unit of date_add`, { op: 'translate' })
    const amount = unit === 'millisecond' ? args[1] : template('CAST(__N AS INTEGER)', { N: args[1] })
    const time = context.kindOf(args[2]) === undefined ? call('__no_date_unseen', args[2]) : args[2]
    const sum = parenthesized({ add: binary(time, call(make, amount)) })
    return context.kindOf(args[2]) === 'date' ? asDate(sum) : sum
  },
  date_trunc(args, context, content) {
    const unit = stringOf(args[0])?.toLowerCase()
    if (unit !== undefined && UNIT_FUNCTIONS[unit] === undefined)
      throw new HozonError(
        'HOZON_SQL_FAILED',
        `INVALID_FUNCTION_ARGUMENT: '${unit}' is not a valid Timestamp field`,
        {
          op: 'translate',
        },
      )
    if (context.kindOf(args[1]) === undefined)
      return { function: { ...content, args: [args[0], call('__no_date_unseen', args[1])] } }
    return context.kindOf(args[1]) === 'date' && tagOf(args[0]) === 'literal'
      ? asDate({ function: content })
      : undefined
  },
}

function binary(left: unknown, right: unknown): Record<string, unknown> {
  return { left, right, left_comments: [], operator_comments: [], trailing_comments: [] }
}
