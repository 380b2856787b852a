/** Points in time that a statement writes as a constant, in epoch milliseconds; undefined for all else. */
import { contentOf, isNode, stringOf, tagOf, textOf, type Node } from '../dialect/ast.ts'

const CIVIL =
  /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?(?: ?(?:UTC|Z|\+00:?00))?$/
const UNIT_MS: Record<string, number> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
}

export function instantOf(node: unknown, nowMs: number): number | undefined {
  const tag = tagOf(node)
  if (tag === undefined) return undefined
  const content = (node as Node)[tag]
  if (tag === 'current_timestamp') return nowMs
  if (!isNode(content)) return undefined
  if (tag === 'paren') return instantOf(content['this'], nowMs)
  if (tag === 'literal') return literalInstant(content)
  if (tag === 'cast') return castInstant(content, nowMs)
  if (tag === 'add' || tag === 'sub') return shifted(content, tag, nowMs)
  if (tag === 'function') return functionInstant(content, nowMs)
  return undefined
}

function literalInstant(literal: Node): number | undefined {
  const kinds = ['timestamp', 'date', 'string']
  return kinds.includes(textOf(literal['literal_type'])) ? civilToMs(textOf(literal['value'])) : undefined
}

function castInstant(cast: Node, nowMs: number): number | undefined {
  const type = isNode(cast['to']) ? textOf(cast['to']['data_type']) : ''
  // A date in a cast would be cut to midnight; a text keeps its time. Only the timestamp is taken as it stands.
  return type === 'timestamp' ? instantOf(cast['this'], nowMs) : undefined
}

function functionInstant(call: Node, nowMs: number): number | undefined {
  const name = textOf(call['name']).toLowerCase()
  const args = Array.isArray(call['args']) ? call['args'] : []
  if (name === 'now' && args.length === 0) return nowMs
  const text = args.length === 1 ? stringOf(args[0]) : undefined
  return name === 'from_iso8601_timestamp' && text !== undefined ? civilToMs(text) : undefined
}

function shifted(sides: Node, tag: 'add' | 'sub', nowMs: number): number | undefined {
  const start = instantOf(sides['left'], nowMs)
  const interval = contentOf(sides['right'], 'interval')
  if (start === undefined || interval === undefined) return undefined
  const amount = Number(stringOf(interval['this']))
  const unit = isNode(interval['unit']) ? textOf(interval['unit']['unit']).toLowerCase() : ''
  const unitMs = UNIT_MS[unit]
  if (!Number.isFinite(amount) || unitMs === undefined) return undefined
  return tag === 'add' ? start + amount * unitMs : start - amount * unitMs
}

/** Text without a zone is UTC, as everywhere in Hozon's SQL. Other zones are left to the engine. */
function civilToMs(text: string): number | undefined {
  const found = CIVIL.exec(text.trim())
  if (found === null) return undefined
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0))
  const ms = Number((found[7] ?? '').padEnd(3, '0').slice(0, 3))
  return Date.UTC(year!, month! - 1, day!, hour, minute, second, ms)
}
