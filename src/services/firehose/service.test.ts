import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AwsCall } from '../../aws/service.ts'
import { FIREHOSE } from './service.ts'

const resource = (input: unknown): string | undefined =>
  FIREHOSE.resource?.(input, { region: 'eu-west-1' } as AwsCall)

test('what a refused caller wanted to reach is named only if it can be a stream', () => {
  const of = (name: string): string => `arn:aws:firehose:eu-west-1:123456789012:deliverystream/${name}`
  assert.equal(resource({ DeliveryStreamName: 'web_access.log-1' }), of('web_access.log-1'))
  for (const DeliveryStreamName of ['', 'x'.repeat(65), 'a b', '<b>', 'a\n', 1, undefined])
    assert.equal(resource({ DeliveryStreamName }), of('*'))
  for (const input of [null, 'text', undefined]) assert.equal(resource(input), of('*'))
})
