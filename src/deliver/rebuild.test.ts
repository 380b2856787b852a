import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StreamConfig } from '../base/stream.ts'
import type { Catalog, Run, Table } from '../catalog/catalog.ts'
import { openLocalStore } from '../store/local-store.ts'
import { simulatedSys } from '../sys/simulated.ts'
import { encodeManifest, manifestKey, type Manifest } from './manifest.ts'
import { rebuildStream } from './rebuild.ts'

const CONFIG = {
  name: 'web',
  table: { database: 'logs', name: 'web' },
  deliver: { bucket: 'logs', errorPrefix: 'e/' },
} as StreamConfig
const TABLE: Omit<Table, 'schema'> = {
  ...CONFIG.table,
  stream: 'web',
  partitionKeys: [],
  location: 's3://logs/',
}
const ID = '52afa38e-7a23-5f46-9a3c-6e1e7b4a2f0'

function manifest(firstSegment: number, stream = 'web'): Manifest {
  const run = { id: ID + firstSegment, stream, firstSegment, lastSegment: firstSegment } as Run
  const result = { objects: [], records: 1, rejected: 0, blank: 1, late: 0, ranges: [] }
  return { version: 1, run, result, table: TABLE, schema: { version: 1, columns: [] } }
}

/** As much of a catalog as the rebuilding of runs without objects needs. */
function catalogOf(restored: number[]): Catalog {
  const made: Partial<Catalog> = {
    ensureTable: (table) => ({ ...table, schema: { version: 2, columns: [] } }),
    table: () => ({ ...TABLE, schema: { version: 1, columns: [] } }),
    restoreRun: ({ firstSegment }) => void restored.push(firstSegment),
  }
  return made as Catalog
}

test('only manifests under their own keys are believed', async () => {
  const sys = simulatedSys(1)
  await sys.files.makeDirectory('/scratch')
  const store = await openLocalStore(sys, '/store')
  await store.openBucket('logs')
  const put = async (key: string, content: Manifest, metadata: Record<string, string> = {}) => {
    await sys.files.writeFileDurably('/scratch/put', encodeManifest(content))
    await store.putFile('logs', key, '/scratch/put', { contentType: '', metadata })
  }
  await put(manifestKey(manifest(1).run), manifest(1), { 'hozon-run': `${ID}1` })
  // As after a copy that kept no metadata.
  await put(manifestKey(manifest(2).run), manifest(2))
  await put(`_hozon/runs/web/evil-1-2026-11-23-06-28-00-${ID}3.json`, manifest(3))
  await put(`_hozon/runs/web/more/0000000003-${ID}3.json`, manifest(3))
  await put(`_hozon/runs/web/0000000004-${ID}3.json`, manifest(3))
  await put(`_hozon/runs/web/0000000005-${ID}5.json`, manifest(5, 'other'))
  await put(manifestKey(manifest(6).run), manifest(6), { 'hozon-run': `${ID}7` })
  const restored: number[] = []
  const context = {
    sys,
    store,
    catalog: catalogOf(restored),
    config: CONFIG,
    table: TABLE,
    scratch: '/scratch',
  }
  const { problems } = await rebuildStream(context)
  assert.deepEqual(restored, [1, 2])
  assert.equal(problems.length, 5)
})
