import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isTimestampText, parseEventTime, parseEventTimeText } from './event-time.ts'

const NOW = Date.UTC(2026, 10, 23, 12)

const inTokyo = (text: string): string | undefined => {
  const epochMs = parseEventTimeText(text, 'Asia/Tokyo', NOW)
  return epochMs === undefined ? undefined : new Date(epochMs).toISOString()
}

const TIMES: [text: string, instant: string][] = [
  ['2026-11-23T01:02:03Z', '2026-11-23T01:02:03.000Z'],
  ['2026-11-23T01:02:03.4Z', '2026-11-23T01:02:03.400Z'],
  ['2026-11-23T01:02:03.456789Z', '2026-11-23T01:02:03.456Z'],
  ['2026-11-23T01:02:03.999999999Z', '2026-11-23T01:02:03.999Z'],
  ['2026-11-23 01:02:03,456', '2026-11-22T16:02:03.456Z'],
  ['2026-11-23t01:02:03z', '2026-11-23T01:02:03.000Z'],
  ['2026-11-23T01:02:03+09:00', '2026-11-22T16:02:03.000Z'],
  ['2026-11-23T01:02:03-0330', '2026-11-23T04:32:03.000Z'],
  ['2026-11-23T01:02:03+09', '2026-11-22T16:02:03.000Z'],
  ['2026-11-23 01:02:03 +0000', '2026-11-23T01:02:03.000Z'],
  ['2026-11-23 01:02:03 UTC', '2026-11-23T01:02:03.000Z'],
  ['2026-11-23T01:02Z', '2026-11-23T01:02:00.000Z'],
  ['2026-11-23', '2026-11-22T15:00:00.000Z'],
  ['20261123T010203Z', '2026-11-23T01:02:03.000Z'],
  ['2026/11/23 01:02:03', '2026-11-22T16:02:03.000Z'],
  ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
  ['1969-12-31T23:59:59.5Z', '1969-12-31T23:59:59.500Z'],
  ['1764000000', '2025-11-24T16:00:00.000Z'],
  ['1764000000.123', '2025-11-24T16:00:00.123Z'],
  ['1764000000.999999', '2025-11-24T16:00:00.999Z'],
  ['1.764e9', '2025-11-24T16:00:00.000Z'],
  ['1764000000123', '2025-11-24T16:00:00.123Z'],
  ['1764000000123.9', '2025-11-24T16:00:00.123Z'],
  ['1764000000123999', '2025-11-24T16:00:00.123Z'],
  ['1764000000999999999', '2025-11-24T16:00:00.999Z'],
  ['10/Oct/2000:13:55:36 -0700', '2000-10-10T20:55:36.000Z'],
  ['10\\/Oct\\/2000:13:55:36 -0700', '2000-10-10T20:55:36.000Z'],
  ['10/Oct/2000:13:55:36.250 -0700', '2000-10-10T20:55:36.250Z'],
  ['Tue, 10 Oct 2000 13:55:36 -0700', '2000-10-10T20:55:36.000Z'],
  ['10 Oct 2000 13:55:36 GMT', '2000-10-10T13:55:36.000Z'],
  ['Tue Oct 10 13:55:36 2000', '2000-10-10T04:55:36.000Z'],
  ['Sun Oct  1 13:55:36.123456 2000', '2000-10-01T04:55:36.123Z'],
  ['Oct 11 22:14:15', '2026-10-11T13:14:15.000Z'],
  ['Oct  1 22:14:15', '2026-10-01T13:14:15.000Z'],
  ['Dec  1 22:14:15', '2025-12-01T13:14:15.000Z'],
  ['Feb 29 00:00:00', '2024-02-28T15:00:00.000Z'],
]

test('the forms of time that logs use', () => {
  for (const [text, instant] of TIMES) assert.equal(inTokyo(text), instant, text)
})

