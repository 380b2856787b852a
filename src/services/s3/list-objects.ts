import { readToken, writeToken } from './continuation-token.ts'
import { contentsOf, listPage, membersOf, OWNER } from './list-page.ts'
import type { S3Operation } from './operation.ts'

export const LIST_OBJECTS: S3Operation = {
  name: 'ListObjects',
  roles: ['read'],
  async handle(context, call) {
    const { bucket, query } = call
    const marker = query.get('marker') ?? ''
    const page = await listPage(context, call, marker === '' ? undefined : marker)
    const { delimiter, next, encode } = page
    return {
      xml: {
        root: 'ListBucketResult',
        members: {
          Name: bucket,
          ...membersOf(page),
          Marker: encode(marker),
          // Without a delimiter the last key is the marker, and S3 leaves it to the caller to see that.
          NextMarker: delimiter === undefined || next === undefined ? undefined : encode(next),
          Contents: contentsOf(page, true),
        },
      },
    }
  },
}

export const LIST_OBJECTS_V2: S3Operation = {
  name: 'ListObjectsV2',
  roles: ['read'],
  async handle(context, call) {
    const { bucket, query } = call
    const token = query.get('continuation-token')
    const startAfter = query.get('start-after') || undefined
    const page = await listPage(context, call, token ? readToken(token) : startAfter)
    const { next, encode } = page
    return {
      xml: {
        root: 'ListBucketResult',
        members: {
          Name: bucket,
          ...membersOf(page),
          KeyCount: page.objects.length + page.commonPrefixes.length,
          ContinuationToken: token,
          NextContinuationToken: next === undefined ? undefined : writeToken(next),
          StartAfter: startAfter === undefined ? undefined : encode(startAfter),
          Contents: contentsOf(page, query.get('fetch-owner') === 'true'),
        },
      },
    }
  },
}

/** Each object has one version, `null`: for tools that empty a bucket version by version. */
export const LIST_OBJECT_VERSIONS: S3Operation = {
  name: 'ListObjectVersions',
  roles: ['read'],
  async handle(context, call) {
    const { bucket, query } = call
    const marker = query.get('key-marker') ?? ''
    const page = await listPage(context, call, marker === '' ? undefined : marker)
    const { next, encode } = page
    return {
      xml: {
        root: 'ListVersionsResult',
        members: {
          Name: bucket,
          ...membersOf(page),
          KeyMarker: encode(marker),
          VersionIdMarker: query.get('version-id-marker') ?? '',
          NextKeyMarker: next === undefined ? undefined : encode(next),
          NextVersionIdMarker: next === undefined ? undefined : 'null',
          Version: contentsOf(page, false).map(({ Key, ...rest }) => ({
            Key,
            VersionId: 'null',
            IsLatest: true,
            ...rest,
            Owner: OWNER,
          })),
        },
      },
    }
  },
}
