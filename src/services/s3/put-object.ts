import { writeCondition } from './conditions.ts'
import { s3Error, noSuchBucket } from './errors.ts'
import { PUT_BYTES_MAX, type S3Body } from './body.ts'
import { checksumHeaders, quoted, readDescription } from './object-headers.ts'
import type { S3Context, S3Operation } from './operation.ts'

export const PUT_OBJECT: S3Operation = {
  name: 'PutObject',
  roles: ['ingest'],
  async handle(context, { bucket, key, headers, body, accessKey }) {
    const description = readDescription(headers)
    const condition = writeCondition(key, headers, accessKey)
    await refuseBody(context, bucket, body)
    // A look before gigabytes are sent; what counts is the look in the key's turn.
    condition(await context.objects.head(bucket, key))
    const received = await context.objects.receive(body.chunks(), body.bytes)
    const { md5, checksum } = body.digests()
    const stored = await context.objects.put(
      { bucket, key },
      received,
      {
        ...description,
        etag: md5,
        ...(checksum === undefined ? {} : { checksum: { ...checksum, type: 'FULL_OBJECT' } }),
      },
      condition,
    )
    return { headers: { ETag: quoted(stored.etag), ...checksumHeaders(stored) } }
  },
}

/** What can be said before the first byte of it. */
export async function refuseBody({ objects }: S3Context, bucket: string, body: S3Body): Promise<void> {
  if (body.bytes > PUT_BYTES_MAX)
    throw s3Error('EntityTooLarge', undefined, {
      ProposedSize: String(body.bytes),
      MaxSizeAllowed: String(PUT_BYTES_MAX),
    })
  if ((await objects.bucket(bucket)) === undefined) throw noSuchBucket(bucket)
}
