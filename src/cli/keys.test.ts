import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openCatalog } from '../catalog/open-catalog.ts'
import { HozonError } from '../base/errors.ts'
import { openAccessKeys, type ListedKey, type NewKey } from '../console/access-keys.ts'
import { connectControl } from '../console/control-client.ts'
import type { SavedKey } from '../console/credentials.ts'
import { realSys } from '../sys/real.ts'
import { fakeContext, type FakeContext } from './fake-context.ts'
import { runCli } from './run-cli.ts'

const SAVED: SavedKey = {
  accessKeyId: 'HOZONAB2CD3EF4GH5IJ6',
  secretAccessKey: 'the secret',
  role: 'ingest',
  createdAt: '2026-01-02T03:04:05.000Z',
  description: 'web-1',
}

async function run(
  args: string[],
  context: FakeContext,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const code = await runCli(args, context)
  return { code, ...context.text() }
}

function temporary(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'hozon-keys-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return directory
}

/** Without a server: connect does what it really does. */
const offline = (input = ''): FakeContext =>
  fakeContext({ input, connect: (directory) => connectControl(realSys, directory) })

test('create asks the server and shows the secret', async () => {
  const asked: NewKey[] = []
  const createKey = async (key: NewKey): Promise<SavedKey> => {
    asked.push(key)
    return SAVED
  }
  const args = ['keys', 'create', '--role', 'ingest', '--description', 'web-1']
  const { code, stdout } = await run(args, fakeContext({ client: { createKey } }))
  assert.equal(code, 0)
  assert.match(stdout, /^access key id {6}HOZONAB2CD3EF4GH5IJ6\nsecret access key {2}the secret\n/)
  assert.deepEqual(asked, [{ role: 'ingest', description: 'web-1' }])
  const json = await run([...args, '--format', 'json'], fakeContext({ client: { createKey } }))
  assert.deepEqual(JSON.parse(json.stdout), SAVED)
})

test('an existing pair, its secret from standard input', async () => {
  const asked: NewKey[] = []
  const createKey = async (key: NewKey): Promise<SavedKey> => {
    asked.push(key)
    return SAVED
  }
  const args = ['keys', 'create', '--role', 'read', '--access-key-id', 'AKIA', '--secret-access-key', '-']
  await run(args, fakeContext({ client: { createKey }, input: 'from stdin\r\nmore' }))
  assert.deepEqual(asked, [{ role: 'read', accessKeyId: 'AKIA', secretAccessKey: 'from stdin' }])
})

test('a role is needed, and must be one', async () => {
  for (const args of [[], ['--role', 'root']]) {
    const { code, stderr } = await run(['keys', 'create', ...args], fakeContext())
    assert.equal(code, 2)
    assert.match(stderr, /--role/)
  }
})

test('list shows no secret', async () => {
  const { secretAccessKey: _, ...listed } = SAVED
  const client = { listKeys: async (): Promise<ListedKey[]> => [listed] }
  const table = await run(['keys', 'list'], fakeContext({ client }))
  assert.match(
    table.stdout,
    /^access key id +role +created +description *\nHOZONAB2CD3EF4GH5IJ6 +ingest +2026\S+ +web-1 *\n$/,
  )
  const json = await run(['keys', 'list', '--format', 'json'], fakeContext({ client }))
  assert.deepEqual(JSON.parse(json.stdout), [listed])
})

test('without a server the file itself is changed', async (t) => {
  const directory = temporary(t)
  openCatalog(join(directory, 'catalog.sqlite'), realSys.clock, realSys.random).close()
  const at = ['--data', directory]
  const made = await run(['keys', 'create', '--role', 'ingest', '--format', 'json', ...at], offline())
  assert.equal(made.stderr, '')
  const key = JSON.parse(made.stdout) as SavedKey
  assert.deepEqual((await openAccessKeys(realSys, directory)).find(key.accessKeyId), key)
  const listed = await run(['keys', 'list', '--format', 'json', ...at], offline())
  assert.deepEqual(
    (JSON.parse(listed.stdout) as ListedKey[]).map(({ role }) => role),
    ['admin', 'ingest'],
  )
  assert.ok(!listed.stdout.includes(key.secretAccessKey))
  assert.equal((await run(['keys', 'revoke', key.accessKeyId, ...at], offline())).code, 0)
  assert.equal((await openAccessKeys(realSys, directory)).find(key.accessKeyId), undefined)
  const again = await run(['keys', 'revoke', key.accessKeyId, ...at], offline())
  assert.equal(again.code, 1)
  assert.match(again.stderr, /there is no such key; see `hozon keys list`/)
})

test('the file is left alone while somebody else has the folder', async (t) => {
  const directory = temporary(t)
  const catalog = openCatalog(join(directory, 'catalog.sqlite'), realSys.clock, realSys.random)
  t.after(() => catalog.close())
  const { code, stderr } = await run(['keys', 'create', '--role', 'read', '--data', directory], offline())
  assert.equal(code, 1)
  assert.match(stderr, /another/)
  assert.ok(!existsSync(join(directory, 'credentials.json')))
})

test('where no server ever ran nothing is made', async (t) => {
  const directory = join(temporary(t), 'nothing')
  const create = ['keys', 'create', '--role', 'read']
  for (const command of [['keys', 'list'], ['env'], create, ['keys', 'revoke', 'HOZON1']]) {
    const { code, stdout, stderr } = await run([...command, '--data', directory], offline())
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, /no server is running on .*hozon up/)
  }
  assert.ok(!existsSync(directory))
  // Nor in a folder of something else.
  const { code } = await run([...create, '--data', join(directory, '..')], offline())
  assert.deepEqual([code, readdirSync(join(directory, '..'))], [1, []])
})

test('what the server refuses is not tried on the file', async () => {
  const createKey = async (): Promise<never> => {
    throw new HozonError('HOZON_KEY_EXISTS', 'there is such a key', { op: 'make access key' })
  }
  const context = fakeContext({ client: { createKey } })
  const { code, stderr } = await run(['keys', 'create', '--role', 'read'], context)
  assert.deepEqual([code, stderr], [1, 'hozon: make access key: there is such a key\n'])
})
