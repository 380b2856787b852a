/**
 * moto's Firehose tests: each passes, or is one of differences.json, where it must fail (or be skipped) for the reason
 * that is written there. So the list is never longer than the differences.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { Endpoint } from '../clients/endpoint.ts'
import type { PythonTest } from '../python/pytest.ts'
import { MOTO_KEY, runMotoTests } from './moto.ts'

interface Difference {
  test: string
  /** Part of what pytest says. */
  shows: string
  /** What AWS does, which Hozon follows. */
  aws: string
  evidence: string
}

/** moto 5.2.5 has these; a run that finds fewer did not run them. */
const TESTS_MIN = 31

const differences = JSON.parse(
  readFileSync(resolve(import.meta.dirname, 'differences.json'), 'utf8'),
) as Difference[]

test('moto', async (t) => {
  const endpoint = await Endpoint.start('streams: {}\n')
  try {
    await endpoint.addKey('admin', MOTO_KEY)
    const results = await runMotoTests(endpoint.http)
    await t.test('all of them ran', () => {
      assert.ok(results.length >= TESTS_MIN, `${results.length} tests`)
      const names = new Set(results.map(nameOf))
      assert.deepEqual(
        differences.filter((entry) => !names.has(entry.test)),
        [],
      )
    })
    for (const result of results) {
      const difference = differences.find((entry) => entry.test === nameOf(result))
      if (difference === undefined) await t.test(nameOf(result), () => passes(result))
      else await t.test(`${nameOf(result)} differs: ${difference.aws}`, () => differs(result, difference))
    }
  } finally {
    await endpoint.end()
  }
})

/** `test_firehose_put.py::test_put_record_http_destination` */
const nameOf = ({ id }: PythonTest): string => id.split('/').at(-1) ?? id

function passes({ outcome, text }: PythonTest): void {
  assert.equal(outcome, 'passed', text)
}

function differs({ outcome, text }: PythonTest, { shows }: Difference): void {
  assert.notEqual(outcome, 'passed', 'it passes now: take it off the list')
  assert.ok(text.includes(shows), `it fails for another reason: ${text}`)
}
