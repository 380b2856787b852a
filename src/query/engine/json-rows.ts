/**
 * Reads files of JSON lines that fit the table's columns, with the same conversions as delivery does
 * (format/json-columns.ts), so that a row looks the same before and after it is delivered. Other than there, the files
 * and their partitions are lists in variables: there may be very many.
 */
import { EXTRA_COLUMN } from '../../base/schema.ts'
import type { Compression } from '../../base/stream.ts'
import { AS_THE_FILE_SAYS, columnSql, jsonType, quoteText } from '../../format/json-columns.ts'
import type { Scan, ScanSource } from './protocol.ts'

/**
 * The collectors take lines of 1 MiB, which are six times as long when every byte of them is escaped. DuckDB holds twice
 * as much per thread, and refuses longer lines.
 */
const LINE_BYTES_MAX = 8 * 1024 * 1024

/** What DuckDB reads by itself; the planner has decoded all else. */
const COMPRESSIONS: Partial<Record<Compression, string>> = {
  none: 'uncompressed',
  gzip: 'gzip',
  zstd: 'zstd',
}

export function jsonRowsSql(scan: Scan, source: ScanSource, filesVariable: string, keys: string[]): string {
  const extra = scan.hasExtra ? [[EXTRA_COLUMN, 'VARCHAR'] as const] : []
  const declared = [...scan.columns.map(({ key, type }) => [key, jsonType(type)] as const), ...extra]
  const columns = scan.columns.map(columnSql)
  if (scan.hasExtra) columns.push(EXTRA_COLUMN)
  const options = [
    `getvariable('${filesVariable}')`,
    `format = 'newline_delimited'`,
    'records = true',
    'auto_detect = false',
    AS_THE_FILE_SAYS,
    `compression = '${COMPRESSIONS[source.compression] ?? 'auto'}'`,
    `maximum_object_size = ${LINE_BYTES_MAX}`,
    `columns = {${declared.map(([key, type]) => `${quoteText(key)}: ${quoteText(type)}`).join(', ')}}`,
  ]
  return `SELECT ${[...columns, ...keys].join(', ')} FROM read_json(${options.join(', ')})`
}
