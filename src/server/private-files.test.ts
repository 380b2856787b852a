import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { realSys } from '../sys/real.ts'
import { closeFolders, openPrivateCatalog } from './private-files.ts'

const FOLDERS = ['buffer', 'cache', 'scratch', 'transformed']

function temporary(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'hozon-private-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return directory
}

const modes = (directory: string): [string, string][] =>
  readdirSync(directory)
    .sort()
    .map((name) => [name, (statSync(join(directory, name)).mode & 0o777).toString(8)])

test('folders are for their owner only, those of before too, and what lies in them stays', async (t) => {
  const directory = temporary(t)
  mkdirSync(join(directory, 'buffer/web'), { recursive: true })
  chmodSync(join(directory, 'buffer'), 0o755)
  for (let start = 0; start < 2; start++) await closeFolders(realSys.files, directory)
  assert.deepEqual(
    modes(directory),
    FOLDERS.map((name) => [name, '700']),
  )
  assert.deepEqual(readdirSync(join(directory, 'buffer')), ['web'])
})

test('a catalog is for its owner only, with all that SQLite keeps beside it', async (t) => {
  const directory = temporary(t)
  const path = join(directory, 'catalog.sqlite')
  const opened = await openPrivateCatalog(realSys, path)
  opened.saveDeliveryStream({ name: 's', definition: '{}', isDraining: false })
  const all = [
    ['catalog.sqlite', '600'],
    ['catalog.sqlite-wal', '600'],
  ]
  assert.deepEqual(modes(directory), all)
  await assert.rejects(openPrivateCatalog(realSys, path), { code: 'HOZON_CATALOG_LOCKED' })
  opened.close()
  // As an older hozon left it.
  chmodSync(path, 0o644)
  writeFileSync(`${path}-wal`, '', { mode: 0o644 })
  const again = await openPrivateCatalog(realSys, path)
  again.saveDeliveryStream({ name: 't', definition: '{}', isDraining: false })
  assert.deepEqual(modes(directory), all)
  assert.equal(again.deliveryStreams().length, 2)
  again.close()
})

test('where no file can be made, the catalog says so', async (t) => {
  const path = join(temporary(t), 'missing/catalog.sqlite')
  await assert.rejects(openPrivateCatalog(realSys, path), { code: /^HOZON_CATALOG_/ })
})
