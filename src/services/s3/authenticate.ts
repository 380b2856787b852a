/** Who sends this? S3's rules for SigV4: in a header or a presigned URL, with its own words for what is wrong. */
import { AwsError } from '../../aws/errors.ts'
import type { ChunkSigner } from '../../aws/aws-chunked.ts'
import type { AccessKey, AccessKeys } from '../../aws/service.ts'
import { basicTimeMs, readSignature, type Signature } from '../../aws/signature.ts'
import type { Verifier } from '../../aws/sigv4.ts'
import {
  pathOf,
  percentDecode,
  percentEncode,
  wireHeaders,
  type WireHeaders,
  type WireRequest,
} from '../../aws/wire-request.ts'
import { s3Error } from './errors.ts'

/** S3's: clocks may differ by a quarter of an hour, either way. */
const SKEW_MS_MAX = 15 * 60_000
/** Said of the body by headers that the signature need not cover. */
const UNSIGNED_ALLOWED = new Set([
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-user-agent',
])

type SigningKey = ReturnType<Verifier['verify']>

export interface Authenticated {
  accessKey: AccessKey
  region: string
  headers: WireHeaders
  /** What the sender signed in place of the body's hash: a hash, UNSIGNED-PAYLOAD or STREAMING-… */
  payloadHash: string
  chunkSigner: ChunkSigner
}

export function authenticate(
  wire: WireRequest,
  query: ReadonlyMap<string, string>,
  { accessKeys, verifier, nowMs }: { accessKeys: AccessKeys; verifier: Verifier; nowMs: number },
): Authenticated {
  const headers = wireHeaders(wire)
  refuseOtherSchemes(headers, query)
  const signature = inS3Words(() => readSignature(wire, 's3'), query)
  checkTime(signature, nowMs)
  const accessKey = accessKeys.find(signature.accessKeyId)
  if (accessKey === undefined)
    throw s3Error('InvalidAccessKeyId', undefined, { AWSAccessKeyId: signature.accessKeyId })
  if (signature.sessionToken !== undefined) throw s3Error('InvalidToken')
  const payloadHash = payloadHashOf(signature, headers, query)
  const verify = (request: WireRequest): SigningKey =>
    verifier.verify(request, signature, accessKey, { hash: payloadHash, plainPath: true })
  const signingKey = inS3Words(() => verifyEitherWay(wire, verify), query)
  refuseUnsigned(signature)
  const { timestamp, date, region } = signature
  const scope = `${date}/${region}/s3/aws4_request`
  return {
    accessKey,
    region,
    headers,
    payloadHash,
    chunkSigner: { signingKey, timestamp, scope, seed: signature.signature },
  }
}

function refuseOtherSchemes(headers: WireHeaders, query: ReadonlyMap<string, string>): void {
  const authorization = headers.get('authorization')
  if (authorization === undefined && !query.has('X-Amz-Algorithm') && !query.has('AWSAccessKeyId'))
    throw s3Error('AccessDenied')
  if (authorization?.startsWith('AWS4-HMAC-SHA256') || query.has('X-Amz-Algorithm')) return
  throw s3Error(
    'InvalidRequest',
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  )
}

function payloadHashOf(
  { expiresSeconds }: Signature,
  headers: WireHeaders,
  query: ReadonlyMap<string, string>,
): string {
  const given = headers.get('x-amz-content-sha256') ?? query.get('X-Amz-Content-Sha256')
  if (given !== undefined) return given
  if (expiresSeconds !== undefined) return 'UNSIGNED-PAYLOAD'
  throw s3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256')
}

function checkTime({ timestamp, expiresSeconds }: Signature, nowMs: number): void {
  const signedMs = basicTimeMs(timestamp)
  if (signedMs === undefined)
    throw s3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header')
  const members = { ServerTime: new Date(nowMs).toISOString() }
  if (expiresSeconds === undefined) {
    if (Math.abs(nowMs - signedMs) <= SKEW_MS_MAX) return
    throw s3Error('RequestTimeTooSkewed', undefined, {
      RequestTime: timestamp,
      ...members,
      MaxAllowedSkewMilliseconds: String(SKEW_MS_MAX),
    })
  }
  if (signedMs > nowMs + SKEW_MS_MAX) throw s3Error('AccessDenied', 'Request is not valid yet', members)
  const expiresMs = signedMs + expiresSeconds * 1000
  if (nowMs <= expiresMs) return
  throw s3Error('AccessDenied', 'Request has expired', {
    'X-Amz-Expires': String(expiresSeconds),
    Expires: new Date(expiresMs).toISOString(),
    ...members,
  })
}

/** Headers of S3 change what a request does: somebody on the way could add one that is not signed. */
function refuseUnsigned({ signedHeaders, headers }: Signature): void {
  const unsigned = [...headers.keys()].filter(
    (name) => name.startsWith('x-amz-') && !signedHeaders.includes(name) && !UNSIGNED_ALLOWED.has(name),
  )
  if (unsigned.length > 0)
    throw s3Error('AccessDenied', 'There were headers present in the request which were not signed', {
      HeadersNotSigned: unsigned.join(', '),
    })
}

/** The path as it came, or each character of it encoded: senders leave some as they are and sign them encoded. */
function verifyEitherWay(wire: WireRequest, verify: (request: WireRequest) => SigningKey): SigningKey {
  try {
    return verify(wire)
  } catch (error) {
    const path = pathOf(wire)
    const encoded = path
      .split('/')
      .map((segment) => percentEncode(percentDecode(segment)))
      .join('/')
    if (encoded === path) throw error
    return verify({ ...wire, target: encoded + wire.target.slice(path.length) })
  }
}

/** The room below speaks the language of the JSON services. */
function inS3Words<T>(work: () => T, query: ReadonlyMap<string, string>): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    if (error.message.startsWith('The request signature we calculated'))
      throw s3Error('SignatureDoesNotMatch')
    throw s3Error(
      query.has('X-Amz-Algorithm') ? 'AuthorizationQueryParametersError' : 'AuthorizationHeaderMalformed',
      error.message,
    )
  }
}
