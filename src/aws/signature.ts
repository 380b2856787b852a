/** What a request says of its signature, in a header or in its query; and the checks of it that need no key. Texts are AWS's. */
import { createHash } from 'node:crypto'
import { AwsError } from './errors.ts'
import { percentDecode, queryOf, wireHeaders, type WireHeaders, type WireRequest } from './wire-request.ts'

export interface Signature {
  accessKeyId: string
  /** YYYYMMDD */
  date: string
  region: string
  service: string
  /** YYYYMMDDTHHMMSSZ */
  timestamp: string
  signedHeaders: readonly string[]
  /** Lower-case hex, as claimed. */
  signature: string
  sessionToken: string | undefined
  /** Of a presigned URL; undefined for signed headers. */
  expiresSeconds: number | undefined
  /** So that the canonical request need not collect them again. */
  headers: WireHeaders
}

const ALGORITHM = 'AWS4-HMAC-SHA256'
const HEADER_PARTS = ['Credential', 'Signature', 'SignedHeaders'] as const
const QUERY_PARTS = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
  'X-Amz-Date',
] as const
/** What S3 gives a presigned URL at most: seven days. */
const EXPIRES_SECONDS_MAX = 604_800

/** Claims as text, before they are taken apart. */
interface Claims {
  algorithm: string
  credential: string
  signature: string
  signedHeaders: string
  timestamp: string
  sessionToken: string | undefined
  expiresSeconds: number | undefined
}

/** Throws MissingAuthenticationToken, IncompleteSignature or InvalidSignature, each with AWS's suffix Exception. */
export function readSignature(request: WireRequest, service: string): Signature {
  const headers = wireHeaders(request)
  const claims = readClaims(request, headers)
  if (!/^\d{8}T\d{6}Z$/.test(claims.timestamp))
    throw incomplete(
      `Date must be in ISO-8601 'basic format'. Got '${claims.timestamp.slice(0, 32)}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    )
  const signedHeaders = claims.signedHeaders.toLowerCase().split(';')
  if (!signedHeaders.includes('host'))
    throw invalidSignature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
  if (claims.algorithm !== ALGORITHM)
    throw incomplete(
      `Unsupported AWS 'algorithm': '${claims.algorithm.slice(0, 32)}' (only ${ALGORITHM} for now). `,
    )
  return { ...readScope(claims, service), ...claims, signedHeaders, headers }
}

function readClaims(request: WireRequest, headers: WireHeaders): Claims {
  const authorization = headers.get('authorization')
  const query = request.target.includes('X-Amz-') ? decodedQuery(request) : undefined
  const isPresigned = query?.has('X-Amz-Algorithm') ?? false
  if (authorization !== undefined && isPresigned)
    throw invalidSignature(
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    )
  if (isPresigned) return claimsOfQuery(query!)
  if (authorization === undefined || !authorization.startsWith('AWS4-'))
    throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token')
  return claimsOfHeader(authorization, headers)
}

function decodedQuery(request: WireRequest): Map<string, string> {
  return new Map(queryOf(request).map(([name, value]) => [percentDecode(name), percentDecode(value)]))
}

function claimsOfHeader(authorization: string, headers: WireHeaders): Claims {
  const space = authorization.indexOf(' ')
  const algorithm = space < 0 ? authorization : authorization.slice(0, space)
  const parts = new Map<string, string>()
  for (const part of space < 0 ? [] : authorization.slice(space + 1).split(',')) {
    const equals = part.indexOf('=')
    if (equals > 0) parts.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim())
    // Also of a second header of this name, which is joined to the first.
    else if (part.trim() !== '')
      throw incomplete(
        `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hashed(authorization)}'.`,
      )
  }
  const timestamp = headers.get('x-amz-date') ?? basicDate(headers.get('date'))
  const missing = HEADER_PARTS.filter((name) => !parts.get(name)).map(
    (name) => `Authorization header requires '${name}' parameter. `,
  )
  if (timestamp === undefined)
    missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
  if (missing.length > 0) {
    const hash = hashed(authorization)
    throw incomplete(`${missing.join('')}(Hashed with SHA-256 and encoded with Base64) Authorization=${hash}`)
  }
  return {
    algorithm,
    credential: parts.get('Credential')!,
    signature: parts.get('Signature')!,
    signedHeaders: parts.get('SignedHeaders')!,
    timestamp: timestamp!,
    sessionToken: headers.get('x-amz-security-token'),
    expiresSeconds: undefined,
  }
}

/** A header in an error says nothing, but can be recognised. */
function hashed(authorization: string): string {
  return createHash('sha256').update(authorization, 'latin1').digest('base64')
}

/** `Date` may be the basic format itself or HTTP's. */
function basicDate(date: string | undefined): string | undefined {
  if (date === undefined || /^\d{8}T/.test(date)) return date
  const ms = Date.parse(date)
  return Number.isNaN(ms) ? date : basicTime(ms)
}

function claimsOfQuery(query: Map<string, string>): Claims {
  const missing = QUERY_PARTS.filter((name) => !query.get(name))
  if (missing.length > 0)
    throw incomplete(
      `${missing.map((name) => `AWS query-string parameters must include '${name}'. `).join('')}Re-examine the query-string parameters.`,
    )
  const expires = query.get('X-Amz-Expires')
  const expiresSeconds = Number(expires ?? '900')
  if (!/^\d{1,6}$/.test(expires ?? '900') || expiresSeconds < 1 || expiresSeconds > EXPIRES_SECONDS_MAX)
    throw incomplete(`X-Amz-Expires must be a number of seconds from 1 to ${EXPIRES_SECONDS_MAX}`)
  return {
    algorithm: query.get('X-Amz-Algorithm')!,
    credential: query.get('X-Amz-Credential')!,
    signature: query.get('X-Amz-Signature')!,
    signedHeaders: query.get('X-Amz-SignedHeaders')!,
    timestamp: query.get('X-Amz-Date')!,
    sessionToken: query.get('X-Amz-Security-Token'),
    expiresSeconds,
  }
}

type Scope = Pick<Signature, 'accessKeyId' | 'date' | 'region' | 'service'>

function readScope({ credential, timestamp }: Claims, expected: string): Scope {
  const parts = credential.split('/')
  if (parts.length !== 5)
    throw incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential.slice(0, 128)}'`,
    )
  const [accessKeyId, date, region, service, term] = parts as [string, string, string, string, string]
  const day = timestamp.slice(0, 8)
  const wrong = [
    // Any region is ours. It goes into ARNs, so it must look like one.
    /^[a-z0-9-]{1,32}$/.test(region) ? '' : 'Credential should be scoped to a valid region. ',
    service === expected ? '' : `Credential should be scoped to correct service: '${expected}'. `,
    term === 'aws4_request'
      ? ''
      : `Credential should be scoped with a valid terminator: 'aws4_request', not '${term.slice(0, 32)}'. `,
    date === day
      ? ''
      : `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date.slice(0, 16)}' != '${day}', from '${timestamp}'. `,
  ].join('')
  if (wrong !== '') throw invalidSignature(wrong)
  return { accessKeyId, date, region, service }
}

/** 2026-11-23T05:10:00.000Z → 20261123T051000Z */
export function basicTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}

/** Undefined for a day or hour that does not exist. */
export function basicTimeMs(timestamp: string): number | undefined {
  const ms = Date.parse(timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  return Number.isNaN(ms) ? undefined : ms
}

export function invalidSignature(message: string): AwsError {
  return new AwsError('InvalidSignatureException', message)
}

function incomplete(message: string): AwsError {
  return new AwsError('IncompleteSignatureException', message)
}
