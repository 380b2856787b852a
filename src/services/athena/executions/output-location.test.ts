import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AwsError } from '../../../aws/errors.ts'
import { parseLocation } from './output-location.ts'

describe('the location of answers', () => {
  it('is taken as it is written', () => {
    assert.deepEqual(parseLocation('s3://mine'), { bucket: 'mine', prefix: '' })
    assert.deepEqual(parseLocation('s3://mine//a'), { bucket: 'mine', prefix: '/a/' })
  })

  it('is refused where it is none, and where Hozon keeps its own objects', () => {
    for (const location of [
      '/tmp/x',
      's3:///a',
      's3://mine/_hozon',
      's3://mine/_hozon/streams/',
      's3://mine/_Hozon/',
    ])
      assert.throws(
        () => parseLocation(location),
        (error) => error instanceof AwsError && error.name === 'InvalidRequestException',
        location,
      )
  })
})
