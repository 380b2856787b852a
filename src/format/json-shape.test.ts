import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { BLANK, ODD_ROW, REJECTED, ROW, SCAN_PADDING, reasonOf, scanLines, type Scan } from './json-shape.ts'
import {
  BIG_INTEGER,
  BOOLEAN,
  EMPTY_ARRAY,
  FLOAT,
  INTEGER,
  LONG_NUMBER,
  NULL,
  OBJECT,
  OPAQUE_STRING,
  STRING,
  TIMESTAMP,
} from './json-kinds.ts'
import { jsonObjectText } from './testing/log-lines.ts'
import { readTree, type Tree } from './testing/nothing-lost.ts'

function scanBytes(bytes: Buffer, timeFields = ['time', 'ts']): Scan {
  return scanLines(Buffer.concat([bytes, Buffer.alloc(SCAN_PADDING)]), bytes.length, timeFields)
}

function scan(...lines: string[]): Scan {
  return scanBytes(Buffer.from(lines.map((line) => `${line}\n`).join('')))
}

function statuses({ lines }: Scan): number[] {
  return [...lines.status.subarray(0, lines.count)]
}

suite('which lines are rows', () => {
  const rejected: [string, RegExp][] = [
    ['{"a":1', /ends at byte 6/],
    ['{"a":1}}', /more after the JSON object: unexpected '}' at byte 7/],
    ['{"a":1} x', /unexpected 'x' at byte 8/],
    ['{"a":NaN}', /unexpected 'N' at byte 5/],
    ['{"a":01}', /unexpected '1' at byte 6/],
    ['{"a":1.}', /unexpected '}' at byte 7/],
    ['{"a":.5}', /unexpected '\.' at byte 5/],
    ['{"a":+5}', /unexpected '\+' at byte 5/],
    ['{"a":-}', /unexpected '}' at byte 6/],
    ['{"a":1e}', /unexpected '}' at byte 7/],
    ['{"a":tru}', /unexpected '}' at byte 8/],
    ['{"a":"\t"}', /unexpected 0x09 at byte 6/],
    ['{"a":"\\x"}', /unexpected '\\' at byte 6/],
    ['{"a":"\\u12g4"}', /at byte 6/],
    ['{"a":1,}', /unexpected '}' at byte 7/],
    ['{"a":[1,]}', /unexpected ']' at byte 8/],
    ['{a:1}', /unexpected 'a' at byte 1/],
    ["{'a':1}", /at byte 1/],
    ['[1]', /not a JSON object: unexpected '\['/],
    ['"x"', /not a JSON object/],
    ['12', /not a JSON object/],
    ['\u{feff}{}', /unexpected 0xef at byte 0/],
    ['\u0015bad time\u0015some line', /^bad time$/],
    [`{"a":${'['.repeat(64)}${']'.repeat(64)}}`, /more than 64 levels/],
  ]
  for (const [line, reason] of rejected) {
    test(`${JSON.stringify(line).slice(0, 40)} is not, also between lines that are known`, () => {
      const texts = ['{"a":1}', '{"a":2}', line, '{"a":3}']
      const found = scan(...texts)
      assert.deepEqual(statuses(found), [ROW, ROW, REJECTED, ROW])
      assert.match(reasonOf(Buffer.from(`${texts.join('\n')}\n`), found.lines, 2), reason)
      assert.equal(found.root.members.get('a')!.kinds, INTEGER)
    })
  }

  test('63 levels below the object are fine', () => {
    assert.deepEqual(statuses(scan(`{"a":${'['.repeat(63)}${']'.repeat(63)}}`)), [ROW])
  })

  test('invalid UTF-8 rejects its line only', () => {
    const bytes = Buffer.concat([
      Buffer.from('{"a":"é"}\n{"a":"'),
      Buffer.from([0xff]),
      Buffer.from('"}\n{"a":"x"}\n'),
    ])
    const found = scanBytes(bytes)
    assert.deepEqual(statuses(found), [ROW, REJECTED, ROW])
    assert.equal(reasonOf(bytes, found.lines, 1), 'invalid UTF-8')
  })

  test('empty lines are blank, a carriage return and a missing last newline do no harm', () => {
    const found = scanBytes(Buffer.from('\n{"a":1}\r\n \t\r\n{"a":2}'))
    assert.deepEqual(statuses(found), [BLANK, ROW, BLANK, ODD_ROW])
  })

  test('a key twice in one object makes a line odd, in whatever order its fields were learned', () => {
    const fine = ['{"a":1,"b":{"c":1}}', '{"b":{"c":1},"a":1}', '{"a":1,"x":[{"c":1},{"c":1}],"b":{"d":1}}']
    const twice = [
      '{"a":1,"b":{"c":1},"a":1}',
      '{"b":{"c":1},"a":1,"b":{"c":1}}',
      '{"a":1,"x":[{"c":1,"c":2}]}',
      '{"a":1,"a":1}',
      '{"b":{"c":1,"c":1}}',
      '{"\\u0061":1,"a":1}',
    ]
    assert.deepEqual(statuses(scan(...fine, ...fine, ...twice, ...fine)), [
      ...fine.map(() => ROW),
      ...fine.map(() => ROW),
      ...twice.map(() => ODD_ROW),
      ...fine.map(() => ROW),
    ])
  })

  test('property: exactly what JSON.parse takes as an object', () => {
    const mutated = fc
      .tuple(jsonObjectText, fc.nat(), fc.constantFrom('', '"', '{', '}', ',', '1', '\\', ' ', 'x', '\u0001'))
      .map(([line, at, byte]) => {
        const cut = at % (line.length + 1)
        return line.slice(0, cut) + byte + line.slice(cut + (at % 2))
      })
    fc.assert(
      fc.property(fc.array(fc.oneof(jsonObjectText, mutated), { minLength: 1, maxLength: 12 }), (lines) => {
        // Twice, so that the second half walks along what the first has taught.
        const clean = lines.map((line) => line.toWellFormed())
        const found = statuses(scan(...clean, ...clean))
        const expected = [...clean, ...clean].map((line) =>
          /^[ \t\r]*$/.test(line) ? BLANK : isObject(line) ? ROW : REJECTED,
        )
        assert.deepEqual(
          found.map((status) => (status === ODD_ROW ? ROW : status)),
          expected,
        )
      }),
      { numRuns: 150 },
    )
  })
})

function isObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

suite('kinds of values', () => {
  const kinds: [string, number][] = [
    ['null', NULL],
    ['true', BOOLEAN],
    ['false', BOOLEAN],
    ['0', INTEGER],
    ['-1', INTEGER],
    ['9007199254740991', INTEGER],
    ['9007199254740993', BIG_INTEGER],
    ['-9223372036854775808', BIG_INTEGER],
    ['9223372036854775808', LONG_NUMBER],
    ['1.5', FLOAT],
    ['-0', FLOAT],
    ['0.0', FLOAT],
    ['1e5', FLOAT],
    ['-12.25', FLOAT],
    ['1e400', LONG_NUMBER],
    ['1e-400', LONG_NUMBER],
    ['0.12345678901234567', FLOAT],
    ['0.123456789012345678', LONG_NUMBER],
    ['123456789012345.123456', LONG_NUMBER],
    ['"x"', STRING],
    ['"2026-11-23T01:02:03Z"', TIMESTAMP],
    ['"\\u0032026-11-23T01:02:03Z"', STRING],
    ['"\\ud800"', OPAQUE_STRING],
    ['"\\ud83d\\ude00"', STRING],
    ['"\\u0000"', OPAQUE_STRING],
    ['{"x":1}', OBJECT],
    ['[]', EMPTY_ARRAY],
  ]
  for (const [value, kind] of kinds) {
    test(`${value}, when it is new and when its place is known`, () => {
      assert.equal(scan(`{"a":${value}}`).root.members.get('a')!.kinds, kind)
      if ((kind & (OBJECT | EMPTY_ARRAY)) !== 0) return
      assert.equal(scan('{"a":null}', `{"a":${value}}`).root.members.get('a')!.kinds, kind | NULL)
    })
  }

  test('property: the fields are those of the lines', () => {
    fc.assert(
      fc.property(fc.array(jsonObjectText, { minLength: 1, maxLength: 8 }), (lines) => {
        const clean = lines.map((line) => line.toWellFormed())
        const { root } = scan(...clean, ...clean)
        const keys = new Set(
          clean
            .map((line) => readTree(line))
            .flatMap((tree: Tree) => (tree.kind === 'object' ? tree.members.map(([key]) => key) : [])),
        )
        const readable = [...root.members.values()]
          .filter(({ unreadable }) => !unreadable)
          .map(({ key }) => key)
        assert.deepEqual(
          new Set(readable),
          new Set([...keys].filter((key) => key.isWellFormed() && !key.includes('\0'))),
        )
      }),
      { numRuns: 100 },
    )
  })
})

test('the event time is the first of the time fields by their order, not null, at the top level', () => {
  const lines = ['{"ts":1,"time":"a"}', '{"time":null,"ts":22}', '{"x":{"time":"no"},"ts":"b"}', '{"x":1}']
  const bytes = Buffer.from([...lines, ...lines].map((line) => `${line}\n`).join(''))
  const { lines: found } = scanBytes(bytes)
  const texts = [...Array(8).keys()].map((i) => bytes.toString('utf8', found.timeFrom[i], found.timeTo[i]))
  assert.deepEqual(texts, ['"a"', '22', '"b"', '', '"a"', '22', '"b"', ''])
})

test('keys without end: memory stays bounded and every line is a row', () => {
  const lines = Array.from({ length: 30_000 }, (_, i) => `{"a":1,"user-${i}":{"x":${i}}}`)
  const found = scan(...lines)
  assert.ok(statuses(found).every((status) => status === ROW || status === ODD_ROW))
  assert.ok(found.root.members.size < 25_000)
})

test('what is known of one place is not mistaken for the beginning of something longer', () => {
  const lines = [
    '{"a":1}',
    '{"a": 1}',
    '{"a":{"x":1}}',
    '{"a":[1]}',
    '{"a":[]}',
    '{"a":[{"x":1},{}]}',
    '{"a":{}}',
    '{}',
  ]
  for (let turn = 0; turn < lines.length; turn++) {
    const turned = [...lines.slice(turn), ...lines.slice(0, turn)]
    assert.deepEqual(new Set(statuses(scan(...turned, ...turned))), new Set([ROW]))
  }
})
