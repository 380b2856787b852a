import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeliveryStreamDefinition } from '../services/firehose/definition.ts'
import { openLocalStore } from '../store/local-store.ts'
import { simulatedSys } from '../sys/simulated.ts'
import { publishedStreams, publishStream } from './published-streams.ts'

async function opened() {
  const sys = simulatedSys(1)
  await sys.files.makeDirectory('/scratch')
  const store = await openLocalStore(sys, '/store')
  for (const bucket of ['first', 'second']) await store.openBucket(bucket)
  const place = { sys, store, scratch: '/scratch' }
  const publish = (bucket: string, definition: Partial<DeliveryStreamDefinition>, deleted = false) =>
    publishStream(place, bucket, {
      version: 1,
      definition: { name: 's', createdMs: 1, version: 1, ...definition } as DeliveryStreamDefinition,
      deleted,
    })
  const put = async (key: string, content: object, metadata: Record<string, string> = {}) => {
    await sys.files.writeFileDurably('/scratch/put', Buffer.from(JSON.stringify(content)))
    await store.putFile('first', `_hozon/streams/${key}`, '/scratch/put', { contentType: '', metadata })
  }
  return { sys, publish, put, read: () => publishedStreams(place, ['first', 'second']) }
}

test('the newest of each stream, and all its buckets', async () => {
  const { sys, publish, read } = await opened()
  await publish('first', {})
  await sys.clock.advance(5)
  await publish('second', { version: 2 })
  await publish('second', { name: 'other' })
  const streams = (await read()).map(({ published, buckets }) => [
    published.definition.name,
    published.definition.version,
    buckets,
  ])
  assert.deepEqual(streams, [
    ['s', 2, ['first', 'second']],
    ['other', 1, ['second']],
  ])
})

test('the clock does not decide between a stream and its deletion, but between its tags', async () => {
  const { sys, publish, read } = await opened()
  await publish('first', { version: 10, tags: { one: '' } })
  await sys.clock.advance(1)
  await publish('first', { version: 10, tags: { two: '' } })
  sys.clock.jump(-3_600_000)
  await publish('first', { version: 9 })
  assert.deepEqual((await read())[0]?.published.definition.tags, { two: '' })
  await publish('first', { version: 10 }, true)
  assert.equal((await read())[0]?.published.deleted, true)
  await publish('first', { createdMs: 2 })
  assert.equal((await read())[0]?.published.deleted, false)
})

test('only what was published is believed', async () => {
  const { publish, put, read } = await opened()
  await publish('first', { tags: { mine: '' } })
  const forged = (name: string, version = 9) => ({
    version: 1,
    definition: { name, createdMs: 9, version },
    deleted: false,
  })
  const own = 's/000000000000009-9.json'
  await put('forged/evil-1-2026-11-23-06-28-00-52afa38e-7a23-5f46-9a3c-6e1e7b4a2f01', forged('forged'))
  await put('forged/more/000000000000009-9.json', forged('forged'))
  await put('forged/000000000000009-9.json.gz', forged('forged'))
  await put('forged/000000000000009-9.json', forged('s'))
  await put('s/000000000000009-8.json', forged('s'))
  await put('s/000000000000009-9-deleted.json', forged('s'))
  await put(own, forged('s'), { 'hozon-run': 'x', 'hozon-stream': 'evil' })
  const streams = await read()
  assert.deepEqual(
    streams.map(({ published }) => published.definition),
    [{ name: 's', createdMs: 1, version: 1, tags: { mine: '' } }],
  )
  // As after a copy that kept no metadata.
  await put('s/000000000000008-9.json', forged('s'))
  assert.equal((await read())[0]?.published.definition.version, 9)
})
