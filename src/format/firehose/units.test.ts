import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { SUB_RECORDS_MAX } from './deaggregate.ts'
import { RECORD_INFLATED_BYTES_MAX } from './decompress.ts'
import { recordsOf, unitWindows, type UnitSteps, type WindowLimits } from './units.ts'

const NONE: UnitSteps = { decompression: 'none', deaggregation: undefined }
const JSON_STEP: UnitSteps = { ...NONE, deaggregation: { kind: 'json' } }
const HASHES: UnitSteps = { ...NONE, deaggregation: { kind: 'delimited', delimiterBase64: 'IyMjIw==' } }

function unitsOf(
  bytes: Buffer,
  ends: Uint32Array | undefined,
  steps: UnitSteps,
  arrivalMs: number,
  limits?: WindowLimits,
) {
  const windows = [...unitWindows(recordsOf(bytes, ends), steps, arrivalMs, limits)]
  const items = windows.flatMap((window) => window.items)
  return {
    windows,
    units: items.filter((item) => 'data' in item),
    failures: items.flatMap((item) => ('failure' in item ? [item.failure] : [])),
  }
}

function unitsOfRecords(
  records: Buffer[],
  steps: UnitSteps,
): { units: [number, string][]; failures: string[] } {
  let end = 0
  const ends = Uint32Array.from(records, ({ length }) => (end += length))
  const { units, failures } = unitsOf(Buffer.concat(records), ends, steps, 1000)
  for (const failure of failures) assert.ok(records.some((record) => record.equals(failure.raw)))
  return {
    units: units.map(({ record, data }) => [record, data.toString()]),
    failures: failures.map(({ type, code }) => `${type} ${code}`),
  }
}

const texts = (record: string | Buffer, steps: UnitSteps): string[] =>
  unitsOfRecords([Buffer.from(record)], steps).units.map(([, text]) => text)

test('without steps each record is a unit, empty ones too', () => {
  const { units } = unitsOfRecords([Buffer.from('abc'), Buffer.alloc(0), Buffer.from('\n')], NONE)
  assert.deepEqual(units, [
    [0, 'abc'],
    [1, ''],
    [2, '\n'],
  ])
})

test('without boundaries each line is a record', () => {
  const { units } = unitsOf(Buffer.from('a\nb\n\nc'), undefined, NONE, 0)
  assert.deepEqual(
    units.map(({ record, data }) => [record, data.toString()]),
    [
      [0, 'a\n'],
      [1, 'b\n'],
      [2, '\n'],
      [3, 'c'],
    ],
  )
})

test('JSON objects are split wherever they stand, arrays and other things are not', () => {
  assert.deepEqual(texts('{"a":1}{"a":2}', JSON_STEP), ['{"a":1}', '{"a":2}'])
  assert.deepEqual(texts('{"a":1}\n{"a":"}{\\""}\r\n', JSON_STEP), ['{"a":1}', '{"a":"}{\\""}'])
  for (const whole of ['[{"a":1},{"a":2}]', 'text', '{"a":1}{"a":', '{"a":1} 2', '', ' \n']) {
    assert.deepEqual(texts(whole, JSON_STEP), [whole])
  }
})

test('delimited pieces', () => {
  assert.deepEqual(texts('a####b########c####', HASHES), ['a', 'b', 'c'])
  assert.deepEqual(texts('####', HASHES), ['####'])
  assert.deepEqual(texts('', HASHES), [''])
})

test('up to the limit a record is split, above it stays whole', () => {
  const atLimit = '{"a":1}'.repeat(SUB_RECORDS_MAX)
  assert.equal(texts(atLimit, JSON_STEP).length, SUB_RECORDS_MAX)
  assert.deepEqual(texts(`${atLimit}{}`, JSON_STEP), [`${atLimit}{}`])
  const pieces = 'x####'.repeat(SUB_RECORDS_MAX)
  assert.equal(texts(pieces, HASHES).length, SUB_RECORDS_MAX)
  assert.equal(texts(`${pieces}y`, HASHES).length, 1)
})

test('what was glued comes apart as it was', () => {
  const object = fc.dictionary(fc.string(), fc.json()).map((value) => JSON.stringify(value))
  const space = fc.constantFrom('', '\n', ' ', '\r\n')
  fc.assert(
    fc.property(fc.array(fc.tuple(object, space), { minLength: 1, maxLength: 20 }), (parts) => {
      const glued = parts.map(([text, after]) => text + after).join('')
      assert.deepEqual(
        texts(glued, JSON_STEP),
        parts.map(([text]) => text),
      )
    }),
  )
})

const envelope = (messages: string[], messageType = 'DATA_MESSAGE'): string =>
  JSON.stringify({
    messageType,
    owner: '123456789012',
    logEvents: messages.map((message, id) => ({ id: String(id), timestamp: 1, message })),
  })

