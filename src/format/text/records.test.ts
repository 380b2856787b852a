/** Records of files, however the file is cut into chunks; and what ends the reading. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { BadRow } from '../serde/text-serde.ts'
import { arrayRecords } from './array-records.ts'
import { lineRecords, RECORD_BYTES_MAX } from './line-records.ts'

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? bytes.length
    chunks.push(bytes.subarray(at, at + size))
    at += size
  }
  return chunks
}

async function all(records: AsyncIterable<string[]>): Promise<string[]> {
  const found: string[] = []
  for await (const some of records) for (const record of some) found.push(record)
  return found
}

const lines = (text: string, sizes: readonly number[] = [1e9]): Promise<string[]> =>
  all(lineRecords(cut(Buffer.from(text), sizes), 'utf8'))

describe('lines', () => {
  const cases: [text: string, lines: string[]][] = [
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\n\n', ['a', '']],
    ['a\r\nb\rc\n', ['a', 'b', 'c']],
    ['a\r\n\r\nb', ['a', '', 'b']],
    ['a\rb\rc', ['a', 'b', 'c']],
    ['\ufeffa\nb', ['a', 'b']],
    ['é日😀\nx', ['é日😀', 'x']],
  ]
  for (const [text, expected] of cases) {
    it(`of ${JSON.stringify(text)}, wherever it is cut`, async () => {
      for (const size of [1, 2, 3, 100]) assert.deepEqual(await lines(text, [size]), expected)
    })
  }

  it('are the same for all ways to cut a text', async () => {
    const text = fc.array(fc.constantFrom('a', '\n', '\r', '\r\n', 'é', 'bcd'), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }),
        async (parts, sizes) => {
          const whole = parts.join('')
          const expected = whole.split(/\r\n|\r|\n/)
          if (expected.at(-1) === '') expected.pop()
          assert.deepEqual(await lines(whole, sizes), expected)
        },
      ),
      { seed: 20261123, numRuns: 300 },
    )
  })

  it('end in a return whose newline is in the next chunk', async () => {
    const text = `${'x\r'.repeat(400_000)}\nb`
    assert.equal((await lines(text, [800_000])).length, 400_001)
    assert.equal((await lines(text, [799_999])).length, 400_001)
  })

  it('of many megabytes come in batches', async () => {
    const line = 'x'.repeat(999)
    const text = `${line}\n`.repeat(5000)
    const batches: number[] = []
    for await (const batch of lineRecords([Buffer.from(text)], 'utf8')) batches.push(batch.length)
    assert.equal(
      batches.reduce((sum, each) => sum + each),
      5000,
    )
    assert.ok(Math.max(...batches) < 1200, 'about a megabyte at most')
  })

  it('end where one is too long', async () => {
    const part = Buffer.alloc(1024 * 1024, 'x')
    const endless = function* (): Generator<Buffer> {
      for (let i = 0; i < 10_000; i++) yield part
      throw new Error('read on for ever')
    }
    await assert.rejects(all(lineRecords(endless(), 'utf8')), (error) => {
      assert.ok(error instanceof BadRow)
      assert.match(error.message, /^HIVE_BAD_DATA: Line too long in text file/)
      return true
    })
    const fits = Buffer.concat([Buffer.alloc(RECORD_BYTES_MAX - 1, 'x'), Buffer.from('\ny')])
    assert.equal((await all(lineRecords(cut(fits, [1024 * 1024]), 'utf8'))).length, 2)
  })
})

describe('records of an array', () => {
  const records = (text: string, size = 1e9): Promise<string[]> =>
    all(arrayRecords(cut(Buffer.from(text), [size])))

  it('come one by one, wherever the file is cut', async () => {
    const text = ' {"Records": [ {"a":"]}\\"é"},\n{"b":{"c":[1,{}]}} ] }\n{"Records":[]}{"records":[{"d":1}]}'
    for (const size of [1, 2, 5, 17, 1000]) {
      assert.deepEqual(await records(text, size), ['{"a":"]}\\"é"}', '{"b":{"c":[1,{}]}}', '{"d":1}'])
    }
  })

  for (const text of [
    '{"Records":[{"a":1}',
    '{"Records":[1]}',
    '{"Records":[{"a":}]}',
    '{"a":1}',
    'x'.repeat(100_000),
  ]) {
    it(`refuse ${text.slice(0, 30)}`, async () => {
      await assert.rejects(records(text), BadRow)
    })
  }

  it('are none of an empty file', async () => {
    assert.deepEqual(await records(''), [])
    assert.deepEqual(await records(' \n'), [])
  })
})
