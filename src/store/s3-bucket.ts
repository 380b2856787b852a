import type { BucketLocationConstraint } from '@aws-sdk/client-s3'
import { HozonError } from '../base/errors.ts'
import { RESERVED_PREFIX } from './object-key.ts'
import { attempts } from './s3-attempts.ts'
import type { S3Context } from './s3-context.ts'
import { nameOf, statusOf } from './s3-fault.ts'
import { refusesCondition } from './s3-upload.ts'

/** An empty object that stays: removing it would need s3:DeleteObject, which a log store should not be given. */
export const PROBE_KEY = `${RESERVED_PREFIX}writable`

export async function openS3Bucket(context: S3Context, bucket: string): Promise<void> {
  if (!(await bucketExists(context, bucket))) await createBucket(context, bucket)
  // Some servers ignore the condition silently: the second put of the same key tells. The first may be an earlier run's.
  const first = await putProbe(context, bucket)
  const second = first === 'created' ? await putProbe(context, bucket) : first
  context.support.ifNoneMatch = second === 'exists'
}

async function bucketExists({ sdk, client, ...context }: S3Context, bucket: string): Promise<boolean> {
  return attempts({ sdk, client, ...context }, { op: 'open bucket', target: bucket }, async (abortSignal) => {
    try {
      await client.send(new sdk.HeadBucketCommand({ Bucket: bucket }), { abortSignal })
      return true
    } catch (error) {
      if (statusOf(error) === 404) return false
      throw error
    }
  })
}

async function createBucket(context: S3Context, bucket: string): Promise<void> {
  const { sdk, client } = context
  const region = await client.config.region()
  const place =
    region === 'us-east-1'
      ? {}
      : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } }
  try {
    await attempts(context, { op: 'make bucket', target: bucket }, async (abortSignal) => {
      try {
        await client.send(new sdk.CreateBucketCommand({ Bucket: bucket, ...place }), { abortSignal })
      } catch (error) {
        // An attempt whose answer was cut, or another node at the same moment.
        if (nameOf(error) !== 'BucketAlreadyOwnedByYou') throw error
      }
    })
  } catch (error) {
    if (!(error instanceof HozonError) || error.code !== 'HOZON_STORE_DENIED') throw error
    throw new HozonError('HOZON_STORE_NO_BUCKET', 'there is no such bucket, and it may not be made', {
      op: 'open bucket',
      target: bucket,
      hint: `make it: aws s3 mb s3://${bucket}`,
      cause: error,
    })
  }
}

async function putProbe(context: S3Context, bucket: string): Promise<'created' | 'exists' | 'unsupported'> {
  const { sdk, client } = context
  const send = (conditional: boolean) =>
    attempts(context, { op: 'open bucket', target: bucket }, async (abortSignal) => {
      const condition = conditional ? { IfNoneMatch: '*' } : {}
      const probe = { Bucket: bucket, Key: PROBE_KEY, Body: '', ContentLength: 0, ...condition }
      try {
        await client.send(new sdk.PutObjectCommand(probe), { abortSignal })
        return 'created'
      } catch (error) {
        if (statusOf(error) === 412) return 'exists'
        if (conditional && refusesCondition(error)) return 'unsupported'
        throw error
      }
    })
  const outcome = await send(true)
  // Writable all the same? Then only the condition was refused.
  if (outcome === 'unsupported') await send(false)
  return outcome
}
