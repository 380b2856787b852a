import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32, gunzipSync, gzipSync, inflateRawSync, zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { uncompressSync } from 'snappy'
import { HozonError } from '../../base/errors.ts'
import type { Compression } from '../../base/stream.ts'
import type { Chunks } from './encoding.ts'
import { contentEncodingOf, decodeStream, encodeStream, extensionOf } from './registry.ts'

const ALL: Compression[] = ['none', 'gzip', 'zstd', 'snappy', 'hadoop-snappy', 'zip']
const COMPRESSED = ALL.filter((compression) => compression !== 'none')
const ENTRY = {
  entryName: '2ed6657d-e927-568b-95e1-2665a8aea6a2',
  modifiedMs: Date.UTC(2026, 10, 23, 1, 2, 4),
}
const LINES = Buffer.from('{"message":"a line of a log that is like all the others","n":1}\n'.repeat(20_000))

async function joined(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}

const encoded = (compression: Compression, chunks: Chunks): Promise<Buffer> =>
  joined(encodeStream(compression, chunks, ENTRY))
const decoded = (compression: Compression, bytes: Buffer): Promise<Buffer> =>
  joined(decodeStream(compression, [bytes]))

function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

test('what was encoded is decoded, and the same bytes give the same bytes however they are cut', async () => {
  for (const compression of ALL) {
    const whole = await encoded(compression, [LINES])
    assert.ok(whole.equals(await encoded(compression, cut(LINES, 7777))), compression)
    assert.ok(LINES.equals(await joined(decodeStream(compression, cut(whole, 1000)))), compression)
  }
})

test('any bytes come back', async () => {
  const bytes = fc.uint8Array({ maxLength: 2000 })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ALL),
      fc.array(bytes, { maxLength: 4 }),
      async (compression, chunks) => {
        const all = Buffer.concat(chunks)
        const buffers = chunks.map((chunk) => Buffer.from(chunk))
        assert.ok(all.equals(await decoded(compression, await encoded(compression, buffers))))
      },
    ),
    { numRuns: 60 },
  )
})

test('standard readers read gzip and zstd', async () => {
  assert.ok(LINES.equals(gunzipSync(await encoded('gzip', [LINES]))))
  assert.ok(LINES.equals(zstdDecompressSync(await encoded('zstd', [LINES]))))
})

test('the gzip header says nothing about the machine or the time', async () => {
  assert.equal((await encoded('gzip', [LINES])).subarray(0, 10).toString('hex'), '1f8b08000000000000ff')
})

test('snappy is the stream of snappy-java: magic, versions, blocks with their lengths', async () => {
  const bytes = await encoded('snappy', [LINES])
  assert.equal(bytes.subarray(0, 16).toString('hex'), '82534e4150505900' + '0000000100000001')
  const blocks: Buffer[] = []
  for (let at = 16; at < bytes.length;) {
    const length = bytes.readUInt32BE(at)
    blocks.push(uncompressSync(bytes.subarray(at + 4, at + 4 + length)) as Buffer)
    at += 4 + length
  }
  assert.ok(LINES.equals(Buffer.concat(blocks)))
  assert.equal(blocks[0]?.length, 32 * 1024)
})

test('hadoop-snappy is blocks of both lengths', async () => {
  const bytes = await encoded('hadoop-snappy', [LINES])
  const blocks: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32BE(at + 4)
    const block = uncompressSync(bytes.subarray(at + 8, at + 8 + length)) as Buffer
    assert.equal(block.length, bytes.readUInt32BE(at))
    blocks.push(block)
    at += 8 + length
  }
  assert.ok(LINES.equals(Buffer.concat(blocks)))
})

test('a golden block of each snappy form', async () => {
  const text = Buffer.from('hozon')
  // A raw block: length 5, then a literal of 5 bytes (tag (5 - 1) << 2).
  const block = '0510' + text.toString('hex')
  assert.equal((await encoded('hadoop-snappy', [text])).toString('hex'), `0000000500000007${block}`)
  assert.equal(
    (await encoded('snappy', [text])).toString('hex'),
    `82534e41505059000000000100000001${'00000007'}${block}`,
  )
})

