import { childText, childrenOf, malformedXml, type XmlMembers } from '../../aws/xml.ts'
import { deleteCondition } from './conditions.ts'
import { errorOf, invalidArgument, noSuchBucket, s3Error } from './errors.ts'
import type { S3Context, S3Operation } from './operation.ts'
import { refuseVersion } from './versions.ts'

const KEYS_MAX = 1000
/** Each waits for the disk. */
const AT_ONCE = 16

export const DELETE_OBJECT: S3Operation = {
  name: 'DeleteObject',
  roles: [],
  async handle({ objects }, { bucket, key, headers, query }) {
    refuseVersion(query)
    if ((await objects.bucket(bucket)) === undefined) throw noSuchBucket(bucket)
    await objects.remove(bucket, key, deleteCondition(headers))
    return { status: 204 }
  },
}

interface Wanted {
  key: string
  version: string | undefined
  etag: string | undefined
}

export const DELETE_OBJECTS: S3Operation = {
  name: 'DeleteObjects',
  roles: [],
  async handle(context, { bucket, body }) {
    if (!body.isGuarded)
      throw s3Error(
        'InvalidRequest',
        'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
      )
    const root = await body.xml()
    const wanted = childrenOf(root, 'Object').map((one): Wanted => {
      const key = childText(one, 'Key')
      if (key === undefined || key === '') throw malformedXml()
      return { key, version: childText(one, 'VersionId'), etag: childText(one, 'ETag') }
    })
    if (root.name !== 'Delete' || wanted.length === 0 || wanted.length > KEYS_MAX) throw malformedXml()
    if ((await context.objects.bucket(bucket)) === undefined) throw noSuchBucket(bucket)
    const isQuiet = childText(root, 'Quiet') === 'true'
    const outcomes = await removeAll(context, bucket, wanted)
    return {
      xml: {
        root: 'DeleteResult',
        members: {
          Deleted: isQuiet ? undefined : outcomes.filter((one) => !('Code' in one)),
          Error: outcomes.filter((one) => 'Code' in one),
        },
      },
    }
  },
}

async function removeAll(context: S3Context, bucket: string, wanted: Wanted[]): Promise<XmlMembers[]> {
  const outcomes: XmlMembers[] = []
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const some = wanted.slice(at, at + AT_ONCE)
    outcomes.push(...(await Promise.all(some.map((one) => removeOne(context, bucket, one)))))
  }
  return outcomes
}

async function removeOne({ objects }: S3Context, bucket: string, { key, version, etag }: Wanted) {
  try {
    if (version !== undefined && version !== 'null' && version !== '')
      throw invalidArgument('Invalid version id specified', 'versionId', version)
    await objects.remove(bucket, key, deleteCondition(new Map(), etag))
    return { Key: key }
  } catch (error) {
    const { name, message } = errorOf(error)
    return { Key: key, Code: name, Message: message }
  }
}
