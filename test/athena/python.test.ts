/** Current boto3 and awswrangler against a running server. The tests themselves are Python: python/test_*.py. */
import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { Endpoint } from '../clients/endpoint.ts'
import { pytest } from '../python/pytest.ts'

const TESTS_MIN = 15

test('clients of Python', async (t) => {
  const endpoint = await Endpoint.start('version: 1\nstreams: {}\n')
  try {
    const results = await pytest({
      cwd: resolve(import.meta.dirname, 'python'),
      args: ['.'],
      env: { ...endpoint.env, AWS_DEFAULT_REGION: endpoint.variable('AWS_REGION') },
      requirements: resolve(import.meta.dirname, 'requirements.txt'),
    })
    assert.ok(results.length >= TESTS_MIN, `${results.length} tests`)
    for (const { id, outcome, text } of results) await t.test(id, () => assert.equal(outcome, 'passed', text))
    // Whatever the tests sent, the server had nothing to complain about itself.
    assert.doesNotMatch(endpoint.log(), /"level":"(error|fatal)"/)
  } finally {
    await endpoint.end()
  }
})
