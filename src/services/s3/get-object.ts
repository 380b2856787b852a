import type { OpenedObject, ServedObject } from '../../store/served-objects.ts'
import { checkRead } from './conditions.ts'
import { invalidArgument, noSuchBucket, noSuchKey, s3Error } from './errors.ts'
import { checksumHeaders, objectHeaders } from './object-headers.ts'
import type { S3Call, S3Context, S3Operation, S3Reply } from './operation.ts'
import { parseRange, type ByteRange } from './range.ts'
import { refuseVersion } from './versions.ts'

export const GET_OBJECT: S3Operation = {
  name: 'GetObject',
  roles: ['read'],
  async handle(context, call) {
    refuseVersion(call.query)
    const object = await context.objects.open(call.bucket, call.key)
    if (object === undefined) throw await missing(context, call)
    try {
      const { reply, range } = describe(object, call)
      if (range !== undefined) return { ...reply, content: { object, ...range } }
      await object.close()
      return reply
    } catch (error) {
      await object.close()
      throw error
    }
  },
}

export const HEAD_OBJECT: S3Operation = {
  name: 'HeadObject',
  roles: ['read'],
  async handle(context, call) {
    refuseVersion(call.query)
    const object = await context.objects.head(call.bucket, call.key)
    if (object === undefined) throw await missing(context, call)
    return describe(object, call).reply
  },
}

export async function missing({ objects }: S3Context, { bucket, key }: S3Call): Promise<Error> {
  return (await objects.bucket(bucket)) === undefined ? noSuchBucket(bucket) : noSuchKey(key)
}

/** Without a range there is nothing to send. */
function describe(
  object: ServedObject | OpenedObject,
  { headers, query }: S3Call,
): { reply: S3Reply; range?: ByteRange } {
  const about = objectHeaders(object, query)
  if (checkRead(object, headers) === 'not modified') return { reply: { status: 304, headers: about } }
  const part = partRange(object, query.get('partNumber'))
  if (part !== undefined && headers.has('range'))
    throw s3Error('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter')
  const range = part ?? parseRange(headers.get('range'), object.bytes)
  const { from, to } = range ?? { from: 0, to: object.bytes }
  about['Content-Length'] = String(to - from)
  if (headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED') {
    if (part !== undefined) Object.assign(about, checksumHeaders(ofPart(object, query.get('partNumber'))))
    else if (range === undefined) Object.assign(about, checksumHeaders(object))
  }
  if (range === undefined) return { reply: { status: 200, headers: about }, range: { from, to } }
  about['Content-Range'] = `bytes ${from}-${to - 1}/${object.bytes}`
  if (part !== undefined && object.partBytes !== undefined)
    about['x-amz-mp-parts-count'] = String(object.partBytes.length)
  return { reply: { status: 206, headers: about }, range: { from, to } }
}

/** The object's own checksum is that of its only part. */
function ofPart(object: ServedObject, number: string | undefined): Pick<ServedObject, 'checksum'> {
  const { checksum, partBytes, partChecksums } = object
  if (checksum === undefined || partBytes === undefined) return object
  const value = partChecksums?.[Number(number) - 1]
  return value === undefined ? {} : { checksum: { ...checksum, value } }
}

/** An object that came whole has one part, which is all of it. */
function partRange({ partBytes, bytes }: ServedObject, text: string | undefined): ByteRange | undefined {
  if (text === undefined) return undefined
  const number = Number(text)
  if (!/^\d{1,5}$/.test(text) || number < 1 || number > 10_000)
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', text)
  const sizes = partBytes ?? [bytes]
  const size = sizes[number - 1]
  if (size === undefined)
    throw s3Error('InvalidPartNumber', undefined, {
      ActualPartCount: String(sizes.length),
      PartNumberRequested: text,
    })
  if (bytes === 0) return undefined
  const from = sizes.slice(0, number - 1).reduce((sum, one) => sum + one, 0)
  return { from, to: from + size }
}
