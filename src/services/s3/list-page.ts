/** One page of keys: what all listings have in common. */
import { percentEncode } from '../../aws/wire-request.ts'
import type { XmlMembers } from '../../aws/xml.ts'
import type { FoundKey, ServedObject, Walk } from '../../store/served-objects.ts'
import { invalidArgument, noSuchBucket } from './errors.ts'
import { quoted, storageClassOf } from './object-headers.ts'
import type { S3Call, S3Context } from './operation.ts'

const KEYS_MAX = 1000
/** Descriptions that are read at the same time. */
const READ_AHEAD = 64
/** One account: its canonical user id has 64 hex digits and says nothing. */
export const OWNER: XmlMembers = { ID: '0'.repeat(64), DisplayName: 'hozon' }

export interface Page {
  prefix: string
  delimiter: string | undefined
  keysMax: number
  objects: ServedObject[]
  commonPrefixes: string[]
  /** The last key or common prefix, when more follows. */
  next: string | undefined
  /** As encoding-type says. */
  encode: (text: string) => string
  encodingType: string | undefined
}

/** `after`: where the page before ended. Throws NoSuchBucket, InvalidArgument. */
export async function listPage(
  { objects }: S3Context,
  { bucket, query }: S3Call,
  after: string | undefined,
): Promise<Page> {
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') || undefined
  const keysMax = readMax(query, 'max-keys')
  const encoding = readEncoding(query)
  if ((await objects.bucket(bucket)) === undefined) throw noSuchBucket(bucket)
  const walk: Walk = { prefix, ...(after === undefined ? {} : { after }) }
  // What ended a page as common prefix stands for all keys that begin so.
  if (
    after !== undefined &&
    delimiter !== undefined &&
    after.length > prefix.length &&
    after.endsWith(delimiter)
  )
    walk.skip = after
  const keys: FoundKey[] = []
  const commonPrefixes: string[] = []
  let last: string | undefined
  let next: string | undefined
  for await (const found of objects.list(bucket, walk)) {
    const { key } = found
    if (keys.length + commonPrefixes.length === keysMax) {
      next = last
      break
    }
    const end = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length)
    last = end < 0 ? key : key.slice(0, end + delimiter!.length)
    if (end < 0) keys.push(found)
    else {
      commonPrefixes.push(last)
      walk.skip = last
    }
  }
  const heads: ServedObject[] = []
  for (let at = 0; at < keys.length; at += READ_AHEAD)
    heads.push(...(await objects.heads(bucket, keys.slice(at, at + READ_AHEAD))))
  return { prefix, delimiter, keysMax, objects: heads, commonPrefixes, next, ...encoding }
}

export function contentsOf({ objects, encode }: Page, withOwner: boolean): XmlMembers[] {
  return objects.map((object) => ({
    Key: encode(object.key),
    LastModified: new Date(object.lastModifiedMs).toISOString(),
    ETag: quoted(object.etag),
    ...(object.checksum === undefined
      ? {}
      : { ChecksumAlgorithm: object.checksum.algorithm, ChecksumType: object.checksum.type }),
    Size: object.bytes,
    Owner: withOwner ? OWNER : undefined,
    StorageClass: storageClassOf(object),
  }))
}

/** What every listing says of its page. */
export function membersOf(page: Page): XmlMembers {
  const { prefix, delimiter, keysMax, next, commonPrefixes, encode, encodingType } = page
  return {
    Prefix: encode(prefix),
    MaxKeys: keysMax,
    Delimiter: delimiter === undefined ? undefined : encode(delimiter),
    IsTruncated: next !== undefined,
    EncodingType: encodingType,
    CommonPrefixes: commonPrefixes.map((folder) => ({ Prefix: encode(folder) })),
  }
}

export function readMax(query: ReadonlyMap<string, string>, name: string): number {
  const text = query.get(name)
  if (text === undefined || text === '') return KEYS_MAX
  if (!/^\d{1,10}$/.test(text) || Number(text) > 2 ** 31 - 1)
    throw invalidArgument('Provided max-keys not an integer or within integer range', name, text)
  return Math.min(KEYS_MAX, Number(text))
}

export function readEncoding(query: ReadonlyMap<string, string>): Pick<Page, 'encode' | 'encodingType'> {
  const encodingType = query.get('encoding-type')
  if (encodingType === undefined) return { encodingType, encode: (text) => text }
  if (encodingType !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encodingType)
  const encode = (text: string): string =>
    percentEncode(Buffer.from(text).toString('latin1')).replaceAll('%2F', '/')
  return { encodingType, encode }
}
