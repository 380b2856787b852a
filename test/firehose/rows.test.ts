/** What SQL says of a stream does not depend on where its records are: in the buffer, delivered, or found again in the bucket. */
import assert from 'node:assert/strict'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { after, before, suite, test } from 'node:test'
import { compressSync } from 'snappy'
import { FirehoseWorld, processing, processor, type Row } from './firehose-world.ts'

let firehose: FirehoseWorld
before(async () => {
  firehose = await FirehoseWorld.start()
})
after(() => firehose.end())

interface Kind {
  /** Two halves, which arrive one after the other. */
  records: [readonly (string | Uint8Array)[], readonly (string | Uint8Array)[]]
  rows: Row[]
  settings?: Parameters<FirehoseWorld['create']>[1]
}

const json = (n: number): string => JSON.stringify({ n, text: `row ${n} 保存`, deep: { list: [n, null] } })
const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index)
const rowsOf = (from: number, to: number): Row[] =>
  numbers(from, to).map((n) => ({ n, text: `row ${n} 保存`, deep: { list: [n, null] } }))
const halves = (record: (n: number) => string | Uint8Array): Kind['records'] => [
  numbers(0, 10).map(record),
  numbers(10, 20).map(record),
]
const BYTES = Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x0d, 0x01])

const KINDS: Record<string, Kind> = {
  'json-lines': { records: halves((n) => `${json(n)}\n`), rows: rowsOf(0, 20) },
  'several-lines-a-record': {
    records: [[`${json(0)}\n${json(1)}\n\n${json(2)}\r\n`], [`${json(3)}\n`, `\n${json(4)}`]],
    rows: rowsOf(0, 5),
  },
  glued: { records: halves(json), rows: rowsOf(0, 20) },
  'over-records': {
    // A document that two records share is one in what is delivered.
    records: [[json(0).slice(0, 9), json(0).slice(9)], [json(1)]],
    rows: rowsOf(0, 2),
  },
  pretty: {
    records: halves((n) => `${JSON.stringify(JSON.parse(json(n)), undefined, 2)}\n`),
    rows: rowsOf(0, 20),
  },
  text: {
    records: [
      ['one\n', 'two 保存\r\n'],
      ['three\n\n', ' spaces \nand [1,2]\n"quoted"\n42\n'],
    ],
    rows: ['one', 'two 保存', 'three', ' spaces ', 'and [1,2]', '"quoted"', '42'].map((line) => ({ line })),
  },
  binary: {
    records: [
      [Buffer.concat([BYTES, Buffer.from('\n')])],
      ['text\n', Buffer.concat([BYTES, BYTES, Buffer.from('\n')])],
    ],
    rows: [
      { line_base64: BYTES.toString('base64') },
      { line: 'text' },
      { line_base64: Buffer.concat([BYTES, BYTES]).toString('base64') },
    ],
  },
  empty: { records: [['', '', ''], ['']], rows: [] },
  blank: { records: [['\n', ' \n', '\t\r\n'], ['\n\n\n']], rows: [] },
  gzip: { records: halves((n) => gzipSync(`${json(n)}\n`)), rows: rowsOf(0, 20) },
  zstd: { records: halves((n) => zstdCompressSync(`${json(n)}\n`)), rows: rowsOf(0, 20) },
  snappy: { records: halves((n) => compressSync(`${json(n)}\n`)), rows: rowsOf(0, 20) },
  'compressed-without-line-feed': { records: halves((n) => gzipSync(json(n))), rows: rowsOf(0, 20) },
  'aggregated-gzip': {
    records: halves((n) => gzipSync(`${json(2 * n)}\n${json(2 * n + 1)}\n\n`)),
    rows: rowsOf(0, 40),
  },
  mixed: {
    records: [
      [`${json(0)}\n`, gzipSync(`${json(1)}\n`), json(2), 'plain\n', compressSync(`${json(3)}\n`)],
      [`${json(4)}${json(5)}`, '', zstdCompressSync(json(6)), Buffer.concat([BYTES, Buffer.from('\n')])],
    ],
    rows: [...rowsOf(0, 7), { line: 'plain' }, { line_base64: BYTES.toString('base64') }],
  },
  'columns-that-grow': {
    records: [
      ['{"n":1}', '{"n":2,"a":true}'],
      ['{"n":3.5,"b":{"c":1}}', '{"n":"text"}', '{"n":9007199254740993}'],
    ],
    rows: [
      { n: '1' },
      { n: '2', a: true },
      { n: '3.5', b: { c: 1 } },
      { n: 'text' },
      { n: '9007199254740993' },
    ],
  },
  delimited: {
    records: halves((n) => `line ${n}`),
    rows: numbers(0, 20).map((n) => ({ line: `line ${n}` })),
    settings: { CompressionFormat: 'GZIP', ...processing(processor('AppendDelimiterToRecord')) },
  },
  'snappy-objects': {
    records: halves((n) => `${json(n)}\n`),
    rows: rowsOf(0, 20),
    settings: { CompressionFormat: 'Snappy' },
  },
  'hadoop-objects-of-gzip': {
    records: halves((n) => gzipSync(`${json(n)}\n`)),
    rows: rowsOf(0, 20),
    settings: { CompressionFormat: 'HADOOP_SNAPPY' },
  },
  'zip-objects': {
    records: halves(json),
    rows: rowsOf(0, 20),
    settings: { CompressionFormat: 'ZIP' },
  },
}

