/** One object of a run to the store. */
import { HozonError } from '../base/errors.ts'
import type { DeliverConfig } from '../base/stream.ts'
import type { StoredObject } from '../catalog/catalog.ts'
import { contentEncodingOf } from '../format/encodings/registry.ts'
import { identity, type RunContext, type RunInput } from './run-context.ts'

/** A file on this disk that is to become an object. */
export interface Encoded {
  bytes: number
  crc32: string
}

/** Puts if absent and says what is now under the key: ours of this attempt, or ours of an attempt before a crash. */
export async function putAs(
  { store }: RunContext,
  input: RunInput,
  {
    bucket,
    key,
    path,
    encoded,
    format,
    compression,
  }: { key: string; path: string; encoded: Encoded } & Pick<
    DeliverConfig,
    'bucket' | 'format' | 'compression'
  >,
): Promise<Pick<StoredObject, 'bytes' | 'etag' | 'checksum'>> {
  const { run } = input
  const contentEncoding = format === 'parquet' ? undefined : contentEncodingOf(compression)
  const outcome = await store.putFile(bucket, key, path, {
    contentType: 'application/octet-stream',
    ...(contentEncoding === undefined ? {} : { contentEncoding }),
    metadata: { ...identity(input), 'hozon-crc32': encoded.crc32 },
  })
  const head = await store.head(bucket, key)
  if (head === undefined || head.metadata['hozon-run'] !== run.id) {
    throw new HozonError('HOZON_DELIVERY_FOREIGN_OBJECT', 'another object has this key', {
      op: outcome === 'exists' ? 'put object' : 'check object',
      target: `${store.location}/${bucket}/${key}`,
      hint: 'use a bucket or prefix that nobody else writes to, or move the other object away',
      retryable: true,
    })
  }
  return { bytes: head.bytes, etag: head.etag, checksum: head.metadata['hozon-crc32'] ?? encoded.crc32 }
}
