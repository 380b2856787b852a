/** The values of one partition key that a predicate leaves: a list of them, or a range. Never too few. */
import { compareKeys, type KeyValue } from './key-value.ts'
import type { PartitionPredicate } from './predicate.ts'

/** Both ends are part of the range, even where the predicate leaves them out; undefined is no end. */
export type KeyRange = { values: KeyValue[] } | { min: KeyValue | undefined; max: KeyValue | undefined }

const ALL: KeyRange = { min: undefined, max: undefined }

export function rangeOf(predicate: PartitionPredicate, column: string): KeyRange {
  switch (predicate.kind) {
    case 'none':
      return { values: [] }
    case 'and':
      return predicate.of.map((part) => rangeOf(part, column)).reduce(intersection, ALL)
    case 'or':
      return predicate.of.map((part) => rangeOf(part, column)).reduce(hull)
    case 'compare':
      return predicate.column === column ? ofComparison(predicate.operator, predicate.value) : ALL
    case 'in':
      return predicate.column === column ? { values: [...new Set(predicate.values)] } : ALL
    case 'prefix':
      return predicate.column === column ? ofPrefix(predicate.prefix) : ALL
    case 'any':
    case 'null':
    case 'time':
      return ALL
  }
}

export function isInRange(range: KeyRange, value: KeyValue): boolean {
  if ('values' in range) return range.values.includes(value)
  const { min, max } = range
  return (
    (min === undefined || compareKeys(value, min) >= 0) && (max === undefined || compareKeys(value, max) <= 0)
  )
}

function ofComparison(operator: string, value: KeyValue): KeyRange {
  if (operator === '=') return { values: [value] }
  if (operator === '<' || operator === '<=') return { min: undefined, max: value }
  if (operator === '>' || operator === '>=') return { min: value, max: undefined }
  return ALL
}

/** From the prefix to the first text behind all that begin with it. */
function ofPrefix(prefix: string): KeyRange {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!)
  while (points.at(-1) === LAST_POINT) points.pop()
  const last = points.pop()
  // Surrogates are no characters: behind what is before them comes what is after them.
  const next = last === 0xd7ff ? 0xe000 : (last ?? 0) + 1
  return { min: prefix, max: last === undefined ? undefined : String.fromCodePoint(...points, next) }
}

const LAST_POINT = 0x10ffff

function intersection(left: KeyRange, right: KeyRange): KeyRange {
  if ('values' in left) return { values: left.values.filter((value) => isInRange(right, value)) }
  if ('values' in right) return { values: right.values.filter((value) => isInRange(left, value)) }
  return { min: later(left.min, right.min), max: earlier(left.max, right.max) }
}

/** Holds all of both, and perhaps what lies between. */
function hull(left: KeyRange, right: KeyRange): KeyRange {
  if ('values' in left && 'values' in right)
    return { values: [...new Set([...left.values, ...right.values])] }
  const [a, b] = [ends(left), ends(right)]
  // One of them holds nothing.
  if (a === undefined) return right
  if (b === undefined) return left
  return {
    min: a.min === undefined || b.min === undefined ? undefined : earlier(a.min, b.min),
    max: a.max === undefined || b.max === undefined ? undefined : later(a.max, b.max),
  }
}

function ends(range: KeyRange): { min: KeyValue | undefined; max: KeyValue | undefined } | undefined {
  if (!('values' in range)) return range
  if (range.values.length === 0) return undefined
  return {
    min: range.values.reduce((a, b) => earlier(a, b)!),
    max: range.values.reduce((a, b) => later(a, b)!),
  }
}

function later(left: KeyValue | undefined, right: KeyValue | undefined): KeyValue | undefined {
  if (left === undefined || right === undefined) return left ?? right
  return compareKeys(left, right) >= 0 ? left : right
}

function earlier(left: KeyValue | undefined, right: KeyValue | undefined): KeyValue | undefined {
  if (left === undefined || right === undefined) return left ?? right
  return compareKeys(left, right) <= 0 ? left : right
}
