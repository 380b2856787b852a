import { checkRead } from './conditions.ts'
import { missing } from './get-object.ts'
import { checksumMembers, storageClassOf } from './object-headers.ts'
import type { S3Operation } from './operation.ts'
import { refuseVersion } from './versions.ts'

export const GET_OBJECT_ATTRIBUTES: S3Operation = {
  name: 'GetObjectAttributes',
  roles: ['read'],
  async handle(context, call) {
    refuseVersion(call.query)
    const object = await context.objects.head(call.bucket, call.key)
    if (object === undefined) throw await missing(context, call)
    const lastModified = { 'Last-Modified': new Date(object.lastModifiedMs).toUTCString() }
    if (checkRead(object, call.headers) === 'not modified') return { status: 304, headers: lastModified }
    const asked = new Set(
      (call.headers.get('x-amz-object-attributes') ?? '').split(',').map((name) => name.trim()),
    )
    const { checksum, partBytes } = object
    const all = {
      ETag: object.etag,
      Checksum:
        checksum === undefined ? undefined : { ...checksumMembers(checksum), ChecksumType: checksum.type },
      ObjectParts: partBytes === undefined ? undefined : { PartsCount: partBytes.length },
      StorageClass: storageClassOf(object),
      ObjectSize: object.bytes,
    }
    return {
      headers: lastModified,
      xml: {
        root: 'GetObjectAttributesResponse',
        members: Object.fromEntries(Object.entries(all).filter(([name]) => asked.has(name))),
      },
    }
  },
}
