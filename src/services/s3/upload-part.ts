import { createHash } from 'node:crypto'
import { checksumHeader, checksum as openChecksum, isChecksumAlgorithm } from '../../aws/checksums.ts'
import { bytesOfObject, openCopySource, parseCopySource } from './copy-source.ts'
import { invalidArgument, s3Error } from './errors.ts'
import { checksumMembers, quoted, refuseHeaders } from './object-headers.ts'
import type { S3Operation } from './operation.ts'
import { refuseBody } from './put-object.ts'
import { findUpload, readPartNumber, refuseOtherAlgorithm } from './upload.ts'
import { PUT_BYTES_MAX } from './body.ts'

export const UPLOAD_PART: S3Operation = {
  name: 'UploadPart',
  roles: ['ingest'],
  async handle(context, call) {
    const { bucket, query, headers, body } = call
    refuseHeaders(headers)
    const number = readPartNumber(query)
    const upload = await findUpload(context, call)
    await refuseBody(context, bucket, body)
    const received = await context.objects.receive(body.chunks(), body.bytes)
    const { md5, checksum } = body.digests()
    try {
      refuseOtherAlgorithm(upload, checksum?.algorithm)
      const digests = { etag: md5, ...(checksum === undefined ? {} : { checksum }) }
      await context.objects.uploads.putPart(upload, { number, ...digests }, received)
    } finally {
      await context.objects.discard(received)
    }
    return {
      headers: {
        ETag: quoted(md5),
        ...(checksum === undefined ? {} : { [checksumHeader(checksum.algorithm)]: checksum.value }),
      },
    }
  },
}

export const UPLOAD_PART_COPY: S3Operation = {
  name: 'UploadPartCopy',
  roles: [],
  async handle(context, call) {
    const { query, headers } = call
    const number = readPartNumber(query)
    const upload = await findUpload(context, call)
    const object = await openCopySource(context, parseCopySource(headers), headers)
    try {
      const range = readCopyRange(headers.get('x-amz-copy-source-range'), object.bytes)
      if (range.to - range.from > PUT_BYTES_MAX) throw s3Error('EntityTooLarge')
      const algorithm = upload.checksum?.algorithm ?? ''
      const sum = isChecksumAlgorithm(algorithm) ? openChecksum(algorithm) : undefined
      const md5 = createHash('md5')
      async function* hashed(): AsyncGenerator<Buffer> {
        for await (const chunk of bytesOfObject(object, range)) {
          md5.update(chunk)
          sum?.update(chunk)
          yield chunk
        }
      }
      const received = await context.objects.receive(hashed(), range.to - range.from)
      const checksum = sum && { algorithm, value: sum.digest().toString('base64') }
      const digests = { etag: md5.digest('hex'), ...(checksum === undefined ? {} : { checksum }) }
      const part = await context.objects.uploads.putPart(upload, { number, ...digests }, received)
      return {
        xml: {
          root: 'CopyPartResult',
          members: {
            LastModified: new Date(part.lastModifiedMs).toISOString(),
            ETag: quoted(part.etag),
            ...checksumMembers(checksum),
          },
        },
      }
    } finally {
      await object.close()
    }
  },
}

/** Unlike `Range`: both ends must be there, and in the object. */
function readCopyRange(text: string | undefined, bytes: number): { from: number; to: number } {
  if (text === undefined) return { from: 0, to: bytes }
  const match = /^bytes=(\d+)-(\d+)$/.exec(text)
  const [from, to] = [Number(match?.[1]), Number(match?.[2]) + 1]
  if (match === null || from >= to)
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      text,
    )
  if (to > bytes)
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${bytes}`,
      'x-amz-copy-source-range',
      text,
    )
  return { from, to }
}
