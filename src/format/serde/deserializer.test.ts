import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { FirehoseConversion } from '../../base/firehose-delivery.ts'
import type { Column } from '../../base/schema.ts'
import { createByteWriter } from '../byte-writer.ts'
import { createDeserializer } from './deserializer.ts'
import { parseGlueType } from './glue-type.ts'

type Options = FirehoseConversion['deserializer']

const OPENX: Options = { kind: 'openx', caseInsensitive: true, dotsToUnderscores: false, keyMappings: {} }
const HIVE: Options = { kind: 'hive', timestampFormats: [] }

function columnsOf(types: Record<string, string>): Column[] {
  return Object.entries(types).map(([key, text]) => {
    const parsed = parseGlueType(text)
    assert.ok('type' in parsed, text)
    return { name: key.toLowerCase(), key, type: parsed.type }
  })
}

/** The rows, or the failure's message. */
function convert(types: Record<string, string>, unit: string | Buffer, options: Options = OPENX): unknown {
  const out = createByteWriter()
  out.text('before\n')
  const outcome = createDeserializer(options, columnsOf(types)).deserialize(Buffer.from(unit), out)
  const lines = out.view().toString().split('\n').slice(1, -1)
  if (outcome.kind === 'failed') {
    assert.deepEqual(lines, [])
    return `${outcome.code.replace('DataFormatConversion.', '')}: ${outcome.message}`
  }
  assert.equal(outcome.rows, lines.length)
  return lines.map((line) => JSON.parse(line) as unknown)
}

/** The canonical value of a column `a`, or the message behind AWS's sentence. */
function value(type: string, json: string, options: Options = OPENX): unknown {
  const rows = convert({ a: type }, `{"a":${json}}`, options)
  if (typeof rows === 'string')
    return rows.replace('MalformedData: ', '').replace('Data does not match the schema. ', '! ')
  return (rows as { a: unknown }[])[0]!.a
}

const refused = (input: string): string => `! For input string: "${input}"`

suite('documents of a record', () => {
  const types = { a: 'int' }
  test('several in a record, unknown keys dropped, missing ones null', () => {
    assert.deepEqual(convert(types, ' {"a":1,"b":2}{"a":2}\n{}\n{"a":null}'), [{ a: 1 }, { a: 2 }, {}, {}])
    assert.deepEqual(convert(types, '\ufeff{"a":1}'), [{ a: 1 }])
    assert.deepEqual(convert(types, '{"__proto__":{"a":1},"a":2,"a":3}'), [{ a: 3 }])
  })

  test('what is not JSON is a ParseError, and a unit fails as a whole', () => {
    const broken = [
      '',
      ' \n',
      '{"a":1',
      '{"a":1}x',
      '{"a":01}',
      '{"a":1.}',
      "{'a':1}",
      '{"a":"\u0001"}',
      '{"a":"\\x"}',
    ]
    for (const unit of [
      ...broken,
      '{"a":1},{"a":2}',
      '{"a":1}{"a":',
      'null1',
      '{"a":NaN}',
      '{a:1}',
      '[1,]',
      '{"a":"',
    ]) {
      const text = String(convert(types, unit))
      assert.ok(text.startsWith('ParseError: Encountered malformed JSON. '), `${unit}: ${text}`)
    }
    assert.match(String(convert(types, Buffer.from([0x7b, 0xff]))), /ParseError: .*UTF-8/)
    const deep = `{"a":${'['.repeat(100_000)}`
    assert.match(String(convert(types, deep)), /ParseError: .* 64 levels/)
  })

  test('what is JSON and no object does not match', () => {
    for (const unit of ['[{"a":1}]', '1', '"a"', 'null', '{"a":1} 2'])
      assert.match(String(convert(types, unit)), /^MalformedData: Data does not match the schema\. /)
  })
})

