/** What S3 and its look-alikes report, in the store's own words. */
import { AssertionError } from 'node:assert'
import { HozonError, type HozonErrorDetails } from '../base/errors.ts'

export interface Judgement {
  error: HozonError
  /** Worth another attempt within the same call. */
  again: boolean
}

interface Fault {
  code: string
  hint?: string
  /** May the caller try again later? */
  retryable: boolean
  again: boolean
}

const KEYS_HINT =
  'check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN (or the profile or role) of the hozon process'
const REGION_HINT = 'the bucket is in another region: set store.s3.region'

const UNAVAILABLE: Fault = { code: 'HOZON_STORE_UNAVAILABLE', retryable: true, again: true }
const REFUSED: Fault = { code: 'HOZON_STORE_UNAVAILABLE', retryable: true, again: false }
const FULL: Fault = {
  code: 'HOZON_STORE_FULL',
  retryable: true,
  again: false,
  hint: 'free space in the store',
}
const NO_BUCKET: Fault = {
  code: 'HOZON_STORE_NO_BUCKET',
  retryable: false,
  again: false,
  hint: 'make the bucket',
}
const NOT_FOUND: Fault = { code: 'HOZON_STORE_NOT_FOUND', retryable: false, again: false }
const KEY: Fault = {
  code: 'HOZON_STORE_KEY',
  retryable: false,
  again: false,
  hint: 'change the prefix of the stream',
}
const denied = (hint: string): Fault => ({ code: 'HOZON_STORE_DENIED', retryable: false, again: false, hint })

/** By the error's name first: it says more than the status. */
const BY_NAME: Record<string, Fault> = {
  AccessDenied: denied(
    'the policy must allow s3:PutObject, s3:GetObject, s3:ListBucket and s3:AbortMultipartUpload',
  ),
  InvalidAccessKeyId: denied(KEYS_HINT),
  SignatureDoesNotMatch: denied(KEYS_HINT),
  ExpiredToken: denied(KEYS_HINT),
  InvalidToken: denied(KEYS_HINT),
  CredentialsProviderError: denied(KEYS_HINT),
  AuthorizationHeaderMalformed: denied(REGION_HINT),
  PermanentRedirect: denied(REGION_HINT),
  IllegalLocationConstraintException: denied(REGION_HINT),
  NoSuchBucket: NO_BUCKET,
  NoSuchKey: NOT_FOUND,
  NotFound: NOT_FOUND,
  InvalidBucketName: KEY,
  KeyTooLongError: KEY,
  XMinioInvalidObjectName: KEY,
  XMinioInvalidResourceName: KEY,
  XMinioStorageFull: FULL,
  QuotaExceeded: FULL,
  // The bytes were damaged or cut on their way: the next attempt sends them again.
  BadDigest: UNAVAILABLE,
  XAmzContentChecksumMismatch: UNAVAILABLE,
  IncompleteBody: UNAVAILABLE,
  RequestTimeout: UNAVAILABLE,
  // The SDK has learnt the server's time from the refusal, and signs the next attempt with it.
  RequestTimeTooSkewed: { ...UNAVAILABLE, hint: 'set the clock of this machine' },
  // Another write of the key was running: who won shows with the next attempt.
  ConditionalRequestConflict: UNAVAILABLE,
  OperationAborted: UNAVAILABLE,
  SlowDown: UNAVAILABLE,
}

const BY_STATUS: Record<number, Fault> = {
  301: denied(REGION_HINT),
  401: denied(KEYS_HINT),
  403: denied('the store refuses: check credentials and policy (s3:PutObject, s3:GetObject, s3:ListBucket)'),
  404: NOT_FOUND,
  408: UNAVAILABLE,
  409: UNAVAILABLE,
  429: UNAVAILABLE,
  507: FULL,
}

/** Bugs are thrown on; everything else gets its HozonError. */
export function judgeS3(error: unknown, details: HozonErrorDetails): Judgement {
  if (error instanceof HozonError) return { error, again: false }
  if (error instanceof AssertionError) throw error
  const status = statusOf(error)
  const fault = BY_NAME[nameOf(error)] ?? byStatus(status)
  const retry = { retryable: fault.retryable, cause: error }
  const hint = fault.hint === undefined ? {} : { hint: fault.hint }
  return {
    error: new HozonError(fault.code, textOf(error, status), { ...details, ...retry, ...hint }),
    again: fault.again,
  }
}

export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined
  const metadata = error.$metadata as { httpStatusCode?: number } | undefined
  return metadata?.httpStatusCode
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}

/** No status at all: the network failed, or the answer could not be read. A status of 2xx: its body was damaged. */
function byStatus(status: number | undefined): Fault {
  if (status === undefined || status < 300 || status >= 500) return UNAVAILABLE
  return BY_STATUS[status] ?? REFUSED
}

function textOf(error: unknown, status: number | undefined): string {
  const message = error instanceof Error && error.message !== '' ? error.message : 'no message'
  const name = nameOf(error)
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : name
  return status === undefined ? `${code}: ${message}` : `${status} ${name}: ${message}`
}
