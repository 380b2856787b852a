/** Values of a shape: right ones, and ones with exactly one thing wrong, so that it is known which error must come. */
import assert from 'node:assert/strict'
import type { Shape, StringShape, StructureShape } from '../../src/aws/shape.ts'
import { Chance } from './chance.ts'

/** Bounds of strings are tried from these; each pattern of the model is satisfied by one of them at least. */
const SAMPLES = [
  'a',
  'abcdef-1',
  '1',
  '2021',
  'UTC',
  '.gz',
  '',
  'a.b_c-d',
  'arn:aws:iam::123456789012:role/fuzz',
  'arn:aws:s3:::fuzz-bucket',
  'arn:aws:kms:eu-west-1:123456789012:key/fuzz',
  'arn:aws:kinesis:eu-west-1:123456789012:stream/fuzz',
  'arn:aws:es:eu-west-1:123456789012:domain/fuzz',
  'arn:aws:secretsmanager:eu-west-1:123456789012:secret:fuzz',
  'arn:aws:kafka:eu-west-1:123456789012:cluster/fuzz/1-2',
  'arn:aws:glue:eu-west-1:123456789012:catalog',
  'arn:aws:s3tables:eu-west-1:123456789012:bucket/fuzz',
  'https://fuzz.example.com',
  'https://fuzz.eu-west-1.es.amazonaws.com',
  'https://fuzz.eu-west-1.snowflakecomputing.com',
  's3://fuzz/table',
  'jdbc:redshift://fuzz.eu-west-1.redshift.amazonaws.com:5439/dev',
  'jdbc:postgresql://fuzz.example.com:5432/dev',
  'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0',
  'com.amazonaws.eu-west-1.s3.vpce-0123456789abcdef0',
  '00000000-0000-0000-0000-000000000000',
  'fuzz.example.com',
  '123456789012',
  'TWlJQg==',
]

const samplesOf = new WeakMap<StringShape, string[]>()

function samples(shape: StringShape): string[] {
  const known = samplesOf.get(shape)
  if (known !== undefined) return known
  const { min = 0, max = Infinity, pattern, enum: values } = shape
  const regExp = pattern === undefined ? /^/ : matcher(pattern)
  const candidates = [...SAMPLES, 'a'.repeat(min), 'a'.repeat(Math.min(max, 300))]
  const found =
    values ?? candidates.filter((text) => text.length >= min && text.length <= max && regExp.test(text))
  assert.ok(found.length > 0, `no sample for ${JSON.stringify(shape)}`)
  samplesOf.set(shape, [...found])
  return [...found]
}

export function matcher(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, pattern.includes('\\p{') || pattern.includes('\\uD800') ? 'u' : '')
}

/** `share`: of optional members, how many are there. */
export function rightValue(shape: Shape, chance: Chance, share: number): unknown {
  switch (shape.type) {
    case 'structure': {
      const value: Record<string, unknown> = {}
      for (const [name, member] of Object.entries(shape.members))
        if (shape.required?.includes(name) === true || chance.is(share))
          value[name] = rightValue(member, chance, share * 0.8)
      return value
    }
    case 'list': {
      const length = chance.between(shape.min ?? 0, Math.min(shape.max ?? 3, (shape.min ?? 0) + 3))
      return Array.from({ length }, () => rightValue(shape.member, chance, share))
    }
    case 'map':
      return Object.fromEntries(
        Array.from({ length: chance.between(shape.min ?? 0, 2) }, () => [
          rightValue(shape.key, chance, share),
          rightValue(shape.value, chance, share),
        ]),
      )
    case 'string':
      return chance.pick(samples(shape))
    case 'blob':
      return Buffer.from(chance.word(chance.between(shape.min ?? 0, 40))).toString('base64')
    case 'boolean':
      return chance.is(0.5)
    case 'timestamp':
      return chance.below(2_000_000_000)
    case 'integer':
    case 'long':
      return chance.between(shape.min ?? 0, Math.min(shape.max ?? (shape.min ?? 0) + 1000, 2 ** 31 - 1))
    case 'float':
    case 'double':
      return chance.between(shape.min ?? 0, shape.max ?? 1)
  }
}

export type Wrong = 'SerializationException' | 'ValidationException'

/** One place somewhere in a value, and how to put something else there. */
interface Place {
  shape: Shape
  set: (value: unknown) => void
  /** Null is the same as absent: in a structure, where the member is optional. */
  nullIsWrong: boolean
}

/** Breaks one thing in `value` of a structure; undefined where chance chose what can not be broken. */
export function breakOne(shape: StructureShape, value: unknown, chance: Chance): Wrong | undefined {
  const places: Place[] = []
  collect(shape, value, places)
  if (places.length === 0) return undefined
  const place = chance.pick(places)
  switch (chance.below(4)) {
    case 0:
      place.set(ofOtherType(place.shape, chance))
      return 'SerializationException'
    case 1:
      if (!place.nullIsWrong) return undefined
      place.set(null)
      return 'ValidationException'
    default: {
      const wrong = outOfBounds(place.shape, chance)
      if (wrong === undefined) return undefined
      place.set(wrong.value)
      return wrong.error
    }
  }
}

