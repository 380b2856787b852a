/** Which bucket names and keys a store accepts. What S3 itself would refuse is refused by every store. */
import { HozonError } from '../base/errors.ts'

/** S3's limit, in bytes of UTF-8. */
export const KEY_BYTES_MAX = 1024

/** 255 is the limit of ext4, xfs, APFS and NTFS for one name; 5 bytes stay free for `.json` of the metadata file. */
const SEGMENT_BYTES_MAX = 250

/** Names that begin so are the store's own, in every folder. */
export const RESERVED_PREFIX = '.hozon-'

const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

export function isBucketName(bucket: string): boolean {
  return BUCKET_NAME.test(bucket) && !bucket.includes('..')
}

export function checkBucketName(op: string, bucket: string): void {
  if (!isBucketName(bucket))
    throw keyError(op, bucket, 'not a bucket name', 'use 3 to 63 of a-z, 0-9, dot and hyphen')
}

export function checkKey(op: string, key: string): void {
  if (key === '') throw keyError(op, key, 'the key is empty')
  if (!key.isWellFormed()) throw keyError(op, key, 'the key is not valid Unicode')
  if (Buffer.byteLength(key) > KEY_BYTES_MAX)
    throw keyError(op, key, `the key is longer than ${KEY_BYTES_MAX} bytes`)
}

/** What a folder can hold is less than what S3 can: no escape, no name that another system reads differently. */
export function checkLocalKey(op: string, key: string): void {
  checkKey(op, key)
  const fault = key
    .split('/')
    .map(segmentFault)
    .find((text) => text !== undefined)
  if (fault !== undefined) throw keyError(op, key, fault)
}

export function segmentFault(segment: string): string | undefined {
  if (segment === '') return 'the key has an empty segment (it begins or ends with / or has //)'
  if (segment === '.' || segment === '..') return `the key has the segment ${segment}`
  if (segment.includes('\0')) return 'the key has a NUL character'
  if (segment.includes('\\')) return 'the key has a backslash'
  if (segment.startsWith(RESERVED_PREFIX)) return `names that begin with ${RESERVED_PREFIX} are reserved`
  if (Buffer.byteLength(segment) > SEGMENT_BYTES_MAX)
    return `a segment of the key is longer than ${SEGMENT_BYTES_MAX} bytes`
  return undefined
}

export function keyError(op: string, key: string, message: string, hint?: string): HozonError {
  return new HozonError('HOZON_STORE_KEY', message, {
    op,
    target: JSON.stringify(key),
    hint: hint ?? 'change the prefix of the stream',
  })
}
