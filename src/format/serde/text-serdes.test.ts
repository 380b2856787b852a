/** Each SerDe of text: a line in, the exact JSON line out, or the error. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Column } from '../../base/schema.ts'
import { createTextSerde, type SerdeName } from './file-format.ts'
import { parseGlueType } from './glue-type.ts'
import { BadRow, BadTable } from './text-serde.ts'

/** `a:int b:array<string>`; a type has no blanks. */
function columns(text: string): Column[] {
  return text.split(' ').map((word) => {
    const at = word.indexOf(':')
    const [name, typeText] = at < 0 ? [word, 'string'] : [word.slice(0, at), word.slice(at + 1)]
    const parsed = parseGlueType(typeText)
    assert.ok('type' in parsed, `${typeText} is a type`)
    return { name, key: name, type: parsed.type }
  })
}

interface Case {
  what: string
  columns: string
  parameters?: Record<string, string>
  line: string
  row?: string
  error?: RegExp
}

function check(serde: SerdeName, cases: Case[]): void {
  for (const { what, columns: declared, parameters = {}, line, row, error } of cases) {
    it(what, () => {
      const read = (): string =>
        createTextSerde(
          { serde, records: 'line', parameters, skipHeaderLines: 0, skipFooterLines: 0 },
          columns(declared),
        ).rows(line)
      if (error !== undefined) {
        assert.throws(read, (thrown) => {
          assert.ok(thrown instanceof BadRow || thrown instanceof BadTable)
          assert.match(thrown.message, error)
          return true
        })
      } else assert.equal(read(), `${row}\n`)
    })
  }
}

const TAB = { 'field.delim': '\t' }
const COMMA = { 'field.delim': ',' }

