/** INTERVAL '1-2' YEAR TO MONTH and INTERVAL '2 03:04:05' DAY TO SECOND. */
import { isNode, stringOf, stringLiteral } from '../ast.ts'
import type { NodeRules } from '../rewrite.ts'
import { template } from '../template.ts'

export const intervalNodes: NodeRules = {
  interval(interval) {
    const unit = interval['unit']
    const text = stringOf(interval['this'])
    if (!isNode(unit) || unit['type'] !== 'span' || text === undefined) return undefined
    return template('CAST(__TEXT AS INTERVAL)', { TEXT: stringLiteral(spelledOut(text, unit['this'])) })
  },
}

function spelledOut(text: string, from: unknown): string {
  const [sign, rest] = text.startsWith('-') ? ['-', text.slice(1)] : ['', text]
  const years = from === 'Year' ? /^(\d+)-(\d+)$/.exec(rest) : null
  if (years !== null) return `${sign}${years[1]} years ${sign}${years[2]} months`
  const hours = from === 'Day' ? /^(\d+) (\d+)$/.exec(rest) : null
  if (hours !== null) return `${sign}${hours[1]} days ${sign}${hours[2]} hours`
  const days = from === 'Day' ? /^(\d+) (.*)$/.exec(rest) : null
  if (days !== null) return `${sign}${days[1]} days ${sign}${days[2]}`
  const seconds = from === 'Minute' ? /^\d+:\d+(\.\d+)?$/.exec(rest) : null
  return seconds === null ? text : `${sign}00:${rest}`
}
