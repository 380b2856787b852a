/** The values of one partition key that a predicate leaves: a list of them, or a range. Never too few. */
import { compareKeys, isAmong, type KeyValue } from './key-value.ts'
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
      return hull(predicate.of.map((part) => rangeOf(part, column)))
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
  if ('values' in range) return isAmong(range.values, value)
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

/** Holds all of them, and perhaps what lies between. */
function hull(ranges: KeyRange[]): KeyRange {
  const lists = ranges.flatMap((range) => ('values' in range ? [range.values] : []))
  if (lists.length === ranges.length) return { values: [...new Set(lists.flat())] }
  // Those without ends hold nothing.
  const all = ranges.map(ends).filter((range) => range !== undefined)
  return {
    min: all
      .map(({ min }) => min)
      .reduce((a, b) => (a === undefined || b === undefined ? undefined : earlier(a, b))),
    max: all
      .map(({ max }) => max)
      .reduce((a, b) => (a === undefined || b === undefined ? undefined : later(a, b))),
  }
}

function ends(range: KeyRange): { min: KeyValue | undefined; max: KeyValue | undefined } | undefined {
  if (!('values' in range)) return range
  return range.values.length === 0 ? undefined : spanOf(range.values)
}

/** From the least to the greatest of at least one value. */
export function spanOf(values: readonly KeyValue[]): { min: KeyValue; max: KeyValue } {
  return {
    min: values.reduce((a, b) => (compareKeys(a, b) <= 0 ? a : b)),
    max: values.reduce((a, b) => (compareKeys(a, b) >= 0 ? a : b)),
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
