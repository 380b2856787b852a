/**
 * What was declared through Glue or SQL, also in a bucket: the newest of each database, table, thousand partitions, function,
 * crawler and classifier as an object `_hozon/glue/<kind>/<hash of its name>/<number>.json`, so that the catalog can
 * be made anew. The highest number counts: objects are never replaced, and a store may not let us remove the older.
 */
import { createHash } from 'node:crypto'
import { HozonError } from '../base/errors.ts'
import { OWN_FOLDER } from '../base/own-folder.ts'
import type { GlueCopyKind, GlueItem } from '../catalog/glue.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import { putPublished, readPublished, type Place } from './published-objects.ts'

const PREFIX = `${OWN_FOLDER}glue/`
const OBJECT_KIND = 'glue'
const KEY = /^([a-z]+\/[0-9a-f]{64}\/)(\d{12})\.json$/
const NUMBER_DIGITS = 12
/** Nobody else numbers them; more than one collision is our own put, repeated after its answer was lost. */
const ATTEMPTS_MAX = 5
/** Of a pipeline without streams. */
const DEFAULT_BUCKET = 'hozon-catalog'

/** In the order in which they can be restored: each after what it belongs to. */
const KINDS: readonly GlueCopyKind[] = [
  'database',
  'table',
  'partitions',
  'function',
  'classifier',
  'crawler',
]

interface Published extends GlueItem {
  version: 1
  /** Absent: it was deleted. */
  content?: object
}

export function glueBucket({ streams }: Pick<Pipeline, 'streams'>): string {
  return streams[0]?.deliver.bucket ?? DEFAULT_BUCKET
}

/** Without content: it is gone. */
export async function publishGlue(
  place: Place,
  bucket: string,
  { kind, name, content }: GlueItem & { content: object | undefined },
): Promise<void> {
  const folder = folderOf({ kind, name })
  const older = await keysIn(place, bucket, folder)
  if (content === undefined && older.length === 0) return
  const published: Published = { version: 1, kind, name, ...(content === undefined ? {} : { content }) }
  const key = await putNext(place, bucket, { folder, older, published })
  const removed = await removeAll(place, bucket, older)
  // Last: what is left of the older ones would count again.
  if (removed && content === undefined) await removeAll(place, bucket, [key])
}

function folderOf({ kind, name }: GlueItem): string {
  return `${PREFIX}${kind}/${createHash('sha256').update(JSON.stringify(name)).digest('hex')}/`
}

async function keysIn({ store }: Place, bucket: string, folder: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of store.list(bucket, folder))
    if (KEY.test(key.slice(PREFIX.length))) keys.push(key)
  return keys
}

async function putNext(
  place: Place,
  bucket: string,
  { folder, older, published }: { folder: string; older: readonly string[]; published: Published },
): Promise<string> {
  const last = Number(KEY.exec((older.at(-1) ?? '').slice(PREFIX.length))?.[2] ?? 0)
  for (let number = last + 1; number <= last + ATTEMPTS_MAX; number++) {
    const key = `${folder}${String(number).padStart(NUMBER_DIGITS, '0')}.json`
    const put = await putPublished(place, { bucket, key, kind: OBJECT_KIND, content: published })
    if (put === 'created') return key
    // It is older than what we know, whoever put it.
    await removeAll(place, bucket, [key])
  }
  throw new HozonError('HOZON_STORE_UNAVAILABLE', 'the keys of the catalog are taken again and again', {
    op: 'publish catalog',
    target: `${bucket}/${folder}`,
    retryable: true,
  })
}

/** False: we may not. */
async function removeAll({ store }: Place, bucket: string, keys: readonly string[]): Promise<boolean> {
  try {
    for (const key of keys) await store.remove(bucket, key)
    return true
  } catch (error) {
    if (error instanceof HozonError && error.code === 'HOZON_STORE_DENIED') return false
    throw error
  }
}

/**
 * In an order in which they can be restored. From the bucket that the pipeline file leads to; where that has none, from all:
 * another stream may be the first of the file now.
 */
export async function* publishedGlue(
  place: Place,
  bucket: string,
  /** That there are. */
  buckets: readonly string[],
): AsyncGenerator<{ key: string; item: (GlueItem & { content: object }) | undefined }> {
  let found = false
  for await (const each of publishedIn(
    place,
    buckets.filter((there) => there === bucket),
  )) {
    found = true
    yield each
  }
  if (!found) yield* publishedIn(place, buckets)
}

async function* publishedIn(
  place: Place,
  buckets: readonly string[],
): AsyncGenerator<{ key: string; item: (GlueItem & { content: object }) | undefined }> {
  for (const kind of KINDS)
    for (const bucket of buckets)
      for await (const key of newestKeys(place, bucket, `${PREFIX}${kind}/`)) {
        const published = await read(place, bucket, key)
        if (published === undefined) yield { key, item: undefined }
        else if (published.content !== undefined)
          yield { key, item: { kind, name: published.name, content: published.content } }
      }
}

async function* newestKeys({ store }: Place, bucket: string, prefix: string): AsyncGenerator<string> {
  let newest: { folder: string; key: string } | undefined
  for await (const { key } of store.list(bucket, prefix)) {
    const folder = KEY.exec(key.slice(PREFIX.length))?.[1]
    if (folder === undefined) continue
    if (newest !== undefined && newest.folder !== folder) yield newest.key
    newest = { folder, key }
  }
  if (newest !== undefined) yield newest.key
}

async function read(place: Place, bucket: string, key: string): Promise<Published | undefined> {
  const parsed = (await readPublished(place, { bucket, key, kind: OBJECT_KIND })) as
    Partial<Published> | null | undefined
  const { version, kind, name } = parsed ?? {}
  if (version !== 1 || kind === undefined || !Array.isArray(name)) return undefined
  return key.startsWith(folderOf({ kind, name })) ? (parsed as Published) : undefined
}
