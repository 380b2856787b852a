import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StreamConfig } from '../base/stream.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { HozonError } from '../base/errors.ts'
import type { DeliveryStreamDefinition } from '../services/firehose/definition.ts'
import { openDeliveryStreams, refuseTakenNames } from './delivery-streams.ts'
import type { OpenStream } from './open-stream.ts'

function catalogWith(origin: 'api' | 'pipeline', isDraining: boolean): Catalog {
  const definition = JSON.stringify({ origin, definition: { name: 's' } })
  return { deliveryStreams: () => [{ name: 's', definition, isDraining }] } as unknown as Catalog
}

const refuse = (catalog: Catalog, name: string): void => refuseTakenNames(catalog, [{ name } as StreamConfig])

test('the names of API streams are theirs until their last records are delivered', () => {
  const taken = { code: 'HOZON_STREAM_TAKEN', target: 's' }
  assert.throws(() => refuse(catalogWith('api', false), 's'), {
    ...taken,
    message: /made through the Firehose API/,
  })
  assert.throws(() => refuse(catalogWith('api', true), 's'), {
    ...taken,
    message: /still has records to deliver/,
  })
  refuse(catalogWith('api', false), 'other')
  // What is kept of a stream of the pipeline file are its tags.
  refuse(catalogWith('pipeline', false), 's')
})

test('a stream that can not be started leaves nothing open', async () => {
  const events: string[] = []
  const streams: OpenStream[] = []
  const stream = {
    delivery: {
      start() {
        throw new HozonError('HOZON_TABLE_CHANGED', 'a delivery is not finished', {
          op: 'resume',
          target: 's',
        })
      },
      stop: async () => void events.push('delivery stopped'),
    },
    buffer: { stats: () => ({ records: 0 }), close: async () => void events.push('buffer closed') },
  } as unknown as OpenStream
  const registry = openDeliveryStreams({
    streams,
    open: async () => stream,
    openBucket: async () => {},
    telemetry: {},
  } as unknown as Parameters<typeof openDeliveryStreams>[0])
  const destination = { BucketARN: 'arn:aws:s3:::b', BufferingHints: {}, CompressionFormat: 'GZIP' }
  const definition = { name: 's', destination } as unknown as DeliveryStreamDefinition
  await assert.rejects(registry.create(definition), { code: 'HOZON_TABLE_CHANGED' })
  assert.deepEqual(events, ['delivery stopped', 'buffer closed'])
  assert.deepEqual(streams, [])
  assert.equal(registry.find('s'), undefined)
})

test('records that a stream of the pipeline file left behind are not another stream’s', async () => {
  const stream = {
    delivery: { start() {}, stop: async () => {} },
    buffer: { stats: () => ({ records: 2 }), close: async () => {} },
  } as unknown as OpenStream
  const registry = openDeliveryStreams({
    streams: [],
    open: async () => stream,
    openBucket: async () => {},
    telemetry: {},
  } as unknown as Parameters<typeof openDeliveryStreams>[0])
  const destination = { BucketARN: 'arn:aws:s3:::b', BufferingHints: {}, CompressionFormat: 'GZIP' }
  const definition = { name: 's', destination } as unknown as DeliveryStreamDefinition
  await assert.rejects(registry.create(definition), { name: 'ResourceInUseException' })
})
