/** Between the headers of a request or an answer and what the store keeps of an object. */
import { checksumHeader, isChecksumAlgorithm } from '../../aws/checksums.ts'
import type { WireHeaders } from '../../aws/wire-request.ts'
import { decodeHeaderText, encodeHeaderText } from '../../store/header-text.ts'
import type { Description, ServedObject } from '../../store/served-objects.ts'
import { notImplemented, s3Error } from './errors.ts'
import { parseTagHeader } from './tags.ts'

/** S3's limit: keys and values, in bytes. */
const METADATA_BYTES_MAX = 2048
const META = 'x-amz-meta-'
const KEPT = [
  'cache-control',
  'content-disposition',
  'content-language',
  'expires',
  'x-amz-website-redirect-location',
] as const
/** Read at once, all of them. What must be restored first is refused: nothing here would do that. */
const STORAGE_CLASSES = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
])
/** They would promise what a folder does not do. */
const REFUSED =
  /^x-amz-(?:server-side-encryption|copy-source-server-side-encryption|object-lock|write-offset)/
/** Said to those whom no one else's access is given by it. */
const ACLS_ALLOWED = new Set(['private', 'bucket-owner-full-control'])
const OVERRIDES = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
] as const

/** Throws what S3 throws of headers that can not be followed. */
export function readDescription(headers: WireHeaders): Description {
  refuseHeaders(headers)
  const storageClass = headers.get('x-amz-storage-class') ?? 'STANDARD'
  if (!STORAGE_CLASSES.has(storageClass)) throw s3Error('InvalidStorageClass')
  const kept: Record<string, string> = {}
  for (const name of KEPT) if (headers.has(name)) kept[name] = headers.get(name)!
  if (storageClass !== 'STANDARD') kept['x-amz-storage-class'] = storageClass
  const tagging = headers.get('x-amz-tagging')
  const encoding = contentEncoding(headers)
  return {
    contentType: headers.get('content-type') || 'binary/octet-stream',
    ...(encoding === undefined ? {} : { contentEncoding: encoding }),
    metadata: readMetadata(headers),
    ...(Object.keys(kept).length === 0 ? {} : { headers: kept }),
    ...(tagging === undefined || tagging === '' ? {} : { tags: parseTagHeader(tagging) }),
  }
}

export function refuseHeaders(headers: WireHeaders): void {
  for (const name of headers.keys())
    if (REFUSED.test(name))
      throw notImplemented(`The header ${name} implies functionality that is not implemented.`)
  const acl = headers.get('x-amz-acl')
  const hasGrants = [...headers.keys()].some((name) => name.startsWith('x-amz-grant-'))
  if (hasGrants || (acl !== undefined && !ACLS_ALLOWED.has(acl)))
    throw s3Error('AccessControlListNotSupported')
}

/** Of a GET or HEAD of it. */
export function objectHeaders(
  object: ServedObject,
  query: ReadonlyMap<string, string> = new Map(),
): Record<string, string> {
  const headers: Record<string, string> = {
    ETag: quoted(object.etag),
    'Last-Modified': new Date(object.lastModifiedMs).toUTCString(),
    'Accept-Ranges': 'bytes',
    'Content-Type': object.contentType ?? 'binary/octet-stream',
    ...object.headers,
  }
  if (object.contentEncoding !== undefined) headers['content-encoding'] = object.contentEncoding
  for (const [name, text] of Object.entries(object.metadata)) headers[META + name] = encodeHeaderText(text)
  const tagCount = Object.keys(object.tags ?? {}).length
  if (tagCount > 0) headers['x-amz-tagging-count'] = String(tagCount)
  for (const name of OVERRIDES) {
    const value = query.get(`response-${name}`)
    // Node refuses what no header can hold; that is the caller's fault and not ours.
    if (value !== undefined && !/^[\t\x20-\x7e]*$/.test(value))
      throw s3Error('InvalidArgument', `response-${name}`)
    if (value !== undefined) headers[name === 'content-type' ? 'Content-Type' : name] = value
  }
  return headers
}

export function checksumHeaders({ checksum }: Pick<Description, 'checksum'>): Record<string, string> {
  if (checksum === undefined) return {}
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type }
}

/** As element of an answer: `ChecksumCRC32`. */
export function checksumMembers(
  checksum: { algorithm: string; value: string } | undefined,
): Record<string, string> {
  return checksum === undefined ? {} : { [`Checksum${checksum.algorithm}`]: checksum.value }
}

/** The algorithm that a sender names before there is anything to sum up. */
export function readAlgorithm(headers: WireHeaders): string | undefined {
  const name = headers.get('x-amz-checksum-algorithm') ?? headers.get('x-amz-sdk-checksum-algorithm')
  if (name === undefined) return undefined
  const algorithm = name.toUpperCase()
  if (!isChecksumAlgorithm(algorithm))
    throw s3Error('InvalidRequest', 'Checksum algorithm provided is unsupported.')
  return algorithm
}

export function quoted(etag: string): string {
  return `"${etag}"`
}

export function storageClassOf(object: ServedObject): string {
  return object.headers?.['x-amz-storage-class'] ?? 'STANDARD'
}

function readMetadata(headers: WireHeaders): Record<string, string> {
  const metadata: Record<string, string> = {}
  let bytes = 0
  for (const [name, value] of headers) {
    if (!name.startsWith(META)) continue
    bytes += name.length - META.length + value.length
    metadata[name.slice(META.length)] = decodeHeaderText(textOf(value))
  }
  if (bytes > METADATA_BYTES_MAX) throw s3Error('MetadataTooLarge')
  return metadata
}

/** A header holds bytes: UTF-8 where they are that. */
function textOf(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1')
  const text = bytes.toString('utf8')
  return Buffer.from(text).equals(bytes) ? text : latin1
}

/** `aws-chunked` says how the body is sent, and not what it is. */
function contentEncoding(headers: WireHeaders): string | undefined {
  const rest = (headers.get('content-encoding') ?? '')
    .split(',')
    .filter((name) => name.trim() !== 'aws-chunked')
    .join(',')
    .trim()
  return rest === '' ? undefined : rest
}
