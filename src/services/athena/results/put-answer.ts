/** An answer and what lies beside it become objects. */
import type { Store } from '../../../store/store.ts'
import type { Files } from '../../../sys/sys.ts'
import type { Output } from '../executions/execution.ts'

export interface AnswerParts {
  /** A file that is given away. Undefined: there is no answer, as after CTAS. */
  answerPath: string | undefined
  metadata: Buffer
  manifest: readonly string[] | undefined
}

interface Place {
  files: Files
  store: Pick<Store, 'putFile'>
  /** For files in the making, whose names begin with it. */
  scratch: string
}

/**
 * What lies beside it first, the answer last: whoever finds the answer finds all of it. Keys hold the execution's id, so what is there already
 * is an earlier attempt's. Gives the manifest's key.
 */
export async function putAnswer(
  place: Place,
  { bucket, key }: Output,
  { answerPath, metadata, manifest }: AnswerParts,
): Promise<string | undefined> {
  const { store } = place
  await putBytes(place, bucket, `${key}.metadata`, metadata)
  const manifestKey = manifest === undefined ? undefined : manifestKeyOf(key)
  if (manifestKey !== undefined) {
    const lines = manifest!.map((uri) => `${uri}\n`).join('')
    await putBytes(place, bucket, manifestKey, Buffer.from(lines))
  }
  const contentType = key.endsWith('.csv') ? 'text/csv' : 'text/plain'
  if (answerPath !== undefined) await store.putFile(bucket, key, answerPath, { contentType, metadata: {} })
  return manifestKey
}

/** Beside the name without its suffix. */
export function manifestKeyOf(key: string): string {
  return `${key.replace(/\.(csv|txt)$/, '')}-manifest.csv`
}

async function putBytes(
  { files, store, scratch }: Place,
  bucket: string,
  key: string,
  bytes: Buffer,
): Promise<void> {
  const path = `${scratch}.${key.endsWith('.metadata') ? 'metadata' : 'manifest'}`
  const file = await files.open(path, 'create')
  try {
    await file.write([bytes], 0)
  } finally {
    await file.close()
  }
  try {
    await store.putFile(bucket, key, path, { contentType: 'application/octet-stream', metadata: {} })
  } finally {
    await files.remove(path)
  }
}
