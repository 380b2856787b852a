import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { HozonError } from '../base/errors.ts'
import type { ControlClient } from '../console/control-client.ts'
import { fakeContext } from './fake-context.ts'
import { runCli } from './run-cli.ts'

const key = (accessKeyId: string, role: string, secretAccessKey = 'x') => ({
  accessKeyId,
  secretAccessKey,
  role,
  createdAt: '',
  description: '',
})

/** A folder whose name needs quotes in a shell. */
function world(
  t: TestContext,
  server: object = {},
  connect = async () => ({ listKeys: async () => [] }) as unknown as ControlClient,
) {
  const parent = mkdtempSync(join(tmpdir(), 'hozon-env-'))
  t.after(() => rmSync(parent, { recursive: true }))
  const directory = join(parent, "it's $HOME")
  mkdirSync(directory)
  const file = {
    pid: 1,
    host: '127.0.0.1',
    port: 4600,
    startedMs: 0,
    region: 'eu-central-1',
    hasAuthority: true,
  }
  writeFileSync(join(directory, 'server.json'), JSON.stringify({ ...file, ...server }))
  const accessKeys = [
    key('ingest1', 'ingest'),
    key('admin1', 'admin', "it's\\secret"),
    key('admin2', 'admin'),
  ]
  writeFileSync(join(directory, 'credentials.json'), JSON.stringify({ controlToken: 't', accessKeys }))
  const env = async (...args: string[]) => {
    const context = fakeContext({ connect })
    return { code: await runCli(['env', '--data', directory, ...args], context), ...context.text() }
  }
  /** What a shell has in its environment after `eval`. */
  const evaluated = async (...args: string[]): Promise<Record<string, string>> => {
    const { stdout } = await env(...args)
    const inherited = { PATH: process.env['PATH'] ?? '', AWS_PROFILE: 'work', AWS_SESSION_TOKEN: 'old' }
    const script = `set -eu; eval "$HOZON_ENV"; env -0 | grep -z -E '^(AWS|NODE)_'`
    const printed = execFileSync('sh', ['-c', script], {
      env: { ...inherited, HOZON_ENV: stdout },
      encoding: 'utf8',
    })
    const pairs = printed.split('\0').filter((line) => line !== '')
    return Object.fromEntries(
      pairs.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
  }
  return { directory, env, evaluated }
}

test('a shell has what AWS clients need, and nothing that gets in their way', async (t) => {
  const { directory, evaluated } = world(t)
  assert.deepEqual(await evaluated(), {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4600',
    AWS_ACCESS_KEY_ID: 'admin1',
    AWS_SECRET_ACCESS_KEY: "it's\\secret",
    AWS_REGION: 'eu-central-1',
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_CA_BUNDLE: join(directory, 'tls/ca.pem'),
  })
})

test('https comes with what Node needs to trust it', async (t) => {
  const { directory, evaluated } = world(t, { host: '::1' })
  const env = await evaluated('--https', '--key', 'ingest1')
  assert.equal(env['AWS_ENDPOINT_URL'], 'https://[::1]:4600')
  assert.equal(env['AWS_ACCESS_KEY_ID'], 'ingest1')
  assert.equal(env['NODE_EXTRA_CA_CERTS'], join(directory, 'tls/ca.pem'))
})

test("with the operator's own certificate clients trust what they trust", async (t) => {
  const env = await world(t, { hasAuthority: false }).evaluated('--https')
  assert.deepEqual(
    Object.keys(env).filter((name) => name.includes('CA')),
    [],
  )
})

test('a key that is not there', async (t) => {
  const { code, stdout, stderr } = await world(t).env('--key', 'nobody')
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /nobody: there is no such key/)
})

test('where nobody listens any more, that is said beside the exports', async (t) => {
  const gone = new HozonError('HOZON_SERVER_NONE', 'no server is running', { op: '', hint: 'start it' })
  const { code, stdout, stderr } = await world(t, {}, () => Promise.reject(gone)).env()
  assert.deepEqual([code, stderr], [0, 'hozon: warning: no server is running; start it\n'])
  assert.match(stdout, /export AWS_ENDPOINT_URL=/)
  assert.equal((await world(t).env()).stderr, '')
})
