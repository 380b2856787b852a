import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { printGlueType } from '../../../../format/serde/glue-type.ts'
import { realFiles } from '../../../../sys/real-files.ts'
import { classifyFile } from './classify-file.ts'
import type { Classified, CustomClassifier, FileSchema } from './file-schema.ts'

let directory: string

/** Within a suite: all files of a run share what is outside of them. */
function prepare(): void {
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'hozon-classify-'))
  })
  after(() => rmSync(directory, { recursive: true }))
}

async function classify(
  content: string | Buffer,
  { key = 'x', classifiers = [] }: { key?: string; classifiers?: CustomClassifier[] } = {},
): Promise<Classified> {
  const path = join(directory, 'file')
  writeFileSync(path, content)
  return classifyFile(realFiles, { path, key, bytes: Buffer.byteLength(content), classifiers })
}

async function schemaOf(...of: Parameters<typeof classify>): Promise<FileSchema> {
  const result = await classify(...of)
  if ('unknown' in result) throw new Error(result.unknown)
  return result.schema
}

const typesOf = ({ columns }: FileSchema): string =>
  columns.map(({ name, type }) => `${name} ${printGlueType(type)}`).join(', ')

suite('files are told by their content', () => {
  prepare()

  test('JSON on lines: types widen, structs and lists are of all that they hold', async () => {
    const lines = [
      '{"Id": 1, "n": 1, "s": "a", "o": {"x": 1}, "l": [{"a": 1}], "nothing": null}',
      '{"Id": 3000000000, "n": 1.5, "s": 2, "b": true, "o": {"y": "t"}, "l": [{"b": null}]}',
    ]
    const schema = await schemaOf(lines.join('\n'))
    deepEqual(
      [schema.classification, schema.compression, schema.serde.library],
      ['json', 'none', 'org.openx.data.jsonserde.JsonSerDe'],
    )
    equal(
      typesOf(schema),
      'id bigint, n double, s string, o struct<x:int,y:string>, l array<struct<a:int,b:string>>, nothing string, b boolean',
    )
  })

  test('JSON over several lines, and in an array by its path', async () => {
    equal(typesOf(await schemaOf('{\n "a": 1\n}\n{\n "a": "}"\n}\n')), 'a string')
    const classifiers: CustomClassifier[] = [{ kind: 'json', path: '$.records[*]' }]
    equal(typesOf(await schemaOf('{"records": [{"a": 1}, {"b": 2}]}', { classifiers })), 'a int, b int')
  })

  test('compressed, by the end of the key', async () => {
    const schema = await schemaOf(gzipSync('{"a":1}\n'), { key: 'x.json.gz' })
    deepEqual([schema.compression, typesOf(schema)], ['gzip', 'a int'])
  })

  test('separated values with a header', async () => {
    const schema = await schemaOf('Id;Name;Price\n1;a;2\n2;b;2.5\n')
    equal(typesOf(schema), 'id bigint, name string, price double')
    deepEqual(schema.parameters, {
      delimiter: ';',
      columnsOrdered: 'true',
      areColumnsQuoted: 'false',
      'skip.header.line.count': '1',
    })
    equal(schema.serde.library, 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe')
  })

  test('separated values without one, and with quotes', async () => {
    const plain = await schemaOf('1,a\n2,b\n')
    deepEqual(
      [typesOf(plain), plain.parameters['skip.header.line.count']],
      ['col0 bigint, col1 string', undefined],
    )
    const quoted = await schemaOf('id,text\n1,"a,b"\n2,"c"\n')
    equal(quoted.serde.library, 'org.apache.hadoop.hive.serde2.OpenCSVSerde')
    equal(typesOf(quoted), 'id string, text string')
  })

  test('separated values as somebody has said', async () => {
    const csv: CustomClassifier = {
      kind: 'csv',
      delimiter: '#',
      quote: undefined,
      header: 'ABSENT',
      names: ['A', 'B'],
      types: ['LONG', 'STRING'],
      allowsSingleColumn: false,
      serde: 'LazySimpleSerDe',
    }
    equal(typesOf(await schemaOf('1#2\n', { classifiers: [csv] })), 'a bigint, b string')
  })

  test('access logs and syslog', async () => {
    const common = '1.2.3.4 - bob [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 2326'
    const apache = await schemaOf(`${common}\n`)
    equal(apache.classification, 'apache')
    const combined = await schemaOf(`${common} "http://x/" "Mozilla/4.08"\n`)
    equal(combined.classification, 'combinedapache')
    match(
      typesOf(combined),
      /^clientip string, ident string, auth string, timestamp string, .* agent string$/,
    )
    deepEqual(combined.serde, {
      library: 'com.amazonaws.glue.serde.GrokSerDe',
      parameters: { 'input.format': '%{COMBINEDAPACHELOG}' },
    })
    equal((await schemaOf('Oct 11 22:14:15 host su[12]: it failed\n')).classification, 'syslog')
  })

  test('logs of their own kind', async () => {
    const grok: CustomClassifier = {
      kind: 'grok',
      classification: 'mine',
      pattern: '%{LEVEL:level} %{NUMBER:took:int} (?<rest>.*)',
      customPatterns: 'LEVEL [A-Z]+',
    }
    const schema = await schemaOf('INFO 12 all is well\nWARN 7 {"a":1}\n', { classifiers: [grok] })
    deepEqual([schema.classification, typesOf(schema)], ['mine', 'level string, took int, rest string'])
  })

  test('what nobody knows has a reason', async () => {
    for (const [content, reason] of [
      ['one line of words\nand another\n', /no known format/],
      [Buffer.from([1, 0, 2]), /no text/],
      ['ORC and more', /orc/],
      ['PAR1 and no footer PAR1', /damaged|early|end/],
      ['', /no known format/],
    ] as const) {
      const result = await classify(content)
      match('unknown' in result ? result.unknown : 'known', reason)
    }
  })
})
