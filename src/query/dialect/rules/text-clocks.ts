/**
 * The clock of a time that a text says with a zone of its own: `hour(from_iso8601_timestamp('2026-11-23T09:00:00+09:00'))` is 9.
 * DuckDB's instant forgets the zone, so where fields, days, formats or truncation are asked of the text right away, they
 * are asked of its clock. A column of such times, from a subquery, has the clock of UTC: docs/guides/sql.md.
 */
import { call, contentOf, isNode, textOf, type Node } from '../ast.ts'
import type { FunctionRule, FunctionRules, NodeRule, NodeRules } from '../rewrite.ts'
import { template } from '../template.ts'

/** Undefined for all but a text that becomes a time there. */
function clockOf(node: unknown): unknown {
  const text = textOfTime(node)
  return text === undefined ? undefined : call('__clock_of_text', text)
}

function textOfTime(node: unknown): unknown {
  const content = contentOf(node, 'function')
  if (content === undefined || textOf(content['name']).toLowerCase() !== 'from_iso8601_timestamp')
    return undefined
  return (content['args'] as unknown[])[0]
}

function askedOfClock(tag: string, content: Node): unknown {
  const clock = clockOf(content['this'])
  return clock === undefined ? undefined : { [tag]: { ...content, this: clock } }
}

const readsClockFirst: FunctionRule = ([time, ...others]) => {
  const clock = clockOf(time)
  return clock === undefined ? undefined : [clock, ...others]
}

const FIELDS =
  'year quarter month week day hour minute day_of_week day_of_month day_of_year week_of_year year_of_week dow doy yow'.split(
    ' ',
  )

export const textClockNodes: NodeRules = {
  ...Object.fromEntries(
    [...FIELDS, 'extract'].map((tag): [string, NodeRule] => [tag, (content) => askedOfClock(tag, content)]),
  ),
  cast: (content) => castOfClock('cast', content),
  try_cast: (content) => castOfClock('try_cast', content),
}

/** To a day, or to a time without a zone. */
function castOfClock(tag: string, content: Node): unknown {
  const type = content['to']
  if (!isNode(type) || type['timezone'] === true) return undefined
  const isClock = type['data_type'] === 'date' || type['data_type'] === 'timestamp'
  return isClock ? askedOfClock(tag, content) : undefined
}

export const textClockFunctions: FunctionRules = {
  ...Object.fromEntries(
    [...FIELDS, 'date', 'date_format', 'format_datetime'].map((name) => [name, readsClockFirst]),
  ),
  /** The instant at which that clock showed the beginning. */
  date_trunc([unit, time]) {
    const [text, clock] = [textOfTime(time), clockOf(time)]
    if (clock === undefined) return undefined
    return template('(CAST(__T AS TIMESTAMPTZ) - (__C - date_trunc(__U, __C)))', {
      T: text,
      C: clock,
      U: unit,
    })
  },
}