suite('keys', () => {
  const upper = { A: 'int', b_c: 'int', s: 'struct<X:int>' }
  test('case-insensitive, nested too; the same spelling before another, else the first', () => {
    assert.deepEqual(convert(upper, '{"a":1,"B_C":2,"S":{"x":3}}'), [{ A: 1, b_c: 2, s: { X: 3 } }])
    assert.deepEqual(convert({ a: 'int' }, '{"A":1,"a":2}{"a":2,"A":1}{"aA":0,"A":3}'), [
      { a: 2 },
      { a: 2 },
      { a: 3 },
    ])
    assert.deepEqual(convert({ ab: 'int' }, '{"Ab":1,"aB":2}'), [{ ab: 1 }])
    assert.deepEqual(convert(upper, '{"a":1,"S":{"x":3}}', HIVE), [{ A: 1, s: { X: 3 } }])
  })
  test('case-sensitive', () => {
    const options = { ...OPENX, caseInsensitive: false }
    assert.deepEqual(convert(upper, '{"a":1,"s":{"x":3,"X":4}}', options), [{ s: { X: 4 } }])
    assert.deepEqual(convert(upper, '{"A":1,"a":2}', options), [{ A: 1 }])
  })
  test('dots to underscores, and mappings', () => {
    const dots = { ...OPENX, dotsToUnderscores: true }
    assert.deepEqual(convert(upper, '{"b.C":1}', dots), [{ b_c: 1 }])
    assert.deepEqual(convert(upper, '{"b.c":1}'), [{}])
    const mapped = { ...OPENX, keyMappings: { a: 'Time.Stamp' } }
    assert.deepEqual(convert(upper, '{"time.stamp":1,"a":2}', mapped), [{ A: 1 }])
    assert.deepEqual(
      convert({ a: 'int', b: 'string' }, '{"x":1}', { ...OPENX, keyMappings: { a: 'x', b: 'X' } }),
      [{ a: 1, b: '1' }],
    )
    assert.deepEqual(convert(upper, '{"time.stamp":1}', { ...mapped, dotsToUnderscores: true }), [{ A: 1 }])
    assert.deepEqual(
      convert(upper, '{"time.stamp":1,"Time.Stamp":2}', { ...mapped, caseInsensitive: false }),
      [{ A: 2 }],
    )
  })
  test('keys that are data are lower case in OpenX only', () => {
    const types = { m: 'map<string,int>', t: 'string' }
    assert.deepEqual(convert(types, '{"m":{"Mixed":1},"t":"x"}'), [{ m: { mixed: 1 }, t: 'x' }])
    assert.deepEqual(convert(types, '{"m":{"Mixed":1}}', HIVE), [{ m: { Mixed: 1 } }])
    assert.equal(value('string', '{"Key":[{"In":1.50}]}'), '{"key":[{"in":1.50}]}')
    assert.equal(value('string', '{"Key":1}', { ...OPENX, caseInsensitive: false }), '{"Key":1}')
  })
})

