/**
 * Multipart uploads in a folder: `.uploads/<id>/upload.json`, and of each part its bytes and a description that names them.
 * A part is there once its description is; a new one of the same number replaces it.
 */
import { join } from 'node:path'
import { systemCode } from '../base/errors.ts'
import { storeFaults } from './local-fault.ts'
import { readJson, writeJson, type Description, type ObjectChecksum } from './local-metadata.ts'
import type { LocalPlace } from './local-object.ts'
import { newName } from './local-put.ts'
import type { Received } from './served-objects.ts'

/** An upload that nobody completed is aborted: its parts cost disk, and AWS's own advice is a rule that does the same. */
export const UPLOAD_AGE_MS_MAX = 7 * 24 * 60 * 60_000
/** The sweep reads a folder; this often it costs nothing. */
const SWEEP_INTERVAL_MS = 60 * 60_000
const CHUNK_BYTES = 1024 * 1024
const UPLOAD_ID = /^[0-9a-f]{32}$/
const PART_FILE = /^(\d{5})\.json$/

export interface Upload {
  id: string
  bucket: string
  key: string
  initiatedMs: number
  accessKeyId: string
  description: Description
  /** What the sender said at the start of how its checksums are made. */
  checksum?: { algorithm: string; type: ObjectChecksum['type'] }
}

export interface UploadedPart {
  number: number
  bytes: number
  /** MD5 in hex. */
  etag: string
  lastModifiedMs: number
  checksum?: { algorithm: string; value: string }
  /** The file's name. */
  file: string
}

export interface Uploads {
  create(upload: Omit<Upload, 'id' | 'initiatedMs'>): Promise<Upload>
  /** Undefined when there is none of that id for that key. */
  find(bucket: string, key: string, id: string): Promise<Upload | undefined>
  /** Of a bucket, by key and then by start. */
  list(bucket: string): Promise<Upload[]>
  /** Durable when it resolves; the bytes are used up. */
  putPart(
    upload: Upload,
    part: Pick<UploadedPart, 'number' | 'etag' | 'checksum'>,
    received: Received,
  ): Promise<UploadedPart>
  /** In the order of their numbers. */
  parts(upload: Upload): Promise<UploadedPart[]>
  /** The bytes of all of them, one after the other. */
  read(upload: Upload, parts: readonly UploadedPart[]): AsyncGenerator<Buffer>
  /** Fine when it is not there. */
  remove(upload: Upload): Promise<void>
  forgetBucket(bucket: string): Promise<void>
}

export function openUploads(place: LocalPlace): Uploads {
  const { sys, paths, directories } = place
  const folderOf = (id: string): string => join(paths.uploads, id)
  const staging = (): { folder: string; name: string } => ({ folder: paths.incoming, name: newName(sys) })
  const faults = <T>(op: string, id: string, work: () => Promise<T>): Promise<T> =>
    storeFaults(op, folderOf(id), work)
  let sweptMs = -Infinity

  const read = async (id: string): Promise<Upload | undefined> =>
    (await readJson(sys.files, join(folderOf(id), 'upload.json'))) as Upload | undefined
  const all = async (): Promise<Upload[]> => {
    const uploads: Upload[] = []
    for (const name of await namesIn(place, paths.uploads)) {
      const upload = UPLOAD_ID.test(name) ? await read(name) : undefined
      if (upload !== undefined) uploads.push(upload)
    }
    return uploads
  }
  const removeById = async (id: string): Promise<void> => {
    // The description first: without it nothing of the rest is an upload any more.
    await sys.files.remove(join(folderOf(id), 'upload.json'))
    await sys.files.removeTree(folderOf(id))
    directories.forgetAll()
  }
  const sweep = async (): Promise<void> => {
    const nowMs = sys.clock.now()
    if (nowMs - sweptMs < SWEEP_INTERVAL_MS) return
    sweptMs = nowMs
    for (const { id, initiatedMs } of await all())
      if (nowMs - initiatedMs > UPLOAD_AGE_MS_MAX) await removeById(id)
  }

  return {
    create: (given) =>
      storeFaults('create upload', given.key, async () => {
        await sweep()
        const upload = { ...given, id: newName(sys), initiatedMs: sys.clock.now() }
        await directories.ensure(paths.incoming)
        await directories.ensure(folderOf(upload.id))
        await writeJson(sys.files, join(folderOf(upload.id), 'upload.json'), staging(), upload)
        return upload
      }),
    find: (bucket, key, id) =>
      faults('find upload', 'one', async () => {
        if (!UPLOAD_ID.test(id)) return undefined
        const upload = await read(id)
        return upload?.bucket === bucket && upload.key === key ? upload : undefined
      }),
    list: (bucket) =>
      faults('list uploads', '', async () => (await all()).filter((upload) => upload.bucket === bucket)),
    putPart: (upload, { number, etag, checksum }, received) =>
      faults('put part', upload.id, async () => {
        const name = String(number).padStart(5, '0')
        const description = join(folderOf(upload.id), `${name}.json`)
        const before = (await readJson(sys.files, description)) as UploadedPart | undefined
        const part: UploadedPart = {
          number,
          bytes: received.bytes,
          etag,
          lastModifiedMs: sys.clock.now(),
          ...(checksum === undefined ? {} : { checksum }),
          file: `${name}-${newName(sys)}`,
        }
        await sys.files.rename(received.path, join(folderOf(upload.id), part.file))
        await writeJson(sys.files, description, staging(), part)
        if (before !== undefined) await sys.files.remove(join(folderOf(upload.id), before.file))
        return part
      }),
    parts: (upload) =>
      faults('list parts', upload.id, async () => {
        const names = (await namesIn(place, folderOf(upload.id))).filter((name) => PART_FILE.test(name))
        const parts = await Promise.all(
          names.map((name) => readJson(sys.files, join(folderOf(upload.id), name))),
        )
        return (parts.filter((part) => part !== undefined) as UploadedPart[]).sort(
          (a, b) => a.number - b.number,
        )
      }),
    async *read(upload, parts) {
      for (const { file } of parts) {
        const opened = await sys.files.open(join(folderOf(upload.id), file), 'read')
        try {
          for (let position = 0, count = -1; count !== 0; position += count) {
            const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
            count = await opened.read(buffer, position)
            if (count > 0) yield buffer.subarray(0, count)
          }
        } finally {
          await opened.close()
        }
      }
    },
    remove: ({ id }) => faults('remove upload', id, () => removeById(id)),
    forgetBucket: (bucket) =>
      faults('remove uploads', bucket, async () => {
        for (const upload of await all()) if (upload.bucket === bucket) await removeById(upload.id)
      }),
  }
}

async function namesIn({ sys }: LocalPlace, folder: string): Promise<string[]> {
  try {
    return (await sys.files.list(folder)).map(({ name }) => name)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}
