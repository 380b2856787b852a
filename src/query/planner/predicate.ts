/**
 * What a statement demands of a table's partition columns and event time: a small tree that can be asked whether an
 * object may hold a matching row. It errs to one side only: `any` stands for everything that is not understood.
 */
export type PartitionPredicate =
  | { kind: 'any' }
  | { kind: 'none' }
  | { kind: 'and'; of: PartitionPredicate[] }
  | { kind: 'or'; of: PartitionPredicate[] }
  | { kind: 'compare'; column: string; operator: Comparison; value: string }
  | { kind: 'in'; column: string; values: string[] }
  | { kind: 'time'; operator: Comparison; ms: number }

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>='

/** What is known of an object or of a part of the buffer without opening it. */
export interface Prunable {
  /** Partition key (lower case) -> value. */
  partition: ReadonlyMap<string, string>
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
    case 'compare': {
      const value = object.partition.get(predicate.column)
      return value === undefined || holds(compareBytes(value, predicate.value), predicate.operator)
    }
    case 'in': {
      const value = object.partition.get(predicate.column)
      return value === undefined || predicate.values.includes(value)
    }
    case 'time':
      return timeMayMatch(predicate.operator, predicate.ms, object)
  }
}

/** SQL compares text by its UTF-8 bytes; JavaScript's `<` would compare UTF-16 units. */
function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}

function holds(order: number, operator: Comparison): boolean {
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

export function and(parts: PartitionPredicate[]): PartitionPredicate {
  if (parts.some((part) => part.kind === 'none')) return { kind: 'none' }
  const of = parts.filter((part) => part.kind !== 'any')
  return of.length === 0 ? { kind: 'any' } : of.length === 1 ? of[0]! : { kind: 'and', of }
}

export function or(parts: PartitionPredicate[]): PartitionPredicate {
  if (parts.some((part) => part.kind === 'any')) return { kind: 'any' }
  const of = parts.filter((part) => part.kind !== 'none')
  return of.length === 0 ? { kind: 'none' } : of.length === 1 ? of[0]! : { kind: 'or', of }
}
