/** Constants as a statement writes them; undefined for all else. */
import { contentOf, isNode, numberOf, stringOf, tagOf, textOf, walkTree, type Node } from '../dialect/ast.ts'
import { DAY_MS } from '../../base/civil-date.ts'
import { civilMs, type Constant } from './key-value.ts'

type Instant = Constant & { kind: 'instant' }

const UNIT_MS: Record<string, number> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: DAY_MS,
  week: 7 * DAY_MS,
}

/** Reads the constants of one statement. */
export type ReadConstant = (node: unknown) => Constant | undefined

/** @param values of expressions, as the engine computed them */
export function constantReader(nowMs: number, values: ReadonlyMap<Node, Constant> = new Map()): ReadConstant {
  return (node) => {
    const constant = constantOf(node, nowMs)
    if (constant !== undefined || !isNode(node)) return constant
    return values.get(node) ?? (isExpression(node) ? { kind: 'expression', node } : undefined)
  }
}

/** What makes of an expression more than a value that is the same for all rows. */
const NOT_CONSTANT = 'column star select subquery table placeholder parameter dot lambda'.split(' ')

function isExpression(node: Node): boolean {
  let isConstant = tagOf(node) !== undefined
  walkTree(node, (part) => {
    if (NOT_CONSTANT.some((tag) => isNode(part[tag])) || isQuotedName(contentOf(part, 'function')))
      isConstant = false
    // Blanks at its end count for nothing where it is compared.
    if (part['data_type'] === 'char') isConstant = false
    return isConstant
  })
  return isConstant
}

function constantOf(node: unknown, nowMs: number): Constant | undefined {
  const text = stringOf(node)
  if (text !== undefined) return { kind: 'text', text }
  const paren = contentOf(node, 'paren')
  if (paren !== undefined) return constantOf(paren['this'], nowMs)
  const flag = contentOf(node, 'boolean')
  if (flag !== undefined) return { kind: 'boolean', value: flag['value'] === true }
  return numberConstant(node) ?? instantOf(node, nowMs)
}

function numberConstant(node: unknown): Constant | undefined {
  const literal = contentOf(node, 'literal')
  if (literal?.['literal_type'] === 'number') return { kind: 'number', text: textOf(literal['value']) }
  const inner = contentOf(node, 'neg')
  const number = inner === undefined ? undefined : contentOf(inner['this'], 'literal')
  return number?.['literal_type'] === 'number'
    ? { kind: 'number', text: `-${textOf(number['value'])}` }
    : undefined
}

/** A text is an instant only where a cast or a comparison makes it one. */
function instantOf(node: unknown, nowMs: number): Instant | undefined {
  const tag = tagOf(node)
  if (tag === undefined) return undefined
  const content = (node as Node)[tag]
  if (tag === 'current_timestamp') return instant(nowMs)
  if (tag === 'current_date') return today(nowMs)
  if (!isNode(content)) return undefined
  if (tag === 'paren') return instantOf(content['this'], nowMs)
  if (tag === 'literal') return literalInstant(content)
  if (tag === 'cast') return castInstant(content, nowMs)
  if (tag === 'add' || tag === 'sub') return shifted(content, tag, nowMs)
  if (tag === 'function') return functionInstant(content, nowMs)
  return undefined
}

function instant(ms: number | undefined, isDate = false): Instant | undefined {
  return ms === undefined ? undefined : { kind: 'instant', ms, isDate }
}

function today(nowMs: number): Instant {
  return { kind: 'instant', ms: Math.floor(nowMs / DAY_MS) * DAY_MS, isDate: true }
}

function literalInstant(literal: Node): Instant | undefined {
  const type = textOf(literal['literal_type'])
  if (type !== 'timestamp' && type !== 'date') return undefined
  const ms = civilMs(textOf(literal['value']))
  return type === 'date' && ms !== undefined && ms % DAY_MS !== 0 ? undefined : instant(ms, type === 'date')
}

function castInstant(cast: Node, nowMs: number): Instant | undefined {
  const type = isNode(cast['to']) ? textOf(cast['to']['data_type']) : ''
  if (type !== 'timestamp' && type !== 'date') return undefined
  const text = stringOf(cast['this'])
  const ms = text === undefined ? instantOf(cast['this'], nowMs)?.ms : civilMs(text)
  if (ms === undefined) return undefined
  return type === 'date' ? instant(Math.floor(ms / DAY_MS) * DAY_MS, true) : instant(ms)
}

/** `"now"` is a column, whose quotes the parser forgets. */
function isQuotedName(call: Node | undefined): boolean {
  return call?.['no_parens'] === true && textOf(call['name']).toLowerCase() === 'now'
}

function functionInstant(call: Node, nowMs: number): Instant | undefined {
  if (isQuotedName(call)) return undefined
  const name = textOf(call['name']).toLowerCase()
  const args = Array.isArray(call['args']) ? (call['args'] as unknown[]) : []
  if (name === 'current_date' && args.length === 0) return today(nowMs)
  if (name === 'now' && args.length === 0) return instant(nowMs)
  if (name === 'date' && args.length === 1)
    return castInstant({ this: args[0], to: { data_type: 'date' } }, nowMs)
  const text = args.length === 1 ? stringOf(args[0]) : undefined
  if (name === 'from_iso8601_timestamp' && text !== undefined) return instant(civilMs(text))
  return name === 'date_add' && args.length === 3 ? dateAdded(args, nowMs) : undefined
}

function dateAdded([unit, amount, start]: unknown[], nowMs: number): Instant | undefined {
  const count = numberConstant(amount)
  return count?.kind === 'number'
    ? moved(instantOf(start, nowMs), Number(count.text), stringOf(unit) ?? '')
    : undefined
}

function shifted(sides: Node, tag: 'add' | 'sub', nowMs: number): Instant | undefined {
  const interval = contentOf(sides['right'], 'interval')
  if (interval === undefined) return undefined
  const amount = Number(stringOf(interval['this']) ?? numberOf(interval['this']))
  const unit = isNode(interval['unit']) ? textOf(interval['unit']['unit']) : ''
  return moved(instantOf(sides['left'], nowMs), tag === 'add' ? amount : -amount, unit)
}

function moved(start: Instant | undefined, amount: number, unit: string): Instant | undefined {
  const unitMs = UNIT_MS[unit.toLowerCase()]
  if (start === undefined || unitMs === undefined || !Number.isSafeInteger(amount)) return undefined
  const ms = start.ms + amount * unitMs
  // A date that is moved by hours: what the engine makes of it is left to it.
  return start.isDate && ms % DAY_MS !== 0 ? undefined : instant(ms, start.isDate)
}
