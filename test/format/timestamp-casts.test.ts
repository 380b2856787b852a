/** What isTimestampText accepts, DuckDB casts, and to the instant that parseEventTime gives. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { isTimestampText, parseEventTimeText } from '../../src/format/event-time.ts'

const SEED = 20261123
const TEXTS = 600

const digits = (count: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[0-9]{${count}}$`))
const two = (min: number, max: number): fc.Arbitrary<string> =>
  fc.integer({ min, max }).map((value) => String(value).padStart(2, '0'))

const zone = fc.oneof(
  fc.constantFrom('', 'Z'),
  fc.tuple(fc.constantFrom('+', '-'), two(0, 16)).map((parts) => parts.join('')),
  fc.tuple(fc.constantFrom('+', '-'), two(0, 16), two(0, 61)).map((parts) => parts.join('')),
  fc.tuple(fc.constantFrom('+', '-'), two(0, 16), two(0, 61)).map(([sign, hh, mm]) => `${sign}${hh}:${mm}`),
)
const year = fc.integer({ min: 0, max: 9999 }).map((value) => String(value).padStart(4, '0'))
const fraction = fc.oneof(
  fc.constant(''),
  fc.integer({ min: 1, max: 7 }).chain((n) => digits(n).map((text) => `.${text}`)),
)
const anyText = fc
  .tuple(
    year,
    two(0, 13),
    two(0, 32),
    fc.constantFrom('T', ' '),
    two(0, 24),
    two(0, 60),
    two(0, 60),
    fraction,
    zone,
  )
  .map(([y, m, d, t, hh, mm, ss, f, z]) => `${y}-${m}-${d}${t}${hh}:${mm}:${ss}${f}${z}`)

test('DuckDB casts every accepted text to the same microsecond', async () => {
  const candidates = fc.sample(anyText, { seed: SEED, numRuns: TEXTS * 4 })
  const texts = candidates
    .filter((text) => isTimestampText(Buffer.from(text), 0, text.length))
    .slice(0, TEXTS)
  assert.ok(texts.length > 300, `seed ${SEED} gives ${texts.length} texts`)
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  await connection.run("SET TimeZone='UTC'")
  const values = texts.map((text) => `('${text}')`).join()
  const reader = await connection.runAndReadAll(
    `SELECT x, epoch_us(TRY_CAST(x AS TIMESTAMPTZ)), epoch_us(TRY_CAST(x AS TIMESTAMP)) FROM (VALUES ${values}) t(x)`,
  )
  assert.equal(reader.getRows().length, texts.length)
  for (const [value, withZone, withoutZone] of reader.getRows()) {
    const text = String(value)
    assert.equal(withZone, microseconds(text), `${text} as TIMESTAMPTZ, seed ${SEED}`)
    const local = text.replace(/(?<=:\d\d(?:\.\d+)?)(Z|[+-]\d\d(:?\d\d)?)$/, '')
    // Why TIMESTAMPTZ: the offset of the text counts for nothing here.
    assert.equal(withoutZone, microseconds(local), `${text} as TIMESTAMP, seed ${SEED}`)
  }
  connection.closeSync()
  instance.closeSync()
})

function microseconds(text: string): bigint {
  const epochMs = parseEventTimeText(text, 'UTC')
  assert.ok(epochMs !== undefined, text)
  const finer = /\.\d{3}(\d{1,3})/.exec(text)?.[1] ?? ''
  return BigInt(epochMs) * 1000n + BigInt(finer.padEnd(3, '0'))
}
