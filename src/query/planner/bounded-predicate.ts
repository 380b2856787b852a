/**
 * What a statement demands, small enough to be asked of each partition: a generated statement may have thousands of
 * conditions. What is too much is left out, so that more is read, never less.
 */
import { type KeyValue } from './key-value.ts'
import { and, or, type PartitionPredicate } from './predicate.ts'

/**
 * Conditions, where a list of values is one: each takes some fifty nanoseconds a partition, and a hundred thousand
 * partitions are asked one after the other.
 */
const CONDITIONS_MAX = 500
/** Of all lists together: they go from the engine to the server, and are kept while the statement is planned. */
const VALUES_MAX = 100_000

export function boundedPredicate(predicate: PartitionPredicate): PartitionPredicate {
  const merged = mergeEqual(predicate)
  if (isSmall(sizeOf(merged))) return merged
  if (merged.kind !== 'and') return { kind: 'any' }
  // Each of them holds for every row that matters, whatever the others say.
  const total = { conditions: 0, values: 0 }
  const [weak, strong] = [merged.of.filter(isWeak), merged.of.filter((part) => !isWeak(part))]
  const kept = [...strong, ...weak].filter((part) => {
    const { conditions, values } = sizeOf(part)
    const sum = { conditions: total.conditions + conditions, values: total.values + values }
    if (!isSmall(sum)) return false
    Object.assign(total, sum)
    return true
  })
  return and(kept)
}

/** Leaves out next to nothing. */
function isWeak(part: PartitionPredicate): boolean {
  return part.kind === 'compare' && part.operator === '<>'
}

/** `k = 1 OR k = 2 OR k IN (3)` -> `k IN (1, 2, 3)`, from the third value on. */
function mergeEqual(predicate: PartitionPredicate): PartitionPredicate {
  if (predicate.kind === 'and') return and(predicate.of.map(mergeEqual))
  if (predicate.kind !== 'or') return predicate
  const parts = predicate.of.map(mergeEqual)
  const values = new Map<string, KeyValue[]>()
  for (const part of parts) {
    const found = equalValues(part)
    if (found === undefined) continue
    const list = values.get(found.column)
    if (list === undefined) values.set(found.column, [...found.values])
    else for (const value of found.values) list.push(value)
  }
  const isMerged = (column: string): boolean => values.get(column)!.length > 2
  const others = parts.filter((part) => {
    const found = equalValues(part)
    return found === undefined || !isMerged(found.column)
  })
  const lists = [...values].filter(([column]) => isMerged(column))
  return or([
    ...others,
    ...lists.map(([column, all]): PartitionPredicate => ({ kind: 'in', column, values: all })),
  ])
}

function equalValues(part: PartitionPredicate): { column: string; values: KeyValue[] } | undefined {
  if (part.kind === 'in') return part
  if (part.kind !== 'compare' || part.operator !== '=') return undefined
  return { column: part.column, values: [part.value] }
}

interface Size {
  conditions: number
  values: number
}

function isSmall({ conditions, values }: Size): boolean {
  return conditions <= CONDITIONS_MAX && values <= VALUES_MAX
}

function sizeOf(predicate: PartitionPredicate): Size {
  if (!('of' in predicate))
    return { conditions: 1, values: predicate.kind === 'in' ? predicate.values.length : 0 }
  const total = { conditions: 0, values: 0 }
  for (const part of predicate.of) {
    const { conditions, values } = sizeOf(part)
    total.conditions += conditions
    total.values += values
  }
  return total
}
