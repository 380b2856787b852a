import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AwsError } from './errors.ts'
import type { Shape, StructureShape } from './shape.ts'
import { validate } from './validate.ts'

const structure = (members: Record<string, Shape>, required: string[] = []): StructureShape => ({
  type: 'structure',
  members,
  required,
})

const NAME: Shape = { type: 'string', min: 1, max: 64, pattern: '[a-zA-Z0-9_.-]+' }
const FORMAT: Shape = { type: 'string', enum: ['UNCOMPRESSED', 'GZIP', 'ZIP', 'Snappy', 'HADOOP_SNAPPY'] }

function failure(shape: StructureShape, json: unknown): { name: string; message: string } {
  try {
    validate(shape, json)
  } catch (error) {
    assert.ok(error instanceof AwsError)
    assert.equal(error.status, 400)
    return { name: error.name, message: error.message }
  }
  assert.fail('it was accepted')
}

const violations = (shape: StructureShape, json: unknown): string[] => {
  const { name, message } = failure(shape, json)
  assert.equal(name, 'ValidationException')
  const [, count, plural, rest] = /^(\d+) validation error(s?) detected: (.*)$/s.exec(message)!
  const texts = rest!.split('; ')
  assert.equal(Number(count), texts.length)
  assert.equal(plural, texts.length === 1 ? '' : 's')
  return texts
}

test('what fits is handed over as the shape says it', () => {
  const shape = structure({
    Name: NAME,
    Data: { type: 'blob', max: 3 },
    At: { type: 'timestamp' },
    Count: { type: 'integer', min: 1 },
    Ratio: { type: 'double' },
    On: { type: 'boolean' },
    Names: { type: 'list', member: NAME },
    Map: { type: 'map', key: { type: 'string' }, value: { type: 'string' } },
  })
  const json = {
    Name: 'a-b_c.D',
    Data: 'aGkK',
    At: 1.5,
    Count: 2.9,
    Ratio: 0.5,
    On: false,
    Names: ['x'],
    Map: { a: 'b' },
  }
  assert.deepEqual(validate(shape, json), { ...json, Data: Buffer.from('hi\n'), Count: 2 })
  assert.deepEqual(validate(shape, { Data: Buffer.from('hi') }), { Data: Buffer.from('hi') })
})

test('unknown members are ignored and null is absent', () => {
  const shape = structure({ Name: NAME, Inner: structure({ A: NAME }) })
  assert.deepEqual(validate(shape, { Name: null, Other: { deep: [1] }, Inner: { A: null, B: 1 } }), {
    Inner: {},
  })
  assert.deepEqual(violations(structure({ Name: NAME }, ['Name']), { Name: null }), [
    "Value at 'name' failed to satisfy constraint: Member must not be null",
  ])
})

test('names of the prototype are names like others', () => {
  const map: Shape = { type: 'map', key: { type: 'string' }, value: { type: 'string' } }
  const shape = structure({ Map: map })
  const json: unknown = JSON.parse('{"Map":{"__proto__":"x","constructor":"y"},"__proto__":{"Map":1}}')
  const value = validate(shape, json) as { Map: object }
  assert.deepEqual(Object.entries(value.Map), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ])
  assert.deepEqual(Object.keys(value), ['Map'])
  assert.equal(({} as Record<string, unknown>)['x'], undefined)
})

// Captured from AWS.
test('enumerations are listed in the order of AWS', () => {
  assert.deepEqual(violations(structure({ CompressionFormat: FORMAT }), { CompressionFormat: 'gzip' }), [
    "Value at 'compressionFormat' failed to satisfy constraint: Member must satisfy enum value set: [ZIP, HADOOP_SNAPPY, Snappy, GZIP, UNCOMPRESSED]",
  ])
})

