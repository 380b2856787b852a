/** A hundred thousand keys, in one folder and in many: listed to the end in order, and with memory that does not grow with them. */
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3'
import { serve, type Served } from './served.ts'

const KEYS = 100_000
/** Of which one folder has half. */
const FOLDERS = 100
const MIB = 1024 * 1024
const Bucket = 'many'
let served: Served

before(async () => {
  served = await serve()
  const bucket = join(served.folder, 'store', Bucket)
  for (let folder = 0; folder <= FOLDERS; folder++) {
    const path = join(bucket, name(folder))
    await mkdir(path, { recursive: true })
    const files = folder === FOLDERS ? KEYS / 2 : KEYS / 2 / FOLDERS
    for (let at = 0; at < files; at += 100)
      await Promise.all(Array.from({ length: 100 }, (_, n) => writeFile(join(path, name(at + n)), '')))
  }
})
after(() => served.end())

const name = (number: number): string => String(number).padStart(6, '0')

async function list(more: Partial<ListObjectsV2CommandInput>) {
  const client = served.client('read')
  let count = 0
  let last = ''
  let prefixes = 0
  let ContinuationToken: string | undefined
  do {
    const page: ListObjectsV2CommandOutput = await client.send(
      new ListObjectsV2Command({
        Bucket,
        ...more,
        ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
      }),
    )
    for (const { Key } of page.Contents ?? []) {
      assert.ok(Key! > last, `${Key} after ${last}`)
      last = Key!
      count++
    }
    prefixes += page.CommonPrefixes?.length ?? 0
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken !== undefined)
  return { count, prefixes }
}

test('all of them, each once and in order', async () => {
  await list({ MaxKeys: 1000, Prefix: name(0) })
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  assert.deepEqual(await list({}), { count: KEYS, prefixes: 0 })
  const grownMiB = (process.memoryUsage().rss - before) / MIB
  // The names of the large folder are some 10 MiB; the client's pages are garbage here as well.
  assert.ok(grownMiB < 200, `${grownMiB.toFixed(0)} MiB`)
})

test('folded by folder, without a look into them', async () => {
  assert.deepEqual(await list({ Delimiter: '/' }), { count: 0, prefixes: FOLDERS + 1 })
  assert.deepEqual(await list({ Delimiter: '/', MaxKeys: 7 }), { count: 0, prefixes: FOLDERS + 1 })
})
