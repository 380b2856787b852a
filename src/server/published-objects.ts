/** JSON that Hozon keeps for itself below `_hozon/` of a bucket. Only what says that it is ours is believed. */
import { join } from 'node:path'
import type { Store } from '../store/store.ts'
import type { Sys } from '../sys/sys.ts'

export interface Place {
  sys: Sys
  store: Store
  /** An existing folder. */
  scratch: string
}

/** What no object that is delivered says of itself. */
const KIND = 'hozon-kind'

/** `exists`: the key is taken. */
export async function putPublished(
  { sys, store, scratch }: Place,
  { bucket, key, kind, content }: { bucket: string; key: string; kind: string; content: object },
): Promise<'created' | 'exists'> {
  const path = join(scratch, `published-${sys.random.bytes(8).toString('hex')}`)
  try {
    await sys.files.writeFileDurably(path, Buffer.from(`${JSON.stringify(content)}\n`))
    return await store.putFile(bucket, key, path, {
      contentType: 'application/json',
      metadata: { [KIND]: kind },
    })
  } finally {
    await sys.files.remove(path)
  }
}

/** Undefined: it is somebody else's, or damaged. */
export async function readPublished(
  { sys, store, scratch }: Place,
  { bucket, key, kind }: { bucket: string; key: string; kind: string },
): Promise<unknown> {
  const head = await store.head(bucket, key)
  // Copies of a folder have lost all metadata.
  const isOurs =
    head !== undefined && (Object.keys(head.metadata).length === 0 || head.metadata[KIND] === kind)
  if (!isOurs) return undefined
  const path = join(scratch, 'published.json')
  await sys.files.remove(path)
  await store.getFile(bucket, key, path)
  try {
    return JSON.parse((await sys.files.readFile(path)).toString('utf8')) as unknown
  } catch {
    // Somebody else's object under our prefix.
    return undefined
  }
}
