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
  return { sys, publish, read: () => publishedStreams(place, ['first', 'second']) }
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
