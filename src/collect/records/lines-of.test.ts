import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { compressSync } from 'snappy'
import { blockOf } from '../../base/record-block.ts'
import { linesOf, type LinesOptions, type RecordLines } from './lines-of.ts'

const snappy = (text: string | Buffer): Buffer => compressSync(text) as Buffer
const textOf = ({ chunks }: RecordLines): string => Buffer.concat([...chunks]).toString('latin1')

function linesFrom(records: (string | Buffer)[], options: LinesOptions = { format: 'json' }): string[] {
  const made = linesOf(blockOf(records.map((record) => Buffer.from(record))), options)
  const lines = Buffer.concat([...made.chunks])
    .toString()
    .split('\n')
  assert.equal(lines.pop(), '')
  assert.equal(made.records, lines.length)
  return lines
}

test('clean lines are passed on as they are, without a copy', () => {
  const records = ['{"a":1}\n', '{"a":{"b":"}"}}\n', '{"a":1}\n{"a":2}\r\n{ "a": {} }\n'].map((text) =>
    Buffer.from(text),
  )
  const block = blockOf(records)
  assert.deepEqual(linesOf(block, { format: 'parquet' }), { chunks: [block.bytes], records: 5 })
  assert.equal(linesOf(block, { format: 'parquet' }).chunks[0], block.bytes)
})

test('a newline is added where it is missing', () => {
  assert.deepEqual(linesFrom(['{"a":1}', '{"a":2}\n{"a":3}', 'text']), [
    '{"a":1}',
    '{"a":2}',
    '{"a":3}',
    'text',
  ])
})

test('objects that are glued together are taken apart', () => {
  const strings = '{"a":"}{"}{"b":"\\"}{"}  {"c":{"d":[{}]}}'
  assert.deepEqual(linesFrom([`${strings}\n{"e":1}{"f":2}`]), [
    '{"a":"}{"}',
    '{"b":"\\"}{"}',
    '{"c":{"d":[{}]}}',
    '{"e":1}',
    '{"f":2}',
  ])
})

test('an object over several lines becomes one line', () => {
  const value = { a: [1, { b: 'x  y' }], c: {} }
  const pretty = JSON.stringify(value, null, 2)
  for (const text of [pretty, `${pretty}\n`, pretty.replaceAll('\n', '\r\n'), `\n\n${pretty}\n\n`])
    assert.deepEqual(
      linesFrom([text]).map((line) => JSON.parse(line) as unknown),
      [value],
    )
  assert.deepEqual(linesFrom([`${pretty}${pretty}\n{"d":1}\n${pretty}`]).length, 4)
})

test('a record with broken lines stays line by line', () => {
  const records = [
    '{"a":1\n{"b":2}\n',
    '{"a":"x\n{"b":2}',
    '{"a":1} rest\n{"b":2}{',
    '{\n{\n}\n}',
    '[{"a":1},\n{"b":2}]',
  ]
  assert.deepEqual(
    linesFrom(records),
    records.flatMap((text) => text.replace(/\n$/, '').split('\n')),
  )
})

test('blank lines are left out of JSON and kept in raw streams', () => {
  const records = ['{"a":1}\n\n', '\n', '', ' \t\r\n{"a":2}\n\n\n{"a":3}\n \n', ' ']
  assert.deepEqual(linesFrom(records), ['{"a":1}', '{"a":2}', '{"a":3}'])
  const raw = ['{"a":1}', '', '', ' \t\r', '{"a":2}', '', '', '{"a":3}', ' ', ' ']
  assert.deepEqual(linesFrom(records, { format: 'raw' }), raw)
})

test('gzip, zstd and snappy are read, members, frames and blocks behind each other too', () => {
  const one = '{"a":1}\n'
  const other = '{"b":"something that is long enough to be worth the compression, compression, compression"}'
  for (const compress of [gzipSync, zstdCompressSync, snappy]) {
    const expected = [one.trim(), other]
    assert.deepEqual(linesFrom([compress(one), compress(other)]), expected)
    assert.deepEqual(linesFrom([Buffer.concat([compress(one), compress(other)])]), expected)
    assert.deepEqual(linesFrom([compress(one + other)], { format: 'raw' }), expected)
  }
  assert.deepEqual(linesFrom([Buffer.concat([gzipSync(one), Buffer.alloc(9)])]), [one.trim()])
})

test('short snappy blocks can be read as text, and long ones begin like JSON: what does not look packed is not', () => {
  const event = '{"m":"hello"}'
  assert.equal(snappy(event).length, event.length + 2, 'as it is, behind its length and a tag')
  const of123 = `{"m":"${'é'.repeat(57)}"}\n`
  assert.equal(snappy(of123)[0], 0x7b)
  assert.deepEqual(linesFrom([snappy(event), snappy(of123), snappy('plain words')]), [
    event,
    of123.trim(),
    'plain words',
  ])
  const text = snappy('123456789').toString()
  assert.equal(text, '\t 123456789')
  assert.deepEqual(linesFrom([text, text.trim()]), [text, text.trim()])
})

test('a damaged record is kept with its reason, and the others are read', () => {
  const good = '{"a":1}'
  const gzip = gzipSync(good)
  const zstd = zstdCompressSync(good)
  const damaged = [
    gzip.subarray(0, -1),
    Buffer.concat([gzip, Buffer.from('x')]),
    Buffer.concat([gzip, Buffer.alloc(3), gzip]),
    zstd.subarray(0, -1),
    Buffer.concat([zstd, Buffer.from('x')]),
  ]
  for (const record of damaged) {
    const [before, rejected, after, ...rest] = linesFrom([good, record, good])
    assert.deepEqual([before, after, rest], [good, good, []])
    const [, reason, line] = rejected!.split('\x15')
    assert.match(reason!, /^(gzip|zstd) record does not decompress: .+; the line is the record in base64$/)
    assert.ok(Buffer.from(line!, 'base64').equals(record))
    assert.deepEqual(linesOf(blockOf([record]), { format: 'raw' }).chunks[0], record)
  }
})

