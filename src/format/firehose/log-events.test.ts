import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DEPTH_MAX, INVALID, jsonEnd } from './json-end.ts'
import { logMessages } from './log-events.ts'

/** As it would be without limits of memory. */
function byParse(envelope: Buffer): Buffer[] | 'invalid' {
  let parsed: unknown
  try {
    parsed = JSON.parse(envelope.toString())
  } catch {
    return 'invalid'
  }
  if (typeof parsed !== 'object' || parsed === null || !('logEvents' in parsed)) return 'invalid'
  const events: unknown = parsed.logEvents
  if (!Array.isArray(events)) return 'invalid'
  const texts = events.map((event: unknown) =>
    typeof event === 'object' && event !== null && 'message' in event ? event.message : undefined,
  )
  return texts.every((text): text is string => typeof text === 'string')
    ? texts.map((text) => Buffer.from(text))
    : 'invalid'
}

function byScan(envelope: Buffer): Buffer[] | string {
  const found = logMessages(envelope, 1000)
  if (typeof found === 'string') return found
  const messages = [...found.messages]
  assert.equal(messages.length, found.count)
  return messages
}

const KEYS = ['logEvents', 'message', 'm\\u0065ssage', 'logEvent\\u0073', 'message ', 'id', '', '\\"', 'é']
const space = fc.constantFrom('', '', '', ' ', '\n', '\t\r ')
const text = fc
  .array(fc.constantFrom('a', 'é', '😀', '\\n', '\\"', '\\u0000', '\\ud800', '\\ud83d\\ude00', '\\/'), {
    maxLength: 5,
  })
  .map((parts) => `"${parts.join('')}"`)
const scalar = fc.oneof(
  text,
  fc.string().map((value) => JSON.stringify(value)),
  fc.double().map((value) => JSON.stringify(value)),
  fc.constantFrom('0', '-0', '1e5', '1.50E-3', 'true', 'false', 'null'),
)
const odd = fc.constantFrom(
  '01',
  '1.',
  '-',
  'nul',
  '+1',
  '',
  '"',
  '"\\"',
  '"\\x"',
  '"\n"',
  '.5',
  '1e',
  'undefined',
)
const key = fc.constantFrom(...KEYS).map((name) => `"${name}"`)

/** JSON with all that it may be, and a little that it may not. */
const { value } = fc.letrec<{ value: string }>((tie) => {
  const item = fc.tuple(space, tie('value'), space).map((parts) => parts.join(''))
  const member = fc.tuple(space, key, space, item).map(([a, name, b, of]) => `${a}${name}${b}:${of}`)
  return {
    value: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      { arbitrary: scalar, weight: 40 },
      { arbitrary: odd, weight: 1 },
      fc.array(item, { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
      fc.array(member, { maxLength: 4 }).map((members) => `{${members.join(',')}}`),
    ),
  }
})

const event = fc
  .tuple(fc.array(fc.tuple(key, value), { maxLength: 2 }), text)
  .map(([more, message]) => `{${[...more.map((pair) => pair.join(':')), `"message":${message}`].join(',')}}`)
const envelope = fc
  .tuple(
    fc.array(fc.tuple(key, value), { maxLength: 2 }),
    fc.array(fc.oneof({ arbitrary: event, weight: 12 }, value), { maxLength: 6 }),
    space,
  )
  .map(
    ([more, events, after]) =>
      `{${[...more.map((pair) => pair.join(':')), `"logEvents":[${events.join(',')}]`].join(',')}}${after}`,
  )

test('property: the messages are those that JSON.parse finds', () => {
  let valid = 0
  fc.assert(
    fc.property(fc.oneof(envelope, envelope, value), (json) => {
      const expected = byParse(Buffer.from(json))
      if (expected !== 'invalid' && expected.length > 0) valid++
      assert.deepEqual(byScan(Buffer.from(json)), expected)
    }),
    { numRuns: 1000, seed: 71 },
  )
  assert.ok(valid > 200, `${valid} envelopes had messages`)
})

test('property: the same of damaged envelopes, bytes that are no text among them', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(envelope, damage, (json, changes) => {
      const bytes = Buffer.from(json)
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte
      assert.deepEqual(byScan(bytes), byParse(bytes))
    }),
    { numRuns: 1000, seed: 72 },
  )
})

test('property: a value ends where JSON.parse would have it end', () => {
  fc.assert(
    fc.property(value, (json) => {
      const bytes = Buffer.from(json)
      const end = jsonEnd(bytes, 0)
      const isValid = end !== INVALID && json.slice(bytes.toString('utf8', 0, end).length).trim() === ''
      assert.equal(isValid, byParse(Buffer.from(`{"logEvents":[],"x":${json}}`)) !== 'invalid')
    }),
    { numRuns: 1000, seed: 73 },
  )
})

test('what nests deeper than anything that is meant is no envelope', () => {
  const nested = (depth: number): Buffer =>
    Buffer.from(`{"logEvents":[],"x":${'['.repeat(depth)}${']'.repeat(depth)}}`)
  assert.deepEqual(byScan(nested(DEPTH_MAX)), [])
  assert.deepEqual(byScan(nested(DEPTH_MAX + 2)), 'invalid')
})

test('up to the limit of events', () => {
  const events = (count: number): Buffer =>
    Buffer.from(`{"logEvents":[${Array(count).fill('{"message":"x"}').join(',')}]}`)
  assert.equal(byScan(events(1000)).length, 1000)
  assert.equal(byScan(events(1001)), 'too many')
})
