/** One object of a run to the store. */
import { HozonError } from '../base/errors.ts'
import type { DeliverConfig } from '../base/stream.ts'
import type { StoredObject } from '../catalog/catalog.ts'
import { contentEncodingOf } from '../format/encodings/registry.ts'
import type { ObjectHead } from '../store/store.ts'
import { identity, type RunContext, type RunInput } from './run-context.ts'

/** A file on this disk that is to become an object. */
export interface Encoded {
  bytes: number
  crc32: string
}

/** Puts if absent and says what is now under the key: ours of this attempt, or ours of an attempt before a crash. */
export async function putAs(
  context: RunContext,
  input: RunInput,
  { bucket, key, path, encoded, format, compression }: NewObject,
): Promise<Pick<StoredObject, 'bytes' | 'etag' | 'checksum'>> {
  const contentEncoding = format === 'parquet' ? undefined : contentEncodingOf(compression)
  const { bytes, etag } = await putOwn(context, input, {
    bucket,
    key,
    path,
    crc32: encoded.crc32,
    contentType: 'application/octet-stream',
    ...(contentEncoding === undefined ? {} : { contentEncoding }),
  })
  return { bytes, etag, checksum: encoded.crc32 }
}

interface NewObject extends Pick<DeliverConfig, 'bucket' | 'format' | 'compression'> {
  key: string
  path: string
  encoded: Encoded
}

interface OwnObject {
  bucket: string
  key: string
  path: string
  crc32: string
  contentType: string
  contentEncoding?: string
}

/**
 * A repeat finds its object and leaves it. One that came to another result (a function whose kept answers were lost, a
 * newer version of Hozon) replaces it: it is in no catalog yet, and what is committed now must be what the books say.
 */
export async function putOwn(
  { store }: RunContext,
  input: RunInput,
  { bucket, key, path, crc32, ...described }: OwnObject,
): Promise<ObjectHead> {
  const options = { ...described, metadata: { ...identity(input), 'hozon-crc32': crc32 } }
  const outcome = await store.putFile(bucket, key, path, options)
  let head = await store.head(bucket, key)
  if (outcome === 'exists' && isOurs(head, input) && head?.metadata['hozon-crc32'] !== crc32) {
    await store.remove(bucket, key)
    await store.putFile(bucket, key, path, options)
    head = await store.head(bucket, key)
  }
  if (head !== undefined && isOurs(head, input)) return head
  throw new HozonError('HOZON_DELIVERY_FOREIGN_OBJECT', 'another object has this key', {
    op: outcome === 'exists' ? 'put object' : 'check object',
    target: `${store.location}/${bucket}/${key}`,
    hint: 'use a bucket or prefix that nobody else writes to, or move the other object away',
    retryable: true,
  })
}

function isOurs(head: ObjectHead | undefined, { run }: RunInput): boolean {
  return head?.metadata['hozon-run'] === run.id
}
