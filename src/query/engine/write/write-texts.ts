/**
 * Writes the rows of a query as JSON lines or as Hive's text, each partition to files of its own. Rows come and go
 * chunk by chunk; the number of files open at a time is the limit of partitions.
 */
import { join } from 'node:path'
import type { DuckDBBlobValue, DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api'
import { cellWriter, type Cell } from '../cells.ts'
import { streamRows } from '../row-stream.ts'
import { createEncodedFile, type EncodedFile } from './encoded-file.ts'
import { hiveRow } from './hive-text.ts'
import { FILE_BYTES_MAX, tooManyBytes, tooManyPartitions } from './limits.ts'
import { partitionWriter } from './partition-text.ts'
import type { Projection } from './projection.ts'
import type { WriteRequest, WrittenFile } from './protocol.ts'

export async function writeTexts(
  connection: DuckDBConnection,
  { sql, columns }: Projection,
  request: WriteRequest,
): Promise<WrittenFile[]> {
  const writers = new PartitionWriters(request)
  try {
    const stream = await streamRows(connection, sql)
    const { types } = stream
    const dataColumns = columns.length - request.partitionedBy.length
    const names = columns.slice(0, dataColumns).map(({ name }) => name)
    const line = lineWriter(names, types.slice(0, dataColumns), request)
    const keys = types.slice(dataColumns).map(partitionWriter)
    for (;;) {
      const chunk = await stream.next()
      if (chunk === undefined) break
      for (const row of chunk.getRows()) {
        const partition = keys.map((key, index) => key(row[dataColumns + index]!))
        await writers.append(partition, line(row.slice(0, dataColumns)))
      }
    }
    return await writers.finish()
  } catch (error) {
    connection.interrupt()
    await writers.abandon()
    throw error
  }
}

function lineWriter(
  names: readonly string[],
  types: readonly DuckDBType[],
  { format }: WriteRequest,
): (row: DuckDBValue[]) => string {
  if (format.kind === 'text') return hiveRow(types, format)
  const keys = names.map((name) => `${JSON.stringify(name)}:`)
  const cells = types.map((type) => cellWriter(type, base64Cell))
  return (row) =>
    `{${row.map((value, index) => keys[index]! + (value === null ? 'null' : cells[index]!(value))).join(',')}}\n`
}

/** Hive's JSON has bytes as Base64. */
const base64Cell: Cell = (value) => `"${Buffer.from((value as DuckDBBlobValue).bytes).toString('base64')}"`

interface OpenPartition {
  partition: string[]
  file: EncodedFile
  name: string
  rows: number
}

class PartitionWriters {
  readonly #request: WriteRequest
  readonly #open = new Map<string, OpenPartition>()
  readonly #finished: WrittenFile[] = []
  #files = 0
  #finishedBytes = 0

  constructor(request: WriteRequest) {
    this.#request = request
  }

  async append(partition: string[], line: string): Promise<void> {
    const key = partition.join('\0')
    let open = this.#open.get(key)
    if (open === undefined) {
      if (this.#open.size >= Math.max(1, this.#request.partitionsMax))
        throw tooManyPartitions(this.#request.partitionsMax)
      open = await this.#start(partition)
      this.#open.set(key, open)
    }
    const before = open.file.bytes
    await open.file.append(line)
    open.rows++
    if (open.file.bytes === before) return
    this.#checkBytes()
    if (open.file.bytes >= FILE_BYTES_MAX) {
      await this.#end(open)
      this.#open.set(key, await this.#start(partition))
    }
  }

  async finish(): Promise<WrittenFile[]> {
    for (const open of this.#open.values()) await this.#end(open)
    this.#open.clear()
    this.#checkBytes()
    return this.#finished.filter((file) => file.rows > 0)
  }

  async abandon(): Promise<void> {
    for (const { file } of this.#open.values()) await file.abandon()
  }

  async #start(partition: string[]): Promise<OpenPartition> {
    const name = `${this.#files++}`
    const file = await createEncodedFile(join(this.#request.folder, name), this.#request.format.compression)
    return { partition, file, name, rows: 0 }
  }

  async #end({ partition, file, name, rows }: OpenPartition): Promise<void> {
    const bytes = await file.finish()
    this.#finishedBytes += bytes
    this.#finished.push({ name, partition, rows, bytes })
  }

  #checkBytes(): void {
    let bytes = this.#finishedBytes
    for (const { file } of this.#open.values()) bytes += file.bytes
    if (bytes > this.#request.bytesMax) throw tooManyBytes(this.#request.bytesMax)
  }
}
