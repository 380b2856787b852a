import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJsonBody } from './json-body.ts'

const REFUSED = { name: 'SerializationException', message: '' }
const LIMIT = 100_000

const parse = (text: string): unknown => parseJsonBody(Buffer.from(text))

test('a body of more values than anybody means is refused before it is parsed', () => {
  for (const element of ['{}', '0', '[]', 'null', '""', ' { } ']) {
    const list = (count: number): string => `{"Records":[${`${element},`.repeat(count - 1)}${element}]}`
    assert.equal((parse(list(LIMIT / 2 - 2)) as { Records: [] }).Records.length, LIMIT / 2 - 2)
    assert.throws(() => parse(list(LIMIT)), REFUSED, element)
  }
  const members = Array.from({ length: LIMIT + 1 }, (_, index) => `"${index}":0`).join(',')
  assert.throws(() => parse(`{${members}}`), REFUSED)
})

test('what stands in a string counts for nothing', () => {
  const text = '{[,\\"'.repeat(LIMIT)
  assert.deepEqual(parse(`{"a":"${text}","b":[1,2]}`), { a: '{[,"'.repeat(LIMIT), b: [1, 2] })
})

test('depth', () => {
  assert.ok(parse(`${'['.repeat(64)}${']'.repeat(64)}`))
  assert.throws(() => parse(`${'['.repeat(65)}${']'.repeat(65)}`), REFUSED)
})

test('what is no JSON in UTF-8', () => {
  for (const body of [Buffer.from('{"a":"\xff"}', 'latin1'), Buffer.from('{'), Buffer.from('"'), Buffer.of()])
    assert.throws(() => parseJsonBody(body), REFUSED)
})
