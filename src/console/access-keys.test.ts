import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { realSys } from '../sys/real.ts'
import { simulatedSys, type SimulatedSys } from '../sys/simulated.ts'
import { openAccessKeys } from './access-keys.ts'
import { readCredentials } from './credentials.ts'

async function world(): Promise<SimulatedSys> {
  const sys = simulatedSys(7)
  await sys.files.makeDirectory('/data')
  return sys
}

test('the first start makes a key for everything; a restart keeps it', async () => {
  const sys = await world()
  const [first, ...others] = (await openAccessKeys(sys, '/data')).list()
  assert.deepEqual(others, [])
  assert.equal(first?.role, 'admin')
  assert.match(first.accessKeyId, /^HOZON[A-Z2-7]{15}$/)
  const again = await openAccessKeys(sys, '/data')
  assert.deepEqual(again.list(), [first])
  assert.match(again.find(first.accessKeyId)?.secretAccessKey ?? '', /^[A-Za-z0-9]{40}$/)
})

test('a new key is on disk when it is told', async () => {
  const sys = await world()
  const keys = await openAccessKeys(sys, '/data')
  const made = await keys.create({ role: 'ingest', description: 'Fluent Bit' })
  const next = sys.crash({ mode: 'power' })
  const found = (await openAccessKeys(next, '/data')).find(made.accessKeyId)
  assert.deepEqual(found, made)
  assert.deepEqual([made.role, made.description], ['ingest', 'Fluent Bit'])
})

test('a revoked key is not found from then on, nor after a power cut', async () => {
  const sys = await world()
  const keys = await openAccessKeys(sys, '/data')
  const made = await keys.create({ role: 'read' })
  const secret = { ...made }
  await keys.revoke(made.accessKeyId)
  assert.equal(keys.find(made.accessKeyId), undefined)
  await assert.rejects(keys.revoke(made.accessKeyId), {
    code: 'HOZON_KEY_UNKNOWN',
    target: secret.accessKeyId,
  })
  const next = sys.crash({ mode: 'power' })
  assert.equal((await openAccessKeys(next, '/data')).find(made.accessKeyId), undefined)
})

test('all keys revoked means none, also after a restart', async () => {
  const sys = await world()
  const keys = await openAccessKeys(sys, '/data')
  for (const { accessKeyId } of keys.list()) await keys.revoke(accessKeyId)
  assert.deepEqual((await openAccessKeys(sys, '/data')).list(), [])
})

test('changes at the same time are all kept', async () => {
  const sys = await world()
  const keys = await openAccessKeys(sys, '/data')
  const made = await Promise.all(Array.from({ length: 20 }, () => keys.create({ role: 'ingest' })))
  await Promise.all(made.slice(0, 10).map(({ accessKeyId }) => keys.revoke(accessKeyId)))
  assert.equal(keys.list().length, 11)
  assert.deepEqual((await openAccessKeys(sys, '/data')).list(), keys.list())
})

test('a full disk changes nothing', async () => {
  const sys = await world()
  const keys = await openAccessKeys(sys, '/data')
  const before = keys.list()
  sys.faults.failAt(sys.faults.operations + 1, 'EIO', { forever: true })
  await assert.rejects(keys.create({ role: 'read' }), { code: 'HOZON_CREDENTIALS_DISK', op: 'read' })
  sys.faults.clear()
  sys.faults.capacityBytes = 0
  await assert.rejects(keys.create({ role: 'read' }), { code: 'HOZON_CREDENTIALS_DISK', retryable: true })
  await assert.rejects(keys.revoke(before[0]!.accessKeyId), { code: 'HOZON_CREDENTIALS_DISK' })
  assert.deepEqual(keys.list(), before)
  sys.faults.clear()
  await keys.create({ role: 'read' })
  assert.equal(keys.list().length, 2)
})

test('an existing pair is taken over; what can not be one is refused', async () => {
  const keys = await openAccessKeys(await world(), '/data')
  const pair = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  }
  await keys.create({ role: 'ingest', ...pair })
  assert.equal(keys.find(pair.accessKeyId)?.secretAccessKey, pair.secretAccessKey)
  await assert.rejects(keys.create({ role: 'ingest', ...pair }), { code: 'HOZON_KEY_EXISTS' })
  const invalid = [
    { accessKeyId: 'only-id' },
    { secretAccessKey: 'only-secret' },
    { ...pair, accessKeyId: 'a/b/c' },
    { ...pair, accessKeyId: '__proto__'.repeat(20) },
    { ...pair, accessKeyId: 'other', secretAccessKey: 'short' },
    { ...pair, accessKeyId: 'other', secretAccessKey: 'with a space' },
    { description: 'x'.repeat(257) },
    { role: 'root' as 'admin' },
  ]
  for (const wrong of invalid)
    await assert.rejects(keys.create({ role: 'ingest', ...wrong }), { code: 'HOZON_KEY_INVALID' })
  assert.equal(keys.find('__proto__'), undefined)
})

test('there is an end to the number of keys', async () => {
  const sys = await world()
  await openAccessKeys(sys, '/data')
  const saved = await readCredentials(sys.files, '/data')
  const accessKeys = Array.from({ length: 1000 }, (_, index) => ({
    ...saved!.accessKeys[0]!,
    accessKeyId: `key${index}`,
  }))
  await sys.files.writeFileDurably(
    '/data/credentials.json',
    Buffer.from(JSON.stringify({ ...saved, accessKeys })),
  )
  const keys = await openAccessKeys(sys, '/data')
  await assert.rejects(keys.create({ role: 'read' }), { code: 'HOZON_KEY_LIMIT' })
})

test('keys that are none are damage, with the name of the file', async () => {
  const sys = await world()
  for (const accessKeys of [
    {},
    [{}],
    [{ accessKeyId: 'x', secretAccessKey: 'y', role: 'root', createdAt: '', description: '' }],
  ]) {
    await sys.files.writeFileDurably('/data/credentials.json', Buffer.from(JSON.stringify({ accessKeys })))
    await assert.rejects(openAccessKeys(sys, '/data'), {
      code: 'HOZON_CREDENTIALS_DAMAGED',
      target: '/data/credentials.json',
      hint: /restore it/,
    })
  }
})

test('the file is for its owner only, also after a change', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'hozon-keys-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const keys = await openAccessKeys(realSys, directory)
  await keys.create({ role: 'read' })
  assert.equal(statSync(join(directory, 'credentials.json')).mode & 0o777, 0o600)
})
