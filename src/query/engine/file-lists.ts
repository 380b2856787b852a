/** Hands lists of files and of their partitions to an engine: few as text, many through an appender. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { VIEW_SCHEMA } from '../planner/bind.ts'
import { quoted, quotedText } from './column-types.ts'
import { FILE_NUMBER, fileKey, type ScanView } from './scan-sql.ts'

/** 100,000 names take 4 s to parse as text. */
const TEXT_MAX = 256

export async function setList(connection: DuckDBConnection, name: string, values: string[]): Promise<void> {
  if (values.length <= TEXT_MAX) {
    await connection.run(`SET VARIABLE ${name} = [${values.map(quotedText).join(', ')}]::VARCHAR[]`)
    return
  }
  const list = `${name}_list`
  await connection.run(`CREATE TABLE ${VIEW_SCHEMA}.${quoted(list)} (position INTEGER, value VARCHAR)`)
  const appender = await connection.createAppender(list, VIEW_SCHEMA)
  for (const [position, value] of values.entries()) {
    appender.appendInteger(position)
    appender.appendVarchar(value)
    appender.endRow()
  }
  appender.closeSync()
  const table = `${VIEW_SCHEMA}.${quoted(list)}`
  await connection.run(
    `SET VARIABLE ${name} = (SELECT list(value ORDER BY position) FROM ${table}); DROP TABLE ${table}`,
  )
}

export async function createPartitions(
  connection: DuckDBConnection,
  table: ScanView['tables'][number],
): Promise<void> {
  const keys = Array.from({ length: table.keys }, (_, position) => `${quoted(fileKey(position))} VARCHAR`)
  const name = `${VIEW_SCHEMA}.${quoted(table.name)}`
  await connection.run(`CREATE TABLE ${name} (${[`${quoted(FILE_NUMBER)} UBIGINT`, ...keys].join(', ')})`)
  const appender = await connection.createAppender(table.name, VIEW_SCHEMA)
  for (const [file, values] of table.partitions.entries()) {
    appender.appendUBigInt(BigInt(file))
    for (let position = 0; position < table.keys; position++) appender.appendVarchar(values[position] ?? '')
    appender.endRow()
  }
  appender.closeSync()
}
