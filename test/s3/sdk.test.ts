/** AWS SDK v3 against the endpoint: each operation as applications use it. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import * as s3 from '@aws-sdk/client-s3'
import { REGION, serve } from './served.ts'

const served = await serve()
after(() => served.end())
const client = served.client()
const MIB = 1024 * 1024
const Bucket = 'sdk-bucket'
await client.send(new s3.CreateBucketCommand({ Bucket }))

const put = (Key: string, Body: string | Buffer, more: Partial<s3.PutObjectCommandInput> = {}) =>
  client.send(new s3.PutObjectCommand({ Bucket, Key, Body, ...more }))
const get = (Key: string, more: Partial<s3.GetObjectCommandInput> = {}) =>
  client.send(new s3.GetObjectCommand({ Bucket, Key, ...more }))
const text = async (Key: string, more: Partial<s3.GetObjectCommandInput> = {}): Promise<string> =>
  (await get(Key, more)).Body!.transformToString()
const md5 = (bytes: string | Buffer): string => createHash('md5').update(bytes).digest('hex')
const fails = (work: Promise<unknown>, name: string, status: number): Promise<void> =>
  assert.rejects(work, (error: s3.S3ServiceException) => {
    assert.deepEqual([error.name, error.$metadata.httpStatusCode], [name, status], error.message)
    return true
  })

test('buckets', async () => {
  const other = 'sdk-other'
  const made = await client.send(
    new s3.CreateBucketCommand({
      Bucket: other,
      CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-1' },
    }),
  )
  assert.equal(made.Location, `/${other}`)
  await fails(client.send(new s3.CreateBucketCommand({ Bucket: other })), 'BucketAlreadyOwnedByYou', 409)
  const { Buckets } = await client.send(new s3.ListBucketsCommand({}))
  assert.ok(Buckets?.every(({ CreationDate }) => CreationDate instanceof Date))
  assert.deepEqual(
    Buckets?.map(({ Name }) => Name),
    [Bucket, other],
  )
  const page = (more: s3.ListBucketsCommandInput) => client.send(new s3.ListBucketsCommand(more))
  const first = await page({ MaxBuckets: 1 })
  assert.deepEqual(
    first.Buckets?.map(({ Name }) => Name),
    [Bucket],
  )
  const second = await page({ MaxBuckets: 1, ContinuationToken: first.ContinuationToken })
  assert.deepEqual(
    second.Buckets?.map(({ Name }) => Name),
    [other],
  )
  assert.equal(second.ContinuationToken, undefined)
  const named = await page({ Prefix: 'sdk-o', BucketRegion: REGION })
  assert.deepEqual([named.Prefix, named.Buckets?.length, named.ContinuationToken], ['sdk-o', 1, undefined])
  assert.deepEqual((await page({ BucketRegion: 'us-west-1' })).Buckets ?? [], [])
  await fails(page({ MaxBuckets: 0 }), 'InvalidArgument', 400)
  await fails(page({ ContinuationToken: 'nonsense' }), 'InvalidArgument', 400)
  const { BucketRegion } = await client.send(new s3.HeadBucketCommand({ Bucket: other }))
  assert.equal(BucketRegion, REGION)
  const { LocationConstraint } = await client.send(new s3.GetBucketLocationCommand({ Bucket: other }))
  assert.equal(LocationConstraint, REGION)
  await client.send(new s3.PutObjectCommand({ Bucket: other, Key: 'a//b', Body: 'x' }))
  await fails(client.send(new s3.DeleteBucketCommand({ Bucket: other })), 'BucketNotEmpty', 409)
  await client.send(new s3.DeleteObjectCommand({ Bucket: other, Key: 'a//b' }))
  await client.send(new s3.CreateMultipartUploadCommand({ Bucket: other, Key: 'open' }))
  await client.send(new s3.DeleteBucketCommand({ Bucket: other }))
  await fails(client.send(new s3.HeadBucketCommand({ Bucket: other })), 'NotFound', 404)
  await fails(client.send(new s3.DeleteBucketCommand({ Bucket: other })), 'NoSuchBucket', 404)
  await client.send(new s3.CreateBucketCommand({ Bucket: other }))
  const { Uploads } = await client.send(new s3.ListMultipartUploadsCommand({ Bucket: other }))
  assert.equal(Uploads, undefined)
  await client.send(new s3.DeleteBucketCommand({ Bucket: other }))
})

test('an object and all that is said about it', async () => {
  const Metadata = { team: 'ops', name: '日本語 ü', empty: '' }
  const { ETag } = await put('about', 'hello', {
    ContentType: 'text/x-greeting',
    ContentEncoding: 'identity',
    CacheControl: 'max-age=60',
    ContentDisposition: 'attachment; filename="a.txt"',
    ContentLanguage: 'en',
    Expires: new Date(Date.UTC(2030, 0, 1)),
    StorageClass: 'STANDARD_IA',
    Tagging: 'team=ops&note=a%20b',
    Metadata: { ...Metadata, name: '=?UTF-8?B?5pel5pys6KqeIMO8?=' },
  })
  assert.equal(ETag, `"${md5('hello')}"`)
  const head = await client.send(new s3.HeadObjectCommand({ Bucket, Key: 'about' }))
  const { Body, ...got } = await get('about')
  assert.equal(await Body!.transformToString(), 'hello')
  for (const answer of [head, got]) {
    assert.equal(answer.ETag, ETag)
    assert.equal(answer.ContentLength, 5)
    assert.equal(answer.ContentType, 'text/x-greeting')
    assert.equal(answer.ContentEncoding, 'identity')
    assert.equal(answer.CacheControl, 'max-age=60')
    assert.equal(answer.ContentDisposition, 'attachment; filename="a.txt"')
    assert.equal(answer.ContentLanguage, 'en')
    assert.equal(answer.StorageClass, 'STANDARD_IA')
    assert.equal(answer.AcceptRanges, 'bytes')
    assert.equal(answer.ExpiresString, 'Tue, 01 Jan 2030 00:00:00 GMT')
    assert.ok(Math.abs(answer.LastModified!.getTime() - Date.now()) < 60_000)
    assert.deepEqual(answer.Metadata, { ...Metadata, name: '=?UTF-8?B?5pel5pys6KqeIMO8?=' })
  }
  assert.equal(got.TagCount, 2)
  const { TagSet } = await client.send(new s3.GetObjectTaggingCommand({ Bucket, Key: 'about' }))
  assert.deepEqual(TagSet, [
    { Key: 'team', Value: 'ops' },
    { Key: 'note', Value: 'a b' },
  ])
  const other = await get('about', { ResponseContentType: 'a/b', ResponseCacheControl: 'no-cache' })
  assert.deepEqual([other.ContentType, other.CacheControl], ['a/b', 'no-cache'])
  await other.Body!.transformToString()
  for (const [given, kept] of [
    ['deflate, gzip', 'deflate, gzip'],
    ['gzip, aws-chunked', 'gzip'],
    ['aws-chunked,gzip', 'gzip'],
    ['aws-chunked', undefined],
  ] as const) {
    await put('encoded', 'x', { ContentEncoding: given })
    assert.equal(
      (await client.send(new s3.HeadObjectCommand({ Bucket, Key: 'encoded' }))).ContentEncoding,
      kept,
    )
  }
  await fails(put('glacier', 'x', { StorageClass: 'GLACIER' }), 'InvalidStorageClass', 400)
  await fails(put('encrypted', 'x', { ServerSideEncryption: 'aws:kms' }), 'NotImplemented', 501)
  await fails(put('public', 'x', { ACL: 'public-read' }), 'AccessControlListNotSupported', 400)
  await fails(put('meta', 'x', { Metadata: { a: 'x'.repeat(2100) } }), 'MetadataTooLarge', 400)
})

test('an overwrite replaces everything', async () => {
  await put('over', 'old', { Metadata: { a: '1' }, Tagging: 'a=1', ContentType: 'a/b' })
  await put('over', 'newer', { ContentType: 'c/d' })
  const head = await client.send(new s3.HeadObjectCommand({ Bucket, Key: 'over' }))
  assert.deepEqual([head.ContentLength, head.ContentType, head.Metadata], [5, 'c/d', {}])
  assert.equal(head.ETag, `"${md5('newer')}"`)
  const { TagSet } = await client.send(new s3.GetObjectTaggingCommand({ Bucket, Key: 'over' }))
  assert.deepEqual(TagSet, [])
})

test('ranges', async () => {
  await put('range', '0123456789')
  for (const [Range, expected, contentRange] of [
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=4-', '456789', 'bytes 4-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-30', '0123456789', 'bytes 0-9/10'],
    ['bytes=8-100', '89', 'bytes 8-9/10'],
    ['bytes=5-2', '0123456789', undefined],
    ['bytes=0-1,3-4', '0123456789', undefined],
    ['lines=1-2', '0123456789', undefined],
  ] as const) {
    const answer = await get('range', { Range })
    assert.equal(await answer.Body!.transformToString(), expected, Range)
    assert.equal(answer.ContentRange, contentRange, Range)
    assert.equal(answer.$metadata.httpStatusCode, contentRange === undefined ? 200 : 206)
  }
  await fails(get('range', { Range: 'bytes=10-' }), 'InvalidRange', 416)
  await fails(get('range', { Range: 'bytes=-0' }), 'InvalidRange', 416)
  await put('empty', '')
  assert.equal(await text('empty'), '')
  await fails(get('empty', { Range: 'bytes=0-' }), 'InvalidRange', 416)
})

test('conditions of reading', async () => {
  const { ETag } = await put('read-if', 'x')
  const past = new Date(Date.now() - 3_600_000)
  const future = new Date(Date.now() + 60_000)
  assert.equal(await text('read-if', { IfMatch: ETag }), 'x')
  assert.equal(await text('read-if', { IfMatch: `"other", ${ETag}` }), 'x')
  assert.equal(await text('read-if', { IfNoneMatch: '"other"' }), 'x')
  assert.equal(await text('read-if', { IfModifiedSince: past }), 'x')
  assert.equal(await text('read-if', { IfMatch: ETag, IfUnmodifiedSince: past }), 'x')
  await fails(get('read-if', { IfMatch: '"other"' }), 'PreconditionFailed', 412)
  await fails(get('read-if', { IfUnmodifiedSince: past }), 'PreconditionFailed', 412)
  const notModified = (more: Partial<s3.GetObjectCommandInput>): Promise<void> =>
    assert.rejects(get('read-if', more), (error: s3.S3ServiceException) => {
      assert.equal(error.$metadata.httpStatusCode, 304)
      return true
    })
  await notModified({ IfNoneMatch: ETag })
  await notModified({ IfNoneMatch: '*' })
  await notModified({ IfModifiedSince: future })
  await notModified({ IfNoneMatch: ETag, IfModifiedSince: past })
  await fails(get('nothing'), 'NoSuchKey', 404)
  await fails(client.send(new s3.GetObjectCommand({ Bucket: 'no-bucket', Key: 'x' })), 'NoSuchBucket', 404)
})

test('conditions of writing', async () => {
  const first = await put('write-if', 'one', { IfNoneMatch: '*' })
  await fails(put('write-if', 'two', { IfNoneMatch: '*' }), 'PreconditionFailed', 412)
  await fails(put('write-if', 'two', { IfMatch: '"other"' }), 'PreconditionFailed', 412)
  await fails(put('write-if-not-there', 'two', { IfMatch: '"other"' }), 'NoSuchKey', 404)
  await fails(put('write-if', 'two', { IfNoneMatch: '"etag"' }), 'NotImplemented', 501)
  await put('write-if', 'two', { IfMatch: first.ETag })
  assert.equal(await text('write-if'), 'two')
  const remove = (IfMatch: string): Promise<unknown> =>
    client.send(new s3.DeleteObjectCommand({ Bucket, Key: 'write-if', IfMatch }))
  await fails(remove(first.ETag!), 'PreconditionFailed', 412)
  await remove(`"${md5('two')}"`)
  await remove('"whatever"')
  const writers = Array.from({ length: 8 }, (_, index) =>
    put('write-raced', `${index}`, { IfNoneMatch: '*' }),
  )
  const outcomes = await Promise.allSettled(writers)
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('checksums of every kind, given or made by the SDK, of buffers and of streams', async () => {
  const body = Buffer.alloc(300_000, 'checksum')
  for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const) {
    for (const stream of [false, true]) {
      const Key = `sum-${ChecksumAlgorithm}-${stream}`
      const Body = stream ? Readable.from([body.subarray(0, 100_000), body.subarray(100_000)]) : body
      const made = await client
        .send(new s3.PutObjectCommand({ Bucket, Key, Body, ContentLength: body.length, ChecksumAlgorithm }))
        // Its own implementation of this one is an extra package.
        .catch((error: unknown) => {
          if (ChecksumAlgorithm === 'CRC64NVME' && !(error instanceof s3.S3ServiceException)) return undefined
          throw error
        })
      if (made === undefined) continue
      assert.equal(made.ETag, `"${md5(body)}"`)
      const got = await get(Key, { ChecksumMode: 'ENABLED' })
      assert.equal((await got.Body!.transformToByteArray()).length, body.length)
      const name = `Checksum${ChecksumAlgorithm}` as const
      assert.ok(got[name] !== undefined && got[name] === made[name], Key)
      assert.equal(got.ChecksumType, 'FULL_OBJECT')
    }
  }
  await fails(put('bad-sum', 'hello', { ChecksumCRC32: 'AAAAAA==' }), 'BadDigest', 400)
  await fails(put('bad-sum', 'hello', { ChecksumSHA256: 'AAAA' }), 'InvalidRequest', 400)
  await fails(put('bad-sum', 'hello', { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }), 'BadDigest', 400)
  await fails(put('bad-sum', 'hello', { ContentMD5: 'AAAA' }), 'InvalidDigest', 400)
  await fails(get('bad-sum'), 'NoSuchKey', 404)
  const { ObjectSize, ETag, Checksum } = await client.send(
    new s3.GetObjectAttributesCommand({
      Bucket,
      Key: 'sum-SHA256-false',
      ObjectAttributes: ['ETag', 'ObjectSize', 'Checksum'],
    }),
  )
  assert.deepEqual([ObjectSize, ETag, Checksum?.ChecksumType], [body.length, md5(body), 'FULL_OBJECT'])
  assert.equal(Checksum?.ChecksumSHA256, createHash('sha256').update(body).digest('base64'))
})

test('copies', async () => {
  const Key = 'from/ä b+c'
  await put(Key, 'copy me', { Metadata: { a: '1' }, ContentType: 'a/b', Tagging: 't=1' })
  const copy = (to: string, more: Partial<s3.CopyObjectCommandInput> = {}) =>
    client.send(
      new s3.CopyObjectCommand({
        Bucket,
        Key: to,
        CopySource: `${Bucket}/${encodeURIComponent(Key)}`,
        ...more,
      }),
    )
  const { CopyObjectResult } = await copy('to/1')
  assert.equal(CopyObjectResult?.ETag, `"${md5('copy me')}"`)
  const head = await client.send(new s3.HeadObjectCommand({ Bucket, Key: 'to/1' }))
  assert.deepEqual([head.ContentType, head.Metadata, head.TagCount], ['a/b', { a: '1' }, 1])
  await copy('to/2', {
    MetadataDirective: 'REPLACE',
    Metadata: { b: '2' },
    ContentType: 'c/d',
    TaggingDirective: 'REPLACE',
    Tagging: 'u=2&v=3',
  })
  const other = await client.send(new s3.HeadObjectCommand({ Bucket, Key: 'to/2' }))
  assert.deepEqual([other.ContentType, other.Metadata, other.TagCount], ['c/d', { b: '2' }, 2])
  await fails(copy(Key), 'InvalidRequest', 400)
  await copy(Key, { MetadataDirective: 'REPLACE', Metadata: { again: 'yes' } })
  assert.deepEqual((await client.send(new s3.HeadObjectCommand({ Bucket, Key }))).Metadata, { again: 'yes' })
  assert.equal(await text(Key), 'copy me')
  await fails(copy('to/3', { CopySource: `${Bucket}/nothing` }), 'NoSuchKey', 404)
  await fails(copy('to/3', { CopySource: 'no-bucket/nothing' }), 'NoSuchBucket', 404)
  await fails(copy('to/3', { CopySource: 'nothing' }), 'InvalidArgument', 400)
  await fails(copy('to/3', { CopySourceIfMatch: '"x"' }), 'PreconditionFailed', 412)
  await fails(copy('to/1', { IfNoneMatch: '*' }), 'PreconditionFailed', 412)
})

test('tags', async () => {
  await put('tagged', 'x', { Metadata: { kept: 'yes' } })
  const tag = (TagSet: s3.Tag[]) =>
    client.send(new s3.PutObjectTaggingCommand({ Bucket, Key: 'tagged', Tagging: { TagSet } }))
  const tags = async () =>
    (await client.send(new s3.GetObjectTaggingCommand({ Bucket, Key: 'tagged' }))).TagSet
  await tag([{ Key: 'a<b>&"', Value: "ü'" }])
  assert.deepEqual(await tags(), [{ Key: 'a<b>&"', Value: "ü'" }])
  const head = await client.send(new s3.HeadObjectCommand({ Bucket, Key: 'tagged' }))
  assert.deepEqual([head.Metadata, head.ETag], [{ kept: 'yes' }, `"${md5('x')}"`])
  await client.send(new s3.DeleteObjectTaggingCommand({ Bucket, Key: 'tagged' }))
  assert.deepEqual(await tags(), [])
  await fails(tag(Array.from({ length: 11 }, (_, n) => ({ Key: `${n}`, Value: '' }))), 'InvalidTag', 400)
  await fails(
    tag([
      { Key: 'a', Value: '1' },
      { Key: 'a', Value: '2' },
    ]),
    'InvalidTag',
    400,
  )
  await fails(tag([{ Key: 'x'.repeat(129), Value: '1' }]), 'InvalidTag', 400)
})

test('listings', async () => {
  const listBucket = 'sdk-list'
  await client.send(new s3.CreateBucketCommand({ Bucket: listBucket }))
  const keys = ['a/1', 'a/2', 'a/b/3', 'a-b', 'b', 'c/', 'c//d', 'd/e f+g', 'ü/x', '🙂', 'z\u0001']
  for (const Key of keys) await client.send(new s3.PutObjectCommand({ Bucket: listBucket, Key, Body: Key }))
  const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const all = async (more: Partial<s3.ListObjectsV2CommandInput>) => {
    const found: string[] = []
    let pages = 0
    let ContinuationToken: string | undefined
    do {
      const page: s3.ListObjectsV2CommandOutput = await client.send(
        new s3.ListObjectsV2Command({
          Bucket: listBucket,
          EncodingType: 'url',
          ...more,
          ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
        }),
      )
      pages++
      const plain = (page.Contents ?? []).map(({ Key }) => decodeURIComponent(Key!))
      const folded = (page.CommonPrefixes ?? []).map(({ Prefix }) => `>${decodeURIComponent(Prefix!)}`)
      assert.equal(page.KeyCount, plain.length + folded.length)
      found.push(...plain, ...folded)
      ContinuationToken = page.NextContinuationToken
      assert.equal(page.IsTruncated, ContinuationToken !== undefined)
    } while (ContinuationToken !== undefined)
    return { found, pages }
  }
  assert.deepEqual((await all({})).found, sorted)
  for (const MaxKeys of [1, 2, 3]) assert.deepEqual((await all({ MaxKeys })).found, sorted)
  assert.deepEqual(
    (await all({ StartAfter: 'a/2' })).found,
    sorted.filter((key) => key > 'a/2'),
  )
  assert.deepEqual((await all({ Prefix: 'a/' })).found, ['a/1', 'a/2', 'a/b/3'])
  assert.deepEqual((await all({ Prefix: 'c/' })).found, ['c/', 'c//d'])
  const folded = ['a-b', 'b', 'z\u0001', '🙂', '>a/', '>c/', '>d/', '>ü/']
  assert.deepEqual((await all({ Delimiter: '/' })).found, folded)
  for (const MaxKeys of [1, 2, 3])
    assert.deepEqual(
      (await all({ Delimiter: '/', MaxKeys })).found.toSorted(),
      folded.toSorted(),
      `${MaxKeys}`,
    )
  assert.deepEqual((await all({ Delimiter: '/', Prefix: 'a/' })).found, ['a/1', 'a/2', '>a/b/'])
  assert.deepEqual((await all({ Delimiter: 'b' })).found.includes('>a/b'), true)
  assert.deepEqual((await all({ MaxKeys: 0 })).found, [])

  const one = await client.send(
    new s3.ListObjectsCommand({ Bucket: listBucket, Delimiter: '/', MaxKeys: 2, EncodingType: 'url' }),
  )
  assert.deepEqual([one.IsTruncated, one.NextMarker], [true, 'a/'])
  const two = await client.send(
    new s3.ListObjectsCommand({ Bucket: listBucket, Delimiter: '/', Marker: 'a/', EncodingType: 'url' }),
  )
  assert.deepEqual(
    two.CommonPrefixes?.map(({ Prefix }) => Prefix),
    ['c/', 'd/', '%C3%BC/'],
  )
  assert.equal(two.Contents?.[0]?.Key, 'b')
  assert.equal(two.Contents?.[0]?.ETag, `"${md5('b')}"`)
  assert.equal(two.Contents?.[0]?.StorageClass, 'STANDARD')
  const versions = await client.send(new s3.ListObjectVersionsCommand({ Bucket: listBucket, Prefix: 'a/' }))
  assert.deepEqual(
    versions.Versions?.map(({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest]),
    ['a/1', 'a/2', 'a/b/3'].map((key) => [key, 'null', true]),
  )
  await fails(all({ ContinuationToken: 'nonsense' }), 'InvalidArgument', 400)
  const fromStart = await client.send(
    new s3.ListObjectsV2Command({ Bucket: listBucket, ContinuationToken: '', MaxKeys: 1 }),
  )
  assert.deepEqual([fromStart.ContinuationToken, fromStart.Contents?.[0]?.Key], ['', 'a-b'])
  await fails(client.send(new s3.ListObjectsV2Command({ Bucket: 'no-bucket' })), 'NoSuchBucket', 404)

  const { Deleted, Errors } = await client.send(
    new s3.DeleteObjectsCommand({
      Bucket: listBucket,
      Delete: {
        Objects: [...keys.filter((key) => !key.startsWith('z')).map((Key) => ({ Key })), { Key: 'never' }],
      },
    }),
  )
  assert.equal(Deleted?.length, keys.length)
  assert.equal(Errors, undefined)
  await client.send(new s3.DeleteObjectCommand({ Bucket: listBucket, Key: 'z\u0001' }))
  assert.deepEqual((await all({})).found, [])
  await client.send(new s3.DeleteBucketCommand({ Bucket: listBucket }))
})

test('deletes with conditions and in silence', async () => {
  await put('del-1', '1')
  await put('del-2', '2')
  const answer = await client.send(
    new s3.DeleteObjectsCommand({
      Bucket,
      Delete: { Quiet: true, Objects: [{ Key: 'del-1', ETag: '"other"' }, { Key: 'del-2' }] },
    }),
  )
  assert.equal(answer.Deleted, undefined)
  assert.deepEqual(
    answer.Errors?.map(({ Key, Code }) => [Key, Code]),
    [['del-1', 'PreconditionFailed']],
  )
  assert.equal(await text('del-1'), '1')
})

test('multipart uploads', async () => {
  const Key = 'multi/part'
  const parts = [Buffer.alloc(5 * MIB, 'a'), Buffer.alloc(5 * MIB + 17, 'b'), Buffer.from('the end')]
  const { UploadId } = await client.send(
    new s3.CreateMultipartUploadCommand({
      Bucket,
      Key,
      ContentType: 'a/b',
      Metadata: { m: '1' },
      Tagging: 'a=b',
    }),
  )
  const upload = (PartNumber: number, Body: Buffer) =>
    client.send(new s3.UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }))
  const etags: string[] = []
  await upload(2, Buffer.from('replaced later'))
  for (const [index, Body] of parts.entries()) etags.push((await upload(index * 2 + 2, Body)).ETag!)
  const { Uploads } = await client.send(new s3.ListMultipartUploadsCommand({ Bucket }))
  assert.deepEqual(
    Uploads?.map((one) => [one.Key, one.UploadId]),
    [[Key, UploadId]],
  )
  const listed = await client.send(new s3.ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 2 }))
  assert.deepEqual(
    listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size]),
    [
      [2, parts[0]!.length],
      [4, parts[1]!.length],
    ],
  )
  assert.deepEqual([listed.IsTruncated, listed.NextPartNumberMarker], [true, '4'])
  await fails(get(Key), 'NoSuchKey', 404)
  const complete = (
    numbers: number[],
    tags = etags,
    more: Partial<s3.CompleteMultipartUploadCommandInput> = {},
  ) =>
    client.send(
      new s3.CompleteMultipartUploadCommand({
        Bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts: numbers.map((PartNumber, index) => ({ PartNumber, ETag: tags[index]! })) },
        ...more,
      }),
    )
  await fails(complete([4, 2, 6], [etags[1]!, etags[0]!, etags[2]!]), 'InvalidPartOrder', 400)
  await fails(complete([2, 4, 5]), 'InvalidPart', 400)
  await fails(complete([2, 4, 6], [etags[0]!, etags[0]!, etags[2]!]), 'InvalidPart', 400)
  await fails(complete([4, 6], [etags[1]!, etags[2]!], { MpuObjectSize: 1 }), 'InvalidRequest', 400)
  const small = await upload(1, Buffer.from('small'))
  await fails(complete([1, 2, 4, 6], [small.ETag!, ...etags]), 'EntityTooSmall', 400)
  const done = await complete([2, 4, 6])
  const sums = Buffer.concat(etags.map((etag) => Buffer.from(etag.slice(1, -1), 'hex')))
  assert.equal(done.ETag, `"${md5(sums)}-3"`)
  const whole = Buffer.from(await (await get(Key)).Body!.transformToByteArray())
  assert.ok(whole.equals(Buffer.concat(parts)))
  const head = await client.send(new s3.HeadObjectCommand({ Bucket, Key, PartNumber: 2 }))
  assert.deepEqual(
    [head.PartsCount, head.ContentLength, head.ContentType, head.Metadata],
    [3, parts[1]!.length, 'a/b', { m: '1' }],
  )
  await fails(get(Key, { PartNumber: 4 }), 'InvalidPartNumber', 416)
  assert.equal((await complete([2, 4, 6])).ETag, done.ETag, 'who lost the answer gets it again')
  await put(Key, 'other')
  await fails(complete([2, 4, 6]), 'NoSuchUpload', 404)
  await fails(upload(1, Buffer.from('late')), 'NoSuchUpload', 404)
})

test('multipart uploads: copies of ranges, checksums, conditions, abort', async () => {
  const Key = 'multi/copied'
  await put('multi/source', Buffer.alloc(6 * MIB, 'abc'))
  const { UploadId, ChecksumType } = await client.send(
    new s3.CreateMultipartUploadCommand({
      Bucket,
      Key,
      ChecksumAlgorithm: 'CRC32C',
      ChecksumType: 'FULL_OBJECT',
    }),
  )
  assert.equal(ChecksumType, 'FULL_OBJECT')
  const copy = (PartNumber: number, CopySourceRange: string) =>
    client.send(
      new s3.UploadPartCopyCommand({
        Bucket,
        Key,
        UploadId,
        PartNumber,
        CopySource: `${Bucket}/multi/source`,
        CopySourceRange,
      }),
    )
  const first = await copy(1, `bytes=0-${5 * MIB - 1}`)
  const last = await copy(2, `bytes=${5 * MIB}-${6 * MIB - 1}`)
  await fails(copy(3, `bytes=0-${6 * MIB}`), 'InvalidArgument', 400)
  await fails(copy(3, 'bytes=5-'), 'InvalidArgument', 400)
  const Parts = [first, last].map(({ CopyPartResult }, index) => ({
    PartNumber: index + 1,
    ETag: CopyPartResult!.ETag!,
  }))
  const complete = (more: Partial<s3.CompleteMultipartUploadCommandInput>) =>
    client.send(
      new s3.CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }),
    )
  await put(Key, 'in the way')
  await fails(complete({ IfNoneMatch: '*' }), 'PreconditionFailed', 412)
  const { ChecksumCRC32C } = await put('multi/same', Buffer.alloc(6 * MIB, 'abc'), {
    ChecksumAlgorithm: 'CRC32C',
  })
  await fails(complete({ ChecksumCRC32C: 'AAAAAA==' }), 'BadDigest', 400)
  await fails(complete({ ChecksumCRC32C: 'bad' }), 'BadDigest', 400)
  await fails(complete({ ChecksumCRC32: 'AAAAAA==' }), 'InvalidRequest', 400)
  // What is given is the sum of the object, not of the document that is sent.
  const done = await complete({ ChecksumCRC32C })
  assert.equal(done.ChecksumType, 'FULL_OBJECT')
  assert.equal(done.ChecksumCRC32C, ChecksumCRC32C)

  const aborted = await client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: 'multi/aborted' }))
  const at = { Bucket, Key: 'multi/aborted', UploadId: aborted.UploadId }
  await client.send(new s3.UploadPartCommand({ ...at, PartNumber: 1, Body: 'x' }))
  await client.send(new s3.AbortMultipartUploadCommand(at))
  await fails(client.send(new s3.ListPartsCommand(at)), 'NoSuchUpload', 404)
  await fails(client.send(new s3.AbortMultipartUploadCommand(at)), 'NoSuchUpload', 404)
  await fails(
    client.send(new s3.UploadPartCommand({ ...at, UploadId: '../../x', PartNumber: 1, Body: 'x' })),
    'NoSuchUpload',
    404,
  )
})

test('composite checksums', async () => {
  const Key = 'multi/composite'
  const { UploadId } = await client.send(
    new s3.CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: 'SHA256' }),
  )
  const bodies = [Buffer.alloc(5 * MIB, 'x'), Buffer.from('y')]
  const Parts: s3.CompletedPart[] = []
  for (const [index, Body] of bodies.entries()) {
    const { ETag, ChecksumSHA256 } = await client.send(
      new s3.UploadPartCommand({
        Bucket,
        Key,
        UploadId,
        PartNumber: index + 1,
        Body,
        ChecksumAlgorithm: 'SHA256',
      }),
    )
    Parts.push({ PartNumber: index + 1, ETag, ChecksumSHA256 })
  }
  const complete = (ChecksumSHA256: string) =>
    completed({ Key, UploadId, MultipartUpload: { Parts }, ChecksumSHA256 })
  const sums = bodies.map((body) => createHash('sha256').update(body).digest())
  const expected = createHash('sha256').update(Buffer.concat(sums)).digest('base64')
  await fails(complete(createHash('sha256').update('another').digest('base64')), 'BadDigest', 400)
  const done = await complete(`${expected}-2`)
  assert.equal(done.ChecksumSHA256, `${expected}-2`)
  assert.equal(done.ChecksumType, 'COMPOSITE')
  const second = await get(Key, { PartNumber: 2, ChecksumMode: 'ENABLED' })
  assert.equal(await second.Body!.transformToString(), 'y')
  assert.deepEqual([second.ChecksumSHA256, second.ChecksumType], [sums[1]!.toString('base64'), 'COMPOSITE'])
  const attributes = (more: Partial<s3.GetObjectAttributesCommandInput>) =>
    client.send(
      new s3.GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['ObjectParts'], ...more }),
    )
  const described = sums.map((sum, index) => ({
    PartNumber: index + 1,
    Size: bodies[index]!.length,
    ChecksumSHA256: sum.toString('base64'),
  }))
  assert.deepEqual((await attributes({})).ObjectParts, {
    TotalPartsCount: 2,
    PartNumberMarker: '0',
    NextPartNumberMarker: '2',
    MaxParts: 1000,
    IsTruncated: false,
    Parts: described,
  })
  const { ObjectParts: first } = await attributes({ MaxParts: 1 })
  assert.deepEqual(
    [first?.Parts, first?.IsTruncated, first?.NextPartNumberMarker],
    [[described[0]], true, '1'],
  )
  const { ObjectParts: last } = await attributes({ MaxParts: 1, PartNumberMarker: '1' })
  assert.deepEqual([last?.Parts, last?.IsTruncated], [[described[1]], false])
  await fails(attributes({ PartNumberMarker: 'x' }), 'InvalidArgument', 400)
})

function completed(
  input: Omit<s3.CompleteMultipartUploadCommandInput, 'Bucket'>,
): Promise<s3.CompleteMultipartUploadCommandOutput> {
  return client.send(new s3.CompleteMultipartUploadCommand({ Bucket, ...input }))
}

test('a checksum that is only said at the end of an upload is compared as well', async () => {
  const Key = 'multi/late-checksum'
  const { UploadId } = await client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key }))
  const { ETag } = await client.send(
    new s3.UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'late' }),
  )
  const Parts = [{ PartNumber: 1, ETag }]
  const complete = (ChecksumCRC64NVME: string) =>
    completed({ Key, UploadId, MultipartUpload: { Parts }, ChecksumCRC64NVME })
  const { ChecksumCRC64NVME } = await put('multi/late-same', 'late', { ChecksumAlgorithm: 'CRC64NVME' })
  await fails(complete('AAAAAAAAAAA='), 'BadDigest', 400)
  assert.equal((await complete(ChecksumCRC64NVME!)).ChecksumCRC64NVME, ChecksumCRC64NVME)
})

test('what nobody can configure is not configured', async () => {
  const at = { Bucket }
  assert.equal((await client.send(new s3.GetBucketVersioningCommand(at))).Status, undefined)
  assert.equal((await client.send(new s3.GetBucketAclCommand(at))).Grants?.[0]?.Permission, 'FULL_CONTROL')
  await fails(client.send(new s3.GetBucketPolicyCommand(at)), 'NoSuchBucketPolicy', 404)
  await fails(
    client.send(new s3.GetBucketLifecycleConfigurationCommand(at)),
    'NoSuchLifecycleConfiguration',
    404,
  )
  await fails(client.send(new s3.GetBucketCorsCommand(at)), 'NoSuchCORSConfiguration', 404)
  await fails(
    client.send(new s3.PutBucketVersioningCommand({ ...at, VersioningConfiguration: { Status: 'Enabled' } })),
    'NotImplemented',
    501,
  )
  await fails(client.send(new s3.PutBucketPolicyCommand({ ...at, Policy: '{}' })), 'NotImplemented', 501)
  await fails(client.send(new s3.DeleteBucketPolicyCommand(at)), 'NotImplemented', 501)
  await fails(client.send(new s3.GetObjectTorrentCommand({ ...at, Key: 'x' })), 'NotImplemented', 501)
  await fails(client.send(new s3.RestoreObjectCommand({ ...at, Key: 'x' })), 'NotImplemented', 501)
  await fails(get('about', { VersionId: 'abc' }), 'InvalidArgument', 400)
  assert.equal(await text('about', { VersionId: 'null' }), 'hello')
})

test('a bucket that is there is made again in the first of all regions only', async (t) => {
  const first = await serve({ region: 'us-east-1' })
  t.after(() => first.end())
  const [one, at] = [first.client(), { Bucket: 'made-twice' }]
  const Tags = [{ Key: 'a', Value: 'b' }]
  await one.send(new s3.CreateBucketCommand(at))
  await one.send(new s3.PutObjectCommand({ ...at, Key: 'kept', Body: 'x' }))
  await one.send(new s3.CreateBucketCommand({ ...at, CreateBucketConfiguration: { Tags } }))
  assert.equal((await one.send(new s3.ListObjectsV2Command(at))).KeyCount, 1)
  await fails(one.send(new s3.GetBucketTaggingCommand(at)), 'NoSuchTagSet', 404)
})

test('tags of a bucket', async () => {
  const at = { Bucket: 'tagged-bucket' }
  const tagsOf = async (): Promise<Record<string, string>> => {
    const { TagSet: tags = [] } = await client.send(new s3.GetBucketTaggingCommand(at))
    return Object.fromEntries(tags.map(({ Key, Value }) => [Key!, Value!]))
  }
  const tag = (tags: Record<string, string>): Promise<s3.PutBucketTaggingCommandOutput> => {
    const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
    return client.send(new s3.PutBucketTaggingCommand({ ...at, Tagging: { TagSet } }))
  }
  await fails(tagsOf(), 'NoSuchBucket', 404)
  await fails(tag({ team: 'logs' }), 'NoSuchBucket', 404)
  const Tags = [{ Key: 'made', Value: 'with it' }]
  await client.send(new s3.CreateBucketCommand({ ...at, CreateBucketConfiguration: { Tags } }))
  assert.deepEqual(await tagsOf(), { made: 'with it' })
  await tag({ team: 'logs', 'ü &<': '' })
  assert.deepEqual(await tagsOf(), { team: 'logs', 'ü &<': '' })
  const numbered = (count: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, number) => [`k${number}`, 'v']))
  await fails(tag(numbered(51)), 'InvalidTag', 400)
  await tag(numbered(50))
  await fails(served.client('read').send(new s3.DeleteBucketTaggingCommand(at)), 'AccessDenied', 403)
  assert.equal(Object.keys(await tagsOf()).length, 50)
  await client.send(new s3.DeleteBucketTaggingCommand(at))
  await fails(tagsOf(), 'NoSuchTagSet', 404)
  await tag({ left: 'behind' })
  // They are no objects: it is empty.
  await client.send(new s3.DeleteBucketCommand(at))
  await client.send(new s3.CreateBucketCommand(at))
  await fails(tagsOf(), 'NoSuchTagSet', 404)
})

test('roles: read reads, ingest adds, admin does everything', async () => {
  const [read, ingest] = [served.client('read'), served.client('ingest')]
  await put('roles', 'x')
  const at = { Bucket, Key: 'roles' }
  assert.equal(await (await read.send(new s3.GetObjectCommand(at))).Body!.transformToString(), 'x')
  await read.send(new s3.ListObjectsV2Command({ Bucket }))
  await read.send(new s3.ListBucketsCommand({}))
  for (const one of [
    () => read.send(new s3.PutObjectCommand({ ...at, Body: 'y' })),
    () => read.send(new s3.DeleteObjectCommand(at)),
    () => read.send(new s3.CreateBucketCommand({ Bucket: 'by-reader' })),
    () => read.send(new s3.CreateMultipartUploadCommand(at)),
    () => ingest.send(new s3.GetObjectCommand(at)),
    () => ingest.send(new s3.ListObjectsV2Command({ Bucket })),
    () => ingest.send(new s3.DeleteObjectCommand(at)),
    () => ingest.send(new s3.CopyObjectCommand({ ...at, CopySource: `${Bucket}/roles` })),
    () => ingest.send(new s3.PutObjectCommand({ ...at, Body: 'y' })),
  ])
    await fails(one(), 'AccessDenied', 403)
  assert.equal(await text('roles'), 'x')
  await ingest.send(new s3.PutObjectCommand({ Bucket, Key: 'added', Body: 'y' }))
  const { UploadId } = await ingest.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: 'added-parts' }))
  const part = await ingest.send(
    new s3.UploadPartCommand({ Bucket, Key: 'added-parts', UploadId, PartNumber: 1, Body: 'z' }),
  )
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: part.ETag }] }
  await ingest.send(
    new s3.CompleteMultipartUploadCommand({ Bucket, Key: 'added-parts', UploadId, MultipartUpload }),
  )
  assert.equal(await text('added-parts'), 'z')
})

test('buckets in the name of the host', async () => {
  const byHost = served.client('admin', {
    endpoint: `http://localhost:${served.port}`,
    forcePathStyle: false,
  })
  const seen: string[] = []
  byHost.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { hostname: string; path: string }
      seen.push(request.hostname, request.path)
      // Signed by now, and not every machine resolves names below localhost.
      request.hostname = '127.0.0.1'
      return next(args)
    },
    { step: 'finalizeRequest', priority: 'low' },
  )
  await put('hosted/ü', 'by path')
  const { Body } = await byHost.send(new s3.GetObjectCommand({ Bucket, Key: 'hosted/ü' }))
  assert.equal(await Body!.transformToString(), 'by path')
  assert.deepEqual(seen, [`${Bucket}.localhost`, '/hosted/%C3%BC'])
})

test('nothing of all this failed inside', () => assert.deepEqual(served.failures, []))
