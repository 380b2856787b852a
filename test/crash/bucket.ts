/**
 * Reads the bucket as any other program would: Parquet files in folders, with neither Hozon nor its catalog. Each line
 * must be there exactly once, whole, and in the order in which it stood in its file.
 */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { checksumOf, padOf } from './lines.ts'

/** `folder` holds the bucket's objects under their keys. */
export async function checkBucket(folder: string, written: Map<string, number>): Promise<void> {
  const objects = dataKeysOf(folder)
  const strangers = objects.filter((key) => !key.endsWith('.parquet'))
  assert.deepEqual(strangers, [], 'nothing but Parquet files: no line was rejected')
  const instance = await DuckDBInstance.create(':memory:', { preserve_insertion_order: 'true' })
  const connection = await instance.connect()
  try {
    const count = new LineCount(written)
    const files = await inRunOrder(
      connection,
      objects.map((key) => join(folder, key)),
    )
    // Not as a stream: one that fails ends as if it were through.
    const rows = await connection.run(
      `SELECT writer, generation, number, checksum, length(pad) FROM read_parquet(${list(files)}, union_by_name = true)`,
    )
    for (;;) {
      const chunk = await rows.fetchChunk()
      if (chunk === null || chunk.rowCount === 0) break
      for (const row of chunk.getRows()) count.add(String(row[0]), row.slice(1).map(Number))
    }
    count.check()
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

export function keysOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
}

/** Without manifests, and without what says that the bucket can be written: engines skip names that begin so. */
export function dataKeysOf(folder: string): string[] {
  return keysOf(folder).filter((key) => !/^[_.]hozon/.test(key))
}

/** Runs in the order of their segments, which each Parquet file names; objects of one run in the order of their keys. */
async function inRunOrder(connection: DuckDBConnection, files: string[]): Promise<string[]> {
  const reader = await connection.runAndReadAll(
    `SELECT file_name, decode(value) FROM parquet_kv_metadata(${list(files)}) WHERE decode(key) = 'hozon-segments'`,
  )
  const first = new Map(
    reader.getRows().map(([file, segments]) => [String(file), parseInt(String(segments))]),
  )
  assert.equal(first.size, files.length, 'each file names its segments')
  return files.sort((a, b) => first.get(a)! - first.get(b)! || (a < b ? -1 : 1))
}

function list(files: string[]): string {
  return `[${files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ')}]`
}

class LineCount {
  readonly #times: Map<string, Uint8Array>
  readonly #last = new Map<string, number>()
  readonly #wrong: string[] = []

  constructor(written: Map<string, number>) {
    this.#times = new Map([...written].map(([writer, lines]) => [writer, new Uint8Array(lines)]))
  }

  add(writer: string, [generation, number, checksum, padLength]: number[]): void {
    const times = this.#times.get(writer)
    const line = `${writer} ${number} of generation ${generation}`
    if (times === undefined || !(number! < times.length)) return void this.#wrong.push(`nobody wrote ${line}`)
    times[number!]!++
    if (checksum !== checksumOf(writer, number!) || padLength !== padOf(number!).length)
      this.#wrong.push(`damaged: ${line}`)
    // One generation is one file: rotation renames it, and its lines stay in their order.
    const file = `${writer} ${generation}`
    const before = this.#last.get(file) ?? -1
    if (number! <= before) this.#wrong.push(`${line} comes after ${before}`)
    this.#last.set(file, number!)
  }

  check(): void {
    for (const [writer, times] of this.#times) {
      const lost = [...times.keys()].filter((number) => times[number] === 0)
      const doubled = [...times.keys()].filter((number) => times[number]! > 1)
      for (const [what, numbers] of Object.entries({ lost, doubled }))
        if (numbers.length > 0) this.#wrong.unshift(`${numbers.length} ${what} of ${writer}: ${numbers[0]} …`)
    }
    assert.deepEqual(this.#wrong.slice(0, 20), [])
  }
}
