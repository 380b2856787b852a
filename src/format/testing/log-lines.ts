/** For tests: JSON lines as no logger should write them and some do. Each is the text of one object, without newline. */
import fc from 'fast-check'

const KEYS = [
  'time',
  'a',
  'b',
  'A',
  'Msg',
  'msg',
  'x-y.z',
  "it's",
  'sa"y',
  'ключ',
  '_extra',
  '_Extra',
  'dt',
  'DT',
  '',
  ' ',
  'k\u0001',
  'nul\u0000',
  'filename',
]

const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom(
    '0',
    '-0',
    '1.50',
    '1e5',
    '1E+400',
    '1e-400',
    '9007199254740993',
    '9223372036854775807',
    '-9223372036854775808',
  ),
  fc.constantFrom(
    '9223372036854775808',
    '123456789012345678901234567890',
    '0.1234567890123456789',
    '3.14159265358979312',
  ),
)

const time = fc.constantFrom(
  '"2026-11-23T01:02:03Z"',
  '"2026-11-23T01:02:03.456789+09:00"',
  '"2026-11-23 01:02:03"',
  '"2026-11-23T01:02:03.1-0730"',
  '"2026-11-23T01:02:03.123456789Z"',
  '"2026-02-30T01:02:03Z"',
  '"0001-01-01T00:00:00Z"',
  '"9999-12-31T23:59:59.999999Z"',
)

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }).map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '""',
    '"\\u0000"',
    '"\\ud800"',
    '"\\ud83d\\ude00"',
    '"a\\/b"',
    '"\\u0041"',
    '"12"',
    '"true"',
    '"null"',
    '"{}"',
  ),
)

const scalar = fc.oneof(number, text, time, fc.constantFrom('true', 'false', 'null'))

const space = fc.constantFrom('', '', '', ' ', '\t', ' \r ')

const { object } = fc.letrec<{ object: string; value: string; array: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { arbitrary: scalar, weight: 4 },
    tie('object'),
    tie('array'),
  ),
  array: fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
  object: fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 6 })), tie('value'), space), {
      maxLength: 6,
    })
    .map(
      (members) =>
        `{${members.map(([key, value, gap]) => `${gap}${JSON.stringify(key)}${gap}:${gap}${value}${gap}`).join(',')}}`,
    ),
}))

export const jsonObjectText: fc.Arbitrary<string> = object
