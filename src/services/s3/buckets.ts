import { isBucketName } from '../../store/object-key.ts'
import { childrenOf, malformedXml, readXml } from '../../aws/xml.ts'
import { readToken, writeToken } from './continuation-token.ts'
import { invalidArgument, noSuchBucket, notImplemented, s3Error } from './errors.ts'
import { OWNER } from './list-page.ts'
import { refuseHeaders } from './object-headers.ts'
import type { S3Operation } from './operation.ts'
import { BUCKET_TAGS, tagsOfSet, type Tags } from './tags.ts'

/** Of one page, S3's. */
const BUCKETS_MAX = 10_000

export const LIST_BUCKETS: S3Operation = {
  name: 'ListBuckets',
  roles: ['read'],
  async handle({ objects, region }, { query }) {
    const prefix = query.get('prefix')
    const max = readBucketsMax(query.get('max-buckets'))
    const token = query.get('continuation-token')
    const behind = token ? readToken(token) : ''
    // All are in the one region.
    const isAsked = (query.get('bucket-region') || region) === region
    const buckets = (isAsked ? await objects.buckets() : []).filter(
      ({ name }) => name > behind && name.startsWith(prefix ?? ''),
    )
    const page = buckets.slice(0, max)
    return {
      xml: {
        root: 'ListAllMyBucketsResult',
        members: {
          Owner: OWNER,
          Buckets: {
            Bucket: page.map(({ name, createdMs }) => ({
              Name: name,
              CreationDate: new Date(createdMs).toISOString(),
            })),
          },
          ContinuationToken: page.length < buckets.length ? writeToken(page.at(-1)!.name) : undefined,
          Prefix: prefix,
        },
      },
    }
  },
}

function readBucketsMax(text: string | undefined): number {
  if (text === undefined) return BUCKETS_MAX
  const max = Number(text)
  if (/^\d{1,5}$/.test(text) && max >= 1 && max <= BUCKETS_MAX) return max
  throw invalidArgument(
    `Argument max-buckets must be an integer between 1 and ${BUCKETS_MAX}`,
    'max-buckets',
    text,
  )
}

export const CREATE_BUCKET: S3Operation = {
  name: 'CreateBucket',
  roles: [],
  async handle({ objects, region }, { bucket, headers, body }) {
    refuseHeaders(headers)
    if (headers.get('x-amz-bucket-object-lock-enabled')?.toLowerCase() === 'true') throw notImplemented()
    if (!isBucketName(bucket) || /^\d+\.\d+\.\d+\.\d+$/.test(bucket))
      throw s3Error('InvalidBucketName', undefined, { BucketName: bucket })
    const tags = readTags(await body.text())
    const isNew = await objects.createBucket(bucket)
    // As S3: its first region has always taken what is there already for made.
    if (!isNew && region !== 'us-east-1')
      throw s3Error('BucketAlreadyOwnedByYou', undefined, { BucketName: bucket })
    if (isNew && Object.keys(tags).length > 0) await objects.tagBucket(bucket, tags)
    return { headers: { Location: `/${bucket}` } }
  },
}

/** Of a CreateBucketConfiguration. Any region is ours, so any constraint in it holds. */
function readTags(text: string): Tags {
  if (text.trim() === '') return {}
  const root = readXml(text)
  if (root.name !== 'CreateBucketConfiguration') throw malformedXml()
  const [set] = childrenOf(root, 'Tags')
  return set === undefined ? {} : tagsOfSet(set, BUCKET_TAGS)
}

export const HEAD_BUCKET: S3Operation = {
  name: 'HeadBucket',
  roles: ['read', 'ingest'],
  async handle({ objects, region }, { bucket }) {
    if ((await objects.bucket(bucket)) === undefined) throw noSuchBucket(bucket)
    return { headers: { 'x-amz-bucket-region': region, 'Content-Type': 'application/xml' } }
  },
}

export const DELETE_BUCKET: S3Operation = {
  name: 'DeleteBucket',
  roles: [],
  async handle({ objects }, { bucket }) {
    const outcome = await objects.removeBucket(bucket)
    if (outcome === 'missing') throw noSuchBucket(bucket)
    if (outcome === 'not empty') throw s3Error('BucketNotEmpty', undefined, { BucketName: bucket })
    if (outcome === 'busy') throw s3Error('OperationAborted')
    return { status: 204 }
  },
}

export const GET_BUCKET_LOCATION: S3Operation = {
  name: 'GetBucketLocation',
  roles: ['read'],
  async handle({ objects, region }, { bucket }) {
    if ((await objects.bucket(bucket)) === undefined) throw noSuchBucket(bucket)
    // The first of AWS's regions has no name here.
    return { xml: { root: 'LocationConstraint', members: region === 'us-east-1' ? '' : region } }
  },
}
