/** Reads files of JSON lines that fit the table's columns. */
import { EXTRA_COLUMN } from '../../base/schema.ts'
import type { Compression } from '../../base/stream.ts'
import { duckDbType, quoted, quotedText } from './column-types.ts'
import type { Scan, ScanSource } from './protocol.ts'

/** Longest line that is read; the collectors take no longer ones. */
const LINE_BYTES_MAX = 8 * 1024 * 1024

const COMPRESSIONS: Partial<Record<Compression, string>> = {
  none: 'uncompressed',
  gzip: 'gzip',
  zstd: 'zstd',
}

export function jsonRowsSql(scan: Scan, source: ScanSource, filesVariable: string, keys: string[]): string {
  const declared = scan.columns.map(
    (column) => `${quotedText(column.key)}: ${quotedText(duckDbType(column.type))}`,
  )
  if (scan.hasExtra) declared.push(`${quotedText(EXTRA_COLUMN)}: 'VARCHAR'`)
  const columns = scan.columns.map((column) => `${quoted(column.key)} AS ${quoted(column.name)}`)
  if (scan.hasExtra) columns.push(EXTRA_COLUMN)
  const options = [
    `getvariable('${filesVariable}')`,
    `format = 'newline_delimited'`,
    `columns = {${declared.join(', ')}}`,
    `compression = '${COMPRESSIONS[source.compression] ?? 'auto'}'`,
    `maximum_object_size = ${LINE_BYTES_MAX}`,
  ]
  return `SELECT ${[...columns, ...keys].join(', ')} FROM read_json(${options.join(', ')})`
}
