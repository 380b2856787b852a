/** Bucket and key of a request: path-style, or with the bucket in the name of the host. */
import { percentDecode, queryOf, pathOf, type WireRequest } from '../../aws/wire-request.ts'
import { isBucketName, KEY_BYTES_MAX } from '../../store/object-key.ts'
import { s3Error } from './errors.ts'

export interface Address {
  bucket: string
  key: string
  query: ReadonlyMap<string, string>
}

/** `names`: the endpoint's own, below which buckets have theirs. Throws InvalidURI, InvalidBucketName, KeyTooLongError. */
export function readAddress(
  request: WireRequest,
  host: string | undefined,
  names: readonly string[],
): Address {
  const path = decoded(pathOf(request)).replace(/^\//, '')
  const ofHost = bucketOfHost(host, names)
  const slash = path.indexOf('/')
  const bucket = ofHost ?? (slash < 0 ? path : path.slice(0, slash))
  const key = ofHost === undefined ? (slash < 0 ? '' : path.slice(slash + 1)) : path
  if (bucket !== '' && !isBucketName(bucket))
    throw s3Error('InvalidBucketName', undefined, { BucketName: bucket })
  const bytes = Buffer.byteLength(key)
  if (bytes > KEY_BYTES_MAX)
    throw s3Error('KeyTooLongError', undefined, {
      Size: String(bytes),
      MaxSizeAllowed: String(KEY_BYTES_MAX),
    })
  const pairs = queryOf(request).map(([name, value]) => [decoded(name), decoded(plusAsSpace(value))] as const)
  return { bucket, key, query: new Map(pairs) }
}

function bucketOfHost(host: string | undefined, names: readonly string[]): string | undefined {
  const name = (host ?? '').replace(/:\d+$/, '').toLowerCase()
  const parent = names.find((one) => name.endsWith(`.${one.toLowerCase()}`))
  return parent === undefined ? undefined : name.slice(0, -parent.length - 1)
}

function plusAsSpace(text: string): string {
  return text.replaceAll('+', ' ')
}

/** Characters of a request are bytes; those of names are UTF-8. */
function decoded(text: string): string {
  const bytes = Buffer.from(percentDecode(text), 'latin1')
  const name = bytes.toString('utf8')
  if (!Buffer.from(name).equals(bytes)) throw s3Error('InvalidURI')
  return name
}
