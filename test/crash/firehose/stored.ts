/** What was delivered, read with neither Hozon nor its catalog, by stream. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { dataKeysOf } from '../bucket.ts'
import { rowOf, type Row } from './ledger.ts'

/** The stream is the last folder but Firehose's own key: `<stream>-<version>-<time>-<uuid><extension>`. */
const KEY = /([a-z]+(?:-\d)?)-\d+-\d{4}(?:-\d\d){5}-[0-9a-f-]{36}(\.\w+)*$/

export async function storedRows(folder: string): Promise<Map<string, Row[]>> {
  const rows = new Map<string, Row[]>()
  const parquet: string[] = []
  for (const key of dataKeysOf(folder)) {
    const stream = KEY.exec(key)?.[1]
    assert.ok(stream, `a key of a stream: ${key}`)
    assert.ok(!key.includes('error'), `nothing was rejected: ${key}`)
    const path = join(folder, key)
    if (key.endsWith('.parquet')) parquet.push(path)
    else rows.set(stream, [...(rows.get(stream) ?? []), ...documentsOf(path)])
  }
  return rows.set('rows', await parquetRows(parquet))
}

function documentsOf(path: string): Row[] {
  const bytes = readFileSync(path)
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  assert.ok(text.endsWith('\n'), `whole lines: ${path}`)
  return text.slice(0, -1).split('\n').map(rowOf)
}

async function parquetRows(files: string[]): Promise<Row[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    const list = files.map((file) => `'${file}'`).join()
    const read = await connection.runAndReadAll(
      `SELECT client, number, checksum, length(pad) FROM read_parquet([${list}], union_by_name = true)`,
    )
    return read.getRows().map(([client, ...numbers]) => {
      const [number, checksum, padLength] = numbers.map(Number) as [number, number, number]
      return { client: String(client), number, checksum, padLength }
    })
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}