suite('values', () => {
  /** type, JSON, then what OpenX and Hive make of it (the second only where it differs). */
  const numeric = '! Current token (VALUE_STRING) not numeric, can not use numeric value accessors'
  const noText = 'One or more fields have incorrect format. Exception when validating field (root)'
  const cases: [type: string, json: string, openx: unknown, hive?: unknown][] = [
    ['int', '"7"', 7, numeric],
    ['int', '" 0x1F "', 31, numeric],
    ['int', '1.0', 1],
    ['int', '1e3', 1000],
    ['int', '1.5', refused('1.5')],
    ['int', '"x"', refused('x'), numeric],
    ['int', 'true', refused('true'), numeric.replace('STRING', 'TRUE')],
    ['int', '[1]', '! Column a cannot hold a JSON array.', numeric.replace('VALUE_STRING', 'START_ARRAY')],
    ['int', '{}', '! Column a cannot hold a JSON object.', numeric.replace('VALUE_STRING', 'START_OBJECT')],
    ['int', '2147483648', '! Value 2147483648 is out of range for column a of type int.'],
    ['int', '1e999999999999', '! Value 1e999999999999 is out of range for column a of type int.'],
    ['int', '1e-999999999999', refused('1e-999999999999')],
    ['int', '0e999999999999', 0],
    ['tinyint', '-128', -128],
    ['tinyint', '128', '! Value 128 is out of range for column a of type tinyint.'],
    ['smallint', '-32769', '! Value -32769 is out of range for column a of type smallint.'],
    ['double', '"1.25"', 1.25, numeric],
    ['double', '"oops"', refused('oops'), numeric],
    ['double', '"NaN"', refused('NaN'), numeric],
    ['double', '"Infinity"', refused('Infinity'), numeric],
    ['double', '""', refused(''), numeric],
    ['double', '-0.0', -0],
    ['double', '1e400', '! Value 1e400 is out of range for column a of type double.'],
    ['float', '1e39', '! Value 1e39 is out of range for column a of type float.'],
    ['float', '0.1', Math.fround(0.1)],
    ['decimal(5,2)', '1.005', '1.01'],
    ['decimal(5,2)', '-1.005', '-1.01'],
    ['decimal(5,2)', '"7"', '7.00', numeric],
    ['decimal(5,2)', '999.995', '! Value 999.995 is out of range for column a of type decimal(5,2).'],
    ['decimal(5,2)', '1000', '! Value 1000 is out of range for column a of type decimal(5,2).'],
    ['decimal(5,2)', '1e-99', '0.00'],
    ['decimal(38,0)', '99999999999999999999999999999999999999', '9'.repeat(38)],
    ['boolean', '"TRUE"', true],
    ['boolean', 'false', false],
    ['boolean', '1', refused('1')],
    ['string', '1.50', '1.50'],
    ['string', 'true', 'true'],
    ['string', '[1, {"A": null}]', '[1,{"a":null}]', noText],
    ['string', '"\\ud800x"', '\ufffdx'],
    ['varchar(3)', '"ab𝄞cd"', 'ab𝄞'],
    ['char(4)', '"ab  cd"', 'ab'],
    ['date', '"2026-9-7"', '2026-09-07'],
    ['date', '"2026-02-29"', refused('2026-02-29')],
    ['date', '"2026-11-23T00:00:00Z"', refused('2026-11-23T00:00:00Z')],
    ['date', '19000', refused('19000')],
    ['binary', '"aGkA"', 'hi\\x00'],
    ['binary', '"*"', '! Column a of type binary takes Base64.'],
    ['array<string>', '"x"', ['x'], '! java.io.IOException: Start of Array expected'],
    ['array<struct<a:int>>', '{"A":1}', [{ a: 1 }], '! java.io.IOException: Start of Array expected'],
    ['array<int>', '[1,null,2]', [1, null, 2]],
    [
      'struct<a:int,b:string>',
      '[1,"x",2]',
      { a: 1, b: 'x' },
      '! java.io.IOException: Start of Object expected',
    ],
    ['struct<a:int,b:string>', '[1]', { a: 1 }, '! java.io.IOException: Start of Object expected'],
    ['struct<a:int>', '{}', {}],
    [
      'struct<a:int>',
      '"x"',
      '! Data is not JSONObject  but java.lang.String with value x',
      '! java.io.IOException: Start of Object expected',
    ],
    [
      'struct<a:int>',
      '12',
      '! Data is not JSONObject  but java.lang.Long with value 12',
      '! java.io.IOException: Start of Object expected',
    ],
    [
      'map<string,int>',
      '[1]',
      '! Column a of type map cannot hold a JSON array.',
      '! java.io.IOException: Start of Object expected',
    ],
    ['map<int,string>', '{"1":"a","01":"b"}', { 1: 'b' }],
    ['map<string,int>', '{"k":null}', { k: null }],
    ['map<int,int>', '{"k":1}', refused('k')],
  ]
  for (const [type, json, openx, hive = openx] of cases) {
    test(`${type} ${json}`, () => {
      assert.deepEqual(value(type, json), openx)
      assert.deepEqual(value(type, json, HIVE), hive)
    })
  }

  test('integers beyond 2^53 keep their digits', () => {
    const out = createByteWriter()
    createDeserializer(OPENX, columnsOf({ a: 'bigint' })).deserialize(
      Buffer.from('{"a":-9223372036854775808}'),
      out,
    )
    assert.equal(out.view().toString(), '{"a":-9223372036854775808}\n')
    assert.match(String(value('bigint', '9223372036854775808')), /out of range/)
  })
})

