/** Glue's API in a running server, as boto3 and awswrangler use it. The tests themselves are Python: test_*.py. */
import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { Endpoint, READ_KEY } from '../clients/endpoint.ts'
import { pytest } from '../python/pytest.ts'

const PIPELINE = `version: 1
streams:
  web:
    collect:
      - tail: {paths: [./web.log]}
    deliver:
      bucket: logs
      prefix: web/dt=!{timestamp:yyyy-MM-dd}/
    table: logs.web
`
const LINES = ['{"time":"2026-01-02T03:04:05Z","n":1}', '{"time":"2026-01-02T03:04:06Z","n":2}']

test('glue', async (t) => {
  const endpoint = await Endpoint.start(PIPELINE, (world) => world.append('web.log', `${LINES.join('\n')}\n`))
  try {
    await endpoint.addKey('read', READ_KEY)
    await endpoint.world.rows('logs.web', LINES.length)
    await endpoint.world.flush()
    const results = await pytest({
      cwd: import.meta.dirname,
      args: ['.'],
      requirements: resolve(import.meta.dirname, 'requirements.txt'),
      env: { ...endpoint.env, HOZON_READ_KEY: `${READ_KEY.id} ${READ_KEY.secret}` },
    })
    assert.ok(results.length >= 13, `${results.length} tests`)
    for (const { id, outcome, text } of results) await t.test(id, () => assert.equal(outcome, 'passed', text))
    // Whatever the tests sent, the server had nothing to complain about itself.
    assert.doesNotMatch(endpoint.log(), /"level":"(error|fatal)"/)
  } finally {
    await endpoint.end()
  }
})