test('what becomes too large is kept as it came: one record, or all of a request', () => {
  const limits = { recordBytesMax: 1000, requestBytesMax: 2500, lineBytesMax: 10_000 }
  const event = (bytes: number): string => `{"a":"${'x'.repeat(bytes - 8)}"}`
  for (const compress of [gzipSync, zstdCompressSync, snappy]) {
    const records = [1000, 1001, 1000, 501, 500, 20].map((bytes) => compress(event(bytes)))
    const lines = linesFrom([...records, event(5000)], { format: 'json', limits })
    assert.deepEqual(
      lines.map((line) => line.startsWith('{')),
      [true, false, true, false, true, false, true],
    )
    assert.match(lines[1]!, /becomes more than 1000 bytes, or its request more than 2500/)
    assert.ok(Buffer.from(lines[1]!.split('\x15')[2]!, 'base64').equals(records[1]!))
  }
})

test('a line that is too long is kept in parts', () => {
  const limits = { recordBytesMax: 1000, requestBytesMax: 2500, lineBytesMax: 10 }
  const object = '{"a":"0123456789"}'
  const pretty = object.replace(':', ':\n')
  for (const text of [object, pretty, `{}${object}`, object.replace('{', 'x'), `\x15${object}`]) {
    const lines = linesFrom([text], { format: 'json', limits })
    assert.ok(lines.length >= 2)
    assert.equal(lines.map(originalOf).join(''), text.replace('\n', ''))
    assert.match(lines.at(-1)!.split('\x15')[1]!, /^part 2 of 2 of a line of 1[89] bytes$/)
  }
  const packed = gzipSync(object)
  assert.deepEqual(linesOf(blockOf([packed]), { format: 'raw', limits }).chunks[0], packed)
})

test('a line that begins like a rejected one is rejected whole', () => {
  assert.deepEqual(linesFrom(['\x15a reason\x15{"a":1}\n{"a":2}']), [
    '\x150x15\x15\x15a reason\x15{"a":1}',
    '{"a":2}',
  ])
})

const value = fc.dictionary(fc.string({ unit: 'binary' }), fc.oneof(fc.jsonValue(), fc.string()))
const compressed = fc.constantFrom(
  (text: Buffer) => text,
  (text: Buffer) => text,
  (text: Buffer) => gzipSync(text),
  (text: Buffer) => zstdCompressSync(text),
  (text: Buffer) => snappy(text),
)

test('every object arrives as it was, whatever it was sent as', () => {
  const sent = fc.record({
    values: fc.array(
      fc.record({
        value,
        indent: fc.constantFrom(0, 0, 2),
        gap: fc.constantFrom('\n', '\n\n', '', ' ', '\r\n'),
      }),
      {
        minLength: 1,
      },
    ),
    compress: compressed,
  })
  const property = fc.property(fc.array(sent, { maxLength: 5 }), (records) => {
    const bytes = records.map(({ values, compress }) =>
      compress(
        Buffer.from(values.map((each) => JSON.stringify(each.value, null, each.indent) + each.gap).join('')),
      ),
    )
    assert.deepEqual(
      linesFrom(bytes).map((line) => JSON.stringify(JSON.parse(line))),
      records.flatMap(({ values }) => values.map((each) => JSON.stringify(each.value))),
    )
  })
  fc.assert(property, { seed: 20261123, numRuns: 300 })
})

test('no byte is lost but whitespace, whatever is sent', () => {
  const piece = fc.oneof(
    value.map((each) => JSON.stringify(each, null, 1)),
    fc.constantFrom(
      '{',
      '}',
      '"',
      '\\',
      '\n',
      ' ',
      '[',
      '{}',
      '{"a":\n',
      '\x15',
      'text',
      '\x15x\x15y',
      'é',
      '\xff',
    ),
    fc.string({ unit: 'binary' }),
  )
  const text = fc.array(piece, { maxLength: 12 }).map((parts) => Buffer.from(parts.join(''), 'latin1'))
  const sent = fc.record({ text, compress: compressed, cut: fc.constantFrom(0, 0, 0, 3) })
  const property = fc.property(fc.array(sent, { maxLength: 6 }), (records) => {
    const bytes = records.map(({ text, compress, cut }) => {
      const record = compress(text)
      return record.subarray(0, record.length - cut)
    })
    const made = linesOf(blockOf(bytes), { format: 'json' })
    const lines = textOf(made).split('\n')
    assert.equal(lines.pop(), '')
    assert.equal(made.records, lines.length)
    // A record is there as its text or, where it could not be read, as it came: as bytes or in base64.
    let rest = dense(lines.map(originalOf).join(''))
    for (const [index, { text }] of records.entries()) {
      const record = bytes[index]!
      const forms = [Buffer.from(record.toString('base64')), record, text].map((form) =>
        dense(form.toString('latin1')),
      )
      const found = forms.find((form) => rest.startsWith(form))
      assert.notEqual(found, undefined, `record ${index}: ${record.toString('latin1')}`)
      rest = rest.slice(found!.length)
    }
    assert.equal(rest, '')
  })
  fc.assert(property, { seed: 20261123, numRuns: 300 })
})

const dense = (text: string): string => text.replaceAll(/[ \t\r\n]/g, '')

function originalOf(line: string): string {
  return line.startsWith('\x15') ? line.slice(line.indexOf('\x15', 1) + 1) : line
}
