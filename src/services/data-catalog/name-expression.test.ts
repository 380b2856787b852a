import { test } from 'node:test'
import { equal, throws } from 'node:assert/strict'
import { nameMatcher } from './name-expression.ts'

const fits = (expression: string, name: string): boolean => nameMatcher(expression)(name)

test('a name fits as a whole, in the letters of names', () => {
  equal(fits('a.c', 'abc'), true)
  equal(fits('^a$', 'ab'), false)
  equal(fits('', 'a'), false)
  equal(fits('', ''), true)
  equal(fits('\\w+', 'ab_1'), true)
  equal(fits('[a-c]+\\.x?|D', 'abc.'), true)
  equal(fits('[a-c]+\\.x?|D', 'd'), true)
  equal(fits('[a-c]+', 'd'), false)
  equal(fits('a+b', 'aaab'), true)
  equal(fits('注文.', '注文録'), true)
})

test('a star stands for anything where it is behind a letter, and where it is first', () => {
  equal(fits('a*c*', 'abcd'), true)
  equal(fits('*orders', 'daily_orders'), true)
  equal(fits('[a]*', 'ab'), false)
})

test('each alternative ends for itself', () => {
  equal(fits('ab?|c', 'a'), true)
  equal(fits('ab?|c', 'ac'), false)
  equal(fits('ab?|c', 'abc'), false)
  equal(fits('a|', ''), true)
})

test('expressions mean what they mean to JavaScript where both have them', () => {
  const pieces = ['a', 'b', '.', '[ab]', '[^a]', '\\w', 'c', '|'].flatMap((sign) =>
    sign.length === 1 && /[a-c|]/.test(sign) ? [sign] : [sign, `${sign}*`, `${sign}+`, `${sign}?`],
  )
  pieces.push('a+', 'b?', 'c?')
  let state = 7
  const upTo = (count: number): number => {
    state = (state * 1103515245 + 12345) & 0x7fffffff
    return (state >> 8) % count
  }
  const some = (from: readonly string[], max: number): string =>
    Array.from({ length: upTo(max) }, () => from[upTo(from.length)]).join('')
  for (let round = 0; round < 3000; round++) {
    const expression = some(pieces, 9)
    const isWanted = nameMatcher(expression)
    const reference = new RegExp(`^(?:${expression})$`)
    for (let name = 0; name < 5; name++) {
      const text = some(['a', 'b', 'c', '-'], 7)
      equal(isWanted(text), reference.test(text), `${expression} on ${text}`)
    }
  }
})

test('a thousand names are looked through at once, whatever the expression', () => {
  // In vain, from many places: each of these took seconds or years for as many names.
  const name = 'a'.repeat(254)
  for (const expression of ['.?'.repeat(512), '*a'.repeat(500), '.*.?.+'.repeat(300), 'a?|'.repeat(600)]) {
    const isWanted = nameMatcher(`${expression}b`)
    for (let at = 0; at < 1000; at++) isWanted(`${name}c`)
    equal(isWanted(`${name}c`), false)
    equal(isWanted('b'), expression !== '*a'.repeat(500) && expression !== '.*.?.+'.repeat(300))
  }
})

test('groups, counts and unknown escapes are refused', () => {
  for (const expression of ['(a|b)', 'a{2}', '\\p', '[', 'a\\'])
    throws(() => nameMatcher(expression), { name: 'InvalidInputException' }, expression)
})
