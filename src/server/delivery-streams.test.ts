import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StreamConfig } from '../base/stream.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { refuseTakenNames } from './delivery-streams.ts'

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
