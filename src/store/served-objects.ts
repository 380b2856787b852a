/** What S3's operations need of a folder store, beyond what deliveries do: objects that are replaced, described, read in parts. */
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { OpenFile } from '../sys/sys.ts'
import { CLIENT_RESERVE_BYTES } from '../base/disk-reserves.ts'
import { HozonError, systemCode } from '../base/errors.ts'
import type { Content } from './file-copy.ts'
import {
  bucketInfo,
  createBucket,
  removeBucket,
  tagBucket,
  tagsOfBucket,
  type BucketInfo,
} from './local-buckets.ts'
import { storeFaults } from './local-fault.ts'
import { walkKeys, type FoundKey, type Walk } from './local-listing.ts'
import type { Description } from './local-metadata.ts'
import { findObject, headOf, objectAt, type LocalObject, type LocalPlace } from './local-object.ts'
import { describeAgain, newName, replaceLocally } from './local-put.ts'
import { removeLocally } from './local-remove.ts'
import { openUploads, type Uploads } from './local-uploads.ts'
import { checkBucketName, checkKey, isBucketName } from './object-key.ts'

/** Gathered before they are written: the network gives 64 KiB at a time. */
const WRITE_BYTES = 1024 * 1024
/** Between finding an object and opening it another may take its name; that often in a row it does not. */
const OPEN_ATTEMPTS_MAX = 10

export type { BucketInfo } from './local-buckets.ts'
export type { FoundKey, Walk } from './local-listing.ts'
export type { Description, ObjectChecksum } from './local-metadata.ts'
export type * from './local-uploads.ts'

/** All that is known of an object. `etag` is there always: see docs/formats/store.md. */
export interface ServedObject extends Description {
  key: string
  bytes: number
  etag: string
  lastModifiedMs: number
}

export interface OpenedObject extends ServedObject {
  /** Of exactly this object, even when another has taken its name. 0 at the end. */
  read(buffer: Buffer, position: number): Promise<number>
  close(): Promise<void>
}

/** Bytes on disk that are nobody's object yet. */
export interface Received extends Content {
  path: string
}

/** Throws where the object that is there now (undefined: none) is not the one that the caller wants to change. */
export type Condition = (present: ServedObject | undefined) => void

export interface ServedObjects {
  buckets(): Promise<BucketInfo[]>
  bucket(bucket: string): Promise<BucketInfo | undefined>
  /** False when it is there already. */
  createBucket(bucket: string): Promise<boolean>
  /** Undefined when there is no such bucket. */
  bucketTags(bucket: string): Promise<Record<string, string> | undefined>
  /** In place of those that it has. False when there is no such bucket. Durable when it resolves. */
  tagBucket(bucket: string, tags: Record<string, string>): Promise<boolean>
  removeBucket(bucket: string): Promise<'removed' | 'missing' | 'not empty' | 'busy'>
  head(bucket: string, key: string): Promise<ServedObject | undefined>
  open(bucket: string, key: string): Promise<OpenedObject | undefined>
  /** In key order. The caller may set `walk.skip` between two. */
  list(bucket: string, walk: Walk): AsyncGenerator<FoundKey>
  /** What is there of what a listing gave, in its order. */
  heads(bucket: string, found: readonly FoundKey[]): Promise<ServedObject[]>
  /** Takes bytes in; `bytes` is what is announced, to refuse early what has no room. HOZON_STORE_FULL. */
  receive(chunks: AsyncIterable<Buffer>, bytes?: number): Promise<Received>
  /** Of bytes that were received and are not wanted. */
  discard(received: Received): Promise<void>
  /** Makes them the object of the key, in place of another. Durable when it resolves. The bytes are used up or discarded. */
  put(
    at: { bucket: string; key: string },
    received: Received,
    description: Description,
    condition: Condition,
  ): Promise<ServedObject>
  /** Durable when it resolves. */
  describe(
    bucket: string,
    key: string,
    change: Partial<Description>,
    condition: Condition,
  ): Promise<ServedObject | undefined>
  /** False when there was none. Durable when it resolves. */
  remove(bucket: string, key: string, condition: Condition): Promise<boolean>
  uploads: Uploads
}

