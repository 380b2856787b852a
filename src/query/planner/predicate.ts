/**
 * What a statement demands of a table's partition keys and event time: a small tree that can be asked whether an
 * object may hold a matching row. It errs to one side only: `any` stands for everything that is not understood.
 */
import { compareKeys, isAmong, type KeyValue } from './key-value.ts'

export type PartitionPredicate = Predicate<KeyLeaf>

/** A tree of conditions, whatever the conditions are. */
export type Predicate<Leaf> =
  | { kind: 'any' }
  | { kind: 'none' }
  | { kind: 'and'; of: Predicate<Leaf>[] }
  | { kind: 'or'; of: Predicate<Leaf>[] }
  | Leaf

/** Columns are keys of the table, in lower case. */
export type KeyLeaf =
  | { kind: 'compare'; column: string; operator: Comparison; value: KeyValue }
  | { kind: 'in'; column: string; values: KeyValue[] }
  /** Texts that begin so. */
  | { kind: 'prefix'; column: string; prefix: string }
  | { kind: 'null'; column: string; isNull: boolean }
  | { kind: 'time'; operator: Comparison; ms: number }

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>='

/** What is known of an object or of a part of the buffer without opening it. */
export interface Prunable {
  /** Partition key (lower case) -> value; null is NULL, undefined not known. */
  partition: ReadonlyMap<string, KeyValue | null | undefined>
  minTimeMs: number | undefined
  maxTimeMs: number | undefined
}

/** False only when no row of it can satisfy the predicate. */
export function mayMatch(predicate: PartitionPredicate, object: Prunable): boolean {
  switch (predicate.kind) {
    case 'any':
      return true
    case 'none':
      return false
    case 'and':
      return predicate.of.every((part) => mayMatch(part, object))
    case 'or':
      return predicate.of.some((part) => mayMatch(part, object))
    case 'time':
      return timeMayMatch(predicate.operator, predicate.ms, object)
    case 'compare':
    case 'in':
    case 'prefix':
    case 'null': {
      const value = object.partition.get(predicate.column)
      return value === undefined || keyMatches(predicate, value)
    }
  }
}

function keyMatches(leaf: Exclude<KeyLeaf, { kind: 'time' }>, value: KeyValue | null): boolean {
  if (leaf.kind === 'null') return (value === null) === leaf.isNull
  // No comparison with NULL is true.
  if (value === null) return false
  if (leaf.kind === 'compare') return holds(compareKeys(value, leaf.value), leaf.operator)
  if (leaf.kind === 'in') return isAmong(leaf.values, value)
  return typeof value !== 'string' || value.startsWith(leaf.prefix)
}

/** @param order of the two sides: negative where the first is less */
export function holds(order: number, operator: Comparison): boolean {
  switch (operator) {
    case '=':
      return order === 0
    case '<>':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}

/**
 * The catalog compares exactly, and knows the stream's zone; this only has to be safe. A time written without a zone
 * counts as UTC in the column and as local time for the object's bounds, so the two may be most of a day apart.
 */
const TIME_MARGIN_MS = 15 * 3_600_000

function timeMayMatch(operator: Comparison, ms: number, object: Prunable): boolean {
  // No row has an event time, so the column is NULL in all of them and no comparison with it is true.
  // Kept nevertheless: an object restored from a bucket may simply not know its times.
  if (object.minTimeMs === undefined || object.maxTimeMs === undefined) return true
  const [min, max] = [object.minTimeMs - TIME_MARGIN_MS, object.maxTimeMs + TIME_MARGIN_MS]
  if (operator === '<' || operator === '<=') return min <= ms
  if (operator === '>' || operator === '>=') return max >= ms
  if (operator === '=') return min <= ms && ms <= max
  return true
}

export function and<Leaf extends { kind: string }>(parts: Predicate<Leaf>[]): Predicate<Leaf> {
  if (parts.some((part) => part.kind === 'none')) return { kind: 'none' }
  const of = parts.flatMap((part) => ('of' in part && part.kind === 'and' ? part.of : [part]))
  const known = of.filter((part) => part.kind !== 'any')
  return known.length === 0 ? { kind: 'any' } : known.length === 1 ? known[0]! : { kind: 'and', of: known }
}

export function or<Leaf extends { kind: string }>(parts: Predicate<Leaf>[]): Predicate<Leaf> {
  if (parts.some((part) => part.kind === 'any')) return { kind: 'any' }
  const parallel = parts.flatMap((part) => ('of' in part && part.kind === 'or' ? part.of : [part]))
  const of = parallel.filter((part) => part.kind !== 'none')
  return of.length === 0 ? { kind: 'none' } : of.length === 1 ? of[0]! : { kind: 'or', of }
}

/** The same tree over other leaves; one that is mapped to `any` demands nothing. */
export function mapLeaves<From extends { kind: string }, To extends { kind: string }>(
  predicate: Predicate<From>,
  map: (leaf: From) => Predicate<To>,
): Predicate<To> {
  if (predicate.kind === 'any' || predicate.kind === 'none') return predicate as Predicate<To>
  if (predicate.kind === 'and' || predicate.kind === 'or') {
    const of = (predicate as { of: Predicate<From>[] }).of.map((part) => mapLeaves(part, map))
    return predicate.kind === 'and' ? and(of) : or(of)
  }
  return map(predicate as From)
}
