/** The five compressions: read by zlib, by Google's snappy and by a reader of ZIP's own structure, to the very bytes. */
import assert from 'node:assert/strict'
import { crc32, gunzipSync, inflateRawSync } from 'node:zlib'
import { after, before, test } from 'node:test'
import { uncompressSync } from 'snappy'
import { FirehoseWorld, processing, processor } from './firehose-world.ts'

let firehose: FirehoseWorld
before(async () => {
  firehose = await FirehoseWorld.start()
})
after(() => firehose.end())

/** Of every kind: text, all byte values, much that is alike, much that is not, nothing. */
const RECORDS: readonly Buffer[] = [
  Buffer.from('{"n":1,"text":"保存 ✓"}\n'),
  Buffer.alloc(0),
  Buffer.from(Array.from({ length: 256 }, (_, index) => index)),
  noise(700_000),
  Buffer.alloc(900_000, 'alike '),
  Buffer.from('no line feed at the end'),
]
const ALL = Buffer.concat(RECORDS)

const FORMATS = [
  ['UNCOMPRESSED', undefined, (bytes: Buffer) => bytes],
  ['GZIP', 'gzip', gunzipSync],
  ['ZIP', 'zip', unzip],
  ['Snappy', 'snappy-java', readXerial],
  ['HADOOP_SNAPPY', 'hadoop-snappy', readHadoop],
] as const

for (const [CompressionFormat, encoding, read] of FORMATS) {
  const stream = CompressionFormat.toLowerCase().replace('_', '-')

  test(`${CompressionFormat}: exactly the records, one after the other`, async () => {
    await firehose.create(stream, { CompressionFormat })
    const [object, ...more] = await firehose.deliver(stream, RECORDS)
    assert.deepEqual(more, [])
    assert.ok(read(object!.bytes).equals(ALL))
    assert.equal(object!.contentType, 'application/octet-stream')
    assert.equal(object!.contentEncoding, encoding)
  })

  test(`${CompressionFormat}: of several requests, segments and processors`, async () => {
    const name = `${stream}-delimited`
    await firehose.create(name, { CompressionFormat, ...processing(processor('AppendDelimiterToRecord')) })
    for (let round = 0; round < 3; round++) {
      await firehose.put(name, RECORDS)
      // A query ends the segment.
      await firehose.sql(`SELECT count(*) FROM firehose."${name.replaceAll('-', '_')}"`)
    }
    await firehose.flush(name)
    const [object, ...more] = firehose.objects(name)
    assert.deepEqual(more, [])
    const once = Buffer.concat(RECORDS.flatMap((record) => [record, Buffer.from('\n')]))
    assert.ok(read(object!.bytes).equals(Buffer.concat([once, once, once])))
  })
}

test('rows are the same whatever the compression', async () => {
  const counts = await Promise.all(
    FORMATS.map(async ([format]) => {
      const table = format.toLowerCase()
      const [row] = await firehose.sql(`SELECT count(*) AS n, max(n) AS m FROM firehose.${table}`)
      return row
    }),
  )
  assert.equal(counts[0]?.['m'], 1)
  for (const count of counts) assert.deepEqual(count, counts[0])
  await firehose.audit()
})

function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = 7
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[index] = state >>> 24
  }
  return bytes
}

/** By the central directory, as archivers read: one entry, deflated, named by a UUID. */
function unzip(bytes: Buffer): Buffer {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06'))
  assert.equal(bytes.readUInt16LE(end + 10), 1, 'one entry')
  const entry = bytes.readUInt32LE(end + 16)
  assert.equal(bytes.readUInt32LE(entry), 0x02014b50)
  const [method, crc, compressed, size] = [
    bytes.readUInt16LE(entry + 10),
    bytes.readUInt32LE(entry + 16),
    bytes.readUInt32LE(entry + 20),
    bytes.readUInt32LE(entry + 24),
  ]
  assert.equal(method, 8)
  const name = bytes.toString('utf8', entry + 46, entry + 46 + bytes.readUInt16LE(entry + 28))
  assert.match(name, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  const local = bytes.readUInt32LE(entry + 42)
  assert.equal(bytes.readUInt32LE(local), 0x04034b50)
  const data = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
  const content = inflateRawSync(bytes.subarray(data, data + compressed))
  assert.deepEqual([content.length, crc32(content)], [size, crc])
  return content
}

/** snappy-java's stream: a header, then blocks with their compressed length. */
function readXerial(bytes: Buffer): Buffer {
  assert.equal(bytes.toString('latin1', 0, 8), '\x82SNAPPY\0')
  const contents: Buffer[] = []
  for (let at = 16; at < bytes.length;) {
    // Streams may follow one another.
    if (bytes.toString('latin1', at, at + 8) === '\x82SNAPPY\0') {
      at += 16
      continue
    }
    const length = bytes.readUInt32BE(at)
    contents.push(block(bytes.subarray(at + 4, at + 4 + length)))
    at += 4 + length
  }
  return Buffer.concat(contents)
}

/** Hadoop's BlockCompressorStream: the length of a block's content, then its chunks with their compressed length. */
function readHadoop(bytes: Buffer): Buffer {
  const contents: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    let room = bytes.readUInt32BE(at)
    at += 4
    while (room > 0) {
      const length = bytes.readUInt32BE(at)
      const content = block(bytes.subarray(at + 4, at + 4 + length))
      contents.push(content)
      room -= content.length
      at += 4 + length
    }
    assert.equal(room, 0)
  }
  return Buffer.concat(contents)
}

function block(bytes: Buffer): Buffer {
  return Buffer.from(uncompressSync(bytes, { asBuffer: true }))
}