export function openServedObjects(place: LocalPlace): ServedObjects {
  const { sys, paths, turns } = place
  const uploads = openUploads(place)
  const find = (op: string, bucket: string, key: string): Promise<LocalObject | undefined> => {
    checkBucketName(op, bucket)
    checkKey(op, key)
    return findObject(place, op, bucket, key)
  }
  const named = async <T>(op: string, bucket: string, key: string, work: () => Promise<T>): Promise<T> =>
    storeFaults(op, `${bucket}/${key}`, work)
  const inTurn = <T>(op: string, bucket: string, key: string, work: () => Promise<T>): Promise<T> =>
    turns.run(bucket, key, () => named(op, bucket, key, work))
  const receive: ServedObjects['receive'] = (chunks, bytes = 0) =>
    storeFaults('receive object', paths.incoming, () => receiveFile(place, chunks, bytes))
  const discard: ServedObjects['discard'] = ({ path }) => sys.files.remove(path)

  const put: ServedObjects['put'] = async (at, received, options, condition) => {
    const { bucket, key } = at
    try {
      return await inTurn('put object', bucket, key, async () => {
        const before = await find('put object', bucket, key)
        condition(before && toServed(before))
        const content = { bytes: received.bytes, crc: received.crc }
        await replaceLocally(place, { bucket, key, source: received.path, options, content }, before)
        return toServed((await find('put object', bucket, key))!)
      })
    } finally {
      await discard(received)
    }
  }

  return {
    async buckets() {
      const entries = await storeFaults('list buckets', paths.root, () => sys.files.list(paths.root))
      const names = entries.filter(({ name, kind }) => kind === 'directory' && isBucketName(name))
      const infos = await Promise.all(names.map(({ name }) => bucketInfo(place, name)))
      return infos.filter((info) => info !== undefined)
    },
    bucket: (bucket) => bucketInfo(place, bucket),
    createBucket: (bucket) => storeFaults('create bucket', bucket, () => createBucket(place, bucket)),
    bucketTags: (bucket) => storeFaults('read tags', bucket, () => tagsOfBucket(place, bucket)),
    // In a turn of no key: it is not removed meanwhile.
    tagBucket: (bucket, tags) => inTurn('tag bucket', bucket, '', () => tagBucket(place, bucket, tags)),
    async removeBucket(bucket) {
      const outcome = await storeFaults('remove bucket', bucket, () => removeBucket(place, bucket))
      if (outcome === 'removed') await uploads.forgetBucket(bucket)
      return outcome
    },
    head: (bucket, key) =>
      named('head object', bucket, key, async () => {
        const found = await find('head object', bucket, key)
        return found && toServed(found)
      }),
    open: (bucket, key) => named('get object', bucket, key, () => openObject(place, bucket, key)),
    list: (bucket, walk) => walkKeys(place.names, paths.bucket(bucket), walk),
    heads: async (bucket, found) => {
      const objects = await named('list objects', bucket, found[0]?.key ?? '', () =>
        Promise.all(found.map((one) => objectAt(place, bucket, one))),
      )
      return objects.filter((object) => object !== undefined).map(toServed)
    },
    receive,
    discard,
    put,
    describe: (bucket, key, change, condition) =>
      inTurn('describe object', bucket, key, async () => {
        const found = await find('describe object', bucket, key)
        if (found === undefined) return undefined
        condition(toServed(found))
        await describeAgain(place, bucket, found, change)
        return toServed((await find('describe object', bucket, key))!)
      }),
    remove: (bucket, key, condition) =>
      inTurn('remove object', bucket, key, async () => {
        const found = await find('remove object', bucket, key)
        condition(found && toServed(found))
        if (found !== undefined) await removeLocally(place, bucket, key)
        return found !== undefined
      }),
    uploads,
  }
}

async function openObject(place: LocalPlace, bucket: string, key: string): Promise<OpenedObject | undefined> {
  for (let attempt = 1; attempt <= OPEN_ATTEMPTS_MAX; attempt++) {
    const found = await findObject(place, 'get object', bucket, key)
    if (found === undefined) return undefined
    const file = await openFound(place, found)
    if (file !== undefined)
      return {
        ...toServed(found),
        read: (buffer, position) => file.read(buffer, position),
        close: () => file.close(),
      }
  }
  throw new HozonError('HOZON_STORE_UNAVAILABLE', 'the object is replaced all the time', {
    op: 'get object',
    target: `${bucket}/${key}`,
    retryable: true,
  })
}

/** Undefined when the name is another file's by now. */
async function openFound({ sys }: LocalPlace, { path, stat }: LocalObject): Promise<OpenFile | undefined> {
  try {
    const file = await sys.files.open(path, 'read')
    const { ino, size, mtimeNs } = await file.stat()
    if (ino === stat.ino && size === stat.size && mtimeNs === stat.mtimeNs) return file
    await file.close()
    return undefined
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

async function receiveFile(
  { sys, paths, directories }: LocalPlace,
  chunks: AsyncIterable<Buffer>,
  announcedBytes: number,
): Promise<Received> {
  await directories.ensure(paths.incoming)
  if ((await sys.files.freeBytes(paths.incoming)) < announcedBytes + CLIENT_RESERVE_BYTES)
    throw new HozonError('HOZON_STORE_FULL', 'the disk of the store has no room for this', {
      op: 'receive object',
      target: paths.incoming,
      hint: 'free space on the disk of the store',
      retryable: true,
    })
  const path = join(paths.incoming, newName(sys))
  const file = await sys.files.open(path, 'exclusive')
  try {
    const content = await writeChunks(file, chunks)
    await file.sync()
    return { ...content, path }
  } catch (error) {
    await sys.files.remove(path)
    throw error
  } finally {
    await file.close()
  }
}

async function writeChunks(file: OpenFile, chunks: AsyncIterable<Buffer>): Promise<Content> {
  let bytes = 0
  let crc = 0
  let gathered: Buffer[] = []
  let gatheredBytes = 0
  const flush = async (): Promise<void> => {
    await file.write(gathered, bytes)
    bytes += gatheredBytes
    gathered = []
    gatheredBytes = 0
  }
  for await (const chunk of chunks) {
    crc = crc32(chunk, crc)
    gathered.push(chunk)
    gatheredBytes += chunk.length
    if (gatheredBytes >= WRITE_BYTES) await flush()
  }
  await flush()
  return { bytes, crc }
}

function toServed(object: LocalObject): ServedObject {
  const { key, bytes, etag, lastModifiedMs } = headOf(object)
  return { metadata: {}, ...object.description, key, bytes, etag, lastModifiedMs }
}
