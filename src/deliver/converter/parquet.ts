/** Fit files become one Parquet file, by DuckDB. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { HozonError } from '../../base/errors.ts'
import { quoteText, selectFromJson } from '../../format/json-columns.ts'
import type { ConvertJob } from './contract.ts'
import type { LineExtent } from './line-bound.ts'

export interface EngineOptions {
  threads: number
  memoryMiB: number
  /** Where DuckDB may spill. */
  temporary: string
}

const PARQUET_CODECS: Partial<Record<ConvertJob['compression'], string>> = {
  zstd: 'zstd',
  snappy: 'snappy',
  gzip: 'gzip',
  none: 'uncompressed',
}

/**
 * Parquet's own encodings leave little to a higher level: level 3 makes files 0 to 4 percent smaller (real logs and
 * bench/application-log.ts) and takes a fifth of the speed of the whole conversion.
 */
const ZSTD_LEVEL = 1
/** Half of DuckDB's default: each thread holds a group in memory, and twice the size saves 3 percent of the file. */
const ROW_GROUP_ROWS = 61_440
/** DuckDB's vector: fewer rows make no smaller group. */
const ROW_GROUP_ROWS_MIN = 2048

export async function openEngine(options: EngineOptions): Promise<DuckDBInstance> {
  return DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${options.memoryMiB}MiB`,
    temp_directory: options.temporary,
    preserve_insertion_order: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
}

/** Returns the number of rows written. */
export async function writeParquet(
  connection: DuckDBConnection,
  job: ConvertJob,
  lines: LineExtent,
): Promise<number> {
  const codec = PARQUET_CODECS[job.compression]
  if (codec === undefined) {
    throw new HozonError('HOZON_CONVERT_COMPRESSION', `Parquet has no compression ${job.compression}`, {
      op: 'convert',
      target: job.out,
      hint: 'use zstd, snappy, gzip or none',
    })
  }
  const metadata = Object.entries(job.metadata).map(
    ([key, value]) => `${quoteText(key)}: ${quoteText(value)}`,
  )
  const options = [
    'FORMAT parquet',
    `COMPRESSION ${codec}`,
    ...(codec === 'zstd' ? [`COMPRESSION_LEVEL ${ZSTD_LEVEL}`] : []),
    `PARQUET_VERSION ${job.layout?.writerVersion ?? 'V2'}`,
    `ROW_GROUP_SIZE ${rowsPerGroup(job, lines)}`,
    ...(job.layout?.dictionary === false ? ['DICTIONARY_SIZE_LIMIT 0'] : []),
    ...(metadata.length > 0 ? [`KV_METADATA {${metadata.join(', ')}}`] : []),
  ]
  const { parts: paths, schema, layout } = job
  const source = selectFromJson({
    paths,
    schema,
    hasExtra: layout === undefined,
    lineBytesMax: lines.lineBytesMax,
  })
  const result = await connection.runAndReadAll(
    `COPY (${source}) TO ${quoteText(job.out)} (${options.join(', ')})`,
  )
  return Number(result.getRows()[0]![0])
}

/** DuckDB limits groups by bytes only where it may change the order of rows. */
function rowsPerGroup({ layout, rows }: ConvertJob, { bytes }: LineExtent): number {
  if (layout === undefined || bytes <= layout.blockBytes) return ROW_GROUP_ROWS
  const fitting = Math.floor((layout.blockBytes / bytes) * rows)
  return Math.min(ROW_GROUP_ROWS, Math.max(ROW_GROUP_ROWS_MIN, fitting))
}

/**
 * Tables of hundreds of columns and lines of megabytes need more memory than logs do. One after the other these give
 * it; the process grows for that one conversion, where otherwise the delivery could never be made.
 */
const MEMORY_STEPS = [
  { factor: 1, threads: 2 },
  { factor: 2, threads: 1 },
  { factor: 4, threads: 1 },
]

/** Runs `write` with more memory each time that DuckDB runs out of it. */
export async function withEnoughMemory<T>(
  connection: DuckDBConnection,
  options: EngineOptions,
  write: () => Promise<T>,
): Promise<T> {
  for (const [index, { factor, threads }] of MEMORY_STEPS.entries()) {
    await connection.run(`SET memory_limit = '${options.memoryMiB * factor}MiB'`)
    await connection.run(`SET threads = ${Math.min(threads, options.threads)}`)
    try {
      return await write()
    } catch (error) {
      const isLast = index === MEMORY_STEPS.length - 1
      if (isLast || !(error instanceof Error) || !error.message.startsWith('Out of Memory')) throw error
    }
  }
  throw new Error('unreachable: the last step returns or throws')
}
