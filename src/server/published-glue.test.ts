import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HozonError } from '../base/errors.ts'
import type { GlueItem } from '../catalog/glue.ts'
import { openLocalStore } from '../store/local-store.ts'
import { simulatedSys } from '../sys/simulated.ts'
import { glueBucket, publishedGlue, publishGlue } from './published-glue.ts'

const DATABASE: GlueItem = { kind: 'database', name: ['lake'] }
const TABLE: GlueItem = { kind: 'table', name: ['lake', 'events'] }

async function opened() {
  const sys = simulatedSys(1)
  await sys.files.makeDirectory('/scratch')
  const store = await openLocalStore(sys, '/store')
  for (const bucket of ['first', 'second']) await store.openBucket(bucket)
  const may = { remove: true }
  const remove = store.remove.bind(store)
  store.remove = (bucket, key) =>
    may.remove
      ? remove(bucket, key)
      : Promise.reject(new HozonError('HOZON_STORE_DENIED', 'no', { op: 'remove', target: key }))
  const place = { sys, store, scratch: '/scratch' }
  return {
    may,
    store,
    sys,
    publish: (item: GlueItem, content: object | undefined, bucket = 'first') =>
      publishGlue(place, bucket, { ...item, content }),
    restored: async (bucket = 'first'): Promise<unknown[]> => {
      const found: unknown[] = []
      for await (const { item, key } of publishedGlue(place, bucket, ['first', 'second']))
        found.push(item === undefined ? key : [item.kind, ...item.name, item.content])
      return found
    },
    keys: async (bucket = 'first'): Promise<string[]> => {
      const found: string[] = []
      for await (const { key } of store.list(bucket, '')) found.push(key)
      return found
    },
  }
}

test('the newest is found, in an order in which it can be restored, and the older are gone', async () => {
  const { publish, restored, keys } = await opened()
  await publish(TABLE, { n: 1 })
  await publish(DATABASE, { n: 2 })
  await publish(TABLE, { n: 3 })
  assert.deepEqual(await restored(), [
    ['database', 'lake', { n: 2 }],
    ['table', 'lake', 'events', { n: 3 }],
  ])
  assert.equal((await keys()).length, 2)
})

test('what is deleted leaves nothing', async () => {
  const { publish, restored, keys } = await opened()
  await publish(TABLE, { n: 1 })
  await publish(TABLE, undefined)
  await publish(DATABASE, undefined)
  assert.deepEqual(await restored(), [])
  assert.deepEqual(await keys(), [])
})

test('a store from which nothing may be removed', async () => {
  const { publish, restored, may } = await opened()
  may.remove = false
  await publish(DATABASE, { n: 1 })
  await publish(DATABASE, { n: 2 })
  assert.deepEqual(await restored(), [['database', 'lake', { n: 2 }]])
  await publish(DATABASE, undefined)
  assert.deepEqual(await restored(), [])
  await publish(DATABASE, { n: 3 })
  assert.deepEqual(await restored(), [['database', 'lake', { n: 3 }]])
})

test('the bucket of the pipeline file counts alone, unless it has nothing', async () => {
  const { publish, restored } = await opened()
  await publish(DATABASE, { n: 1 }, 'second')
  assert.deepEqual(await restored(), [['database', 'lake', { n: 1 }]])
  await publish(TABLE, { n: 2 })
  assert.deepEqual(await restored(), [['table', 'lake', 'events', { n: 2 }]])
  assert.deepEqual(await restored('third'), [
    ['database', 'lake', { n: 1 }],
    ['table', 'lake', 'events', { n: 2 }],
  ])
})

test('only what was published is believed', async () => {
  const { publish, restored, keys, store, sys } = await opened()
  await publish(DATABASE, { n: 1 })
  const [key = ''] = await keys()
  const put = async (to: string, text: string, kind: string): Promise<void> => {
    await sys.files.writeFileDurably('/scratch/put', Buffer.from(text))
    await store.putFile('first', to, '/scratch/put', { contentType: '', metadata: { 'hozon-kind': kind } })
  }
  const next = key.replace('1.json', '2.json')
  await put(next, JSON.stringify({ version: 1, ...DATABASE, content: { n: 2 } }), 'other')
  assert.deepEqual(await restored(), [next])
  await store.remove('first', next)
  await put(next, JSON.stringify({ version: 1, ...TABLE, content: { n: 2 } }), 'glue')
  assert.deepEqual(await restored(), [next])
  await store.remove('first', next)
  await put('_hozon/glue/database/readme.txt', 'hello', 'glue')
  assert.deepEqual(await restored(), [['database', 'lake', { n: 1 }]])
})

test('the bucket is that of the first stream', () => {
  assert.equal(glueBucket({ streams: [] }), 'hozon-catalog')
})