test('zip is one deflated entry with the given name and time', async () => {
  const bytes = await encoded('zip', [LINES])
  assert.equal(bytes.readUInt32LE(0), 0x0403_4b50)
  const nameBytes = bytes.readUInt16LE(26)
  assert.equal(bytes.toString('utf8', 30, 30 + nameBytes), ENTRY.entryName)
  assert.ok(LINES.equals(inflateRawSync(bytes.subarray(30 + nameBytes))))
  const directory = bytes.readUInt32LE(bytes.length - 22 + 16)
  assert.equal(bytes.readUInt32LE(directory), 0x0201_4b50)
  assert.equal(bytes.readUInt32LE(directory + 16), crc32(LINES))
  assert.equal(bytes.readUInt32LE(directory + 24), LINES.length)
})

test('cut and damaged data is an error, never less data', async () => {
  for (const compression of COMPRESSED) {
    const whole = await encoded(compression, [LINES])
    for (const damaged of [
      whole.subarray(0, -3),
      whole.subarray(0, whole.length >> 1),
      Buffer.from('{"a":1}\n'),
    ]) {
      await assert.rejects(
        decoded(compression, damaged),
        (error: unknown) => error instanceof HozonError && error.code === 'HOZON_ENCODING_DAMAGED',
        compression,
      )
    }
  }
})

test('data after the end is not passed over in silence', async () => {
  for (const compression of COMPRESSED) {
    const more = Buffer.concat([await encoded(compression, [LINES]), Buffer.from('something else')])
    await assert.rejects(decoded(compression, more), HozonError, compression)
  }
})

test('members that follow one another are all read', async () => {
  const two = Buffer.concat([gzipSync('a\n'), gzipSync('b\n')])
  assert.equal((await decoded('gzip', two)).toString(), 'a\nb\n')
  const once = await encoded('snappy', [Buffer.from('a\n')])
  assert.equal((await decoded('snappy', Buffer.concat([once, once]))).toString(), 'a\na\n')
})

test('limits stop bombs', async () => {
  const zeros = Buffer.alloc(4 * 2 ** 20)
  for (const compression of COMPRESSED) {
    const bomb = await encoded(compression, [zeros])
    const isTooLarge = (error: unknown): boolean =>
      error instanceof HozonError && error.code === 'HOZON_ENCODING_TOO_LARGE'
    const byRatio = { maxBytes: 2 ** 40, maxRatio: 5, freeBytes: 100_000 }
    await assert.rejects(joined(decodeStream(compression, [bomb], byRatio)), isTooLarge, compression)
    const bySize = { maxBytes: 2 ** 20, maxRatio: 2 ** 40, freeBytes: 0 }
    await assert.rejects(joined(decodeStream(compression, [bomb], bySize)), isTooLarge, compression)
  }
})

test('a failure of the source comes through as it is', async () => {
  async function* failing(): AsyncGenerator<Buffer> {
    yield LINES
    throw new Error('the disk is gone')
  }
  for (const compression of ALL) {
    await assert.rejects(encoded(compression, failing()), /the disk is gone/, compression)
    await assert.rejects(joined(decodeStream(compression, failing())), Error, compression)
  }
})

test('names as Firehose has them', () => {
  assert.deepEqual(
    ALL.map((compression) => [extensionOf('json', compression), contentEncodingOf(compression)]),
    [
      ['', undefined],
      ['.gz', 'gzip'],
      ['.zst', 'zstd'],
      ['.snappy', 'snappy-java'],
      ['.snappy', 'hadoop-snappy'],
      ['.zip', 'zip'],
    ],
  )
  assert.equal(extensionOf('parquet', 'zstd'), '.parquet')
})
