/** Current boto3: each operation, error, limit, signature and role. The tests themselves are Python: boto3/test_*.py. */
import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { pytest } from '../python/pytest.ts'
import { Endpoint, INGEST_KEY, READ_KEY, type Key } from './endpoint.ts'

const REVOKED_KEY: Key = { id: 'AKIAHOZONREVOKED0000', secret: 'revoked/secret+of/the+tests' }

const PIPELINE = `version: 1
streams:
  from-file: {}
`

test('boto3', async (t) => {
  const endpoint = await Endpoint.start(PIPELINE)
  try {
    await endpoint.addKey('ingest', INGEST_KEY)
    await endpoint.addKey('read', READ_KEY)
    await endpoint.addKey('admin', REVOKED_KEY)
    const revoked = await endpoint.world.run('keys', 'revoke', REVOKED_KEY.id)
    assert.equal(revoked.code, 0, revoked.stderr)

    const inEnv = ({ id, secret }: Key): string => `${id} ${secret}`
    const results = await pytest({
      cwd: resolve(import.meta.dirname, 'boto3'),
      args: ['.'],
      env: {
        ...endpoint.env,
        HOZON_HTTP: endpoint.http,
        HOZON_HTTPS: endpoint.https,
        HOZON_INGEST_KEY: inEnv(INGEST_KEY),
        HOZON_READ_KEY: inEnv(READ_KEY),
        HOZON_REVOKED_KEY: inEnv(REVOKED_KEY),
      },
    })
    assert.ok(results.length > 50, `${results.length} tests`)
    for (const { id, outcome, text } of results) await t.test(id, () => assert.equal(outcome, 'passed', text))

    // Whatever the tests sent, the server had nothing to complain about itself.
    assert.doesNotMatch(endpoint.log(), /"level":"(error|fatal)"/)
  } finally {
    await endpoint.end()
  }
})
