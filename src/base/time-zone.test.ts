import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { civilFromDays, daysFromCivil } from './civil-date.ts'
import { isTimeZone, offsetAt, utcFromLocal } from './time-zone.ts'

const HOUR_MS = 3_600_000

test('daylight saving begins and ends at its instant', () => {
  const spring = Date.UTC(2026, 2, 8, 7)
  assert.equal(offsetAt('America/New_York', spring - 1), -5 * HOUR_MS)
  assert.equal(offsetAt('America/New_York', spring), -4 * HOUR_MS)
  const autumn = Date.UTC(2026, 10, 1, 6)
  assert.equal(offsetAt('America/New_York', autumn - 1), -4 * HOUR_MS)
  assert.equal(offsetAt('America/New_York', autumn), -5 * HOUR_MS)
})

test('a local time that is skipped is moved on; one that occurs twice is the first', () => {
  const skipped = utcFromLocal('America/New_York', Date.UTC(2026, 2, 8, 2, 30))
  assert.equal(new Date(skipped).toISOString(), '2026-03-08T07:30:00.000Z')
  const twice = utcFromLocal('America/New_York', Date.UTC(2026, 10, 1, 1, 30))
  assert.equal(new Date(twice).toISOString(), '2026-11-01T05:30:00.000Z')
})

test('offsets that are no whole hours, and a day that Samoa left out', () => {
  assert.equal(offsetAt('Asia/Kathmandu', Date.UTC(2026, 0, 1)), 5.75 * HOUR_MS)
  assert.equal(offsetAt('Australia/Lord_Howe', Date.UTC(2026, 0, 1)), 11 * HOUR_MS)
  assert.equal(offsetAt('Australia/Lord_Howe', Date.UTC(2026, 6, 1)), 10.5 * HOUR_MS)
  const change = Date.UTC(2011, 11, 30, 10)
  assert.equal(offsetAt('Pacific/Apia', change - 1), -10 * HOUR_MS)
  assert.equal(offsetAt('Pacific/Apia', change), 14 * HOUR_MS)
})

test('the offset agrees with what Intl shows, and local times lead back to their instant', () => {
  const zones = [
    'America/New_York',
    'Asia/Tokyo',
    'Europe/London',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
  ]
  const anyInstant = fc.integer({ min: Date.UTC(1950, 0, 1) / 1000, max: Date.UTC(2060, 0, 1) / 1000 })
  fc.assert(
    fc.property(fc.constantFrom(...zones), anyInstant, (zone, seconds) => {
      const utcMs = seconds * 1000
      const localMs = utcMs + offsetAt(zone, utcMs)
      const shown = new Date(utcMs).toLocaleString('sv-SE', { timeZone: zone })
      assert.equal(new Date(localMs).toISOString().slice(0, 19).replace('T', ' '), shown)
      const back = utcFromLocal(zone, localMs)
      // In the hour that occurs twice the first one is meant.
      assert.ok(back === utcMs || (back < utcMs && back + offsetAt(zone, back) === localMs))
    }),
  )
})

test('only zones that exist', () => {
  assert.ok(isTimeZone('Asia/Tokyo'))
  assert.ok(!isTimeZone('Asia/Atlantis'))
})

test('civil dates and day numbers are inverse, and agree with Date', () => {
  fc.assert(
    fc.property(fc.integer({ min: -800_000, max: 3_000_000 }), (days) => {
      const { year, month, day } = civilFromDays(days)
      assert.equal(daysFromCivil(year, month, day), days)
      const date = new Date(days * 86_400_000)
      assert.deepEqual([year, month, day], [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()])
    }),
  )
})
