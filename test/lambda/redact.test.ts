/** The example that the guide shows does what it says. */
import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { ARN, openBench } from './segment.ts'

test('examples/functions/redact.ts replaces e-mail addresses and nothing else', async (t) => {
  const module = resolve(import.meta.dirname, '../../examples/functions/redact.ts')
  const { run, log } = openBench(t, () => ({ [ARN]: { module } }))
  const found = await run([
    '{"user":"jane.doe+news@example.co.uk","n":1}\n',
    '{"from":"<ök@müller.de>","to":"a@b.c, d_e@f-g.org"}\n',
    'no address: @home, a@b, x @ y.z\n',
  ])
  assert.deepEqual(found, [
    '{"user":"***@example.co.uk","n":1}\n',
    '{"from":"<***@müller.de>","to":"***@b.c, ***@f-g.org"}\n',
    'no address: @home, a@b, x @ y.z\n',
  ])
  assert.deepEqual(log, [])
})
