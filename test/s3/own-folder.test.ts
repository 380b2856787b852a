/** What a catalog is made anew from is not written by senders. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as s3 from '@aws-sdk/client-s3'
import { serve } from './served.ts'

test('a key that may only send puts nothing into the folder of manifests', async () => {
  const served = await serve()
  try {
    const Bucket = 'own-folder'
    await served.client().send(new s3.CreateBucketCommand({ Bucket }))
    const sender = served.client('ingest')
    for (const Key of ['_hozon/streams/s/000000000000001-1.json', '_hozon/runs/s/x', '_HOZON/x']) {
      for (const put of [
        () => sender.send(new s3.PutObjectCommand({ Bucket, Key, Body: '{}' })),
        () => sender.send(new s3.CreateMultipartUploadCommand({ Bucket, Key })),
      ])
        await assert.rejects(put(), { name: 'AccessDenied' })
    }
    await sender.send(new s3.PutObjectCommand({ Bucket, Key: 'data/_hozon/x', Body: '{}' }))
    // Who brings a bucket back from a copy.
    await served.client().send(new s3.PutObjectCommand({ Bucket, Key: '_hozon/runs/s/x', Body: '{}' }))
  } finally {
    await served.end()
  }
})