describe('LazySimpleSerDe', () => {
  check('lazy-simple', [
    { what: 'has ^A between fields', columns: 'a b:int', line: 'x\x017', row: '{"a":"x","b":7}' },
    { what: 'takes the delimiter from field.delim', columns: 'a b', parameters: TAB, line: 'x\ty', row: '{"a":"x","b":"y"}' },
    { what: 'takes a number as the value of the byte', columns: 'a b', parameters: { 'field.delim': '9' }, line: 'x\ty', row: '{"a":"x","b":"y"}' },
    { what: 'reads escapes that nobody has read before', columns: 'a b:array<string>', parameters: { 'field.delim': '\\t', 'collection.delim': '\\u007c' }, line: 'x\ty|z', row: '{"a":"x","b":["y","z"]}' },
    { what: 'falls back to serialization.format', columns: 'a b', parameters: { 'serialization.format': '1' }, line: 'x\x01y', row: '{"a":"x","b":"y"}' },
    { what: 'reads missing fields as NULL', columns: 'a b c', parameters: COMMA, line: 'x,', row: '{"a":"x","b":""}' },
    { what: 'drops fields that are too many', columns: 'a', parameters: COMMA, line: 'x,y,z', row: '{"a":"x"}' },
    { what: 'reads an empty line as an empty text', columns: 'a b:int', parameters: COMMA, line: '', row: '{"a":""}' },
    { what: 'reads \\N as NULL, and nothing else', columns: 'a b c', parameters: COMMA, line: '\\N,\\n,N', row: '{"b":"\\\\n","c":"N"}' },
    { what: 'has another text for NULL', columns: 'a b', parameters: { ...COMMA, 'serialization.null.format': '' }, line: ',\\N', row: '{"b":"\\\\N"}' },
    { what: 'keeps quotes', columns: 'a', parameters: COMMA, line: '"x"', row: '{"a":"\\"x\\""}' },
    { what: 'does not unescape unless told', columns: 'a b', parameters: COMMA, line: 'x\\,y', row: '{"a":"x\\\\","b":"y"}' },
    { what: 'unescapes', columns: 'a b', parameters: { ...COMMA, 'escape.delim': '\\' }, line: 'x\\,y\\\\\\n,z\\', row: '{"a":"x,y\\\\\\n","b":"z\\\\"}' },
    { what: 'compares with NULL before it unescapes', columns: 'a b', parameters: { ...COMMA, 'escape.delim': '\\' }, line: '\\N,\\\\N', row: '{"b":"\\\\N"}' },
    { what: 'gives the last column the rest', columns: 'a b', parameters: { ...COMMA, 'serialization.last.column.takes.rest': 'true' }, line: 'x,y,z', row: '{"a":"x","b":"y,z"}' },
    { what: 'reads integers, whose fraction it cuts', columns: 'a:int b:int c:int d:int', parameters: COMMA, line: '+007,-5.9,.5,1e3', row: '{"a":7,"b":-5,"c":0}' },
    { what: 'reads no integers with blanks, signs only, or past the type', columns: 'a:int b:int c:tinyint d:tinyint e:int', parameters: COMMA, line: ' 1,-,128,-128,2147483648', row: '{"d":-128}' },
    { what: 'reads zeros in front, and no megabytes of digits', columns: 'a:bigint b:bigint c:int', parameters: COMMA, line: `${'0'.repeat(1e5)}12,${'9'.repeat(4e6)},1`, row: '{"a":12,"c":1}' },
    { what: 'keeps all digits of a bigint', columns: 'a:bigint b:bigint c:bigint', parameters: COMMA, line: '9223372036854775807,-9223372036854775808,9223372036854775808', row: '{"a":9223372036854775807,"b":-9223372036854775808}' },
    { what: 'reads doubles as Java', columns: 'a:double b:double c:double d:double e:float', parameters: COMMA, line: '1.50,NaN,-Infinity, 1,0.1', row: '{"a":1.5,"b":"NaN","c":"-Infinity","e":0.10000000149011612}' },
    { what: 'does not take what all objects have for a number', columns: 'a:double b:double', parameters: COMMA, line: '__proto__,constructor', row: '{}' },
    { what: 'reads a double with a suffix, and past the range', columns: 'a:double b:double c:double', parameters: COMMA, line: '1e3d,1e999,-0', row: '{"a":1000,"b":"Infinity","c":-0.0}' },
    { what: 'rounds decimals, and refuses what does not fit', columns: 'a:decimal(4,2) b:decimal(4,2) c:decimal(20,0)', parameters: COMMA, line: '1.005,100,12345678901234567890', row: '{"a":"1.01","c":"12345678901234567890"}' },
    { what: 'reads no decimal that only rounding makes too large', columns: 'a:decimal(4,2) b:decimal(4,2)', parameters: COMMA, line: '99.995,-99.994', row: '{"b":"-99.99"}' },
    { what: 'reads booleans in any case, and no other words', columns: 'a:boolean b:boolean c:boolean d:boolean', parameters: COMMA, line: 'TRUE,false,1,yes', row: '{"a":true,"b":false}' },
    { what: 'reads dates that exist', columns: 'a:date b:date c:date', parameters: COMMA, line: '2026-02-28,2026-02-30,2026-2-3', row: '{"a":"2026-02-28","c":"2026-02-03"}' },
    { what: 'reads timestamps', columns: 'a:timestamp b:timestamp', parameters: COMMA, line: '2026-11-23 01:02:03.123456789,2026-11-23T01:02:03Z', row: '{"a":"2026-11-23T01:02:03.123456Z"}' },
    { what: 'reads timestamps by patterns', columns: 'a:timestamp b:timestamp', parameters: { ...COMMA, 'timestamp.formats': "yyyy-MM-dd'T'HH:mm:ss,millis" }, line: '2026-11-23T01:02:03,1500', row: '{"a":"2026-11-23T01:02:03.000000Z","b":"1970-01-01T00:00:01.500000Z"}' },
    { what: 'cuts to the length of a varchar', columns: 'a:varchar(2) b:char(3)', parameters: COMMA, line: 'né😀,ab ', row: '{"a":"né","b":"ab"}' },
    { what: 'reads Base64 as bytes, and all else as it is', columns: 'a:binary b:binary', parameters: COMMA, line: 'AGE=,é!', row: '{"a":"\\\\x00a","b":"\\\\xc3\\\\xa9\\\\x21"}' },
    { what: 'has ^B and ^C for lists and maps', columns: 'a:array<int> b:map<string,int>', line: '1\x022\x02x\x01k\x031\x02l\x03y', row: '{"a":[1,2,null],"b":{"k":1,"l":null}}' },
    { what: 'takes delimiters of lists and maps', columns: 'a:array<string> b:map<string,string>', parameters: { ...COMMA, 'colelction.delim': '|', 'mapkey.delim': ':' }, line: 'x|y,k:v|l:w:u', row: '{"a":["x","y"],"b":{"k":"v","l":"w:u"}}' },
    { what: 'reads empty lists and maps, and NULL in them', columns: 'a:array<string> b:map<string,string> c:array<string>', parameters: COMMA, line: ',,\\N\x02x', row: '{"a":[],"b":{},"c":[null,"x"]}' },
    { what: 'reads structs, with delimiters a level deeper inside', columns: 'a:struct<x:int,y:array<string>>', line: '7\x02p\x03q', row: '{"a":{"x":7,"y":["p","q"]}}' },
    { what: 'reads maps in lists', columns: 'a:array<map<string,int>>', line: 'k\x041\x03l\x042\x02m\x043', row: '{"a":[{"k":1,"l":2},{"m":3}]}' },
    { what: 'lets the first of equal keys count', columns: 'a:map<int,string>', line: '1\x03x\x0201\x03y', row: '{"a":{"1":"x"}}' },
    { what: 'writes control signs and quotes as JSON', columns: 'a', line: 'a"\\\t\u2028', row: '{"a":"a\\"\\\\\\t\u2028"}' },
    { what: 'refuses other encodings', columns: 'a', parameters: { 'serialization.encoding': 'SJIS' }, line: '', error: /HIVE_UNSUPPORTED_FORMAT/ },
    { what: 'refuses patterns that are none', columns: 'a:timestamp', parameters: { 'timestamp.formats': 'qqq' }, line: '', error: /timestamp\.formats/ },
  ]) // prettier-ignore

  it('splits at a byte that is no UTF-8', () => {
    const serde = createTextSerde(
      {
        serde: 'lazy-simple',
        records: 'line',
        parameters: { 'field.delim': 'þ' },
        skipHeaderLines: 0,
        skipFooterLines: 0,
      },
      columns('a b'),
    )
    assert.equal(serde.encoding, 'latin1')
    assert.equal(serde.rows(Buffer.from('é\xfey', 'latin1').toString('latin1')), '{"a":"\ufffd","b":"y"}\n')
    const bytes = Buffer.concat([Buffer.from('é'), Buffer.from([0xfe]), Buffer.from('日')])
    assert.equal(serde.rows(bytes.toString('latin1')), '{"a":"é","b":"日"}\n')
  })
})