suite('timestamps', () => {
  const at = (text: string): string => `2026-11-23T${text}Z`
  const openx: [json: string, expected: string | undefined][] = [
    ['"2026-11-23T01:02:03Z"', at('01:02:03.000000')],
    ['"2026-11-23T01:02:03"', at('01:02:03.000000')],
    ['"2026-11-23T01:02:03.1Z"', at('01:02:03.100000')],
    ['"2026-11-23T01:02:03.123456789Z"', at('01:02:03.123456')],
    ['"2026-11-23T1:02:03Z"', undefined],
    ['"2026-9-7T12:00:02Z"', undefined],
    ['"2026-11-23T01:02:03+09:00"', undefined],
    ['"2026-11-23 01:02:03"', at('01:02:03.000000')],
    ['"2026-11-23 1:2:3.5"', at('01:02:03.500000')],
    ['"2026-9-7 12:00:02"', '2026-09-07T12:00:02.000000Z'],
    ['"2026-11-23 01:02:60"', undefined],
    ['"2026-02-30 01:02:03"', undefined],
    ['"2026-11-23"', undefined],
    ['1518033528', '2018-02-07T19:58:48.000000Z'],
    ['"1518033528"', '2018-02-07T19:58:48.000000Z'],
    ['1518033528123', '2018-02-07T19:58:48.123000Z'],
    ['1518033528.123456', '2018-02-07T19:58:48.123456Z'],
    ['"1518033528.123"', '2018-02-07T19:58:48.123000Z'],
    ['1.518033528e9', '2018-02-07T19:58:48.000000Z'],
    ['999999999999', undefined],
    ['253402300799', '9999-12-31T23:59:59.000000Z'],
    ['1000000000000', '2001-09-09T01:46:40.000000Z'],
    ['0', '1970-01-01T00:00:00.000000Z'],
    ['-0.000001', '1969-12-31T23:59:59.999999Z'],
    ['-62135596801', undefined],
    ['1e99', undefined],
    ['true', undefined],
    ['"soon"', undefined],
  ]
  for (const [json, expected] of openx) {
    test(`OpenX ${json}`, () => {
      assert.deepEqual(value('timestamp', json), expected ?? refused(json.replaceAll('"', '')))
    })
  }

  test('Hive: as java.sql.Timestamp', () => {
    assert.equal(value('timestamp', '"2026-11-23 1:02:03.123456789"', HIVE), at('01:02:03.123456'))
    const text = '! Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff]'
    for (const json of ['"2026-11-23T01:02:03Z"', '1518033528', '"2026-11-23"'])
      assert.equal(value('timestamp', json, HIVE), text)
  })

  const formats: [format: string, json: string, expected: string | undefined][] = [
    ['millis', '1518033528123', '2018-02-07T19:58:48.123000Z'],
    ['millis', '"-1"', '1969-12-31T23:59:59.999000Z'],
    ['millis', '1.5', undefined],
    ["yyyy-MM-dd'T'HH:mm:ss.SSSZ", '"2026-11-23T09:00:00.123+0900"', at('00:00:00.123000')],
    ["yyyy-MM-dd'T'HH:mm:ss.SSSZZ", '"2026-11-23T09:00:00.12+09:00"', at('00:00:00.120000')],
    ["yyyy-MM-dd'T'HH:mm:ssZ", '"2026-11-23T09:00:00Z"', at('09:00:00.000000')],
    ['yyyy-MM-dd HH:mm:ss ZZZ', '"2026-11-23 09:00:00 Asia/Tokyo"', at('00:00:00.000000')],
    ['dd/MMM/yyyy:HH:mm:ss Z', '"23/Nov/2026:09:00:00 +0900"', at('00:00:00.000000')],
    ['EEE, d MMMM yyyy h:mm a', '"Mon, 23 November 2026 9:05 PM"', at('21:05:00.000000')],
    ['HH:mm a', '"21:05 PM"', '1970-01-01T21:05:00.000000Z'],
    ['h a', '"12 AM"', '1970-01-01T00:00:00.000000Z'],
    ['k', '"24"', '1970-01-01T00:00:00.000000Z'],
    ['yyyyMMddHHmmssSSS', '"20261123010203004"', at('01:02:03.004000')],
    ['yy-M-d', '"26-11-23"', at('00:00:00.000000')],
    ['yyyy-DDD', '"2026-327"', at('00:00:00.000000')],
    ['yyyy-DDD', '"2026-366"', undefined],
    ["yyyy 'o''clock' HH", '"2026 o\'clock 05"', '2026-01-01T05:00:00.000000Z'],
    ['yyyy-MM-dd', '"2026-11-23 "', undefined],
    ['yyyy-MM-dd', '"2026-13-23"', undefined],
    ['yyyy-MM-dd', '"2026-11-"', undefined],
  ]
  for (const [format, json, expected] of formats) {
    test(`Hive ${format} ${json}`, () => {
      const options: Options = { kind: 'hive', timestampFormats: [format] }
      const text = String(JSON.parse(json))
      assert.deepEqual(value('timestamp', json, options), expected ?? `! Invalid format: "${text}"`)
    })
  }

  test('the first format that fits counts', () => {
    const options: Options = { kind: 'hive', timestampFormats: ['yyyy/MM/dd', 'millis', 'dd/MM/yyyy'] }
    assert.equal(value('timestamp', '"23/11/2026"', options), at('00:00:00.000000'))
    assert.equal(value('timestamp', '1000', options), '1970-01-01T00:00:01.000000Z')
  })
})
