/**
 * Writes the rows of a query as Parquet, by DuckDB's own writer. With partitions it takes two steps: all rows go to
 * files in the scratch folder first, so that the partitions are counted before any of them is written, and then to those
 * of the partitions. (Sorted by partition these would have larger row groups; the sort needs hundreds of megabytes more.)
 */
import { join, relative } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { VIEW_SCHEMA } from '../../planner/bind.ts'
import { AS_THE_FILE_SAYS, quoted, quotedText } from '../column-types.ts'
import { FILE_BYTES_MAX, tooManyPartitions } from './limits.ts'
import { partitionWriter } from './partition-text.ts'
import type { Projection } from './projection.ts'
import type { FileCompression, WriteRequest, WrittenFile } from './protocol.ts'

/** Bounds what a thread holds of a row group. DuckDB's own limit counts rows only, and lines of logs may be long. */
const ROW_GROUP_BYTES = 16 * 1024 * 1024

const CODECS: Record<FileCompression, string> = {
  none: 'uncompressed',
  gzip: 'gzip',
  snappy: 'snappy',
  zstd: 'zstd',
}

export async function writeParquet(
  connection: DuckDBConnection,
  { sql, columns }: Projection,
  request: WriteRequest,
): Promise<WrittenFile[]> {
  const { folder, format, partitionedBy } = request
  if (partitionedBy.length === 0)
    return copied(connection, { sql, folder, to: 'data', options: [codec(format.compression), FILES] })
  const staged = await copied(connection, { sql, folder, to: 'staged', options: [codec('snappy'), FILES] })
  if (staged.length === 0) return []
  const stage = `read_parquet(${quotedText(join(folder, 'staged', '*.parquet'))}, ${AS_THE_FILE_SAYS})`
  const partitions = await numberPartitions(connection, stage, request)
  // No column has this name, so that it can be told from those of the query.
  const number = quoted(`#${columns.map(({ name }) => name).join('#')}`)
  const data = columns.slice(0, columns.length - partitionedBy.length).map(({ name }) => `s.${quoted(name)}`)
  const same = partitionedBy.map((key) => `s.${quoted(key)} IS NOT DISTINCT FROM p.${quoted(key)}`)
  const numbered = `SELECT ${data.join(', ')}, p."#" AS ${number}
    FROM ${stage} s JOIN ${PARTITIONS} p ON ${same.join(' AND ')}`
  const options = [codec(format.compression), `PARTITION_BY (${number})`]
  const files = await copied(connection, { sql: numbered, folder, to: 'data', options })
  return files.map((file) => ({ ...file, partition: partitions[numberOf(file.name)]! }))
}

const PARTITIONS = `${VIEW_SCHEMA}."#partitions"`
const FILES = `FILE_SIZE_BYTES ${FILE_BYTES_MAX}`

function codec(compression: FileCompression): string {
  return `COMPRESSION ${CODECS[compression]}`
}

/** `data/%23a%23b=7/data_0.parquet` -> 7 */
function numberOf(name: string): number {
  return Number(/=(\d+)\/[^/]*$/.exec(name)?.[1])
}

interface Copy {
  sql: string
  folder: string
  /** A folder that does not exist yet. */
  to: string
  options: string[]
}

/** Runs the copy. A file without rows, which the writer makes when there are none, is left out. */
async function copied(
  connection: DuckDBConnection,
  { sql, folder, to, options }: Copy,
): Promise<WrittenFile[]> {
  const all = ['FORMAT parquet', `ROW_GROUP_SIZE_BYTES ${ROW_GROUP_BYTES}`, ...options, 'RETURN_STATS'].join(
    ', ',
  )
  const copy = `COPY (${sql}) TO ${quotedText(join(folder, to))} (${all})`
  const reader = await connection.runAndReadAll(copy)
  const files = reader.getRows().map(([path, rows, bytes]) => ({
    name: relative(folder, String(path)),
    partition: [],
    rows: Number(rows),
    bytes: Number(bytes),
  }))
  return files.filter(({ rows }) => rows > 0)
}

/** Makes the table of partitions: their values and the number of their folder. */
async function numberPartitions(
  connection: DuckDBConnection,
  stage: string,
  { partitionedBy, partitionsMax }: WriteRequest,
): Promise<string[][]> {
  const keys = partitionedBy.map(quoted).join(', ')
  await connection.run(
    `CREATE TABLE ${PARTITIONS} AS SELECT *, row_number() OVER () - 1 AS "#"
    FROM (SELECT DISTINCT ${keys} FROM ${stage} LIMIT ${partitionsMax + 1})`,
  )
  const reader = await connection.runAndReadAll(`SELECT ${keys}, "#" FROM ${PARTITIONS} ORDER BY "#"`)
  const writers = partitionedBy.map((_, index) => partitionWriter(reader.columnType(index)))
  const partitions = reader.getRows().map((row) => writers.map((writer, index) => writer(row[index]!)))
  if (partitions.length > partitionsMax) throw tooManyPartitions(partitionsMax)
  return partitions
}
