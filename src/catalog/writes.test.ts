import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { realRandom } from '../sys/real-random.ts'
import { realClock } from '../sys/real-clock.ts'
import { openCatalog } from './open-catalog.ts'

test('what a statement is about to put survives a restart, and is forgotten with its table or not at all', () => {
  const directory = mkdtempSync(join(tmpdir(), 'hozon-writes-'))
  try {
    const path = join(directory, 'catalog.sqlite')
    const open = (): ReturnType<typeof openCatalog> => openCatalog(path, realClock, realRandom)
    let catalog = open()
    catalog.writes.plan('a', ['s3://b/1', 's3://b/2'])
    catalog.writes.plan('b', [])
    catalog.close()
    catalog = open()
    assert.deepEqual(catalog.writes.all(), [
      { execution: 'a', objects: ['s3://b/1', 's3://b/2'] },
      { execution: 'b', objects: [] },
    ])
    assert.throws(() =>
      catalog.glue.atOnce(() => {
        catalog.writes.forget('a')
        throw new Error('no table')
      }),
    )
    catalog.writes.forget('b')
    assert.deepEqual(
      catalog.writes.all().map(({ execution }) => execution),
      ['a'],
    )
    catalog.close()
  } finally {
    rmSync(directory, { recursive: true })
  }
})
