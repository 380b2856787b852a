import { equal } from 'node:assert/strict'
import { it } from 'node:test'
import { matchesPattern } from './name-pattern.ts'

const CASES: [pattern: string, name: string, matches: boolean][] = [
  ['a', 'a', true],
  ['a', 'ab', false],
  ['A*', 'ab', true],
  ['*b', 'ab', true],
  ['a*a', 'a', false],
  ['a*b*c', 'aXbXc', true],
  ['a*b*c', 'aXcXb', false],
  ['*ab*ab*', 'xabx', false],
  ['*ab*ab*', 'ababx', true],
  ['x|a*', 'abc', true],
  ['x|y', 'z', false],
  ['.*_log', 'web_log', true],
  ['a.c', 'abc', false],
  ['%log%', 'my_logs', true],
  ['a_c', 'abc', false],
  ['', '', true],
  ['*', '', true],
]

it('patterns of SHOW match names', () => {
  for (const [pattern, name, matches] of CASES)
    equal(matchesPattern(pattern, name), matches, `${pattern} ${name}`)
  equal(matchesPattern(undefined, 'anything'), true)
})

it('a pattern made to be slow is not', () => {
  equal(matchesPattern(`${'*a'.repeat(50_000)}*b`, 'a'.repeat(255)), false)
})
