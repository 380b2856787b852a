import { compareKeys } from '../../store/object-key.ts'
import type { Upload } from '../../store/served-objects.ts'
import { invalidArgument, noSuchBucket } from './errors.ts'
import { OWNER, readEncoding, readMax } from './list-page.ts'
import { checksumMembers, quoted } from './object-headers.ts'
import type { S3Operation } from './operation.ts'
import { findUpload } from './upload.ts'

export const LIST_PARTS: S3Operation = {
  name: 'ListParts',
  roles: ['read', 'ingest'],
  async handle(context, call) {
    const { bucket, key, query } = call
    const upload = await findUpload(context, call)
    const marker = query.get('part-number-marker') ?? '0'
    if (!/^\d{1,10}$/.test(marker)) throw invalidArgument('not a number', 'part-number-marker', marker)
    const partsMax = readMax(query, 'max-parts')
    const rest = (await context.objects.uploads.parts(upload)).filter(({ number }) => number > Number(marker))
    const page = rest.slice(0, partsMax)
    const isTruncated = rest.length > page.length && page.length > 0
    return {
      xml: {
        root: 'ListPartsResult',
        members: {
          Bucket: bucket,
          Key: key,
          UploadId: upload.id,
          Initiator: OWNER,
          Owner: OWNER,
          StorageClass: upload.description.headers?.['x-amz-storage-class'] ?? 'STANDARD',
          PartNumberMarker: Number(marker),
          NextPartNumberMarker: isTruncated ? page.at(-1)!.number : undefined,
          MaxParts: partsMax,
          IsTruncated: isTruncated,
          ChecksumAlgorithm: upload.checksum?.algorithm,
          ChecksumType: upload.checksum?.type,
          Part: page.map((part) => ({
            PartNumber: part.number,
            LastModified: new Date(part.lastModifiedMs).toISOString(),
            ETag: quoted(part.etag),
            Size: part.bytes,
            ...checksumMembers(part.checksum),
          })),
        },
      },
    }
  },
}

export const LIST_MULTIPART_UPLOADS: S3Operation = {
  name: 'ListMultipartUploads',
  roles: ['read'],
  async handle({ objects }, { bucket, query }) {
    if ((await objects.bucket(bucket)) === undefined) throw noSuchBucket(bucket)
    const { encode, encodingType } = readEncoding(query)
    const prefix = query.get('prefix') ?? ''
    const delimiter = query.get('delimiter') || undefined
    const uploadsMax = readMax(query, 'max-uploads')
    const [keyMarker, idMarker] = [query.get('key-marker') ?? '', query.get('upload-id-marker') ?? '']
    const rest = (await objects.uploads.list(bucket))
      .filter(({ key }) => key.startsWith(prefix))
      .sort(inOrder)
      .filter((upload) => isBehind(upload, keyMarker, idMarker))
    const isFolded = (key: string): boolean =>
      delimiter !== undefined && key.includes(delimiter, prefix.length)
    const folded = new Set(
      rest
        .filter(({ key }) => isFolded(key))
        .map(({ key }) => key.slice(0, key.indexOf(delimiter!, prefix.length) + delimiter!.length)),
    )
    const plain = rest.filter(({ key }) => !isFolded(key))
    const page = plain.slice(0, uploadsMax)
    const last = plain.length > page.length ? page.at(-1) : undefined
    return {
      xml: {
        root: 'ListMultipartUploadsResult',
        members: {
          Bucket: bucket,
          KeyMarker: encode(keyMarker),
          UploadIdMarker: idMarker,
          NextKeyMarker: last && encode(last.key),
          NextUploadIdMarker: last?.id,
          Prefix: encode(prefix),
          Delimiter: delimiter && encode(delimiter),
          EncodingType: encodingType,
          MaxUploads: uploadsMax,
          IsTruncated: last !== undefined,
          Upload: page.map((upload) => ({
            Key: encode(upload.key),
            UploadId: upload.id,
            Initiator: OWNER,
            Owner: OWNER,
            StorageClass: upload.description.headers?.['x-amz-storage-class'] ?? 'STANDARD',
            Initiated: new Date(upload.initiatedMs).toISOString(),
          })),
          CommonPrefixes: [...folded].map((one) => ({ Prefix: encode(one) })),
        },
      },
    }
  },
}

function inOrder(a: Upload, b: Upload): number {
  return compareKeys(a.key, b.key) || compareKeys(a.id, b.id)
}

/** Behind the marker's key, or the marker's key and an upload behind the marker's. Uploads of one key are in the order of their ids. */
function isBehind({ key, id }: Upload, keyMarker: string, idMarker: string): boolean {
  const order = compareKeys(key, keyMarker)
  if (keyMarker === '') return true
  return order > 0 || (order === 0 && idMarker !== '' && id > idMarker)
}
