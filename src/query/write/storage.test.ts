import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { delimiterBytes } from '../../format/serde/lazy-simple.ts'
import type { FileFormat } from '../engine/write/protocol.ts'
import { FORMATS } from '../statement/formats.ts'
import { tableProperties } from './properties.ts'
import { formatOfTable, storageOf } from './storage.ts'
import { textFormat } from './text-format.ts'

const TEXT = 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'

function ofSerde(
  library: string | undefined,
  parameters: Record<string, string> = {},
  tableParameters: Record<string, string> = {},
  columns = 1,
): FileFormat {
  const info = library === undefined ? {} : { SerializationLibrary: library }
  return formatOfTable({
    Name: 't',
    Parameters: tableParameters,
    StorageDescriptor: {
      Columns: Array.from({ length: columns }, (_, index) => ({ Name: `c${index}` })),
      SerdeInfo: { ...info, Parameters: parameters },
    },
  })
}

describe('a new table', () => {
  it('is declared as STORED AS declares it, and what is inserted is written alike', () => {
    for (const format of ['PARQUET', 'JSON', 'TEXTFILE']) {
      const made = tableProperties({ format, write_compression: 'SNAPPY' }).format
      const storage = storageOf(made)
      const { serde, input, output } = FORMATS[format]!
      assert.equal(storage.SerdeInfo?.SerializationLibrary, serde)
      assert.deepEqual([storage.InputFormat, storage.OutputFormat], [input, output])
      const Parameters = { 'write.compression': 'SNAPPY' }
      assert.deepEqual(formatOfTable({ Name: 't', Parameters, StorageDescriptor: storage }), made)
    }
  })

  it('is read by the delimiter that it was written with', () => {
    const DELIMITERS: [written: string, byte: number][] = [
      [',', 44],
      ['\t', 9],
      ['\\t', 9],
      ['\\001', 1],
      ['\\u007c', 124],
      ['9', 9],
      ['57', 57],
      [' ', 32],
    ]
    for (const [written, byte] of DELIMITERS) {
      const { format } = tableProperties({ format: 'TEXTFILE', field_delimiter: written })
      assert.ok(format.kind === 'text')
      assert.equal(format.separators[0]!.charCodeAt(0), byte, written)
      const { SerdeInfo: info } = storageOf(format)
      assert.equal(delimiterBytes(info?.Parameters ?? {})[0], byte, written)
    }
    for (const wrong of ['||', 'tab', '1234', 'é', '-1', '128', '\\', 'N'])
      assert.throws(() => tableProperties({ format: 'TEXTFILE', field_delimiter: wrong }), /delimiter/, wrong)
  })
})

describe('the format of a table that is there', () => {
  it('is what its reader reads', () => {
    const COMPRESSION = { compression: 'gzip' } as const
    assert.deepEqual(ofSerde('org.apache.hadoop.hive.ql.io.parquet.serde.PARQUETHiveSerDe'), {
      kind: 'parquet',
      ...COMPRESSION,
    })
    assert.deepEqual(ofSerde('org.openx.data.jsonserde.jsonserde'), { kind: 'json', ...COMPRESSION })
    assert.equal(ofSerde(TEXT).kind, 'text')
  })

  it('has the delimiters of its reader', () => {
    const separators = (parameters: Record<string, string>): string[] =>
      textFormat('none', parameters).separators.slice(0, 3)
    assert.deepEqual(separators({}), ['\u0001', '\u0002', '\u0003'])
    assert.deepEqual(separators({ 'serialization.format': '1' }), ['\u0001', '\u0002', '\u0003'])
    assert.deepEqual(separators({ 'field.delim': '9', 'colelction.delim': '+8', 'mapkey.delim': '007' }), [
      '\t',
      '\b',
      '\u0007',
    ])
    assert.deepEqual(separators({ 'field.delim': '||', 'collection.delim': '999' }), ['|', '9', '\u0003'])
    assert.equal(textFormat('none', { 'escape.delim': '' }).escape, '\\')
    assert.equal(textFormat('none', {}).escape, undefined)
  })

  const REFUSED: [what: string, format: () => FileFormat, message: RegExp][] = [
    ['of no SerDe', () => ofSerde(undefined), /names no SerDe/],
    ['that nobody reads', () => ofSerde('org.apache.hadoop.hive.ql.io.orc.OrcSerde'), /ORC is not supported/],
    ['that is only read', () => ofSerde('org.apache.hadoop.hive.serde2.OpenCSVSerde'), /can not be written to/],
    ['with other names', () => ofSerde('org.openx.data.jsonserde.JsonSerDe', { 'mapping.a': 'b' }), /mapping.a/],
    ['with headers', () => ofSerde(TEXT, {}, { 'skip.header.line.count': '1' }), /skip.header.line.count/],
    ['with headers, said by its SerDe', () => ofSerde(TEXT, { 'skip.header.line.count': '1' }), /header/],
    ['with footers', () => ofSerde(TEXT, {}, { 'skip.footer.line.count': '1' }), /skip.footer.line.count/],
    ['with other line ends', () => ofSerde(TEXT, { 'line.delim': '|' }), /lines that end with/],
    ['with a delimiter that is half a letter', () => ofSerde(TEXT, { 'field.delim': '-61' }), /delimiter 195/],
    ['whose fields are lines', () => ofSerde(TEXT, { 'field.delim': '\n' }, {}, 2), /fields that end as lines/],
  ] // prettier-ignore
  for (const [what, format, message] of REFUSED)
    it(`is refused ${what}`, () => assert.throws(format, message))

  it('may be raw lines', () => {
    assert.equal(ofSerde(TEXT, { 'field.delim': '\n' }).kind, 'text')
  })
})
