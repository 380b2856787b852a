/** When what is buffered becomes an object: by size, by time, and by hints that change. */
import assert from 'node:assert/strict'
import { gunzipSync } from 'node:zlib'
import { after, before, test } from 'node:test'
import { FirehoseWorld } from './firehose-world.ts'

const MIB = 1024 * 1024
/** Longer than any test. */
const NEVER = 900

let firehose: FirehoseWorld
before(async () => {
  firehose = await FirehoseWorld.start()
})
after(() => firehose.end())

const hints = (SizeInMBs: number, IntervalInSeconds: number) => ({
  BufferingHints: { SizeInMBs, IntervalInSeconds },
})

/** 100 kB each, different in each place. */
function records(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => {
    const record = Buffer.alloc(100_000, `record ${index}; `)
    record.write('\n', record.length - 1)
    return record
  })
}

test('the size trips long before the interval, and no record is split', async () => {
  const stream = 'by-size'
  await firehose.create(stream, hints(1, NEVER))
  const sent = records(25)
  // Each by itself: the records of a request are buffered together.
  for (const record of sent) await firehose.put(stream, [record])
  const early = await firehose.waitForObjects(stream, 2)
  await firehose.flush(stream)
  const all = firehose.objects(stream)
  for (const { bytes } of early)
    assert.ok(bytes.length >= MIB * 0.9 && bytes.length < MIB * 1.1, `${bytes.length} bytes`)
  // Each object is whole records, all of them together in order are what was sent.
  const inOrder = all.map(({ bytes }) => bytes).sort((a, b) => position(sent, a) - position(sent, b))
  for (const bytes of inOrder) assert.equal(bytes.length % 100_000, 0)
  assert.ok(Buffer.concat(inOrder).equals(Buffer.concat(sent)))
})

function position(sent: readonly Buffer[], object: Buffer): number {
  return sent.findIndex((record) => object.subarray(0, record.length).equals(record))
}

test('the interval trips long before the size', async () => {
  await firehose.create('by-time', hints(128, 1))
  await firehose.put('by-time', ['one', 'two'])
  const [object] = await firehose.waitForObjects('by-time', 1)
  assert.equal(object?.bytes.toString(), 'onetwo')
})

test('an interval of 0: delivered as they come', async () => {
  await firehose.create('at-once', hints(5, 0))
  for (const [index, record] of ['a', 'b', 'c'].entries()) {
    await firehose.put('at-once', [record])
    await firehose.waitForObjects('at-once', index + 1)
  }
  const bodies = firehose.objects('at-once').map(({ bytes }) => bytes.toString())
  assert.deepEqual(bodies.sort(), ['a', 'b', 'c'])
})

test('hints count bytes before compression', async () => {
  const stream = 'before-compression'
  await firehose.create(stream, { ...hints(1, NEVER), CompressionFormat: 'GZIP' })
  await firehose.put(stream, records(12))
  const [object] = await firehose.waitForObjects(stream, 1)
  assert.ok(object!.bytes.length < MIB / 10, 'of compressed bytes it would not be due for long')
  assert.ok(gunzipSync(object!.bytes).length >= MIB * 0.9)
})

test('what is below the hints waits', async () => {
  await firehose.create('waiting', hints(1, NEVER))
  await firehose.put('waiting', records(9))
  assert.equal((await firehose.sql('SELECT count(*) AS n FROM firehose.waiting'))[0]?.['n'], 9)
  assert.deepEqual(firehose.objects('waiting'), [])
  const status = await firehose.status('waiting')
  assert.deepEqual([status.bufferedRecords, status.bufferedBytes], [9, 900_000])
})

test('hints that are updated hold for what waits already', async () => {
  await firehose.create('updated', hints(128, NEVER))
  await firehose.put('updated', ['waits'])
  await firehose.update('updated', hints(128, 0))
  const [object] = await firehose.waitForObjects('updated', 1)
  assert.equal(object?.bytes.toString(), 'waits')
})

test('the largest record, and an empty one', async () => {
  await firehose.create('extremes', hints(1, NEVER))
  const largest = Buffer.alloc(1_024_000, 'largest ')
  const [object] = await firehose.deliver('extremes', ['', largest, ''])
  assert.ok(object?.bytes.equals(largest))
  assert.equal((await firehose.status('extremes')).deliveredRecords, 3)
})

test('every stream accounts for its records', async () => {
  await firehose.audit()
})
