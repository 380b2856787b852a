/** The numbers of the records in all objects of a store, whatever was made of them. */
import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

const GZIP = Buffer.from([0x1f, 0x8b])

/** Objects of these buckets; `_hozon/` holds Hozon's own. */
export function* recordsIn(store: string, exceptBucket: string): Generator<number> {
  for (const path of readdirSync(store, { recursive: true, withFileTypes: true })) {
    if (!path.isFile() || path.parentPath.includes(`/${exceptBucket}`)) continue
    yield* numbersIn(contentOf(`${path.parentPath}/${path.name}`))
  }
}

function contentOf(path: string): string {
  const bytes = readFileSync(path)
  return (bytes.subarray(0, 2).equals(GZIP) ? gunzipSync(bytes) : bytes).toString('latin1')
}

function* numbersIn(text: string): Generator<number> {
  for (const [, id, raw] of text.matchAll(/\{"id":(\d+)[,}]|"rawData":"([^"]*)"/g)) {
    if (id !== undefined) yield Number(id)
    else yield* numbersIn(rawText(Buffer.from(raw!, 'base64')))
  }
}

/** Of a record that could not be processed; compressed ones that are whole are looked into. */
function rawText(raw: Buffer): string {
  if (!raw.subarray(0, 2).equals(GZIP)) return raw.toString('latin1')
  try {
    return gunzipSync(raw, { maxOutputLength: 1024 * 1024 })
      .toString('latin1')
      .replaceAll('\\"', '"')
  } catch {
    // Damaged, or a bomb: no record of ours is in it.
    return ''
  }
}
