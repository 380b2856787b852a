/** kill -9 while objects are put and uploads completed: each is whole old or whole new, and what was answered is there. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import * as s3 from '@aws-sdk/client-s3'
import { Endpoint } from '../clients/endpoint.ts'

const KILLS = 6
const WRITERS = 4
const BYTES = 300_000
const PART_BYTES = 5 * 1024 * 1024
const Bucket = 'killed'

/** Says which version it is, in every byte. */
const contentOf = (version: number, bytes: number): Buffer => Buffer.alloc(bytes, `<version ${version}>`)
const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex')

test('kill -9 in the middle of puts and completions', async () => {
  const endpoint = await Endpoint.start('streams: {}\n')
  const open = (): s3.S3Client =>
    new s3.S3Client({
      endpoint: endpoint.http,
      region: 'us-east-1',
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: {
        accessKeyId: endpoint.variable('AWS_ACCESS_KEY_ID'),
        secretAccessKey: endpoint.variable('AWS_SECRET_ACCESS_KEY'),
      },
    })
  /** By key: the last version that was answered, and the last that was sent. */
  const known = new Map<string, { answered: number; sent: number }>()
  let version = 0
  try {
    await open().send(new s3.CreateBucketCommand({ Bucket }))
    for (let round = 0; round < KILLS; round++) {
      const client = open()
      let running = true
      const writer = async (index: number): Promise<void> => {
        const Key = index === 0 ? 'parts' : `put/${index}`
        while (running) {
          const mine = ++version
          known.set(Key, { answered: 0, ...known.get(Key), sent: mine })
          try {
            if (index === 0) await putParts(client, Key, mine)
            else
              await client.send(
                new s3.PutObjectCommand({
                  Bucket,
                  Key,
                  Body: contentOf(mine, BYTES),
                  Metadata: { version: String(mine) },
                }),
              )
            known.get(Key)!.answered = mine
          } catch {
            // Killed: what was sent may be there or not.
            return
          }
        }
      }
      const writers = Array.from({ length: WRITERS }, (_, index) => writer(index))
      await new Promise((wake) => setTimeout(wake, 400 + round * 150))
      await endpoint.world.kill()
      running = false
      await Promise.all(writers)
      client.destroy()
      await endpoint.startAgain()
      for (const [Key, { answered, sent }] of known) await check(open(), Key, answered, sent)
    }
    assert.ok(version > 20, `${version} versions`)
    const { Uploads = [] } = await open().send(new s3.ListMultipartUploadsCommand({ Bucket }))
    for (const { Key, UploadId } of Uploads)
      await open().send(new s3.AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
  } finally {
    await endpoint.end()
  }
})

async function putParts(client: s3.S3Client, Key: string, version: number): Promise<void> {
  const Metadata = { version: String(version) }
  const { UploadId } = await client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key, Metadata }))
  const content = contentOf(version, PART_BYTES + BYTES)
  const Parts: s3.CompletedPart[] = []
  for (const [index, Body] of [content.subarray(0, PART_BYTES), content.subarray(PART_BYTES)].entries()) {
    const { ETag } = await client.send(
      new s3.UploadPartCommand({ Bucket, Key, UploadId, PartNumber: index + 1, Body }),
    )
    Parts.push({ PartNumber: index + 1, ETag })
  }
  const MultipartUpload = { Parts }
  await client.send(new s3.CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }))
}

async function check(client: s3.S3Client, Key: string, answered: number, sent: number): Promise<void> {
  const found = await client
    .send(new s3.GetObjectCommand({ Bucket, Key }))
    .catch((error: s3.S3ServiceException) => {
      assert.equal(error.name, 'NoSuchKey')
      assert.equal(answered, 0, `${Key} was answered and is gone`)
    })
  if (found === undefined) return
  const bytes = Buffer.from(await found.Body!.transformToByteArray())
  const version = Number(found.Metadata?.['version'])
  assert.ok(version >= answered && version <= sent, `${Key}: ${version} of ${answered} to ${sent}`)
  assert.ok(bytes.equals(contentOf(version, bytes.length)), `${Key}: version ${version} throughout`)
  assert.equal(bytes.length, Key === 'parts' ? PART_BYTES + BYTES : BYTES)
  if (Key !== 'parts') assert.equal(found.ETag, `"${md5(bytes)}"`)
}
