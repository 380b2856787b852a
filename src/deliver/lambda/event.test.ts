import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeEvent, EVENT_BYTES_MAX, portions, recordIds } from './event.ts'
import type { TransformJob } from './transformer.ts'

function job(bufferBytes = 1024 * 1024): TransformJob {
  return {
    lambda: {
      arn: 'arn:aws:lambda:us-east-1:123456789012:function:f',
      retries: 3,
      bufferBytes,
      bufferIntervalMs: 0,
    },
    streamArn: 'arn:aws:firehose:us-east-1:123456789012:deliverystream/s',
    region: 'us-east-1',
    path: '/data/buffer/s/0000000001.data',
    bytes: 0,
    recordEnds: undefined,
    firstArrivalMs: 1_767_323_045_000,
    before: { decompression: 'none', deaggregation: undefined },
    out: '/data/transformed/s/0000000001',
  }
}

const INVOCATION = '12345678-1234-4234-8234-123456789012'

test("the event is AWS's", () => {
  const event: unknown = JSON.parse(encodeEvent(job(), INVOCATION, [{ id: 'a', data: Buffer.from('é\n') }]))
  assert.deepEqual(event, {
    invocationId: INVOCATION,
    deliveryStreamArn: 'arn:aws:firehose:us-east-1:123456789012:deliverystream/s',
    region: 'us-east-1',
    records: [{ recordId: 'a', approximateArrivalTimestamp: 1_767_323_045_000, data: 'w6kK' }],
  })
})

test('a batch has the bytes of the buffer at most, and its event fits; every unit is in one batch, in order', async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 60 })
  const limits = {
    bufferBytes: fc.integer({ min: 1, max: 2000 }),
    eventBytesMax: fc.integer({ min: 300, max: 4000 }),
  }
  await fc.assert(
    fc.asyncProperty(sizes, fc.record(limits), async (lengths, { bufferBytes, eventBytesMax }) => {
      const units = lengths.map((length) => ({ data: Buffer.alloc(length) }))
      const idOf = recordIds(job())
      let next = 0
      const chunks = [units.slice(0, 7), [], units.slice(7)]
      for await (const portion of portions(job(bufferBytes), chunks, eventBytesMax)) {
        const { from, units: some, tooLarge } = portion
        const to = from + some.length
        assert.equal(from, next)
        assert.ok(to > from)
        next = to
        assert.deepEqual(some, units.slice(from, to))
        const records = some.map(({ data }, index) => ({ id: idOf(from + index), data }))
        const bytes = Buffer.byteLength(encodeEvent(job(), INVOCATION, records))
        const dataBytes = some.reduce((sum, { data }) => sum + data.length, 0)
        assert.ok(to - from === 1 || (dataBytes <= bufferBytes && bytes <= eventBytesMax))
        if (bytes > eventBytesMax) assert.equal(tooLarge, true)
        if (tooLarge) assert.ok(to - from === 1 && bytes + 10 > eventBytesMax)
      }
      assert.equal(next, units.length)
    }),
    { numRuns: 300, seed: 5 },
  )
})

test('what does not fit into 6 MB in base64 is a batch of its own, between full ones', async () => {
  const units = [10, 3 * 1024 * 1024, 5 * 1024 * 1024, 20].map((length) => ({ data: Buffer.alloc(length) }))
  const found: [number, number, boolean][] = []
  for await (const { from, units: some, tooLarge } of portions(job(8 * 1024 * 1024), [units])) {
    found.push([from, some.length, tooLarge])
  }
  assert.deepEqual(found, [
    [0, 2, false],
    [2, 1, true],
    [3, 1, false],
  ])
  assert.equal(EVENT_BYTES_MAX, 6_291_456)
})

test('ids are the same each time, and of one segment only', () => {
  const other = { ...job(), path: '/data/buffer/s/0000000002.data' }
  assert.equal(recordIds(job())(7), recordIds({ ...job(), out: '/x' })(7))
  const split = { ...job(), before: { decompression: 'none', deaggregation: { kind: 'json' } } } as const
  const ids = [job(), other, split].flatMap((each) => [0, 1, 99_999].map(recordIds(each)))
  assert.equal(new Set(ids).size, 9)
  assert.ok(ids.every((id) => /^[0-9a-f]{32}\d{10}$/.test(id)))
})

test('an event has some thousand records at most, however small they are', async () => {
  const units = Array.from({ length: 20_000 }, () => ({ data: Buffer.alloc(1) }))
  const counts: number[] = []
  for await (const portion of portions(job(), [units])) counts.push(portion.units.length)
  assert.deepEqual(counts, [8192, 8192, 3616])
})