test('envelopes, in one or several gzip members', () => {
  const steps: UnitSteps = { ...NONE, decompression: 'envelope' }
  const text = envelope(['a'])
  assert.deepEqual(texts(gzipSync(text), steps), [text])
  assert.deepEqual(texts(Buffer.concat([gzipSync(text), gzipSync(text)]), steps), [text + text])
})

test('messages, each a unit, those of control messages too', () => {
  const steps: UnitSteps = { ...NONE, decompression: 'messages' }
  assert.deepEqual(texts(gzipSync(envelope(['{"a":1}', 'text', ''])), steps), ['{"a":1}', 'text', ''])
  assert.deepEqual(texts(gzipSync(envelope(['CWL CONTROL MESSAGE'], 'CONTROL_MESSAGE')), steps), [
    'CWL CONTROL MESSAGE',
  ])
  for (const wrong of [
    'text',
    '[]',
    '{"logEvents":1}',
    '{"logEvents":[{"id":"1"}]}',
    '{"logEvents":[null]}',
  ]) {
    const { units, failures } = unitsOfRecords([gzipSync(wrong)], steps)
    assert.deepEqual([units, failures], [[], ['decompression-failed Decompression.InvalidLogFormat']])
  }
})

test('what is no gzip, cut, or a bomb fails by itself, as it came', () => {
  const steps: UnitSteps = { ...NONE, decompression: 'envelope' }
  const good = gzipSync('good')
  const bomb = gzipSync(Buffer.alloc(RECORD_INFLATED_BYTES_MAX + 1))
  const junk = Buffer.concat([good, Buffer.from('junk')])
  const { units, failures } = unitsOfRecords(
    [Buffer.from('{"a":1}'), good.subarray(0, -3), bomb, junk, Buffer.alloc(0), good],
    steps,
  )
  assert.deepEqual(units, [[5, 'good']])
  assert.deepEqual(failures, [
    'decompression-failed Decompression.InvalidData',
    'decompression-failed Decompression.InvalidData',
    'decompression-failed Decompression.TooLarge',
    'decompression-failed Decompression.InvalidData',
    'decompression-failed Decompression.InvalidData',
  ])
})

test('property: windows of any size hold the same units, in order', () => {
  const messages = fc.array(fc.constantFrom('', 'text', '{"a":1}{"a":2}', '{}'.repeat(30)), { maxLength: 40 })
  const record = fc.oneof(
    messages.map((texts) => gzipSync(envelope(texts))),
    fc.constantFrom('', 'no gzip', '{}{}').map((text) => Buffer.from(text)),
  )
  const steps: fc.Arbitrary<UnitSteps> = fc.record({
    decompression: fc.constantFrom('none', 'envelope', 'messages'),
    deaggregation: fc.constantFrom(undefined, JSON_STEP.deaggregation),
  })
  const limits = fc.record({
    units: fc.integer({ min: 1, max: 50 }),
    bytes: fc.integer({ min: 1, max: 500 }),
  })
  fc.assert(
    fc.property(fc.array(record, { maxLength: 6 }), steps, limits, (records, given, limit) => {
      let end = 0
      const ends = Uint32Array.from(records, ({ length }) => (end += length))
      const bytes = Buffer.concat(records)
      const whole = unitsOf(bytes, ends, given, 0, { units: Infinity, bytes: Infinity })
      const { windows } = unitsOf(bytes, ends, given, 0, limit)
      assert.deepEqual(
        windows.flatMap(({ items }) => items),
        whole.windows.flatMap(({ items }) => items),
      )
      assert.equal(
        windows.reduce((sum, window) => sum + window.records, 0),
        records.length,
      )
      for (const { items } of windows) {
        assert.ok(items.length <= limit.units)
        const sizes = items.map((item) => ('data' in item ? item.data.length : 0))
        assert.ok(sizes.slice(0, -1).reduce((sum, size) => sum + size, 0) < limit.bytes)
      }
    }),
    { numRuns: 300, seed: 9 },
  )
})

test('of a record that became one unit the failure keeps the record, of many each its own', () => {
  const originals = (record: Buffer, steps: UnitSteps): (boolean | undefined)[] => {
    const { units } = unitsOf(record, Uint32Array.of(record.length), steps, 0)
    return units.map(({ original }) => original?.equals(record))
  }
  const steps: UnitSteps = { ...JSON_STEP, decompression: 'messages' }
  assert.deepEqual(originals(gzipSync(envelope(['{"a":1}'])), steps), [true])
  assert.deepEqual(originals(gzipSync(envelope(['{"a":1}{"a":2}'])), steps), [undefined, undefined])
  assert.deepEqual(originals(gzipSync(envelope(['', ''])), steps), [undefined, undefined])
  assert.deepEqual(originals(Buffer.from('{"a":1}'), JSON_STEP), [undefined])
})
