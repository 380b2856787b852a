import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openCatalog } from '../catalog/open-catalog.ts'
import type { ExternalFile, TableSource } from '../query/query.ts'
import { openLocalStore } from '../store/local-store.ts'
import { realSys } from '../sys/real.ts'
import { openWriteTarget } from './write-target.ts'

test('what a crash has left half-put is hidden, and gone at the next start; what was committed stays', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hozon-write-target-'))
  const catalog = openCatalog(join(directory, 'catalog.sqlite'), realSys.clock, realSys.random)
  const store = await openLocalStore(realSys, join(directory, 'store'))
  try {
    await store.openBucket('lake')
    const open = (): ReturnType<typeof openWriteTarget> =>
      openWriteTarget({ catalog, store, scratch: directory })
    const keys = async (): Promise<string[]> => {
      const found: string[] = []
      for await (const { key } of store.list('lake', '')) found.push(key)
      return found
    }
    const put = async (key: string): Promise<void> => {
      await writeFile(join(directory, 'file'), 'x')
      await target.put({ bucket: 'lake', key }, join(directory, 'file'))
    }
    let target = await open()
    target.plan('done', ['s3://lake/t/done'])
    await put('t/done')
    assert.equal(target.commit('done', { kind: 'none' }), 'done')
    target.plan('half', ['s3://lake/t/half', 's3://lake/t/never'])
    await put('t/half')
    const files = (await keys()).map((key) => ({ bucket: 'lake', key })) as ExternalFile[]
    const source: Pick<TableSource, 'openExternal'> = {
      openExternal: async () => {
        // Planned and put while the listing is under way, and committed before it ends.
        target.plan('late', ['s3://lake/t/late'])
        assert.equal(target.commit('late', { kind: 'none' }), 'done')
        return { files: [...files, { bucket: 'lake', key: 't/late' } as ExternalFile], release: () => {} }
      },
    }
    const shown = await target.hidePlanned(source).openExternal(undefined as never, [])
    assert.deepEqual(
      shown.files.map(({ key }) => key),
      ['t/done'],
    )
    assert.deepEqual(await keys(), ['t/done', 't/half'])
    target = await open()
    assert.deepEqual(await keys(), ['t/done'])
    assert.deepEqual(catalog.writes.all(), [])
  } finally {
    await store.close()
    catalog.close()
    await rm(directory, { recursive: true })
  }
})
