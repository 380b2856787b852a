import { noSuchBucket, s3Error } from './errors.ts'
import type { S3Operation } from './operation.ts'
import { BUCKET_TAGS, tagsOfXml, tagsToXml, type Tags } from './tags.ts'

export const GET_BUCKET_TAGGING: S3Operation = {
  name: 'GetBucketTagging',
  roles: ['read'],
  async handle({ objects }, { bucket }) {
    const tags = await objects.bucketTags(bucket)
    if (tags === undefined) throw noSuchBucket(bucket)
    if (Object.keys(tags).length === 0) throw s3Error('NoSuchTagSet', undefined, { BucketName: bucket })
    return { xml: { root: 'Tagging', members: tagsToXml(tags) } }
  },
}

export const PUT_BUCKET_TAGGING: S3Operation = {
  name: 'PutBucketTagging',
  roles: [],
  async handle(context, { bucket, body }) {
    return tag(context, bucket, tagsOfXml(await body.xml(), BUCKET_TAGS))
  },
}

export const DELETE_BUCKET_TAGGING: S3Operation = {
  name: 'DeleteBucketTagging',
  roles: [],
  handle: (context, { bucket }) => tag(context, bucket, {}),
}

async function tag({ objects }: Parameters<S3Operation['handle']>[0], bucket: string, tags: Tags) {
  if (!(await objects.tagBucket(bucket, tags))) throw noSuchBucket(bucket)
  return { status: 204 }
}
