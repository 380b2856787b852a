/** `<table>_errors`: the lines that could not become rows, with the reason, queryable like any table. */
import type { TableSchema } from '../base/schema.ts'
import type { StreamConfig } from '../base/stream.ts'
import type { Table } from '../catalog/catalog.ts'

export const ERRORS_SUFFIX = '_errors'

const COLUMNS = [
  ['reason', 'varchar'],
  ['line', 'varchar'],
  ['line_base64', 'varchar'],
  ['stream', 'varchar'],
  ['segment', 'bigint'],
  ['arrived_at', 'timestamp'],
] as const

/** Version 2: the catalog makes every table with the empty version 1. */
export const ERRORS_SCHEMA: TableSchema = {
  version: 2,
  columns: COLUMNS.map(([name, type]) => ({ name, key: name, type })),
}

export function errorsTable(config: StreamConfig): Omit<Table, 'schema'> {
  return {
    database: config.table.database,
    name: config.table.name + ERRORS_SUFFIX,
    stream: config.name,
    partitionKeys: [],
    location: `s3://${config.deliver.bucket}/${folderOf(config.deliver.errorPrefix)}`,
  }
}

function folderOf(prefix: string): string {
  const expression = prefix.indexOf('!{')
  const text = expression < 0 ? prefix : prefix.slice(0, expression)
  return text.slice(0, text.lastIndexOf('/') + 1)
}
