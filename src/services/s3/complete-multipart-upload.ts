import { createHash } from 'node:crypto'
import { checksum, isChecksumAlgorithm, type ChecksumAlgorithm } from '../../aws/checksums.ts'
import type { WireHeaders } from '../../aws/wire-request.ts'
import { childText, childrenOf, malformedXml, type XmlElement } from '../../aws/xml.ts'
import type { Description, ServedObject, Upload, UploadedPart } from '../../store/served-objects.ts'
import { writeCondition } from './conditions.ts'
import { noSuchBucket, s3Error } from './errors.ts'
import { checksumMembers, quoted } from './object-headers.ts'
import type { S3Call, S3Context, S3Operation, S3Reply } from './operation.ts'
import { CHECKSUM_MEMBERS, PARTS_MAX, refuseOtherAlgorithm } from './upload.ts'

/** All parts but the last. */
const PART_BYTES_MIN = 5 * 1024 * 1024

export const COMPLETE_MULTIPART_UPLOAD: S3Operation = {
  name: 'CompleteMultipartUpload',
  roles: ['ingest'],
  sumsTheObject: true,
  async handle(context, call) {
    const { bucket, key, query, headers, accessKey, body } = call
    const { objects } = context
    const id = query.get('uploadId') ?? ''
    const asked = readParts(await body.xml())
    const upload = await objects.uploads.find(bucket, key, id)
    if (upload === undefined) return completedBefore(context, call, id)
    const condition = writeCondition(key, headers, accessKey)
    condition(await objects.head(bucket, key))
    const parts = chooseParts(asked, await objects.uploads.parts(upload))
    refuseOtherSize(headers.get('x-amz-mp-object-size'), parts)
    const claimed = readClaim(headers, upload)
    // One that nobody announced is of the whole.
    const kind =
      upload.checksum ?? (claimed && { algorithm: claimed.algorithm, type: 'FULL_OBJECT' as const })
    const { received, value } = await joinParts(context, upload, parts, kind)
    try {
      const sum = kind && checkChecksum(kind, parts, value, claimed?.value)
      const description: Description = {
        ...upload.description,
        etag: etagOf(parts),
        partBytes: parts.map(({ bytes }) => bytes),
        uploadId: id,
        ...(sum === undefined ? {} : { checksum: sum, ...partChecksums(sum.algorithm, parts) }),
      }
      const stored = await objects.put({ bucket, key }, received, description, condition)
      // Only now: after a crash before this the sender completes it again, with the same end.
      await objects.uploads.remove(upload)
      return replyOf(call, stored)
    } finally {
      await objects.discard(received)
    }
  },
}

/** The answer of the first time was lost on its way: the object says which upload made it. */
async function completedBefore({ objects }: S3Context, call: S3Call, id: string): Promise<S3Reply> {
  const { bucket, key } = call
  if ((await objects.bucket(bucket)) === undefined) throw noSuchBucket(bucket)
  const object = await objects.head(bucket, key)
  if (object?.uploadId !== id || id === '') throw s3Error('NoSuchUpload', undefined, { UploadId: id })
  return replyOf(call, object)
}

function replyOf({ bucket, key, headers }: S3Call, stored: ServedObject): S3Reply {
  return {
    xml: {
      root: 'CompleteMultipartUploadResult',
      members: {
        Location: `http://${headers.get('host')}/${bucket}/${encodeURI(key)}`,
        Bucket: bucket,
        Key: key,
        ETag: quoted(stored.etag),
        ...checksumMembers(stored.checksum),
        ChecksumType: stored.checksum?.type,
      },
    },
  }
}

interface AskedPart {
  number: number
  etag: string
  sums: { algorithm: string; value: string }[]
}

function readParts(root: XmlElement): AskedPart[] {
  const parts = childrenOf(root, 'Part').map((part): AskedPart => {
    const number = childText(part, 'PartNumber') ?? ''
    const etag = childText(part, 'ETag')
    if (!/^\d{1,5}$/.test(number) || etag === undefined) throw malformedXml()
    const sums = CHECKSUM_MEMBERS.flatMap(({ algorithm, member }) => {
      const value = childText(part, member)
      return value === undefined ? [] : [{ algorithm, value }]
    })
    return { number: Number(number), etag: etag.replace(/^"(.*)"$/, '$1'), sums }
  })
  if (root.name !== 'CompleteMultipartUpload' || parts.length === 0 || parts.length > PARTS_MAX)
    throw malformedXml()
  return parts
}

