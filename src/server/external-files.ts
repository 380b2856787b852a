/** Which files a partition has: everything below its folder, without what Hive calls hidden. */
import { HozonError } from '../base/errors.ts'
import type { S3Location } from '../base/s3-location.ts'
import type { ObjectInfo, Store } from '../store/store.ts'

/** Empty ones, those that begin with `_` or `.`, and all in such folders are none. */
export async function* filesIn(
  store: Store,
  place: S3Location,
  signal: AbortSignal,
): AsyncGenerator<ObjectInfo> {
  for await (const object of store.list(place.bucket, place.prefix)) {
    if (signal.aborted) return
    if (object.bytes > 0 && !isHidden(object.key.slice(place.prefix.length))) yield object
  }
}

function isHidden(path: string): boolean {
  return /(^|\/)[_.]/.test(path) || path.endsWith('/')
}

/** What the store says about a bucket or file, in Athena's words. */
export function inAthenasWords(error: unknown, uri: string): unknown {
  if (!(error instanceof HozonError)) return error
  const message = REASONS[error.code]
  if (message === undefined) return error
  const details = { op: 'read file', target: uri, cause: error }
  return new HozonError('HOZON_SQL_FAILED', `HIVE_CANNOT_OPEN_SPLIT: ${message(uri)}`, details)
}

const REASONS: Record<string, (uri: string) => string> = {
  HOZON_STORE_NOT_FOUND: (uri) => `${uri} is no longer there`,
  HOZON_STORE_NO_BUCKET: (uri) => `there is no bucket for ${uri}`,
  HOZON_STORE_DENIED: (uri) => `access to ${uri} is denied`,
  HOZON_STORE_KEY: (uri) => `${uri} is no place in this store`,
}
