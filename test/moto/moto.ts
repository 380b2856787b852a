/** moto's own tests of a service, from its source archive on PyPI, run against an endpoint. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { Endpoint } from '../clients/endpoint.ts'
import { pytest, type PythonTest } from '../python/pytest.ts'
import { pinned, sourceOf } from '../python/venv.ts'

/** moto's credentials; its tests know no others. */
const MOTO_KEY = { id: 'FOOBARKEY', secret: 'FOOBARSECRET' }

export interface MotoSuite {
  /** `test_firehose`, in moto's folder of tests; its differences are in differences.json. */
  folder: string
  /** pytest's arguments. */
  select: readonly string[]
  /** Of this folder: what makes room for a test, and corrects what AWS does not take. */
  plugin: string
  /** moto 5.2.5 has these; a run that finds fewer did not run them. */
  testsMin: number
}

interface Difference {
  /** `test_firehose_put.py::test_put_record_http_destination` */
  test: string
  /** Part of what pytest says. */
  shows: string
  /** What AWS does, which Hozon follows. */
  aws: string
  evidence: string
}

/**
 * Each test passes, or is one of the differences, where it must fail (or be skipped) for the reason that is written there.
 * So the list is never longer than the differences.
 */
export function runMoto(suite: MotoSuite): void {
  const differences = differencesOf(suite.folder)
  test(`moto ${suite.folder}`, async (t) => {
    const endpoint = await Endpoint.start('streams: {}\n')
    try {
      await endpoint.addKey('admin', MOTO_KEY)
      const results = await resultsOf(suite, endpoint.http)
      await t.test('all of them ran', () => {
        assert.ok(results.length >= suite.testsMin, `${results.length} tests`)
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
}

/** Of all services in one file: by the folder. */
function differencesOf(folder: string): Difference[] {
  const all = JSON.parse(readFileSync(resolve(import.meta.dirname, 'differences.json'), 'utf8')) as Record<
    string,
    Difference[]
  >
  return all[folder] ?? []
}

async function resultsOf({ select, plugin }: MotoSuite, endpoint: string): Promise<PythonTest[]> {
  const root = await sourceOf('moto', pinned('moto'))
  return pytest({
    cwd: root,
    path: [import.meta.dirname],
    // Their configuration asks for plugins that only moto's developers have.
    args: ['-c', '/dev/null', '--rootdir', root, '-p', plugin, ...select],
    env: {
      TEST_SERVER_MODE: 'true',
      TEST_SERVER_MODE_ENDPOINT: endpoint,
      MOTO_CALL_RESET_API: 'false',
    },
  })
}

/** `test_firehose_put.py::test_put_record_http_destination` */
const nameOf = ({ id }: PythonTest): string => id.replace(/^.*?([^/]+\.py::)/, '$1')

function passes({ outcome, text }: PythonTest): void {
  assert.equal(outcome, 'passed', text)
}

function differs({ outcome, text }: PythonTest, { shows }: Difference): void {
  assert.notEqual(outcome, 'passed', 'it passes now: take it off the list')
  assert.ok(text.includes(shows), `it fails for another reason: ${text}`)
}
