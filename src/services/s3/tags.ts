/** Tags of objects and buckets: S3's limits, its header and its XML. */
import { percentDecode } from '../../aws/wire-request.ts'
import { childText, childrenOf, malformedXml, type XmlElement, type XmlMembers } from '../../aws/xml.ts'
import { s3Error } from './errors.ts'

interface TagLimit {
  max: number
  refusal: string
}

export const OBJECT_TAGS: TagLimit = { max: 10, refusal: 'Object tags cannot be greater than 10' }
export const BUCKET_TAGS: TagLimit = { max: 50, refusal: 'Bucket tag count cannot be greater than 50' }
const KEY_CHARS_MAX = 128
const VALUE_CHARS_MAX = 256

export type Tags = Record<string, string>

/** `x-amz-tagging: a=1&b=2` */
export function parseTagHeader(text: string): Tags {
  const pairs = text.split('&').map((pair): [string, string] => {
    const equals = pair.indexOf('=')
    return equals < 0
      ? [decoded(pair), '']
      : [decoded(pair.slice(0, equals)), decoded(pair.slice(equals + 1))]
  })
  return checkTags(pairs, OBJECT_TAGS)
}

export function tagsOfXml(root: XmlElement, limit: TagLimit): Tags {
  const [set] = childrenOf(root, 'TagSet')
  if (root.name !== 'Tagging' || set === undefined) throw malformedXml()
  return tagsOfSet(set, limit)
}

/** Of the element that holds them. */
export function tagsOfSet(set: XmlElement, limit: TagLimit): Tags {
  const pairs = childrenOf(set, 'Tag').map((tag): [string, string] => {
    const [key, value] = [childText(tag, 'Key'), childText(tag, 'Value')]
    if (key === undefined || value === undefined) throw malformedXml()
    return [key, value]
  })
  return checkTags(pairs, limit)
}

export function tagsToXml(tags: Tags): XmlMembers {
  return { TagSet: { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } }
}

function checkTags(pairs: [string, string][], { max, refusal }: TagLimit): Tags {
  if (pairs.length > max) throw s3Error('InvalidTag', refusal)
  const tags: Tags = Object.create(null) as Tags
  for (const [key, value] of pairs) {
    if (key === '' || key.length > KEY_CHARS_MAX)
      throw s3Error('InvalidTag', 'The TagKey you have provided is invalid')
    if (value.length > VALUE_CHARS_MAX)
      throw s3Error('InvalidTag', 'The TagValue you have provided is invalid')
    if (Object.hasOwn(tags, key))
      throw s3Error('InvalidTag', 'Cannot provide multiple Tags with the same key')
    tags[key] = value
  }
  return tags
}

function decoded(text: string): string {
  return Buffer.from(percentDecode(text.replaceAll('+', ' ')), 'latin1').toString('utf8')
}
