/** ARNs of the one account. */
import { assert } from '../../base/errors.ts'
import { ACCOUNT_ID } from '../../aws/service.ts'

const BUCKET_MARK = ':s3:::'

export function streamArn(region: string, name: string): string {
  return `arn:aws:firehose:${region}:${ACCOUNT_ID}:deliverystream/${name}`
}

export function bucketArn(bucket: string): string {
  return `arn:aws${BUCKET_MARK}${bucket}`
}

export function bucketOf(arn: string): string {
  const at = arn.lastIndexOf(BUCKET_MARK)
  assert(at >= 0, `the shape has checked the bucket ARN ${arn}`)
  return arn.slice(at + BUCKET_MARK.length)
}

/** Streams of the pipeline file have no role, but AWS's clients expect one. */
export const PIPELINE_ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/hozon`
