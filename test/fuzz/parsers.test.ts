/** The same contents as over the wire, straight into what reads them: some times as many as the wire carries in that time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsError } from '../../src/aws/errors.ts'
import { parseJsonBody } from '../../src/aws/json-body.ts'
import type { StructureShape } from '../../src/aws/shape.ts'
import { readSignature } from '../../src/aws/signature.ts'
import { validate } from '../../src/aws/validate.ts'
import { recordsOf } from '../../src/base/record-block.ts'
import { readPutRecord, readPutRecordBatch } from '../../src/services/firehose/put-body.ts'
import { INPUTS } from '../../src/services/firehose/shapes.ts'
import { SEED } from '../crash/seeded.ts'
import { Chance } from './chance.ts'
import { damage } from './damage.ts'
import { putOutcome } from './put-reference.ts'
import { breakOne, rightValue } from './shape-values.ts'

const BODIES = 100_000
const CONTENTS = 50_000
const HEADS = 50_000
const STREAM = 'fuzz-mutants'

/** The name of AWS's error; undefined where there is none. Anything else that is thrown is a bug. */
function outcome<T>(action: () => T): { error: string } | { value: T } {
  try {
    return { value: action() }
  } catch (error) {
    if (error instanceof AwsError) return { error: error.name }
    throw error
  }
}

interface Put {
  DeliveryStreamName: string
  Record?: { Data: Buffer }
  Records?: { Data: Buffer }[]
}

const READERS = { PutRecord: readPutRecord, PutRecordBatch: readPutRecordBatch }
const MEMORY = { take: (bytes: number) => Buffer.allocUnsafe(bytes) }

function readPut(operation: keyof typeof READERS, body: Buffer): { name: string; records: Buffer[] } {
  const fast = READERS[operation](body, MEMORY)
  if (fast !== undefined) return { name: fast.DeliveryStreamName, records: recordsOf(fast.block) }
  const { DeliveryStreamName, Record, Records } = validate(INPUTS[operation], parseJsonBody(body)) as Put
  return { name: DeliveryStreamName, records: (Records ?? [Record!]).map(({ Data }) => Data) }
}

function putBody(operation: keyof typeof READERS, chance: Chance): Buffer {
  const entry = (): object => ({ Data: Buffer.from(chance.word(chance.between(0, 40))).toString('base64') })
  const records =
    operation === 'PutRecord'
      ? { Record: entry() }
      : {
          Records: Array.from(
            { length: chance.pick([1, 2, 4, 4, 500, 501]) % (chance.is(0.9) ? 7 : 1000) },
            entry,
          ),
        }
  return Buffer.from(JSON.stringify({ DeliveryStreamName: STREAM, ...records }))
}

test(`${BODIES} damaged puts are read as the plainest way reads them, HOZON_TEST_SEED=${SEED}`, () => {
  const chance = new Chance(SEED)
  for (let count = 0; count < BODIES; count++) {
    const operation = chance.pick(['PutRecord', 'PutRecordBatch'] as const)
    const body = chance.is(0.1) ? putBody(operation, chance) : damage(putBody(operation, chance), chance)
    const expected = putOutcome(operation, body, [STREAM])
    const read = outcome(() => readPut(operation, body))
    const told = (): string => body.toString('latin1').slice(0, 1000)
    if ('value' in read) {
      if ('error' in expected) assert.equal(expected.error, 'ResourceNotFoundException', told())
      else assert.deepEqual(read.value, { name: STREAM, records: expected.records }, told())
    } else assert.deepEqual(read, expected, told())
  }
})

test(`${CONTENTS} contents of all operations, HOZON_TEST_SEED=${SEED}`, () => {
  const chance = new Chance(SEED)
  const operations = Object.entries<StructureShape>(INPUTS)
  for (let count = 0; count < CONTENTS; count++) {
    const [operation, shape] = chance.pick(operations)
    const content = rightValue(shape, chance, chance.pick([0.05, 0.3]))
    const wrong = breakOne(shape, content, chance)
    const body = Buffer.from(JSON.stringify(content))
    const read = outcome(() => validate(shape, parseJsonBody(body)))
    assert.equal(
      'error' in read ? read.error : undefined,
      wrong,
      `${operation} ${body.toString().slice(0, 2000)}`,
    )
  }
})

const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=AKIAFUZZ/20261123/eu-west-1/firehose/aws4_request, SignedHeaders=host;x-amz-date, Signature=00'
const QUERY =
  '/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAFUZZ%2F20261123%2Feu-west-1%2Ffirehose%2Faws4_request&X-Amz-Date=20261123T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00'

test(`${HEADS} damaged signatures are read or refused with an error of AWS, HOZON_TEST_SEED=${SEED}`, () => {
  const chance = new Chance(SEED)
  const damaged = (text: string): string => damage(Buffer.from(text, 'latin1'), chance).toString('latin1')
  const counts = { read: 0, refused: 0 }
  for (let count = 0; count < HEADS; count++) {
    const isQuery = chance.is(0.5)
    const rawHeaders = [
      'Host',
      'x',
      'X-Amz-Date',
      chance.is(0.5) ? '20261123T000000Z' : damaged('20261123T000000Z'),
    ]
    if (!isQuery) rawHeaders.push('Authorization', damaged(AUTHORIZATION))
    const request = { method: 'POST', target: isQuery ? damaged(QUERY) : '/', rawHeaders }
    const read = outcome(() => readSignature(request, 'firehose'))
    counts['value' in read ? 'read' : 'refused']++
  }
  assert.ok(counts.read > 0 && counts.refused > counts.read, JSON.stringify(counts))
})
