/** One put into S3, whole or in parts; the key gets the object or keeps what it had. */
import { HozonError, systemCode } from '../base/errors.ts'
import { attempts } from './s3-attempts.ts'
import { rangeChecksum, withBody } from './s3-body.ts'
import type { S3Context } from './s3-context.ts'
import { statusOf } from './s3-fault.ts'
import { putInParts } from './s3-multipart.ts'
import { describeUpload, isThere, refusesCondition, type S3Put } from './s3-upload.ts'

export async function putIntoS3(
  context: S3Context,
  put: Omit<S3Put, 'bytes'>,
): Promise<'created' | 'exists'> {
  const whole = { ...put, bytes: await sourceBytes(context, put.path) }
  if (whole.bytes > context.limits.multipartBytesMin) return putInParts(context, whole)
  return putWhole(context, whole)
}

async function sourceBytes({ sys }: S3Context, path: string): Promise<number> {
  try {
    return (await sys.files.stat(path)).size
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    const text = (error as Error).message
    throw new HozonError('HOZON_STORE_SOURCE', text, { op: 'put object', target: path, cause: error })
  }
}

async function putWhole(context: S3Context, put: S3Put): Promise<'created' | 'exists'> {
  const range = { path: put.path, from: 0, to: put.bytes }
  const checksum = await rangeChecksum(context.sys.files, range)
  const { bucket, key, bytes } = put
  const call = { op: 'put object', target: `${bucket}/${key}`, bytes }
  return attempts(context, call, async (signal) => {
    if (context.support.ifNoneMatch) {
      const outcome = await sendWhole(context, put, checksum, true, signal)
      if (outcome !== 'unsupported') return outcome
    }
    // Two writers could both find nothing here. That cannot hurt Hozon: keys are derived from what the objects hold.
    if (await isThere(context, bucket, key, signal)) return 'exists'
    await sendWhole(context, put, checksum, false, signal)
    context.support.ifNoneMatch = false
    return 'created'
  })
}

async function sendWhole(
  { sys, sdk, client }: S3Context,
  { bucket, key, path, bytes, options }: S3Put,
  checksum: string,
  conditional: boolean,
  signal: AbortSignal,
): Promise<'created' | 'exists' | 'unsupported'> {
  try {
    await withBody(sys.files, { path, from: 0, to: bytes }, signal, (body, abortSignal) =>
      client.send(
        new sdk.PutObjectCommand({
          Bucket: bucket,
          Key: key,
          // An empty stream would be sent chunked, which S3 refuses.
          Body: bytes === 0 ? '' : body,
          ContentLength: bytes,
          ChecksumCRC32: checksum,
          ...(conditional ? { IfNoneMatch: '*' } : {}),
          ...describeUpload(options),
        }),
        { abortSignal },
      ),
    )
    return 'created'
  } catch (error) {
    if (!conditional) throw error
    if (statusOf(error) === 412) return 'exists'
    if (refusesCondition(error)) return 'unsupported'
    throw error
  }
}
