import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJsonBody } from '../../aws/json-body.ts'
import type { StructureShape } from '../../aws/shape.ts'
import { validate } from '../../aws/validate.ts'
import { parsePutRecord, parsePutRecordBatch, readPutRecord, readPutRecordBatch } from './put-body.ts'
import { chunksOf } from './record-chunks.ts'
import { PUT_RECORD_BATCH_INPUT, PUT_RECORD_INPUT } from './shapes.ts'

const SEED = 20261123

interface Outcome {
  value?: unknown
  error?: string
}

function outcome(shape: StructureShape, parse: (body: Buffer) => unknown, body: Buffer): Outcome {
  try {
    return { value: validate(shape, parse(body)) }
  } catch (error) {
    assert.ok(error instanceof Error)
    return { error: `${error.name}: ${error.message}` }
  }
}

function assertSame(body: Buffer): void {
  assert.deepEqual(
    outcome(PUT_RECORD_BATCH_INPUT, parsePutRecordBatch, body),
    outcome(PUT_RECORD_BATCH_INPUT, parseJsonBody, body),
  )
  assert.deepEqual(
    outcome(PUT_RECORD_INPUT, parsePutRecord, body),
    outcome(PUT_RECORD_INPUT, parseJsonBody, body),
  )
}

const data = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64'))
const name = fc.oneof(
  { weight: 5, arbitrary: fc.stringMatching(/^[a-zA-Z0-9_.-]{1,10}$/) },
  { weight: 1, arbitrary: fc.string({ maxLength: 70 }) },
)
const space = fc.constantFrom('', '', ' ', '  ', '\n', '\t')

/** As clients write them: compact or with spaces, members in both orders, one record or several. */
const written = fc
  .record({
    name,
    records: fc.array(data, { maxLength: 6 }),
    space,
    isBatch: fc.boolean(),
    isTurned: fc.boolean(),
  })
  .map(({ name, records, space, isBatch, isTurned }) => {
    const record = (text: string): string => `{"Data":${space}"${text}"}`
    const value = isBatch
      ? `"Records":${space}[${records.map(record).join(`,${space}`)}]`
      : `"Record":${space}${record(records[0] ?? '')}`
    const members = [`"DeliveryStreamName":${space}${JSON.stringify(name)}`, value]
    if (isTurned) members.reverse()
    return `{${members.join(`,${space}`)}}`
  })

/** What makes bodies wrong, or unusual: other letters, letters gone, twice, in another place. */
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 0, max: 12 }),
  put: fc.oneof(
    fc.constantFrom(
      '',
      '"',
      '=',
      '==',
      '-',
      '_',
      '\\/',
      '\\u0041',
      ' ',
      '\n',
      '{',
      '}',
      '[',
      ']',
      ',',
      'é',
      '\0',
      'A',
      '+',
    ),
    fc.constantFrom('"Data":"QQ=="', '"Data":null', '"X":1,', '{"Data":"QR=="},', '"Records":[],', 'null'),
  ),
})

function mutated(body: string, changes: { at: number; length: number; put: string }[]): Buffer {
  let text = body
  for (const { at, length, put } of changes) {
    const from = Math.floor(at * text.length)
    text = text.slice(0, from) + put + text.slice(from + length)
  }
  return Buffer.from(text)
}

test('the fast way gives what JSON.parse gives', () => {
  const parameters = { seed: SEED, numRuns: 1500 }
  fc.assert(
    fc.property(written, (body) => assertSame(Buffer.from(body))),
    parameters,
  )
})

test('and the same error, or the same value, for bodies that were changed', () => {
  const changes = fc.array(mutation, { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(written, changes, (body, list) => assertSame(mutated(body, list))),
    { seed: SEED, numRuns: 6000 },
  )
})

test('bytes that are no text at all', () => {
  fc.assert(
    fc.property(written, fc.nat(), fc.integer({ min: 0, max: 255 }), (body, at, byte) => {
      const bytes = Buffer.from(body)
      bytes[at % bytes.length] = byte
      assertSame(bytes)
    }),
    { seed: SEED, numRuns: 1500 },
  )
})

const batchOf = (...texts: string[]): Buffer =>
  Buffer.from(JSON.stringify({ DeliveryStreamName: 's-1', Records: texts.map((Data) => ({ Data })) }))

test('what clients write is read the fast way', () => {
  const compact =
    '{"DeliveryStreamName":"web-access","Records":[{"Data":"YQ=="},{"Data":""},{"Data":"YmM="}]}'
  const spaced =
    '{"Records": [{"Data": "YQ=="}, {"Data": ""}, {"Data": "YmM="}], "DeliveryStreamName": "web-access"}'
  for (const body of [compact, spaced]) {
    const read = readPutRecordBatch(Buffer.from(body))
    assert.equal(read?.DeliveryStreamName, 'web-access')
    assert.deepEqual(
      read.Records.map(({ Data }) => Data.toString()),
      ['a', '', 'bc'],
    )
  }
  const one = readPutRecord(Buffer.from('{"DeliveryStreamName":"s","Record":{"Data":"YmM="}}'))
  assert.deepEqual(one, { DeliveryStreamName: 's', Record: { Data: Buffer.from('bc') } })
})

const UNUSUAL: [what: string, body: Buffer][] = [
  ['letters of the other alphabet', batchOf('_-__')],
  ['no padding', batchOf('YQ')],
  ['padding within', batchOf('YQ==YQ==')],
  ['too much padding', batchOf('A===')],
  ['bits behind the end', batchOf('YR==')],
  ['bits behind the end of two bytes', batchOf('YmN=')],
  ['a space in base64', batchOf('YW Jj')],
  ['an escape', Buffer.from('{"DeliveryStreamName":"s","Records":[{"Data":"ab\\/c"}]}')],
  ['no records', batchOf()],
  ['501 records', batchOf(...Array.from({ length: 501 }, () => 'YQ=='))],
  ['another member', Buffer.from('{"DeliveryStreamName":"s","Records":[{"Data":"YQ==","X":1}]}')],
  [
    'a member twice',
    Buffer.from('{"DeliveryStreamName":"s","DeliveryStreamName":"t","Records":[{"Data":"YQ=="}]}'),
  ],
  ['something behind', Buffer.concat([batchOf('YQ=='), Buffer.from('x')])],
  ['nothing', Buffer.alloc(0)],
]

test('everything else is left to JSON.parse', () => {
  for (const [what, body] of UNUSUAL) {
    assert.equal(readPutRecordBatch(body), undefined, what)
    assertSame(body)
  }
})

test('500 records are read, and lie behind one another as one piece', () => {
  const texts = Array.from({ length: 500 }, (_, index) => `record ${index}`)
  const read = readPutRecordBatch(batchOf(...texts.map((text) => Buffer.from(text).toString('base64'))))
  const records = read?.Records.map(({ Data }) => Data) ?? []
  const chunks = chunksOf(records)
  assert.equal(chunks.length, 1)
  assert.equal(chunks[0]?.toString(), texts.join(''))
})

test('pieces that are apart stay apart', () => {
  const memory = Buffer.from('abcdef')
  const records = [memory.subarray(0, 2), memory.subarray(2, 3), memory.subarray(4), Buffer.from('x')]
  assert.deepEqual(chunksOf(records).map(String), ['abc', 'ef', 'x'])
  assert.deepEqual(chunksOf([]), [])
})
