import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HozonError } from '../base/errors.ts'
import type { FirehoseDelivery } from '../base/firehose-delivery.ts'
import type { DeliverConfig } from '../base/stream.ts'
import type { Run } from '../catalog/catalog.ts'
import { redirected } from './redirect.ts'

const REFUSED = new HozonError('HOZON_STORE_NO_BUCKET', 'there is no such bucket', { op: 'put object' })
const DOWN = new HozonError('HOZON_STORE_UNAVAILABLE', 'no answer', { op: 'put object', retryable: true })

const settings = (bucket: string, prefix: string, firehose?: Partial<FirehoseDelivery>): DeliverConfig =>
  ({ bucket, prefix, errorPrefix: '', format: 'json', ...(firehose && { firehose }) }) as DeliverConfig

const planned = (deliver: DeliverConfig): Run => ({ id: 'r', deliver: JSON.stringify(deliver) }) as Run

const destinationOf = (run: Run | undefined): unknown => {
  if (run === undefined) return undefined
  const { bucket, prefix, firehose } = JSON.parse(run.deliver) as DeliverConfig
  return [bucket, prefix, firehose?.versionId]
}

test('a run goes to the new destination only where the old one refuses it for good', () => {
  const run = planned(settings('old', 'a/', { versionId: '1' }))
  const now = settings('new', 'b/', { versionId: '2' })
  assert.deepEqual(destinationOf(redirected(run, now, REFUSED)), ['new', 'b/', '1'])
  assert.equal(redirected(run, now, DOWN), undefined)
  assert.equal(redirected(run, now, undefined), undefined)
  assert.equal(redirected(run, settings('old', 'a/', { versionId: '1' }), REFUSED), undefined)
})

test('with dynamic partitioning the prefix stays: parts have the keys of their own time', () => {
  const partitioning = { activePartitionsMax: 500 }
  const run = planned(settings('old', 'a/', { versionId: '1', partitioning }))
  const now = settings('new', 'b/', { versionId: '2', partitioning })
  assert.deepEqual(destinationOf(redirected(run, now, REFUSED)), ['new', 'a/', '1'])
})

test('runs of the pipeline file stay where they were planned for', () => {
  assert.equal(redirected(planned(settings('old', 'a/')), settings('new', 'b/'), REFUSED), undefined)
})
