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
const ERRORS_SCHEMA: TableSchema = {
  version: 2,
  columns: COLUMNS.map(([name, type]) => ({ name, key: name, type })),
}

/** AWS's error lines: some fields are of some types of failure only. Names are theirs, in lower case. */
const FIREHOSE_COLUMNS = [
  ['errorCode', 'varchar'],
  ['errorMessage', 'varchar'],
  ['lastErrorCode', 'varchar'],
  ['lastErrorMessage', 'varchar'],
  ['attemptsMade', 'bigint'],
  ['arrivalTimestamp', 'bigint'],
  ['attemptEndingTimestamp', 'bigint'],
  ['rawData', 'varchar'],
  ['lambdaARN', 'varchar'],
  ['sequenceNumber', 'varchar'],
  ['subSequenceNumber', 'bigint'],
] as const

const FIREHOSE_ERRORS_SCHEMA: TableSchema = {
  version: 2,
  columns: FIREHOSE_COLUMNS.map(([key, type]) => ({ name: key.toLowerCase(), key, type })),
}

export function errorsSchema(config: StreamConfig): TableSchema {
  return config.deliver.firehose === undefined ? ERRORS_SCHEMA : FIREHOSE_ERRORS_SCHEMA
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
