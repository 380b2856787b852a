/** Folders of tables over files: how many are listed at a time, and when no more are. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Catalog } from '../catalog/catalog.ts'
import { ENDLESS_ROOM } from '../query/disk-room.ts'
import { DATA_CATALOG, type ExternalPartition, type ExternalTable } from '../query/query.ts'
import type { Store } from '../store/store.ts'
import { simulatedSys } from '../sys/simulated.ts'
import { openExternalTables, type ExternalTables } from './external-tables.ts'

const TABLE: ExternalTable = {
  kind: 'external',
  catalog: DATA_CATALOG,
  database: 'db',
  name: 't',
  columns: [],
  partitionKeys: [{ name: 'n', type: 'int' }],
  input: {
    Name: 't',
    StorageDescriptor: {
      Location: 's3://lake/t/',
      SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe' },
    },
  },
  version: 0,
}

function partitionsOf(folder: string, count: number): ExternalPartition[] {
  return Array.from({ length: count }, (_, number) => ({
    values: [String(number)],
    location: `s3://lake/${folder}/n=${number}/`,
  }))
}

/** Lets everything run that waits for nothing. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('folders of a table', () => {
  let tables: ExternalTables
  /** Folders that were begun, and how each is answered: by nothing at all. */
  let begun: string[]
  let answers: Map<string, PromiseWithResolvers<void>>

  beforeEach(() => {
    begun = []
    answers = new Map()
    const store: Partial<Store> = {
      async *list(_bucket, prefix = '') {
        const answer = Promise.withResolvers<void>()
        begun.push(prefix)
        answers.set(prefix, answer)
        await answer.promise
        yield* []
      },
    }
    tables = openExternalTables({
      sys: simulatedSys(1),
      catalog: {} as Catalog,
      store: store as Store,
      dataDirectory: '/data',
      room: ENDLESS_ROOM,
    })
  })

  afterEach(() => tables.close())

  test('are listed a few at a time, in order, all of them', async () => {
    const opened = tables.openExternal(TABLE, partitionsOf('t', 40))
    for (let answered = 0; answered < 40; answered++) {
      await settled()
      ok(begun.length - answered <= 16)
      answers.get(begun[answered]!)!.resolve()
    }
    deepEqual((await opened).files, [])
    deepEqual(
      begun,
      Array.from({ length: 40 }, (_, number) => `t/n=${number}/`),
    )
  })

  test('are listed for other queries while one lists very many', async () => {
    const stop = new AbortController()
    const many = tables.openExternal(TABLE, partitionsOf('many', 10_000), stop.signal)
    await settled()
    equal(begun.length, 16)
    const few = tables.openExternal(TABLE, partitionsOf('few', 1))
    await settled()
    equal(begun[16], 'few/n=0/')
    answers.get('few/n=0/')!.resolve()
    await few
    stop.abort()
    for (const { resolve } of answers.values()) resolve()
    await rejects(many, { code: 'HOZON_SQL_CANCELLED' })
  })

  test('are not listed any more once the query is cancelled', async () => {
    const stop = new AbortController()
    const opened = tables.openExternal(TABLE, partitionsOf('t', 10_000), stop.signal)
    await settled()
    stop.abort()
    for (const { resolve } of answers.values()) resolve()
    await rejects(opened, { code: 'HOZON_SQL_CANCELLED' })
    await settled()
    equal(begun.length, 16)
    await rejects(tables.openExternal(TABLE, partitionsOf('t', 1), stop.signal), {
      code: 'HOZON_SQL_CANCELLED',
    })
    equal(begun.length, 16)
  })

  test('are not listed any more once one of them fails', async () => {
    const opened = tables.openExternal(TABLE, partitionsOf('t', 10_000))
    await settled()
    answers.get('t/n=3/')!.reject(new Error('no such folder'))
    await rejects(opened, /no such folder/)
    for (const { resolve } of answers.values()) resolve()
    await settled()
    equal(begun.length, 16)
  })
})
