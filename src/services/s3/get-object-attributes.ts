import type { WireHeaders } from '../../aws/wire-request.ts'
import type { XmlMembers } from '../../aws/xml.ts'
import type { ServedObject } from '../../store/served-objects.ts'
import { checkRead } from './conditions.ts'
import { invalidArgument } from './errors.ts'
import { missing } from './get-object.ts'
import { checksumMembers, storageClassOf } from './object-headers.ts'
import type { S3Operation } from './operation.ts'
import { refuseVersion } from './versions.ts'

/** S3's, of one page. */
const PARTS_SHOWN_MAX = 1000

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
    const { checksum } = object
    const all = {
      ETag: object.etag,
      Checksum:
        checksum === undefined ? undefined : { ...checksumMembers(checksum), ChecksumType: checksum.type },
      ObjectParts: asked.has('ObjectParts') ? partsOf(object, call.headers) : undefined,
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

/** A page of them; S3 names those only that have checksums, of the others it gives the number. */
function partsOf(
  { checksum, partBytes, partChecksums }: ServedObject,
  headers: WireHeaders,
): XmlMembers | undefined {
  if (partBytes === undefined) return undefined
  if (checksum === undefined || partChecksums === undefined) return { PartsCount: partBytes.length }
  const max = Math.min(readNumber(headers, 'x-amz-max-parts') ?? PARTS_SHOWN_MAX, PARTS_SHOWN_MAX)
  const marker = readNumber(headers, 'x-amz-part-number-marker') ?? 0
  const parts = partBytes.map((bytes, index) => ({
    PartNumber: index + 1,
    Size: bytes,
    ...checksumMembers({ ...checksum, value: partChecksums[index]! }),
  }))
  const page = parts.slice(marker, marker + max)
  return {
    PartsCount: parts.length,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.PartNumber ?? marker,
    MaxParts: max,
    IsTruncated: marker + page.length < parts.length,
    Part: page,
  }
}

function readNumber(headers: WireHeaders, name: string): number | undefined {
  const text = headers.get(name)
  if (text === undefined) return undefined
  if (!/^\d{1,9}$/.test(text)) throw invalidArgument(`${name} must be a number`, name, text)
  return Number(text)
}