describe('OpenCSVSerde', () => {
  check('open-csv', [
    { what: 'reads quoted and plain values', columns: 'a b c', line: '"x, y",z,""', row: '{"a":"x, y","b":"z","c":""}' },
    { what: 'reads an empty value as an empty text, a missing one as NULL', columns: 'a b c', line: 'x,', row: '{"a":"x","b":""}' },
    { what: 'reads an empty line as NULLs', columns: 'a b:int', line: '', row: '{}' },
    { what: 'reads a doubled quote', columns: 'a', line: '"x ""y"" z"', row: '{"a":"x \\"y\\" z"}' },
    { what: 'has the backslash to escape', columns: 'a b', line: '"x\\"y","\\\\"', row: '{"a":"x\\"y","b":"\\\\"}' },
    { what: 'has the backslash also where escapeChar is the double quote', columns: 'a', parameters: { escapeChar: '"' }, line: '"x\\"y"', row: '{"a":"x\\"y"}' },
    { what: 'drops a backslash that escapes nothing', columns: 'a', line: '"C:\\temp"', row: '{"a":"C:temp"}' },
    { what: 'keeps a backslash as text with another escapeChar', columns: 'a', parameters: { escapeChar: '#' }, line: '"C:\\temp"', row: '{"a":"C:\\\\temp"}' },
    { what: 'has other signs', columns: 'a b', parameters: { separatorChar: ';', quoteChar: "'" }, line: "'x;y';z", row: '{"a":"x;y","b":"z"}' },
    { what: 'keeps quotes inside of a value', columns: 'a b', line: 'x"y"z,w', row: '{"a":"xy\\"z","b":"w"}' },
    { what: 'drops a field whose quote is not closed', columns: 'a b', line: 'x,"y', row: '{"a":"x"}' },
    { what: 'does not take \\N for NULL', columns: 'a', line: 'N\\N', row: '{"a":"NN"}' },
    { what: 'reads numbers', columns: 'a:int b:bigint c:double d:boolean', line: '"7","9223372036854775807",1.5,TRUE', row: '{"a":7,"b":9223372036854775807,"c":1.5,"d":true}' },
    { what: 'reads a date as days and a timestamp as milliseconds', columns: 'a:date b:timestamp', line: '"20780","1795395723123"', row: '{"a":"2026-11-23","b":"2026-11-23T01:02:03.123000Z"}' },
    { what: 'fails on an empty number', columns: 'a b:int', line: 'x,', error: /^HIVE_BAD_DATA: Error parsing field value '' for field 1: For input string: ""$/ },
    { what: 'fails on a date before the year 1', columns: 'a:date', line: '-719163', error: /HIVE_BAD_DATA/ },
    { what: 'fails on a date as text', columns: 'a:date', line: '2026-11-23', error: /^HIVE_BAD_DATA: Error parsing field value '2026-11-23' for field 0/ },
    { what: 'fails on a fraction in an integer', columns: 'a:int', line: '1.5', error: /HIVE_BAD_DATA/ },
    { what: 'has no lists', columns: 'a:array<int>', line: '', error: /^HIVE_INVALID_METADATA: OpenCSVSerde has no columns of type array<int> \(a\)/ },
    { what: 'refuses equal signs', columns: 'a', parameters: { quoteChar: ',' }, line: '', error: /must be different/ },
  ]) // prettier-ignore
})