function chooseParts(asked: readonly AskedPart[], present: readonly UploadedPart[]): UploadedPart[] {
  const byNumber = new Map(present.map((part) => [part.number, part]))
  const chosen = asked.map(({ number, etag, sums }, index) => {
    if (index > 0 && number <= asked[index - 1]!.number) throw s3Error('InvalidPartOrder')
    const part = byNumber.get(number)
    const isOther = sums.some(
      ({ algorithm, value }) => part?.checksum?.algorithm === algorithm && part.checksum.value !== value,
    )
    if (part === undefined || part.etag !== etag || isOther)
      throw s3Error('InvalidPart', undefined, { PartNumber: String(number), ETag: etag })
    return part
  })
  const small = chosen.slice(0, -1).find(({ bytes }) => bytes < PART_BYTES_MIN)
  if (small !== undefined)
    throw s3Error('EntityTooSmall', undefined, {
      ProposedSize: String(small.bytes),
      MinSizeAllowed: String(PART_BYTES_MIN),
      PartNumber: String(small.number),
      ETag: small.etag,
    })
  return chosen
}

function refuseOtherSize(text: string | undefined, parts: readonly UploadedPart[]): void {
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
  if (text !== undefined && text !== String(bytes))
    throw s3Error('InvalidRequest', `The x-amz-mp-object-size is ${text}, the parts have ${bytes} bytes`)
}

type ChecksumKind = NonNullable<Upload['checksum']>

/** What the sender says that the object's checksum is. */
function readClaim(
  headers: WireHeaders,
  upload: Upload,
): { algorithm: ChecksumAlgorithm; value: string } | undefined {
  const claims = CHECKSUM_MEMBERS.flatMap(({ algorithm, header }) => {
    const value = headers.get(header)
    return value === undefined ? [] : [{ algorithm, value }]
  })
  for (const { algorithm } of claims) refuseOtherAlgorithm(upload, algorithm)
  return claims[0]
}

async function joinParts(
  { objects }: S3Context,
  upload: Upload,
  parts: readonly UploadedPart[],
  kind: ChecksumKind | undefined,
) {
  const name = kind?.type === 'FULL_OBJECT' ? kind.algorithm : ''
  const sum = isChecksumAlgorithm(name) ? checksum(name) : undefined
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of objects.uploads.read(upload, parts)) {
      sum?.update(chunk)
      yield chunk
    }
  }
  const bytes = parts.reduce((total, part) => total + part.bytes, 0)
  const received = await objects.receive(chunks(), bytes)
  return { received, value: sum?.digest().toString('base64') }
}

/** Of the whole, or of the parts' checksums one after the other; none where a part has none. */
function checkChecksum(
  { algorithm, type }: ChecksumKind,
  parts: readonly UploadedPart[],
  whole: string | undefined,
  claimed: string | undefined,
): Description['checksum'] {
  const value = type === 'FULL_OBJECT' ? whole : compositeOf(algorithm, parts)
  if (claimed !== undefined && claimed.replace(/-\d+$/, '') !== value?.replace(/-\d+$/, ''))
    throw s3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`)
  return value === undefined ? undefined : { algorithm, type, value }
}

/** Of every part, or of none. */
function partChecksums(
  algorithm: string,
  parts: readonly UploadedPart[],
): Pick<Description, 'partChecksums'> {
  const values = parts.flatMap(({ checksum: one }) => (one?.algorithm === algorithm ? [one.value] : []))
  return values.length === parts.length ? { partChecksums: values } : {}
}

function compositeOf(algorithm: string, parts: readonly UploadedPart[]): string | undefined {
  if (!isChecksumAlgorithm(algorithm)) return undefined
  const sum = checksum(algorithm)
  for (const part of parts) {
    if (part.checksum?.algorithm !== algorithm) return undefined
    sum.update(Buffer.from(part.checksum.value, 'base64'))
  }
  return `${sum.digest().toString('base64')}-${parts.length}`
}

function etagOf(parts: readonly UploadedPart[]): string {
  const md5 = createHash('md5')
  for (const { etag } of parts) md5.update(Buffer.from(etag, 'hex'))
  return `${md5.digest('hex')}-${parts.length}`
}