function collect(shape: Shape, value: unknown, places: Place[]): void {
  if (shape.type === 'structure') {
    const object = value as Record<string, unknown>
    for (const [name, member] of Object.entries(shape.members)) {
      if (!(name in object)) continue
      const isRequired = shape.required?.includes(name) === true
      places.push({ shape: member, set: (wrong) => void (object[name] = wrong), nullIsWrong: isRequired })
      collect(member, object[name], places)
    }
  } else if (shape.type === 'list') {
    const list = value as unknown[]
    for (const index of list.keys()) {
      places.push({ shape: shape.member, set: (wrong) => void (list[index] = wrong), nullIsWrong: true })
      collect(shape.member, list[index], places)
    }
  } else if (shape.type === 'map') {
    const map = value as Record<string, unknown>
    for (const key of Object.keys(map))
      places.push({ shape: shape.value, set: (wrong) => void (map[key] = wrong), nullIsWrong: false })
  }
}

const OF_TYPE: Record<string, readonly unknown[]> = {
  text: ['', 'x', 'true', '1', '\u0000', '\ud800', 'null', '{"a":1}'],
  number: [0, -1, 1.5, 1e308, -1e-308, 2 ** 53, 2 ** 63],
  boolean: [true, false],
  list: [[], [[]], [null], ['a'], [{}]],
  object: [{}, { a: 1 }, { toString: 1 }, { length: 1, 0: 'a' }],
}

function ofOtherType(shape: Shape, chance: Chance): unknown {
  const own = {
    structure: 'object',
    map: 'object',
    list: 'list',
    string: 'text',
    blob: 'text',
    boolean: 'boolean',
  }[shape.type as string]
  const others = Object.keys(OF_TYPE).filter((name) => name !== (own ?? 'number'))
  return chance.pick(OF_TYPE[chance.pick(others)]!)
}

function outOfBounds(shape: Shape, chance: Chance): { value: unknown; error: Wrong } | undefined {
  const wrong = (value: unknown): { value: unknown; error: Wrong } => ({
    value,
    error: 'ValidationException',
  })
  switch (shape.type) {
    case 'string':
      return wrongText(shape, chance, wrong)
    case 'blob':
      return { value: chance.pick(NO_BASE64), error: 'SerializationException' }
    case 'list':
      if (chance.is(0.3) && (shape.min ?? 0) > 0) return wrong([])
      if (shape.max === undefined) return undefined
      return wrong(
        Array.from({ length: shape.max + chance.pick([1, 2, 50]) }, () =>
          rightValue(shape.member, chance, 0.1),
        ),
      )
    case 'map':
      return (shape.min ?? 0) > 0 ? wrong({}) : undefined
    case 'structure':
      return shape.required === undefined ? undefined : wrong({ unknown: 1 })
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      if (chance.is(0.5) && shape.max !== undefined)
        return wrong(chance.pick([shape.max + 1, 1e300, 2 ** 31 + 7]))
      return shape.min === undefined ? undefined : wrong(chance.pick([shape.min - 1, -1e300, -(2 ** 32)]))
    case 'boolean':
    case 'timestamp':
      return undefined
  }
}

/** What a decoder that is generous would take. */
export const NO_BASE64 = [
  'a',
  'YQ',
  'YQ=',
  'YQ==\n',
  ' YQ==',
  'Y Q==',
  'YQ===',
  'YR==',
  'YWJ=',
  'Y-_a',
  'Y=Q=',
  '=',
  '====',
  'YQ==YQ==',
  'YWJj\u0000',
  'ＹＱ==',
  '%59%51',
  'YWJjé',
]

function wrongText(
  shape: StringShape,
  chance: Chance,
  wrong: (value: unknown) => { value: unknown; error: Wrong },
): { value: unknown; error: Wrong } | undefined {
  const { min = 0, max = Infinity, pattern, enum: values } = shape
  const candidates: string[] = []
  if (values !== undefined)
    candidates.push('', 'nothing', values[0]!.toLowerCase() + ' ', '__proto__', 'constructor')
  if (max < 10_000) candidates.push('x'.repeat(max + 1), '\u{1f600}'.repeat(max + 1), 'é'.repeat(max * 2 + 1))
  if (min > 0) candidates.push('')
  if (pattern !== undefined) {
    const regExp = matcher(pattern)
    candidates.push(...ODD_TEXTS.filter((text) => Array.from(text).length <= max && !regExp.test(text)))
  }
  return candidates.length === 0 ? undefined : wrong(chance.pick(candidates))
}

const ODD_TEXTS = [
  ' ',
  '\n',
  'a\n',
  '\u0000',
  'a b',
  '../..',
  'é',
  '\u{1f600}',
  '\ud800',
  '\u2028',
  '<script>',
  '${jndi:ldap://x}',
  "'; DROP TABLE x; --",
  '%00',
  '%2e%2e',
  'a/b',
  'arn:',
  'aws:x',
]
