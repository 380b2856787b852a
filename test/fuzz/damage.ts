/** Ways to damage a body of JSON: of its bytes, of its text, of its structure. What it is then is decided by others. */
import type { Chance } from './chance.ts'

type Damage = (body: Buffer, chance: Chance) => Buffer

const cut: Damage = (body, chance) => body.subarray(0, chance.below(body.length))
const flip: Damage = (body, chance) => {
  const damaged = Buffer.from(body)
  damaged[chance.below(body.length)]! ^= 1 << chance.below(8)
  return damaged
}
const overwrite: Damage = (body, chance) => {
  const damaged = Buffer.from(body)
  damaged[chance.below(body.length)] = chance.pick(TELLING)
  return damaged
}
/** Bytes that mean something to a parser. */
const TELLING = [...Buffer.from('"\\{}[]:,=-_+/ \t\n\0ue0'), 0x80, 0xc0, 0xed, 0xf5, 0xff]

const leaveOut: Damage = (body, chance) => {
  const at = chance.below(body.length)
  return Buffer.concat([body.subarray(0, at), body.subarray(at + chance.between(1, 4))])
}
const double: Damage = (body, chance) => {
  const at = chance.below(body.length)
  const length = chance.between(1, 40)
  return Buffer.concat([body.subarray(0, at + length), body.subarray(at)])
}
const insert: Damage = (body, chance) => {
  const at = chance.below(body.length + 1)
  return Buffer.concat([body.subarray(0, at), Buffer.from(chance.pick(INSERTS), 'latin1'), body.subarray(at)])
}
/** As bytes: invalid UTF-8 of all kinds among them. */
const INSERTS = [
  '\xef\xbb\xbf',
  '\xc0\x80',
  '\xed\xa0\x80',
  '\xf4\x90\x80\x80',
  '\xff',
  '\\ud800',
  '\\u0000',
  '\\u00',
  '\\x41',
  '\u0000',
  '/**/',
  '//',
  "'",
  ',',
  ',,',
  'NaN',
  '-Infinity',
  '1e9999',
  '01',
  '0x10',
  '+1',
  '.5',
  '\x0b',
  '\xc2\xa0',
  '{',
  '}',
  '[',
  ']',
  '{"__proto__":{"Data":"YQ=="}}',
  '"__proto__":{"DeliveryStreamName":"x"},',
  '"constructor":{"prototype":{}},',
  '"Records":[],',
  '"Data":"YQ==",',
  '"DeliveryStreamName":null,',
  '"Data":null,',
]
const nest: Damage = (body, chance) => {
  const depth = chance.pick([1, 50, 62, 63, 64, 65, 1000, 20_000])
  const [open, close] = chance.pick([
    ['[', ']'],
    ['{"a":', '}'],
  ] as const)
  const nested = `${open.repeat(depth)}1${chance.is(0.8) ? close.repeat(depth) : ''}`
  return chance.is(0.5)
    ? Buffer.from(nested)
    : Buffer.concat([Buffer.from(`{"Unknown":${nested},`), body.subarray(1)])
}
const replace: Damage = (body, chance) => {
  const [from, to] = chance.pick(REPLACEMENTS)
  const text = body.toString('latin1')
  const at = text.indexOf(from)
  return at < 0 ? body : Buffer.from(text.slice(0, at) + to + text.slice(at + from.length), 'latin1')
}
const REPLACEMENTS = [
  ['"Data"', '"data"'],
  ['"Data"', '"D\\u0061ta"'],
  ['"Records"', '"Record"'],
  ['"Record"', '"Records"'],
  ['"Records"', '"\\u0052ecords"'],
  ['"DeliveryStreamName"', '"deliveryStreamName"'],
  ['":"', '": "'],
  ['":"', '":\t"'],
  ['":"', '"\r\n:"'],
  ['"}', '"\n}'],
  ['"}', '",}'],
  ['=="', '"'],
  ['="', '"'],
  ['="', '=="'],
  ['="', '=\\n"'],
  ['="', '\\u003d"'],
  ['A', '\\u0041'],
  ['a', '-'],
  ['e', '_'],
  ['"}', '","Data":"YQ=="}'],
  ['"}', '","Extra":[{"Data":1}]}'],
  ['}', '}}'],
  ['{', '{{'],
  ['[', '[null,'],
  ['"', "'"],
  ['"', '\\"'],
] as const
const whole: Damage = (_, chance) => Buffer.from(chance.pick(WHOLES), 'latin1')
const WHOLES = [
  '',
  ' ',
  'null',
  'true',
  '0',
  '""',
  '[]',
  '{}',
  '[{}]',
  '{"":""}',
  '{',
  '"',
  '\xef\xbb\xbf{}',
  '{"DeliveryStreamName":{}}',
  '{"__proto__":null}',
  '\u0000',
  '<xml/>',
  'Action=PutRecord&Version=2015-08-04',
  '-',
  '1e999999',
  '{"DeliveryStreamName":"fuzz-mutants","Records":{"length":1,"0":{"Data":"YQ=="}}}',
  '{"DeliveryStreamName":"fuzz-mutants","Record":[{"Data":"YQ=="}]}',
]
const garbage: Damage = (_, chance) => chance.bytes(chance.between(1, 200))

/** As often as they are here. */
const ALL = [
  cut,
  flip,
  flip,
  overwrite,
  overwrite,
  leaveOut,
  double,
  insert,
  insert,
  nest,
  replace,
  replace,
  whole,
  garbage,
]

export function damage(body: Buffer, chance: Chance): Buffer {
  let damaged = body
  for (let times = chance.pick([1, 1, 1, 2, 3]); times > 0 && damaged.length > 0; times--)
    damaged = chance.pick(ALL)(damaged, chance)
  return damaged
}
