import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatBytes, formatCount, formatDuration, parseBytes, parseDurationMs } from './units.ts'

test('parseBytes', () => {
  const gives = (text: string, bytes: number | undefined): void => assert.equal(parseBytes(text), bytes, text)
  gives('0B', 0)
  gives('64MiB', 64 * 1024 * 1024)
  gives('64 MiB', 64 * 1024 * 1024)
  gives('1.5GB', 1_500_000_000)
  gives('4096MiB', 2 ** 32)
  gives('64', undefined)
  gives('64mib', undefined)
  gives('MiB', undefined)
  gives('-1MiB', undefined)
  gives('1e3MiB', undefined)
  gives('64MiB ', undefined)
  gives('1toString', undefined)
  gives('99999999999TiB', undefined)
})

test('parseDurationMs', () => {
  const gives = (text: string, ms: number | undefined): void => assert.equal(parseDurationMs(text), ms, text)
  gives('0s', 0)
  gives('60s', 60_000)
  gives('250ms', 250)
  gives('15m', 900_000)
  gives('1.5h', 5_400_000)
  gives('1d', 86_400_000)
  gives('60', undefined)
  gives('1m30s', undefined)
  gives('60S', undefined)
})

test('formatBytes', () => {
  const gives = (bytes: number, text: string): void => assert.equal(formatBytes(bytes), text)
  gives(0, '0 B')
  gives(1023, '1023 B')
  gives(1536, '1.50 KiB')
  gives(64 * 1024 * 1024, '64.0 MiB')
  gives(700 * 1024, '700 KiB')
  gives(3 * 2 ** 60, '3072 PiB')
})

test('formatDuration', () => {
  const gives = (ms: number, text: string): void => assert.equal(formatDuration(ms), text)
  gives(0, '0 s')
  gives(0.4, '0 ms')
  gives(850, '850 ms')
  gives(12_900, '12 s')
  gives(200_000, '3 m 20 s')
  gives(3_600_000, '1 h')
  gives(7_500_000, '2 h 5 m')
  gives(4 * 86_400_000 + 3_600_000, '4 d 1 h')
})

test('formatCount puts commas between thousands, and nothing else', () => {
  assert.equal(formatCount(0), '0')
  assert.equal(formatCount(1_234_567), '1,234,567')
  fc.assert(
    fc.property(fc.nat(), (count) => {
      assert.equal(Number(formatCount(count).replaceAll(',', '')), count)
      assert.match(formatCount(count), /^\d{1,3}(,\d{3})*$/)
    }),
  )
})
