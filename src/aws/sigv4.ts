/** Is this request signed by one who knows the key, and recently? */
import { createHmac, createSecretKey, hash, timingSafeEqual, type KeyObject } from 'node:crypto'
import { canonicalRequest } from './canonical-request.ts'
import { AwsError } from './errors.ts'
import type { AccessKey, AccessKeys } from './service.ts'
import { basicTime, basicTimeMs, invalidSignature, type Signature } from './signature.ts'
import type { WireRequest } from './wire-request.ts'

/** AWS takes a request for a quarter of an hour after it was signed: clocks that are late, and replays, have that long. */
const AGE_MS_MAX = 15 * 60_000
/** And five minutes before: clocks that are early. */
const AHEAD_MS_MAX = 5 * 60_000
/** A key of 32 bytes per access key, day, region and service; the oldest goes first. */
const SIGNING_KEYS_MAX = 1000
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

export interface Verifier {
  /** Whose it claims to be, if that key exists and the time is right. Needs no body, so nobody's body is read for strangers. */
  identify(signature: Signature, nowMs: number): AccessKey
  /**
   * Throws InvalidSignatureException unless the key made this signature of this request and payload. Gives the key that signs what
   * comes behind it: chunks of a body.
   */
  verify(request: WireRequest, signature: Signature, accessKey: AccessKey, payload: Payload): KeyObject
}

export interface Payload {
  /** Hex sha256, or what the sender signed in its place where the service takes that. */
  hash: string
  /** S3 signs paths as they are. */
  plainPath?: boolean
}

export function openVerifier(accessKeys: AccessKeys): Verifier {
  const signingKeys = new Map<string, { secret: string; key: KeyObject }>()
  return {
    identify(signature, nowMs) {
      checkTime(signature, nowMs)
      const accessKey = accessKeys.find(signature.accessKeyId)
      // Our keys are long-lived: a session token belongs to another key, here as at AWS.
      if (accessKey === undefined || signature.sessionToken !== undefined)
        throw new AwsError(
          'UnrecognizedClientException',
          'The security token included in the request is invalid.',
        )
      return accessKey
    },
    verify(request, signature, { secretAccessKey }, payload) {
      const { accessKeyId, date, region, service, timestamp, signedHeaders, headers } = signature
      const claimed = headers.get('x-amz-content-sha256')
      if (claimed !== undefined && claimed !== payload.hash) throw invalidSignature(MISMATCH)
      const scope = `${date}/${region}/${service}/aws4_request`
      const cacheKey = `${accessKeyId}/${scope}`
      const known = signingKeys.get(cacheKey)
      const key = known?.secret === secretAccessKey ? known.key : signingKey(secretAccessKey, signature)
      const canonical = canonicalRequest(request, headers, {
        signedHeaders,
        payloadHash: payload.hash,
        plainPath: payload.plainPath ?? false,
      })
      const text = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(canonical)}`
      if (!isEqual(createHmac('sha256', key).update(text, 'latin1').digest(), signature.signature))
        throw invalidSignature(MISMATCH)
      // Kept only now: those who do not know the key can not push others out.
      if (known?.key !== key) remember(signingKeys, cacheKey, { secret: secretAccessKey, key })
      return key
    },
  }
}

function checkTime({ timestamp, expiresSeconds }: Signature, nowMs: number): void {
  const signedMs = basicTimeMs(timestamp)
  if (signedMs === undefined)
    throw new AwsError(
      'IncompleteSignatureException',
      `Date must be in ISO-8601 'basic format'. Got '${timestamp}'.`,
    )
  // A presigned URL may end earlier, but lives no longer.
  const ageMsMax = Math.min(AGE_MS_MAX, (expiresSeconds ?? Infinity) * 1000)
  if (signedMs < nowMs - ageMsMax)
    throw invalidSignature(
      `Signature expired: ${timestamp} is now earlier than ${basicTime(nowMs - ageMsMax)} (${basicTime(nowMs)} - ${Math.ceil(ageMsMax / 60_000)} min.)`,
    )
  if (signedMs > nowMs + AHEAD_MS_MAX)
    throw invalidSignature(
      `Signature not yet current: ${timestamp} is still later than ${basicTime(nowMs + AHEAD_MS_MAX)} (${basicTime(nowMs)} + ${AHEAD_MS_MAX / 60_000} min.)`,
    )
}

/** A KeyObject, as Node makes one of the bytes for each HMAC otherwise, which takes ten times as long as the HMAC. */
function signingKey(secret: string, { date, region, service }: Signature): KeyObject {
  let key: string | Buffer = `AWS4${secret}`
  for (const part of [date, region, service, 'aws4_request'])
    key = createHmac('sha256', key).update(part, 'latin1').digest()
  return createSecretKey(key as Buffer)
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  if (map.size >= SIGNING_KEYS_MAX) {
    const [oldest] = map.keys()
    map.delete(oldest!)
  }
  map.set(key, value)
}

/** Header values are bytes: what a sender signed as UTF-8 arrives as the same bytes. */
function sha256(text: string): string {
  return hash('sha256', Buffer.from(text, 'latin1'), 'hex')
}

/** No early end at the first wrong character. */
function isEqual(computed: Buffer, claimed: string): boolean {
  return /^[0-9a-f]{64}$/.test(claimed) && timingSafeEqual(computed, Buffer.from(claimed, 'hex'))
}
