/**
 * PyAthena's own tests: each passes, or is one of differences.json, where it must fail (or be skipped) for the reason that is
 * written there. So the list is never longer than the differences.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { Endpoint } from '../clients/endpoint.ts'
import type { PythonTest } from '../python/pytest.ts'
import { runPyAthenaTests } from './pyathena.ts'

interface Difference {
  /** A regular expression for ids of tests. */
  tests: string
  /** Part of what pytest says of each. */
  shows: string
  /** What AWS does, or why it is not here. */
  reason: string
  /** It hangs on chance: it may also pass. */
  sometimes?: boolean
}

/** Of the version that requirements.txt pins; a run that finds fewer did not run them. */
const TESTS_MIN = 1000

/** All of them are one run of pytest: some five minutes, and 20 beside other suites on a busy machine. */
const ENDS_AFTER_MS = 1_400_000

const differences = JSON.parse(
  readFileSync(resolve(import.meta.dirname, 'differences.json'), 'utf8'),
) as Difference[]

test('PyAthena', { timeout: ENDS_AFTER_MS }, async (t) => {
  const endpoint = await Endpoint.start('version: 1\nstreams: {}\n')
  try {
    const results = await runPyAthenaTests(endpoint.env)
    await t.test('all of them ran', () => {
      assert.ok(results.length >= TESTS_MIN, `${results.length} tests`)
      const unused = differences.filter(({ tests }) => !results.some(({ id }) => new RegExp(tests).test(id)))
      assert.deepEqual(unused, [])
    })
    for (const result of results) {
      const difference = differences.find(({ tests }) => new RegExp(tests).test(result.id))
      if (difference === undefined) await t.test(result.id, () => passes(result))
      else await t.test(`${result.id} differs: ${difference.reason}`, () => differs(result, difference))
    }
    // Whatever the tests sent, the server had nothing to complain about itself.
    assert.doesNotMatch(endpoint.log(), /"level":"(error|fatal)"/)
  } finally {
    await endpoint.end()
  }
})

function passes({ outcome, text }: PythonTest): void {
  assert.equal(outcome, 'passed', text)
}

function differs({ outcome, text }: PythonTest, { shows, sometimes }: Difference): void {
  if (sometimes === true && outcome === 'passed') return
  assert.notEqual(outcome, 'passed', 'it passes now: take it off the list')
  assert.ok(text.includes(shows), `it fails for another reason: ${text}`)
}
