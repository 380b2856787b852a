import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { below, fileName, writableLocation, writtenObject } from './location.ts'

describe('a place to write to', () => {
  it('is a folder of a bucket', () => {
    assert.deepEqual(writableLocation('s3://lake'), { bucket: 'lake', prefix: '' })
    assert.deepEqual(writableLocation('s3n://lake//a'), { bucket: 'lake', prefix: '/a/' })
    assert.deepEqual(below(writableLocation('s3://lake/a'), 'k=1/'), { bucket: 'lake', prefix: 'a/k=1/' })
    assert.deepEqual(writtenObject('s3://lake/a//b'), { bucket: 'lake', key: 'a//b' })
  })

  it('is nothing else', () => {
    for (const text of ['', '/etc/', 's3://', 's3://../x/', 's3://UPPER/x', 'https://lake/a'])
      assert.throws(() => writableLocation(text), /is not a location of S3/, text)
  })

  it('is not where Hozon keeps its own objects', () => {
    for (const text of ['s3://lake/_hozon', 's3://lake/_hozon/runs/x', 's3a://lake/_HOZON/'])
      assert.throws(() => writableLocation(text), /is where Hozon keeps its own objects/, text)
  })

  it('has files that say when they were written', () => {
    const name = fileName(
      '0f8fad5b-d9cb-469f-a165-70867728950e',
      3,
      Date.UTC(2026, 10, 23, 5, 6, 7, 8),
      '.gz',
    )
    assert.match(name, /^20261123_050607_00003_0f8fa_[\da-f-]{36}\.gz$/)
  })
})
