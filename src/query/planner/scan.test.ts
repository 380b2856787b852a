/** Objects that have to be copied before an engine reads them. */
import { deepEqual, rejects } from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { StoredObject, Table } from '../../catalog/catalog.ts'
import { diskFull } from '../disk-room.ts'
import type { TableSnapshot } from '../query.ts'
import type { PartitionPredicate } from './predicate.ts'
import { planScan } from './scan.ts'
import type { ScanDemand } from './scan-table.ts'

const TABLE = { partitionKeys: ['day'], schema: { columns: [] } } as unknown as Table
const SECOND: PartitionPredicate = { kind: 'compare', column: 'day', operator: '=', value: '2' }

function snapshotOf(days: string[], done: string[]): TableSnapshot {
  const objects = days.map((day) => ({
    key: day,
    bucket: 'logs',
    bytes: 1,
    partition: [day],
    format: 'parquet',
  }))
  return {
    table: TABLE,
    objects: objects as StoredObject[],
    async expect(asked) {
      done.push(`expect ${asked.map(({ key }) => key).join()}`)
    },
    async fetch({ key }) {
      done.push(`fetch ${key}`)
      return `/cache/${key}`
    },
    hot: [],
    errors: false,
    release: () => {},
  }
}

const demandOf = (predicate: PartitionPredicate): ScanDemand => ({
  view: 'v',
  predicate,
  hidden: [],
  remote: undefined,
  nowMs: 0,
  turns: { clock: { now: () => 0, sleep: async () => {} }, signal: undefined },
})

describe('objects that are fetched', () => {
  test('are announced before the first, without those that do not matter', async () => {
    const done: string[] = []
    const { scan } = await planScan(snapshotOf(['1', '2', '2', '3'], done), demandOf(SECOND), () => {})
    deepEqual(done, ['expect 2,2', 'fetch 2', 'fetch 2'])
    deepEqual(scan.sources[0]?.files, ['/cache/2', '/cache/2'])
  })

  test('are too many for the disk: none is fetched', async () => {
    const done: string[] = []
    const snapshot = { ...snapshotOf(['1', '2'], done), expect: () => Promise.reject(diskFull()) }
    await rejects(
      planScan(snapshot, demandOf({ kind: 'any' }), () => {}),
      { code: 'HOZON_SQL_DISK' },
    )
    deepEqual(done, [])
  })
})