const NO_TIMES = [
  '', '-', 'null', 'hello world', '2026-13-01', '2026-02-30', '2023-02-29T00:00:00Z', '2026-11-23T25:00:00Z',
  '2026-11-23T24:00:00Z', '2026-11-23T01:60:00Z', '2026-11-23T01:02:61Z', '2026-11-23T01:02:03.Z', '2026-11-23T',
  '2026-11-23T01:02:03.1234567890Z', '2026-11-23T01:02:03+24:00', '2026-11-23T01:02:03+0960', '2026-11-23T01:02:03 PDT',
  '2026-11-23T01:02:03Zjunk', '2026-11-23x01:02:03Z', '0', '1', '12.5', '20261123', '-1764000000', '99/Oct/2000:13:55:36 -0700',
  '10/Foo/2000:13:55:36 -0700', '10/Oct/2000:25:55:36 -0700', 'Oct 32 22:14:15', 'Foo 11 22:14:15', '123e99', '99999999999999999999999',
  '192.168.100.200', '5551234567x', '2026-11-2', '2026-1-23',
] // prettier-ignore

test('what is no time is undefined, not a guess', () => {
  for (const text of NO_TIMES) assert.equal(inTokyo(text), undefined, text)
})

test('the quotes of a JSON string may be in the range', () => {
  const bytes = Buffer.from('{"time":"2026-11-23T01:02:03Z"}')
  const expected = Date.UTC(2026, 10, 23, 1, 2, 3)
  assert.equal(parseEventTime(bytes, 8, 30, 'UTC'), expected)
  assert.equal(parseEventTime(bytes, 9, 29, 'UTC'), expected)
})

test('without a now, a time without a year is undefined', () => {
  assert.equal(parseEventTimeText('Oct 11 22:14:15', 'UTC'), undefined)
})

test('the year of a time without one is the last in which it is not ahead by more than a day', () => {
  const justBefore = Date.UTC(2026, 11, 31, 23, 59)
  const newYear = parseEventTimeText('Jan  1 00:00:01', 'UTC', justBefore)
  assert.equal(newYear, Date.UTC(2027, 0, 1, 0, 0, 1))
  const justAfter = Date.UTC(2027, 0, 1, 0, 1)
  assert.equal(parseEventTimeText('Dec 31 23:59:59', 'UTC', justAfter), Date.UTC(2026, 11, 31, 23, 59, 59))
})

test('local times follow daylight saving', () => {
  assert.equal(parseEventTimeText('2026-07-01T00:00:00', 'America/New_York'), Date.UTC(2026, 6, 1, 4))
  assert.equal(parseEventTimeText('2026-01-01T00:00:00', 'America/New_York'), Date.UTC(2026, 0, 1, 5))
})

test('every instant is read back from its ISO text', () => {
  const anyInstant = fc.integer({ min: Date.UTC(1, 0, 1), max: Date.UTC(9999, 11, 31) })
  fc.assert(
    fc.property(anyInstant, (epochMs) => {
      assert.equal(parseEventTimeText(new Date(epochMs).toISOString(), 'UTC'), epochMs)
    }),
  )
})

test('random bytes never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      parseEventTime(Buffer.from(bytes), 0, bytes.length, 'Asia/Tokyo', NOW)
    }),
  )
})

test('timestamps that a column of microseconds holds', () => {
  const is = (text: string): boolean => isTimestampText(Buffer.from(`"${text}"`), 1, text.length + 1)
  for (const text of [
    '2026-11-23T01:02:03',
    '2026-11-23 01:02:03',
    '2026-11-23T01:02:03.1Z',
    '2026-11-23T01:02:03.123456Z',
    '2026-11-23T01:02:03.123456+09:00',
    '2026-11-23 01:02:03-03',
    '2024-02-29T00:00:00Z',
  ]) {
    assert.ok(is(text), text)
  }
  for (const text of [
    '2026-11-23',
    '2026-11-23T01:02',
    '2026-11-23T01:02:03.1234567Z',
    '2026-11-23T01:02:03,123Z',
    '2026-11-23T01:02:60Z',
    '2026-02-29T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '2026-11-23T01:02:03.Z',
    '2026-11-23T01:02:03+99:00',
    '2026/11/23 01:02:03',
    '1764000000',
  ]) {
    assert.ok(!is(text), text)
  }
})
