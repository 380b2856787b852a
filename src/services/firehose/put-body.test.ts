import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJsonBody } from '../../aws/json-body.ts'
import type { StructureShape } from '../../aws/shape.ts'
import { validate } from '../../aws/validate.ts'
import type { Memory } from '../../base/lent-memory.ts'
import { blockOf, recordsOf, type RecordBlock } from '../../base/record-block.ts'
import * as putBody from './put-body.ts'
import { PUT_RECORD_BATCH_INPUT, PUT_RECORD_INPUT } from './shapes.ts'

const SEED = 20261123

interface Outcome {
  name?: string
  block?: RecordBlock
  error?: string
}

const memory: Memory = { take: (bytes) => Buffer.allocUnsafe(bytes) }
const readPutRecord = (body: Buffer) => putBody.readPutRecord(body, memory)
const readPutRecordBatch = (body: Buffer) => putBody.readPutRecordBatch(body, memory)

interface Checked {
  DeliveryStreamName: string
  Records?: { Data: Buffer }[]
  Record?: { Data: Buffer }
}

/** What the endpoint does with all that is not read the fast way. */
function parsed(shape: StructureShape, body: Buffer): Outcome {
  try {
    const { DeliveryStreamName: name, Records, Record } = validate(shape, parseJsonBody(body)) as Checked
    return { name, block: blockOf((Records ?? [Record!]).map(({ Data }) => Data)) }
  } catch (error) {
    assert.ok(error instanceof Error)
    return { error: `${error.name}: ${error.message}` }
  }
}

/** What is read the fast way is what parsing gives, and so is right by the rules of the shape. */
function assertSame(body: Buffer): void {
  for (const [read, shape] of [
    [readPutRecordBatch, PUT_RECORD_BATCH_INPUT],
    [readPutRecord, PUT_RECORD_INPUT],
  ] as [typeof readPutRecord, StructureShape][]) {
    const found = read(body)
    if (found === undefined) continue
    assert.deepEqual({ name: found.DeliveryStreamName, block: found.block }, parsed(shape, body))
  }
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
    assert.deepEqual(recordsOf(read.block).map(String), ['a', '', 'bc'])
  }
  const one = readPutRecord(Buffer.from('{"DeliveryStreamName":"s","Record":{"Data":"YmM="}}'))
  assert.deepEqual(one, { DeliveryStreamName: 's', block: blockOf([Buffer.from('bc')]) })
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

test('500 records of any length are read the fast way, also where pieces of the body meet', () => {
  const random = fc.sample(fc.nat(200), { seed: SEED, numRuns: 500 })
  const texts = random.map((length, index) =>
    index % 100 === 99 ? 'x'.repeat(30_000 + length) : 'y'.repeat(length),
  )
  const read = readPutRecordBatch(batchOf(...texts.map((text) => Buffer.from(text).toString('base64'))))
  assert.deepEqual(read?.block, blockOf(texts.map((text) => Buffer.from(text))))
})

test('what is within the limits is read the fast way, what is not is left to the shape', () => {
  const largest = Buffer.alloc(1_024_000, 'x')
  const base64 = (bytes: Buffer): string => bytes.toString('base64')
  const named = (name: string): Buffer =>
    Buffer.from(`{"DeliveryStreamName":"${name}","Records":[{"Data":""}]}`)
  assert.equal(readPutRecordBatch(batchOf(base64(largest), 'YQ=='))?.block.bytes.length, 1_024_001)
  assert.equal(readPutRecordBatch(batchOf(base64(Buffer.concat([largest, Buffer.from('x')])))), undefined)
  assert.notEqual(readPutRecordBatch(named('n'.repeat(64))), undefined)
  for (const name of ['', 'n'.repeat(65), 'a b', 'é'])
    assert.equal(readPutRecordBatch(named(name)), undefined)
})
