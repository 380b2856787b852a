/** The text of which SigV4 signs the hash. */
import {
  pathOf,
  percentDecode,
  percentEncode,
  queryOf,
  type WireHeaders,
  type WireRequest,
} from './wire-request.ts'

export interface CanonicalOptions {
  /** Exactly these, in this order. */
  signedHeaders: readonly string[]
  /** Hex sha256 of the body, or what stands for it (UNSIGNED-PAYLOAD). */
  payloadHash: string
  /** S3 signs the path as it is; all other services a normalised one, encoded once more. */
  plainPath?: boolean
}

export function canonicalRequest(
  request: WireRequest,
  headers: WireHeaders,
  { signedHeaders, payloadHash, plainPath = false }: CanonicalOptions,
): string {
  const path = pathOf(request)
  const lines = [request.method, plainPath ? path : canonicalPath(path), canonicalQuery(request)]
  for (const name of signedHeaders) lines.push(`${name}:${canonicalValue(headers.get(name) ?? '')}`)
  lines.push('', signedHeaders.join(';'), payloadHash)
  return lines.join('\n')
}

function canonicalPath(path: string): string {
  if (path === '/' || path === '') return '/'
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '.' && segment !== '') segments.push(percentEncode(segment))
  }
  const end = segments.length > 0 && path.endsWith('/') ? '/' : ''
  return `/${segments.join('/')}${end}`
}

/** Decoded and encoded again, so that each character is written one way; sorted; without the signature itself. */
function canonicalQuery(request: WireRequest): string {
  if (!request.target.includes('?')) return ''
  return queryOf(request)
    .map(
      ([name, value]) => [percentEncode(percentDecode(name)), percentEncode(percentDecode(value))] as const,
    )
    .filter(([name]) => name !== 'X-Amz-Signature')
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function canonicalValue(value: string): string {
  const trimmed = value.trim()
  return trimmed.includes('  ') ? trimmed.replace(/ {2,}/g, ' ') : trimmed
}
