/** Demands of statements with thousands of conditions. */
import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { boundedPredicate } from './bounded-predicate.ts'
import { isInRange, rangeOf } from './key-range.ts'
import { mayMatch, type PartitionPredicate, type Predicate } from './predicate.ts'

const is = (value: number, column = 'n'): PartitionPredicate => ({
  kind: 'compare',
  column,
  operator: '=',
  value,
})
const isNot = (value: number): PartitionPredicate => ({ kind: 'compare', column: 'n', operator: '<>', value })
const below = (value: number): PartitionPredicate => ({ kind: 'compare', column: 'n', operator: '<', value })

const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number)
const either = (of: PartitionPredicate[]): PartitionPredicate => ({ kind: 'or', of })
const all = (of: PartitionPredicate[]): PartitionPredicate => ({ kind: 'and', of })

function holds(predicate: PartitionPredicate, n: number): boolean {
  return mayMatch(predicate, { partition: new Map([['n', n]]), minTimeMs: undefined, maxTimeMs: undefined })
}

describe('demands', () => {
  test('that are few stay as they are', () => {
    const few: Predicate<PartitionPredicate>[] = [either([is(1), is(2)]), all([isNot(1), below(5)])]
    for (const predicate of few) deepEqual(boundedPredicate(predicate), predicate)
  })

  test('for one of many values are one list', () => {
    const ten: PartitionPredicate = { kind: 'in', column: 'n', values: numbers(10) }
    deepEqual(boundedPredicate(either([...numbers(9).map((n) => is(n)), is(9)])), ten)
    deepEqual(boundedPredicate(either([is(0), { ...ten, values: numbers(10).slice(1) }])), ten)
    const others = boundedPredicate(either([is(7, 'm'), ...numbers(10).map((n) => is(n)), below(-5)]))
    deepEqual(others, either([is(7, 'm'), below(-5), ten]))
  })

  test('for one of thousands of values leave out all others', () => {
    const predicate = boundedPredicate(either(numbers(30_000).map((n) => is(n * 2))))
    const left = numbers(60_000).filter((n) => holds(predicate, n))
    equal(left.length, 30_000)
    const range = rangeOf(all([predicate, predicate, below(100)]), 'n')
    equal(numbers(60_000).filter((n) => isInRange(range, n)).length, 51)
  })

  test('that are too many to be asked leave out less, and never too much', () => {
    const pairs = numbers(2000).map((n) => all([is(n), is(n, 'm')]))
    deepEqual(boundedPredicate(either(pairs)), { kind: 'any' })
    const some = boundedPredicate(all([below(10), ...numbers(2000).map(isNot)]))
    equal(holds(some, 10), false)
    equal(holds(some, 5000), false)
    equal(holds(boundedPredicate(all([...numbers(2000).map(isNot), below(10)])), 10), false)
    equal(holds(boundedPredicate(all([...numbers(2000).map(isNot), below(5000)])), 4000), true)
    deepEqual(boundedPredicate(all([below(10), either(pairs)])), below(10))
  })

  test('of lists that are too long leave out nothing', () => {
    deepEqual(boundedPredicate({ kind: 'in', column: 'n', values: numbers(100_001) }), { kind: 'any' })
  })
})

describe('the range of a key', () => {
  test('holds all of each side', () => {
    deepEqual(rangeOf(either([is(1), is(2), is(1)]), 'n'), { values: [1, 2] })
    deepEqual(rangeOf(either([is(1), below(-5), { kind: 'in', column: 'n', values: [3, 2] }]), 'n'), {
      min: undefined,
      max: 3,
    })
    deepEqual(rangeOf(either([is(1), is(2, 'm')]), 'n'), { min: undefined, max: undefined })
    deepEqual(rangeOf(either([{ kind: 'in', column: 'n', values: [] }, below(3)]), 'n'), {
      min: undefined,
      max: 3,
    })
  })
})
