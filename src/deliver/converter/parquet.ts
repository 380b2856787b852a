/** Fit files become one Parquet file, by DuckDB. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { HozonError } from '../../base/errors.ts'
import { quoteText, selectFromJson } from '../../format/json-columns.ts'
import type { ConvertJob } from './contract.ts'

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
  lineBytesMax: number,
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
    ...(codec === 'zstd' ? ['COMPRESSION_LEVEL 3'] : []),
    'ROW_GROUP_SIZE 122880',
    ...(metadata.length > 0 ? [`KV_METADATA {${metadata.join(', ')}}`] : []),
  ]
  const source = selectFromJson({ paths: job.parts, schema: job.schema, lineBytesMax })
  const result = await connection.runAndReadAll(
    `COPY (${source}) TO ${quoteText(job.out)} (${options.join(', ')})`,
  )
  return Number(result.getRows()[0]![0])
}
