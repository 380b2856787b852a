import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isInOwnFolder } from './own-folder.ts'
import { parseObjectUri, parseS3Location, printObjectUri, printS3Location } from './s3-location.ts'

describe('a location of S3', () => {
  const PLACES: [text: string, bucket: string, prefix: string][] = [
    ['s3://b', 'b', ''],
    ['s3://b/', 'b', ''],
    ['s3://b/a', 'b', 'a/'],
    ['s3://b/a/c/', 'b', 'a/c/'],
    ['s3://b//a', 'b', '/a/'],
    ['s3://b/a//c//', 'b', 'a//c//'],
    ['s3://b//', 'b', '/'],
    ['s3a://b/a', 'b', 'a/'],
    ['s3n://b/a/', 'b', 'a/'],
    ['s3://b/a b\n/ü?#%2F', 'b', 'a b\n/ü?#%2F/'],
  ]
  for (const [text, bucket, prefix] of PLACES)
    it(JSON.stringify(text), () => {
      assert.deepEqual(parseS3Location(text), { bucket, prefix })
      assert.deepEqual(parseS3Location(printS3Location({ bucket, prefix })), { bucket, prefix })
    })

  it('is nothing else', () => {
    for (const text of ['', 'b/a', '/etc', 's3:/b/a', 's3:///a', 's3x://b/a', 'hdfs://b/a', ' s3://b/a'])
      assert.equal(parseS3Location(text), undefined, text)
  })

  it('of an object is its key', () => {
    for (const key of ['a', '/a', 'a//b', 'a/'])
      assert.deepEqual(parseObjectUri(printObjectUri({ bucket: 'b', key })), { bucket: 'b', key })
  })

  it('may be where Hozon keeps its own objects', () => {
    const isOwn = (text: string): boolean => isInOwnFolder(parseS3Location(text)!.prefix)
    for (const text of ['s3://b/_hozon', 's3://b/_hozon/', 's3a://b/_hozon/runs', 's3://b/_HOZON/x/'])
      assert.equal(isOwn(text), true, text)
    for (const text of ['s3://b', 's3://b/_hozons/', 's3://b/a/_hozon/', 's3://_hozon/a'])
      assert.equal(isOwn(text), false, text)
  })
})
