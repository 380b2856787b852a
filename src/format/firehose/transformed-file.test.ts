import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { simulatedSys } from '../../sys/simulated.ts'
import { createTransformedFile, readTransformedFile, transformedSegment } from './transformed-file.ts'
import type { Transformed } from './unit.ts'

const PATH = '/data/0000000001'
const SEGMENT = '0123456789abcdef0123456789abcdef'

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array))
const keys = fc.dictionary(
  fc.string().filter((key) => key !== '__proto__'),
  fc.string(),
  { noNullPrototype: true },
)
const entry: fc.Arbitrary<Transformed> = fc.oneof(
  fc
    .tuple(bytes, fc.option(keys, { nil: undefined }))
    .map(([data, found]): Transformed => ({ kind: 'ok', data, keys: found })),
  fc.constant({ kind: 'dropped' } as const),
  bytes.map((raw): Transformed => ({ kind: 'failed', failure: { ...FAILURE, raw } })),
)

const FAILURE = {
  type: 'processing-failed',
  code: 'Lambda.FunctionError',
  message: 'it "failed"\n',
  attempts: 4,
  arrivalMs: 1,
  endedMs: 2,
  lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:f',
} as const

async function written(entries: readonly Transformed[][]) {
  const sys = simulatedSys(1)
  await sys.files.makeDirectory('/data')
  await sys.files.syncDirectory('/')
  const writer = await createTransformedFile(sys.files, PATH, SEGMENT)
  for (const some of entries) await writer.append(some)
  return { sys, writer }
}

test('what was written is read, however it was portioned', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(entry, { maxLength: 5 }), { maxLength: 4 }), async (portions) => {
      const { sys, writer } = await written(portions)
      await writer.commit()
      assert.equal(await transformedSegment(sys.files, PATH), SEGMENT)
      assert.deepEqual(await readTransformedFile(sys.files, PATH), portions.flat())
    }),
    { numRuns: 100, seed: 3 },
  )
})

test('after a power cut the file is whole, or not there when it was not committed', async () => {
  const portions: Transformed[][] = [[{ kind: 'ok', data: Buffer.alloc(5000, 'x'), keys: { k: 'v' } }]]
  const { sys, writer } = await written(portions)
  await writer.commit()
  const next = sys.crash({ mode: 'power' })
  assert.deepEqual(await readTransformedFile(next.files, PATH), portions.flat())
  const cut = (await written(portions)).sys.crash({ mode: 'power' })
  await assert.rejects(cut.files.stat(PATH), { code: 'ENOENT' })
})

test('a file that is not there, or is something else, is of no segment', async () => {
  const { sys } = await written([])
  assert.equal(await transformedSegment(sys.files, PATH), undefined)
  for (const content of ['', 'hozon', 'x'.repeat(100)]) {
    await sys.files.writeFileDurably(PATH, Buffer.from(content))
    assert.equal(await transformedSegment(sys.files, PATH), undefined)
  }
})

test('abandoned: nothing stays', async () => {
  const { sys, writer } = await written([[{ kind: 'dropped' }]])
  await writer.abandon()
  assert.deepEqual(await sys.files.list('/data'), [])
})

test('a file with any byte changed, cut or added is refused', async () => {
  const { sys, writer } = await written([[{ kind: 'ok', data: Buffer.from('one'), keys: undefined }]])
  await writer.commit()
  const good = await sys.files.readFile(PATH)
  const bad = [
    ...Array.from(good, (byte, at) =>
      Buffer.concat([good.subarray(0, at), Buffer.of(byte ^ 1), good.subarray(at + 1)]),
    ),
    ...Array.from(good, (_, length) => good.subarray(0, length)),
    Buffer.concat([good, Buffer.of(0)]),
  ]
  for (const content of bad) {
    await sys.files.writeFileDurably(PATH, content)
    await assert.rejects(readTransformedFile(sys.files, PATH), { code: 'HOZON_TRANSFORMED_DAMAGED' })
  }
})
