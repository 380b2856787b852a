/** A folder per bucket, a plain file per object. One process at a time. Layout: docs/formats/store.md. */
import { pathToFileURL } from 'node:url'
import { dirname } from 'node:path'
import { HozonError, systemCode } from '../base/errors.ts'
import type { Sys } from '../sys/sys.ts'
import { DurableDirectories } from './durable-directories.ts'
import { copyFile } from './file-copy.ts'
import { hasBucket, openLocalBucket } from './local-buckets.ts'
import { FolderNames } from './folder-names.ts'
import { storeFaults } from './local-fault.ts'
import { walkKeys, type FoundKey } from './local-listing.ts'
import { findObject, headOf, objectAt, pathOfObject, Turns, type LocalPlace } from './local-object.ts'
import { localPaths } from './local-paths.ts'
import { putLocally } from './local-put.ts'
import { removeLocally } from './local-remove.ts'
import { openServedObjects, type ServedObjects } from './served-objects.ts'
import { checkBucketName, checkKey, isBucketName } from './object-key.ts'
import type { KnownFolders, ObjectHead, ObjectInfo, PutOptions, Store } from './store.ts'

/** Objects whose descriptions are read at the same time while listing. */
const LIST_READ_AHEAD = 64

/** Makes the folder where it is missing, and removes what a crash has left half-written. */
export async function openLocalStore(sys: Sys, path: string): Promise<LocalStore> {
  return storeFaults('open store', path, async () => {
    await sys.files.makeDirectory(path)
    const paths = localPaths(await sys.files.realpath(path))
    await sys.files.removeTree(paths.incoming)
    await sys.files.makeDirectory(paths.incoming)
    await syncParents(sys, paths.root)
    const directories = new DurableDirectories(sys.files, paths.root)
    const place: LocalPlace = {
      sys,
      paths,
      directories,
      turns: new Turns(),
      names: new FolderNames(sys.files, sys.clock),
      hashed: new Map(),
    }
    return new FolderStore(place, openServedObjects(place))
  })
}

/** A store that can also be served: everything that S3's operations need. */
export interface LocalStore extends Store {
  localPath(bucket: string, key: string, known?: KnownFolders): Promise<string>
  readonly served: ServedObjects
}

/** The data folder itself may be as new as the store: without its name everything below is lost in a power cut. */
async function syncParents(sys: Sys, root: string): Promise<void> {
  for (let at = root; at !== dirname(at); at = dirname(at)) {
    try {
      await sys.files.syncDirectory(dirname(at))
    } catch (error) {
      // A folder that we may not even read is not one that we have made; nor is one of a read-only or odd file system.
      if (!['EACCES', 'EPERM', 'EROFS', 'EINVAL'].includes(systemCode(error) ?? '')) throw error
    }
  }
}

class FolderStore implements LocalStore {
  readonly location: string
  readonly served: ServedObjects
  readonly #place: LocalPlace

  constructor(place: LocalPlace, served: ServedObjects) {
    this.#place = place
    this.served = served
    this.location = pathToFileURL(place.paths.root).href
  }

  async openBucket(bucket: string): Promise<void> {
    checkBucketName('open bucket', bucket)
    await storeFaults('open bucket', bucket, () => openLocalBucket(this.#place, bucket))
  }

  async buckets(): Promise<string[]> {
    const { sys, paths } = this.#place
    return storeFaults('list buckets', paths.root, async () => {
      const entries = await sys.files.list(paths.root)
      return entries
        .filter(({ name, kind }) => kind === 'directory' && isBucketName(name))
        .map(({ name }) => name)
    })
  }

  async putFile(
    bucket: string,
    key: string,
    path: string,
    options: PutOptions,
  ): Promise<'created' | 'exists'> {
    check('put object', bucket, key)
    const put = { bucket, key, source: path, options }
    return this.#inTurn('put object', bucket, key, () => putLocally(this.#place, put))
  }

  async head(bucket: string, key: string): Promise<ObjectHead | undefined> {
    check('head object', bucket, key)
    return storeFaults('head object', `${bucket}/${key}`, () => this.#head(bucket, key))
  }

  async getFile(bucket: string, key: string, path: string, signal?: AbortSignal): Promise<void> {
    check('get object', bucket, key)
    await storeFaults('get object', `${bucket}/${key}`, async () => {
      const object = await pathOfObject(this.#place, 'get object', bucket, key)
      if (object === undefined) throw await this.#missing('get object', bucket, key)
      await copyFile(this.#place.sys.files, object, path, signal === undefined ? {} : { signal })
    })
  }

  async localPath(bucket: string, key: string, known?: KnownFolders): Promise<string> {
    const op = 'locate object'
    check(op, bucket, key)
    return storeFaults(op, `${bucket}/${key}`, async () => {
      const found = await pathOfObject(this.#place, op, bucket, key, known)
      return found ?? this.#place.paths.object(bucket, key)
    })
  }

  async *list(bucket: string, prefix: string): AsyncGenerator<ObjectInfo> {
    checkBucketName('list objects', bucket)
    const { names, paths } = this.#place
    if (!(await hasBucket(this.#place, bucket))) throw await this.#missing('list objects', bucket, prefix)
    let found: FoundKey[] = []
    for await (const one of walkKeys(names, paths.bucket(bucket), { prefix })) {
      found.push(one)
      if (found.length < LIST_READ_AHEAD) continue
      yield* await this.#infos(bucket, found)
      found = []
    }
    yield* await this.#infos(bucket, found)
  }

  async remove(bucket: string, key: string): Promise<void> {
    check('remove object', bucket, key)
    await this.#inTurn('remove object', bucket, key, () => removeLocally(this.#place, bucket, key))
  }

  close(): Promise<void> {
    return this.#place.turns.ended()
  }

  #inTurn<T>(op: string, bucket: string, key: string, work: () => Promise<T>): Promise<T> {
    return this.#place.turns.run(bucket, key, () => storeFaults(op, `${bucket}/${key}`, work))
  }

  async #infos(bucket: string, found: FoundKey[]): Promise<ObjectInfo[]> {
    const target = `${bucket}/${found[0]?.key ?? ''}`
    const objects = await storeFaults('list objects', target, () =>
      Promise.all(found.map((one) => objectAt(this.#place, bucket, one))),
    )
    return objects
      .filter((object) => object !== undefined)
      .map(headOf)
      .map(({ key, bytes, etag, lastModifiedMs }) => ({ key, bytes, etag, lastModifiedMs }))
  }

  async #head(bucket: string, key: string): Promise<ObjectHead | undefined> {
    const found = await findObject(this.#place, 'head object', bucket, key)
    return found && headOf(found)
  }

  async #missing(op: string, bucket: string, key: string): Promise<HozonError> {
    if (await hasBucket(this.#place, bucket))
      return new HozonError('HOZON_STORE_NOT_FOUND', 'there is no such object', {
        op,
        target: `${bucket}/${key}`,
      })
    return new HozonError('HOZON_STORE_NO_BUCKET', 'there is no such bucket', { op, target: bucket })
  }
}

function check(op: string, bucket: string, key: string): void {
  checkBucketName(op, bucket)
  checkKey(op, key)
}
