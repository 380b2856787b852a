import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { compressSync } from 'snappy'
import { createByteWriter } from '../byte-writer.ts'
import { createRowReader, MAX_ITEM_BYTES } from './rows.ts'

/** As an object is read: so many bytes more at a time. */
function rowsOf(bytes: Buffer, chunkBytes = Infinity): string[] {
  const reader = createRowReader()
  const out = createByteWriter()
  for (let at = 0, have = 0; at < bytes.length;) {
    have = Math.min(bytes.length, have + chunkBytes)
    for (;;) {
      const next = reader.step(bytes.subarray(0, have), at, have === bytes.length, out)
      if (next === at) break
      at = next
      if (at >= have) break
    }
    assert.ok(at > 0 || have < MAX_ITEM_BYTES)
  }
  const lines = out.view().toString().split('\n').slice(0, -1)
  assert.equal(reader.rows, lines.length)
  return lines
}

const text = (line: string): string => JSON.stringify({ line })

test('JSON objects wherever they stand', () => {
  assert.deepEqual(rowsOf(Buffer.from('{"a":1}\n{"a":2}{"a":3}  {"a":4}\r\n\n  \n{\n  "a": [\n5]\n}')), [
    '{"a":1}',
    '{"a":2}',
    '{"a":3}',
    '{"a":4}',
    '{   "a": [ 5] }',
  ])
})

test('everything else is lines', () => {
  assert.deepEqual(rowsOf(Buffer.from('a b\r\n  at x\n\n[{"a":1}]\n{"a":1\n{"a":}\n5')), [
    text('a b'),
    text('  at x'),
    text('[{"a":1}]'),
    text('{"a":1'),
    text('{"a":}'),
    text('5'),
  ])
  assert.deepEqual(rowsOf(Buffer.from([0x61, 0xff, 0x0a, 0x62])), ['{"line_base64":"Yf8="}', text('b')])
  assert.deepEqual(rowsOf(Buffer.from('{"a":1} b\n')), ['{"a":1}', text(' b')])
})

const EVENTS = [1, 12, 1234, 5].map((n) => `{"n":${n},"m":"${'ab'.repeat(n)}"}\n`)
const CODECS: [string, (text: string) => Buffer][] = [
  ['gzip', (event) => gzipSync(event)],
  ['zstd', (event) => zstdCompressSync(event)],
  ['snappy', (event) => compressSync(event) as Buffer],
]

test('each record compressed by itself, as Fluent Bit does', () => {
  const events = [...EVENTS, ...[9, 10, 13, 32, 123].map((size) => `{"${'k'.repeat(size - 7)}":1}\n`)]
  for (const [name, codec] of CODECS) {
    for (const between of ['', '\n']) {
      const all = Buffer.concat(events.flatMap((event) => [codec(event), Buffer.from(between)]))
      const wanted = events.map((event) => event.trimEnd())
      assert.deepEqual(rowsOf(all), wanted, name)
      assert.deepEqual(rowsOf(all, 7), wanted, name)
    }
    assert.deepEqual(rowsOf(codec('a line "x"\n')), [text('a line "x"')], name)
  }
})

test('damaged and doubly compressed content is lines', () => {
  const damaged = gzipSync('{"a":1}\n')
  damaged[12]! ^= 0xff
  assert.match(rowsOf(damaged)[0]!, /line_base64/)
  const twice = gzipSync(gzipSync('{"a":1}\n'))
  assert.match(rowsOf(twice)[0]!, /line_base64/)
})

test('rows do not depend on how the bytes are cut, and no object is lost', () => {
  const piece = fc.oneof(
    fc.json().map((json) => `{"v":${json}}`),
    fc.string({ unit: 'binary' }).map((line) => `${line}\n`),
    fc.constantFrom('\n', '{', '{"a":"', '}', ' \t', '\r\n', '\u001f', '1f', '"\\'),
  )
  const bytes = fc.oneof(
    piece.map((value) => Buffer.from(value)),
    fc.tuple(piece, fc.constantFrom(...CODECS)).map(([value, [, codec]]) => codec(`${value}\n`)),
    fc.uint8Array({ maxLength: 20 }).map((value) => Buffer.from(value)),
  )
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 8 }), fc.integer({ min: 1, max: 40 }), (pieces, chunkBytes) => {
      const all = Buffer.concat(pieces)
      const rows = rowsOf(all)
      assert.deepEqual(rowsOf(all, chunkBytes), rows)
      for (const row of rows) assert.equal(typeof JSON.parse(row), 'object')
    }),
    { numRuns: 300 },
  )
})

test('what only looks like something takes no longer than the rest', () => {
  const repeated = (piece: Buffer | string, bytes: number): Buffer => Buffer.alloc(bytes, piece)
  for (const piece of [
    '{\n',
    '{"a":[\n',
    '{"a":"',
    'Ad\n',
    Buffer.from([0x1f, 0x8b, 8, 8, 10]),
    Buffer.from([0xe3, 0x82, 0x44, 0x0a]),
  ]) {
    assert.ok(rowsOf(repeated(piece, 100_000)).length > 0)
  }
})