test('members of lists are counted from one', () => {
  const records = {
    type: 'list',
    member: structure({ Data: { type: 'blob', max: 4 } }, ['Data']),
    min: 1,
    max: 3,
  } as const
  const shape = structure({ Records: records }, ['Records'])
  const long = Buffer.alloc(5).toString('base64')
  assert.deepEqual(violations(shape, { Records: [{ Data: '' }, { Data: long }, {}] }), [
    "Value at 'records.2.member.data' failed to satisfy constraint: Member must have length less than or equal to 4",
    "Value at 'records.3.member.data' failed to satisfy constraint: Member must not be null",
  ])
  assert.deepEqual(violations(shape, { Records: [] }), [
    "Value at 'records' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ])
  assert.deepEqual(violations(shape, { Records: [null] }), [
    "Value at 'records.1.member' failed to satisfy constraint: Member must not be null",
  ])
  assert.deepEqual(violations(shape, { Records: Array(4).fill({ Data: '' }) }), [
    "Value at 'records' failed to satisfy constraint: Member must have length less than or equal to 3",
  ])
})

test('strings: length first, then the pattern, which must match the whole', () => {
  const path = "Value at 'name' failed to satisfy constraint: "
  const pattern = `${path}Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`
  const shape = structure({ Name: NAME })
  assert.deepEqual(violations(shape, { Name: '' }), [
    `${path}Member must have length greater than or equal to 1`,
    pattern,
  ])
  assert.deepEqual(violations(shape, { Name: 'a'.repeat(65) }), [
    `${path}Member must have length less than or equal to 64`,
  ])
  for (const name of ['a b', 'a\n', '\na', 'ä'])
    assert.deepEqual(violations(shape, { Name: name }), [pattern])
  assert.deepEqual(validate(structure({ N: { type: 'string', max: 2 } }), { N: '😀😀' }), { N: '😀😀' })
})

test('numbers', () => {
  const shape = structure({ Limit: { type: 'integer', min: 1, max: 10_000 } })
  assert.deepEqual(violations(shape, { Limit: 0 }), [
    "Value at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ])
  assert.deepEqual(violations(shape, { Limit: 1e300 }), [
    "Value at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
  ])
})

// Captured from AWS.
test('maps: keys once and values once, with all their rules', () => {
  const rules = { type: 'string', min: 1, max: 1024 } as const
  const map: Shape = {
    type: 'map',
    key: { ...rules, pattern: '^\\S+$' },
    value: { ...rules, pattern: '^(?!\\s*$).+' },
  }
  const listed = (pattern: string): string =>
    `[Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: ${pattern}]`
  assert.deepEqual(violations(structure({ Map: map }), { Map: { 'has space': '', 'also space': ' ' } }), [
    `Value at 'map' failed to satisfy constraint: Map keys must satisfy constraint: ${listed('^\\S+$')}`,
    `Value at 'map' failed to satisfy constraint: Map value must satisfy constraint: ${listed('^(?!\\s*$).+')}`,
  ])
})

test('wrong types are SerializationException in the words of AWS', () => {
  const shape = structure({
    S: { type: 'string' },
    I: { type: 'integer' },
    B: { type: 'blob' },
    O: { type: 'boolean' },
    L: { type: 'list', member: { type: 'string' } },
    M: { type: 'map', key: { type: 'string' }, value: { type: 'string' } },
    T: structure({}),
    // A wrong type is said before a broken rule.
    Z: { type: 'string', max: 0 },
  })
  const cases: [object, string][] = [
    [{ S: 1, Z: 'long' }, 'NUMBER_VALUE can not be converted to a String'],
    [{ S: true }, 'TRUE_VALUE can not be converted to a String'],
    [{ S: [] }, 'Start of list found where not expected'],
    [{ S: {} }, 'Start of structure or map found where not expected.'],
    [{ I: '1' }, 'STRING_VALUE can not be converted to an Integer'],
    [{ I: false }, 'FALSE_VALUE can not be converted to an Integer'],
    [{ B: 23 }, 'NUMBER_VALUE can not be converted to a Blob'],
    [{ O: 'maybe' }, 'STRING_VALUE can not be converted to a Boolean'],
    [{ L: 'x' }, 'Expected list or null'],
    [{ L: {} }, 'Start of structure or map found where not expected.'],
    [{ L: [1] }, 'NUMBER_VALUE can not be converted to a String'],
    [{ M: 1 }, 'Expected map or null'],
    [{ M: [] }, 'Start of list found where not expected'],
    [{ T: 'x' }, 'Expected null'],
    [{ T: [] }, 'Start of list found where not expected'],
    [[], 'Start of list found where not expected'],
  ]
  for (const [json, message] of cases)
    assert.deepEqual(failure(shape, json), { name: 'SerializationException', message }, JSON.stringify(json))
  assert.equal(failure(shape, null).name, 'SerializationException')
  assert.equal(failure(shape, 'x').message, 'Expected null')
})

test('base64 is taken as it is defined and not otherwise', () => {
  const shape = structure({ B: { type: 'blob' } })
  const why = (text: string): string => {
    const { name, message } = failure(shape, { B: text })
    assert.equal(name, 'SerializationException')
    return message.replace('Value can not be converted to a Blob: ', '')
  }
  assert.equal(why('23456'), 'Base64 encoded length is expected a multiple of 4 bytes but found: 5')
  assert.equal(why('=+/='), "Invalid Base64 character: '='")
  assert.equal(why('+/+='), 'Invalid last non-pad Base64 character dectected')
  assert.equal(why('ab-_'), "Invalid Base64 character: '-'")
  assert.equal(why('abc\n'), "Invalid Base64 character: '\n'")
  assert.equal(why('ab==abc='), "Invalid Base64 character: '='")
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const read = validate(shape, { B: Buffer.from(bytes).toString('base64') }) as { B: Buffer }
      assert.deepEqual(read.B, Buffer.from(bytes))
    }),
  )
})

test('an error says no more than can be read', () => {
  const names = Array(100_000).fill('')
  assert.equal(violations(structure({ L: { type: 'list', member: NAME } }), { L: names }).length, 100)
  assert.equal(violations(structure({ L: { type: 'list', member: NAME, max: 2 } }), { L: names }).length, 5)
})

test('of a list that is too long only as much is looked at as shows it', () => {
  const seen: number[] = []
  const records = Array.from({ length: 9 }, (_, index) => ({
    get Data() {
      seen.push(index)
      return ''
    },
  }))
  const shape = structure({
    L: { type: 'list', member: structure({ Data: { type: 'blob', max: 1 } }), max: 2 },
  })
  assert.deepEqual(violations(shape, { L: records }), [
    "Value at 'l' failed to satisfy constraint: Member must have length less than or equal to 2",
  ])
  assert.deepEqual(seen, [0, 1, 2])
})

test('any JSON is accepted or refused, and never taken for something else', () => {
  const shape = structure(
    {
      Name: NAME,
      Records: { type: 'list', member: structure({ Data: { type: 'blob' } }, ['Data']), max: 2 },
    },
    ['Name'],
  )
  const member = fc.oneof(fc.jsonValue(), fc.string(), fc.array(fc.record({ Data: fc.base64String() })))
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.record({ Name: member, Records: member })), (json) => {
      try {
        const value = validate(shape, json) as { Name: string; Records?: { Data: Buffer }[] }
        assert.match(value.Name, /^[\w.-]{1,64}$/)
        assert.ok((value.Records ?? []).every(({ Data }) => Buffer.isBuffer(Data)))
      } catch (error) {
        assert.ok(error instanceof AwsError, String(error))
      }
    }),
    { seed: 1, numRuns: 500 },
  )
})
