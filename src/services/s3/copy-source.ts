/** `x-amz-copy-source: /bucket/key?versionId=…` */
import type { WireHeaders } from '../../aws/wire-request.ts'
import { percentDecode } from '../../aws/wire-request.ts'
import type { OpenedObject } from '../../store/served-objects.ts'
import { checkRead } from './conditions.ts'
import { invalidArgument, noSuchBucket, noSuchKey } from './errors.ts'
import type { S3Context } from './operation.ts'
import { refuseVersion } from './versions.ts'

const READ_BYTES = 256 * 1024

export interface CopySource {
  bucket: string
  key: string
}

export function parseCopySource(headers: WireHeaders): CopySource {
  const text = headers.get('x-amz-copy-source') ?? ''
  const [path = '', ...rest] = text.split(/\?(?=versionId=)/)
  const decoded = Buffer.from(percentDecode(path), 'latin1').toString('utf8').replace(/^\//, '')
  const slash = decoded.indexOf('/')
  if (slash < 1 || slash === decoded.length - 1)
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      text,
    )
  if (rest[0] !== undefined) refuseVersion(new Map([['versionId', rest[0].slice('versionId='.length)]]))
  return { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1) }
}

/** Whoever gets it closes it. */
export async function openCopySource(
  { objects }: S3Context,
  { bucket, key }: CopySource,
  headers: WireHeaders,
): Promise<OpenedObject> {
  const found = (await objects.bucket(bucket)) === undefined ? undefined : await objects.open(bucket, key)
  if (found === undefined)
    throw (await objects.bucket(bucket)) === undefined ? noSuchBucket(bucket) : noSuchKey(key)
  try {
    checkRead(found, headers, 'x-amz-copy-source-')
    return found
  } catch (error) {
    await found.close()
    throw error
  }
}

export async function* bytesOfObject(
  object: OpenedObject,
  { from, to }: { from: number; to: number },
): AsyncGenerator<Buffer> {
  for (let position = from; position < to;) {
    const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, to - position))
    const count = await object.read(buffer, position)
    // By somebody's hand: what is left would not be the object that was asked for.
    if (count === 0) throw new Error(`${object.key} became shorter while it was read`)
    yield buffer.subarray(0, count)
    position += count
  }
}
