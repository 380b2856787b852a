import { test } from 'node:test'
import { equal } from 'node:assert/strict'
import { balancedEnd } from './balanced-end.ts'

const endOf = (text: string, end: number = text.length): number => balancedEnd(Buffer.from(text), 0, end)

test('an object ends with the brace that closes it', () => {
  equal(endOf('{}{}'), 2)
  equal(endOf('{"a":[{"b":1}]} {"c":2}'), 15)
  equal(endOf('[1,{"a":[]}]x'), 12)
})

test('what is in strings closes nothing', () => {
  equal(endOf('{"a":"}"}'), 9)
  equal(endOf('{"a":"\\"}"}'), 11)
  equal(endOf('{"a":"\\\\"}'), 10)
  equal(endOf('{"a":"}\n}"}'), 11)
})

test('what does not end within its bounds has no end', () => {
  equal(endOf('{"a":1'), -1)
  equal(endOf('{"a":"}'), -1)
  equal(endOf('{"a":1}', 6), -1)
  equal(endOf('{"a":"\\'), -1)
})
