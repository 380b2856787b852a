import { createHash } from 'node:crypto'
import { isChecksumAlgorithm, checksum, type ChecksumAlgorithm } from '../../aws/checksums.ts'
import type { Description, OpenedObject } from '../../store/served-objects.ts'
import { PUT_BYTES_MAX } from './body.ts'
import { writeCondition } from './conditions.ts'
import { bytesOfObject, openCopySource, parseCopySource, type CopySource } from './copy-source.ts'
import { invalidArgument, noSuchBucket, s3Error } from './errors.ts'
import { checksumMembers, quoted, readAlgorithm, readDescription } from './object-headers.ts'
import type { S3Call, S3Context, S3Operation } from './operation.ts'

export const COPY_OBJECT: S3Operation = {
  name: 'CopyObject',
  roles: [],
  async handle(context, call) {
    const { bucket, key, headers, accessKey } = call
    const source = parseCopySource(headers)
    const condition = writeCondition(key, headers, accessKey)
    if ((await context.objects.bucket(bucket)) === undefined) throw noSuchBucket(bucket)
    const object = await openCopySource(context, source, headers)
    try {
      const description = describeCopy(call, source, object)
      const { received, digests } = await copyBytes(context, object, readAlgorithm(headers))
      const stored = await context.objects.put(
        { bucket, key },
        received,
        { ...description, ...digests },
        condition,
      )
      return {
        xml: {
          root: 'CopyObjectResult',
          members: {
            LastModified: new Date(stored.lastModifiedMs).toISOString(),
            ETag: quoted(stored.etag),
            ...checksumMembers(stored.checksum),
          },
        },
      }
    } finally {
      await object.close()
    }
  },
}

function describeCopy(
  { bucket, key, headers }: S3Call,
  source: CopySource,
  object: OpenedObject,
): Description {
  if (object.bytes > PUT_BYTES_MAX)
    throw s3Error(
      'InvalidRequest',
      `The specified copy source is larger than the maximum allowable size for a copy source: ${PUT_BYTES_MAX}`,
    )
  const about = directive(headers.get('x-amz-metadata-directive'), 'x-amz-metadata-directive')
  const tagging = directive(headers.get('x-amz-tagging-directive'), 'x-amz-tagging-directive')
  const given = readDescription(headers)
  const isItself = source.bucket === bucket && source.key === key
  if (isItself && about === 'COPY' && tagging === 'COPY' && !headers.has('x-amz-storage-class'))
    throw s3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    )
  const { contentType, contentEncoding, metadata, headers: kept } = object
  const copied: Description = { metadata }
  if (contentType !== undefined) copied.contentType = contentType
  if (contentEncoding !== undefined) copied.contentEncoding = contentEncoding
  // The storage class is never copied: it is what the request says.
  const { 'x-amz-storage-class': _, ...rest } = kept ?? {}
  const storageClass = given.headers?.['x-amz-storage-class']
  copied.headers = { ...rest, ...(storageClass === undefined ? {} : { 'x-amz-storage-class': storageClass }) }
  const { tags: givenTags, ...described } = given
  const tags = tagging === 'COPY' ? object.tags : givenTags
  return { ...(about === 'COPY' ? copied : described), ...(tags === undefined ? {} : { tags }) }
}

/** Files of a folder can be changed by hand: a copy has bytes of its own. */
async function copyBytes({ objects }: S3Context, object: OpenedObject, named: string | undefined) {
  const algorithm = named ?? object.checksum?.algorithm
  const sum = algorithm !== undefined && isChecksumAlgorithm(algorithm) ? checksum(algorithm) : undefined
  const md5 = createHash('md5')
  async function* hashed(): AsyncGenerator<Buffer> {
    for await (const chunk of bytesOfObject(object, { from: 0, to: object.bytes })) {
      md5.update(chunk)
      sum?.update(chunk)
      yield chunk
    }
  }
  const received = await objects.receive(hashed(), object.bytes)
  const digests: Pick<Description, 'etag' | 'checksum'> = { etag: md5.digest('hex') }
  if (sum !== undefined)
    digests.checksum = {
      algorithm: algorithm as ChecksumAlgorithm,
      value: sum.digest().toString('base64'),
      type: 'FULL_OBJECT',
    }
  return { received, digests }
}

function directive(text: string | undefined, name: string): 'COPY' | 'REPLACE' {
  if (text === undefined || text === 'COPY') return 'COPY'
  if (text === 'REPLACE') return 'REPLACE'
  throw invalidArgument('Unknown directive', name, text)
}