describe('RegexSerDe', () => {
  const two = { 'input.regex': '(\\S+) (\\d+)?.*' }
  check('regex', [
    { what: 'gives a group to each column', columns: 'a b:int', parameters: two, line: 'x 12 y', row: '{"a":"x","b":12}' },
    { what: 'has NULL for a group that took no part, and for what does not parse', columns: 'a:int b:int', parameters: two, line: 'x y', row: '{}' },
    { what: 'must match the whole line', columns: 'a', parameters: { 'input.regex': '(\\d+)' }, line: '12x', row: '{}' },
    { what: 'ignores case when told', columns: 'a', parameters: { 'input.regex': '(get)', 'input.regex.case.insensitive': 'true' }, line: 'GET', row: '{"a":"GET"}' },
    { what: 'knows possessive quantifiers, atomic groups, \\Q…\\E and POSIX classes', columns: 'a b', parameters: { 'input.regex': '(\\p{Alpha}++)\\Q[.]\\E((?>\\p{Digit}+))' }, line: 'ab[.]12', row: '{"a":"ab","b":"12"}' },
    { what: 'lets a point be any sign', columns: 'a', parameters: { 'input.regex': '(.*)' }, line: 'a\u2028b', row: '{"a":"a\u2028b"}' },
    { what: 'reads (?i) in front', columns: 'a', parameters: { 'input.regex': '(?i)(x)' }, line: 'X', row: '{"a":"X"}' },
    { what: 'does not mind more groups than columns', columns: 'a', parameters: { 'input.regex': '(x)(y)' }, line: 'xy', row: '{"a":"x"}' },
    { what: 'minds fewer', columns: 'a b', parameters: { 'input.regex': '(x)' }, line: 'x', error: /^HIVE_CURSOR_ERROR: Number of matching groups doesn't match the number of columns/ },
    { what: 'needs its property', columns: 'a', line: '', error: /input\.regex/ },
    { what: 'refuses what it can not translate', columns: 'a', parameters: { 'input.regex': '([a-z&&[^b]])' }, line: '', error: /HIVE_INVALID_METADATA: input\.regex: classes inside of classes/ },
    { what: 'refuses what is no expression', columns: 'a', parameters: { 'input.regex': '(x' }, line: '', error: /HIVE_INVALID_METADATA: input\.regex/ },
  ]) // prettier-ignore
})

describe('GrokSerDe', () => {
  const apache = { 'input.format': '%{COMBINEDAPACHELOG}' }
  const line =
    '83.149.9.216 - frank [17/May/2015:10:05:03 +0000] "GET /a?b=1 HTTP/1.1" 200 203 "http://x/" "Mozilla/5.0 (X)"'
  check('grok', [
    { what: 'finds columns by name', columns: 'response:int clientip auth request agent other', parameters: apache, line, row: '{"response":200,"clientip":"83.149.9.216","auth":"frank","request":"/a?b=1","agent":"\\"Mozilla/5.0 (X)\\""}' },
    { what: 'names what has no name after its pattern', columns: 'syslogbase queue_id syslog_message', parameters: { 'input.format': '%{SYSLOGBASE} %{POSTFIX_QUEUEID:queue_id}: %{GREEDYDATA:syslog_message}', 'input.grokCustomPatterns': 'POSTFIX_QUEUEID [0-9A-F]{7,12}' }, line: 'Feb  9 07:15:00 m4eastmail postfix/cleanup[19305]: B88C4120838: message-id=<x>', row: '{"syslogbase":"Feb  9 07:15:00 m4eastmail postfix/cleanup[19305]:","queue_id":"B88C4120838","syslog_message":"message-id=<x>"}' },
    { what: 'reads a type behind the name', columns: 'n:int', parameters: { 'input.format': 'n=%{NUMBER:n:int}' }, line: 'x n=12 y', row: '{"n":12}' },
    { what: 'knows times', columns: 'at level', parameters: { 'input.format': '%{TIMESTAMP_ISO8601:at} %{LOGLEVEL:level}' }, line: '2026-11-23T01:02:03,123Z WARN x', row: '{"at":"2026-11-23T01:02:03,123Z","level":"WARN"}' },
    { what: 'is linear where it must be', columns: 'a', parameters: { 'input.format': '^%{A:a}$', 'input.grokCustomPatterns': 'A (?:x+)+y' }, line: 'x'.repeat(50_000), row: '{}' },
    { what: 'has a row of NULLs where nothing matches', columns: 'clientip', parameters: apache, line: 'x', row: '{}' },
    { what: 'refuses patterns that it does not know', columns: 'a', parameters: { 'input.format': '%{NOPE:a}' }, line: '', error: /there is no pattern NOPE/ },
    { what: 'does not take what all objects have for a pattern', columns: 'a', parameters: { 'input.format': '%{constructor:a}' }, line: '', error: /there is no pattern constructor/ },
    { what: 'refuses patterns that double with each level', columns: 'a', parameters: { 'input.format': '%{P0}', 'input.grokCustomPatterns': Array.from({ length: 30 }, (_, i) => `P${i} %{P${i + 1}}%{P${i + 1}}`).join('\n') + '\nP30 x?' }, line: '', error: /too long/ },
    { what: 'refuses patterns without end', columns: 'a', parameters: { 'input.format': '%{A}', 'input.grokCustomPatterns': 'A %{B}\nB %{A}' }, line: '', error: /for ever/ },
  ]) // prettier-ignore
})

describe("OpenX's JsonSerDe", () => {
  check('openx-json', [
    { what: 'finds keys in any case', columns: 'a userid:bigint', line: '{"A":"x","userId":9223372036854775807}', row: '{"a":"x","userid":9223372036854775807}' },
    { what: 'distinguishes case when told', columns: 'a b', parameters: { 'case.insensitive': 'false', 'mapping.b': 'B' }, line: '{"A":1,"B":2,"b":3}', row: '{"b":"2"}' },
    { what: 'maps columns to keys, fields of structs too', columns: 'ts a:struct<ts:int>', parameters: { 'mapping.ts': 'timestamp' }, line: '{"timestamp":"x","a":{"timestamp":1}}', row: '{"ts":"x","a":{"ts":1}}' },
    { what: 'reads dots as underscores', columns: 'a_b', parameters: { 'dots.in.keys': 'true' }, line: '{"a.b":1}', row: '{"a_b":"1"}' },
    { what: 'writes objects as text', columns: 'a', line: '{"a":{"B":[1.50,null]}}', row: '{"a":"{\\"b\\":[1.50,null]}"}' },
    { what: 'reads an array by position', columns: 'a b:int', line: '["x",2]', row: '{"a":"x","b":2}' },
    { what: 'reads what is no object as NULLs', columns: 'a', line: 'hello', row: '{}' },
    { what: 'reads an empty line as NULLs', columns: 'a', line: '', row: '{}' },
    { what: 'reads several objects of a line', columns: 'a:int', line: '{"a":1}{"a":2}', row: '{"a":1}\n{"a":2}' },
    { what: 'fails on what is not JSON', columns: 'a', line: '{"a":', error: /^HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: / },
    { what: 'lets that be NULLs when told', columns: 'a', parameters: { 'ignore.malformed.json': 'true' }, line: '{"a":', row: '{}' },
    { what: 'fails on keys that are there twice', columns: 'a', line: '{"b":{"Name":1,"name":2}}', error: /Duplicate key "name"/ },
    { what: 'fails on a value that the column can not hold', columns: 'x a:int', line: '{"a":"y"}', error: /^HIVE_BAD_DATA: Error parsing field value for field 1: For input string: "y"$/ },
    { what: 'fails on a value also when malformed lines are ignored', columns: 'a:int', parameters: { 'ignore.malformed.json': 'true' }, line: '{"a":"y"}', error: /HIVE_BAD_DATA/ },
  ]) // prettier-ignore
})

describe("Hive's JsonSerDe", () => {
  check('hive-json', [
    { what: 'finds keys in any case', columns: 'a:int', line: '{"A":1}', row: '{"a":1}' },
    { what: 'reads no numbers from texts', columns: 'a:int', line: '{"a":"1"}', error: /VALUE_STRING/ },
    { what: 'reads times by patterns', columns: 'a:timestamp', parameters: { 'timestamp.formats': "yyyy-MM-dd'T'HH:mm:ssZ" }, line: '{"a":"2026-11-23T01:02:03+0900"}', row: '{"a":"2026-11-22T16:02:03.000000Z"}' },
    { what: 'fails on what is no object', columns: 'a', line: '[1]', error: /^HIVE_CURSOR_ERROR/ },
    { what: 'fails on what is not JSON', columns: 'a', line: 'x', error: /^HIVE_CURSOR_ERROR: Row is not a valid JSON Object/ },
  ]) // prettier-ignore
})

describe('CloudTrailSerde', () => {
  check('cloudtrail', [
    { what: 'keeps objects as text where the table has a string', columns: 'eventname requestparameters useridentity:struct<type:string>', line: '{"eventName":"x","requestParameters":{"bucketName":"b"},"userIdentity":{"type":"Root"}}', row: '{"eventname":"x","requestparameters":"{\\"bucketName\\":\\"b\\"}","useridentity":{"type":"Root"}}' },
  ]) // prettier-ignore
})
