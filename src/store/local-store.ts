/** A folder per bucket, a plain file per object. One process at a time. Layout: docs/formats/store.md. */
import { pathToFileURL } from 'node:url'
import { dirname, join } from 'node:path'
import { HozonError, systemCode } from '../base/errors.ts'
import type { FileStat, Sys } from '../sys/sys.ts'
import { DurableDirectories } from './durable-directories.ts'
import { copyFile, hashContent } from './file-copy.ts'
import { storeFaults } from './local-fault.ts'
import { walkKeys } from './local-listing.ts'
import { crcHex, readMetadata, type LocalMetadata } from './local-metadata.ts'
import { localPaths, refuseSymlinks, statObject, type LocalPaths } from './local-paths.ts'
import { putLocally } from './local-put.ts'
import { RESERVED_PREFIX, checkBucketName, checkLocalKey, isBucketName } from './object-key.ts'
import type { ObjectHead, ObjectInfo, PutOptions, Store } from './store.ts'

/** Objects whose descriptions are read at the same time while listing. */
const LIST_READ_AHEAD = 64

/** Makes the folder where it is missing, and removes what a crash has left half-written. */
export async function openLocalStore(sys: Sys, path: string): Promise<Store> {
  return storeFaults('open store', path, async () => {
    await sys.files.makeDirectory(path)
    const paths = localPaths(await sys.files.realpath(path))
    await sys.files.removeTree(paths.incoming)
    await sys.files.makeDirectory(paths.incoming)
    await syncParents(sys, paths.root)
    return new LocalStore(sys, paths)
  })
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

class LocalStore implements Store {
  readonly location: string
  readonly #sys: Sys
  readonly #paths: LocalPaths
  readonly #directories: DurableDirectories
  /** The last put of each key that is running: puts of one key go one after the other. */
  readonly #puts = new Map<string, Promise<unknown>>()

  constructor(sys: Sys, paths: LocalPaths) {
    this.#sys = sys
    this.#paths = paths
    this.#directories = new DurableDirectories(sys.files, paths.root)
    this.location = pathToFileURL(paths.root).href
  }

  async openBucket(bucket: string): Promise<void> {
    const { files } = this.#sys
    checkBucketName('open bucket', bucket)
    const folder = this.#paths.bucket(bucket)
    await storeFaults('open bucket', bucket, async () => {
      await this.#directories.ensure(folder)
      const probe = join(folder, `${RESERVED_PREFIX}writable`)
      await refuseSymlinks(files, 'open bucket', probe)
      await (await files.open(probe, 'create')).close()
      await files.remove(probe)
    })
  }

  async buckets(): Promise<string[]> {
    return storeFaults('list buckets', this.#paths.root, async () => {
      const entries = await this.#sys.files.list(this.#paths.root)
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
    checkBucketName('put object', bucket)
    checkLocalKey('put object', key)
    const name = `${bucket}/${key}`
    const put = { bucket, key, source: path, options }
    const place = { sys: this.#sys, paths: this.#paths, directories: this.#directories }
    return this.#inTurn(name, () => storeFaults('put object', name, () => putLocally(place, put)))
  }

  async head(bucket: string, key: string): Promise<ObjectHead | undefined> {
    checkBucketName('head object', bucket)
    checkLocalKey('head object', key)
    return storeFaults('head object', `${bucket}/${key}`, () => this.#head(bucket, key))
  }

  async getFile(bucket: string, key: string, path: string): Promise<void> {
    checkBucketName('get object', bucket)
    checkLocalKey('get object', key)
    const name = `${bucket}/${key}`
    await storeFaults('get object', name, async () => {
      const object = this.#paths.object(bucket, key)
      if ((await statObject(this.#sys.files, 'get object', object)) === undefined)
        throw await this.#missing('get object', bucket, key)
      await copyFile(this.#sys.files, object, path, false)
    })
  }

  localPath(bucket: string, key: string): string {
    checkBucketName('locate object', bucket)
    checkLocalKey('locate object', key)
    return this.#paths.object(bucket, key)
  }

  async *list(bucket: string, prefix: string): AsyncGenerator<ObjectInfo> {
    checkBucketName('list objects', bucket)
    const folder = this.#paths.bucket(bucket)
    if (!(await this.#hasBucket(bucket))) throw await this.#missing('list objects', bucket, prefix)
    let keys: string[] = []
    for await (const key of walkKeys(this.#sys.files, folder, prefix)) {
      keys.push(key)
      if (keys.length < LIST_READ_AHEAD) continue
      yield* await this.#infos(bucket, keys)
      keys = []
    }
    yield* await this.#infos(bucket, keys)
  }

  async remove(bucket: string, key: string): Promise<void> {
    const { files } = this.#sys
    checkBucketName('remove object', bucket)
    checkLocalKey('remove object', key)
    const name = `${bucket}/${key}`
    const object = this.#paths.object(bucket, key)
    await this.#inTurn(name, () =>
      storeFaults('remove object', name, async () => {
        if ((await statObject(files, 'remove object', object)) === undefined) return
        await files.remove(object)
        // The object goes first and durably: a description of nothing does no harm, the reverse loses metadata.
        await files.syncDirectory(join(object, '..'))
        await files.remove(this.#paths.metadata(bucket, key))
      }),
    )
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#puts.values())
  }

  async #inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#puts.get(name)
    const turn = (async () => {
      await before?.catch(() => {
        // The one before has told its own caller.
      })
      return work()
    })()
    this.#puts.set(name, turn)
    try {
      return await turn
    } finally {
      if (this.#puts.get(name) === turn) this.#puts.delete(name)
    }
  }

  async #infos(bucket: string, keys: string[]): Promise<ObjectInfo[]> {
    const target = `${bucket}/${keys[0] ?? ''}`
    const heads = await storeFaults('list objects', target, () =>
      Promise.all(keys.map((key) => this.#head(bucket, key))),
    )
    return heads
      .filter((head) => head !== undefined)
      .map(({ key, bytes, etag, lastModifiedMs }) => ({ key, bytes, etag, lastModifiedMs }))
  }

  async #head(bucket: string, key: string): Promise<ObjectHead | undefined> {
    const { files } = this.#sys
    const path = this.#paths.object(bucket, key)
    const stat = await statObject(files, 'head object', path)
    if (stat === undefined) return undefined
    const metadata = await readMetadata(files, this.#paths.metadata(bucket, key))
    const crc =
      metadata !== undefined && describes(metadata, stat)
        ? metadata.crc32
        : crcHex((await hashContent(files, path)).crc)
    return {
      key,
      bytes: stat.size,
      etag: `${crc}-${stat.size.toString(16)}`,
      lastModifiedMs: Number(stat.mtimeNs / 1_000_000n),
      contentType: metadata?.contentType,
      contentEncoding: metadata?.contentEncoding,
      metadata: metadata?.metadata ?? {},
    }
  }

  async #hasBucket(bucket: string): Promise<boolean> {
    try {
      return (await this.#sys.files.lstat(this.#paths.bucket(bucket))).kind === 'directory'
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return false
      throw error
    }
  }

  async #missing(op: string, bucket: string, key: string): Promise<HozonError> {
    if (await this.#hasBucket(bucket))
      return new HozonError('HOZON_STORE_NOT_FOUND', 'there is no such object', {
        op,
        target: `${bucket}/${key}`,
      })
    return new HozonError('HOZON_STORE_NO_BUCKET', 'there is no such bucket', { op, target: bucket })
  }
}

/** A changed size or time means that somebody rewrote the file after it was put: its checksum is another. */
function describes(metadata: LocalMetadata, stat: FileStat): boolean {
  return metadata.bytes === stat.size && metadata.mtimeNs === String(stat.mtimeNs)
}