const tableOf = (stream: string): string => `firehose.${stream.replaceAll('-', '_')}`

/** Without what is null, in an order of their own. */
async function rows(stream: string): Promise<string[]> {
  return comparable(await firehose.sql(`SELECT * FROM ${tableOf(stream)}`))
}

function comparable(found: readonly Row[]): string[] {
  return found
    .map((row) => Object.entries(row).filter(([, value]) => value !== null))
    .map((entries) => JSON.stringify(Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))))
    .sort((a, b) => (a < b ? -1 : 1))
}

suite('rows are the same', { concurrency: false }, () => {
  for (const [stream, { records, rows: expected, settings }] of Object.entries(KINDS)) {
    test(`${stream}: hot, half delivered, delivered`, async () => {
      await firehose.create(stream, settings)
      await firehose.put(stream, records[0])
      const half = await rows(stream)
      await firehose.flush(stream)
      assert.deepEqual(await rows(stream), half, 'the first half, delivered')
      await firehose.put(stream, records[1])
      assert.deepEqual(await rows(stream), comparable(expected), 'one half delivered, one hot')
      await firehose.flush(stream)
      assert.deepEqual(await rows(stream), comparable(expected), 'delivered')
    })

    test(`${stream}: hot as two segments that become one object`, async () => {
      const twin = `${stream}-2`
      await firehose.create(twin, settings)
      await firehose.put(twin, records[0])
      await rows(twin)
      await firehose.put(twin, records[1])
      assert.deepEqual(await rows(twin), comparable(expected), 'hot')
      await firehose.flush(twin)
      assert.deepEqual(await rows(twin), comparable(expected), 'delivered')
    })
  }

  test('failures are rows too', async () => {
    await firehose.create('with-failures', {
      Prefix: 'data/',
      ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
      ...processing(processor('Decompression', { CompressionFormat: 'GZIP' })),
    })
    await firehose.put('with-failures', ['bad 1', gzipSync('{"n":1}'), 'bad 2'])
    const hot = comparable(await firehose.sql('SELECT * FROM firehose.with_failures_errors'))
    assert.equal(hot.length, 2)
    await firehose.flush('with-failures')
    assert.deepEqual(comparable(await firehose.sql('SELECT * FROM firehose.with_failures_errors')), hot)
  })

  test('after `hozon catalog rebuild`, from the buckets alone', async () => {
    await firehose.audit()
    const errors = await firehose.sql('SELECT * FROM firehose.with_failures_errors')
    await firehose.world.stop()
    const rebuilt = await firehose.world.run('catalog', 'rebuild', firehose.world.file)
    assert.equal(rebuilt.code, 0, rebuilt.stderr)
    await firehose.up()
    for (const [stream, { rows: expected }] of Object.entries(KINDS)) {
      assert.deepEqual(await rows(stream), comparable(expected), stream)
      assert.deepEqual(await rows(`${stream}-2`), comparable(expected), stream)
    }
    assert.deepEqual(await firehose.sql('SELECT * FROM firehose.with_failures_errors'), errors)
    await firehose.audit()
  })

  test('and the streams go on', async () => {
    await firehose.put('glued', [json(20)])
    const all = comparable(rowsOf(0, 21))
    assert.deepEqual(await rows('glued'), all)
    await firehose.flush('glued')
    assert.deepEqual(await rows('glued'), all)
    await firehose.audit()
  })
})
