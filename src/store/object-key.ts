/** Which bucket names and keys a store accepts: what S3 itself would refuse is refused by every store. */
import { HozonError } from '../base/errors.ts'

/** S3's limit, in bytes of UTF-8. */
export const KEY_BYTES_MAX = 1024

/** Names that begin so are the folder store's own, in every folder. */
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

export function keyError(op: string, key: string, message: string, hint?: string): HozonError {
  return new HozonError('HOZON_STORE_KEY', message, {
    op,
    target: JSON.stringify(key),
    hint: hint ?? 'change the prefix of the stream',
  })
}

/** The order of keys: by their bytes as UTF-8. That is the order of code points, not of UTF-16. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

/** Surrogates stand for what comes after all other characters. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
}
