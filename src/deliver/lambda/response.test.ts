import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorInBody, readResponse, type Verdict } from './response.ts'

const OK = { recordId: 'a', result: 'Ok', data: 'aGk=' }
const HI: Verdict = { kind: 'ok', data: Buffer.from('hi'), keys: undefined }

function failed(failure: Extract<Verdict, { kind: 'failed' }>['failure']): Verdict {
  return { kind: 'failed', failure }
}

function verdicts(records: unknown, ids = ['a']): Verdict[] {
  return readResponse(JSON.stringify({ records }), ids)
}

test('verdicts come in the order of the ids, whatever the order of the records', () => {
  const records = [
    { recordId: 'c', result: 'ProcessingFailed', data: 'eA==' },
    { recordId: 'b', result: 'Dropped', data: null },
    OK,
  ]
  assert.deepEqual(verdicts(records, ['a', 'b', 'c']), [HI, { kind: 'dropped' }, failed('processingFailed')])
})

test('an id that is missing or twice fails alone; ids that nobody sent do not count', () => {
  const stray = { ...OK, recordId: 'x' }
  const records = [
    OK,
    { ...OK, recordId: 'b' },
    { ...OK, recordId: 'b', result: 'Dropped' },
    stray,
    stray,
    {},
  ]
  const found = verdicts(records, ['a', 'b', 'c'])
  assert.deepEqual(found, [HI, failed('duplicated'), failed('missing')])
})

for (const body of [
  'null',
  '{}',
  '{"records":null}',
  '{"records":[]}',
  '{"records":[{"recordId":7}]}',
  '{"Records":[]}',
])
  test(`no records: ${body}`, () =>
    assert.deepEqual(readResponse(body, ['a', 'b']), [failed('missing'), failed('missing')]))

for (const body of [
  '',
  '<html>',
  '"text"',
  '7',
  '[]',
  '{"records":{}}',
  '{"records":["a"]}',
  '{"records":[null]}',
  '{',
])
  test(`unparsable: ${body}`, () =>
    assert.deepEqual(readResponse(body, ['a', 'b']), [failed('unparsable'), failed('unparsable')]))

const RECORDS: [string, object, Verdict][] = [
  ['a result that there is not', { result: 'ok' }, failed('invalid')],
  ['no result', { result: undefined }, failed('invalid')],
  ['no data', { data: undefined }, failed('withoutData')],
  ['data null', { data: null }, failed('withoutData')],
  ['data that is no text', { data: 7 }, failed('invalid')],
  ['data of another alphabet', { data: '_-_-' }, failed('invalid')],
  ['data without padding', { data: 'aGk' }, failed('invalid')],
  ['data with padding in the middle', { data: 'aGk=aGk=' }, failed('invalid')],
  ['data that is only padding', { data: '====' }, failed('invalid')],
  ['empty data', { data: '' }, { kind: 'ok', data: Buffer.alloc(0), keys: undefined }],
  ['data in lines', { data: 'aG\r\nk=\n' }, HI],
  ['metadata null', { metadata: null }, HI],
  ['metadata without keys', { metadata: {} }, HI],
  ['metadata that is no object', { metadata: 'x' }, failed('invalid')],
  ['keys that are no object', { metadata: { partitionKeys: ['x'] } }, failed('invalid')],
  ['a key that is an object', { metadata: { partitionKeys: { k: {} } } }, failed('invalid')],
  [
    'keys of every kind',
    { metadata: { partitionKeys: { text: 'x', number: 1.5, flag: true, nothing: null } } },
    { ...HI, keys: { text: 'x', number: '1.5', flag: 'true', nothing: '' } } as Verdict,
  ],
]
for (const [name, change, expected] of RECORDS)
  test(name, () => assert.deepEqual(verdicts([{ ...OK, ...change }]), [expected]))

test('a key named __proto__ is a key', () => {
  const body =
    '{"records":[{"recordId":"a","result":"Ok","data":"","metadata":{"partitionKeys":{"__proto__":"x"}}}]}'
  const [verdict] = readResponse(body, ['a'])
  assert.ok(verdict?.kind === 'ok')
  assert.deepEqual(Object.entries(verdict.keys ?? {}), [['__proto__', 'x']])
})

test('base64 of megabytes is read', () => {
  const data = Buffer.alloc(4_000_001, 'é')
  assert.deepEqual(verdicts([{ ...OK, data: data.toString('base64') }]), [{ ...HI, data } as Verdict])
})

test("an error in the body, as AWS's runtime gives it, is none where there are records", () => {
  assert.equal(errorInBody('{"errorType":"Error","errorMessage":"boom","trace":[]}'), 'Error: boom')
  assert.equal(errorInBody('{"errorMessage":"boom"}'), 'boom')
  assert.equal(errorInBody('{"errorMessage":"boom","records":[]}'), undefined)
  assert.equal(errorInBody('{}'), undefined)
  assert.equal(errorInBody('boom'), undefined)
})
