/** The contract of the room: an object store. Implementations: local-store.ts (a folder per bucket) and s3-store.ts. */
import type { ServedObjects } from './served-objects.ts'

export interface ObjectInfo {
  key: string
  bytes: number
  /** As the store reports it, without quotes. */
  etag: string
  lastModifiedMs: number
}

export interface ObjectHead extends ObjectInfo {
  contentType: string | undefined
  contentEncoding: string | undefined
  /** User metadata, keys lower case without `x-amz-meta-`. At most 2 KB in S3: put what is larger elsewhere. */
  metadata: Record<string, string>
}

export interface PutOptions {
  contentType: string
  contentEncoding?: string
  metadata: Record<string, string>
}

/** The real path of each. */
export type KnownFolders = Map<string, Promise<string>>

/**
 * Every method rejects with HozonError: HOZON_STORE_UNAVAILABLE (retryable: network, 5xx, throttling, timeouts),
 * HOZON_STORE_DENIED (403), HOZON_STORE_NO_BUCKET, HOZON_STORE_NOT_FOUND (get of a missing key), HOZON_STORE_FULL
 * (retryable: ENOSPC), HOZON_STORE_KEY (a key this store cannot hold).
 */
export interface Store {
  /** `file:///…/store` or `https://endpoint`, for messages. */
  readonly location: string
  /** Makes sure that the bucket exists (local: makes it; S3: checks, and makes it where permitted) and can be written. */
  openBucket(bucket: string): Promise<void>
  /** Names of all buckets that these credentials may see, ascending. */
  buckets(): Promise<string[]>
  /**
   * Puts the file at `path` if the key does not exist (`If-None-Match: *`); large files by multipart upload.
   * 'exists' when another object (possibly our own of an earlier attempt) is there. Durable when it resolves.
   * The file is consumed: it may have been moved away afterwards.
   */
  putFile(bucket: string, key: string, path: string, options: PutOptions): Promise<'created' | 'exists'>
  /** Undefined when there is no such object. */
  head(bucket: string, key: string): Promise<ObjectHead | undefined>
  /**
   * Writes the object's bytes to a new file at `path` (no fsync: it is a copy). Once `signal` aborts it ends, leaves
   * nothing at `path`, and rejects with the signal's reason.
   */
  getFile(bucket: string, key: string, path: string, signal?: AbortSignal): Promise<void>
  /**
   * Where the object already is a local file: its path; undefined for remote stores.
   * @param known of one query: of many objects in a folder, the folder is looked at once
   */
  localPath(bucket: string, key: string, known?: KnownFolders): Promise<string> | undefined
  /** In key order, page by page. */
  list(bucket: string, prefix: string): AsyncIterable<ObjectInfo>
  /** Fine when it is not there. */
  remove(bucket: string, key: string): Promise<void>
  /** What the S3 endpoint serves; a remote store's clients use that store's own. */
  readonly served?: ServedObjects
  close(): Promise<void>
}
