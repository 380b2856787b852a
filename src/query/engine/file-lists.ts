/** Hands lists of files and of their partitions to an engine: short ones as text, others through an appender. */
import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api'
import { VIEW_SCHEMA } from '../planner/bind.ts'
import { quoted, quotedText } from './column-types.ts'
import { cellName, FILE_NUMBER, type NamedList, type ScanView } from './scan-sql.ts'

/** From some ten thousand on, an appender is faster. */
const TEXT_MAX = 4096

/** What sets the short ones is returned, to be run with what needs them: each run costs its way to a thread and back. */
export async function setLists(connection: DuckDBConnection, lists: readonly NamedList[]): Promise<string[]> {
  for (const list of lists) if (list.values.length > TEXT_MAX) await setLong(connection, list)
  return lists.filter(({ values }) => values.length <= TEXT_MAX).map(setShort)
}

/** One literal instead of one for each value, of which fifty take a millisecond to parse. */
function setShort({ name, values }: NamedList): string {
  return `SET VARIABLE ${name} = from_json(${quotedText(JSON.stringify(values))}, '["VARCHAR"]')`
}

async function setLong(connection: DuckDBConnection, { name, values }: NamedList): Promise<void> {
  const list = `${name}_list`
  await connection.run(`CREATE TABLE ${VIEW_SCHEMA}.${quoted(list)} (position INTEGER, value VARCHAR)`)
  const appender = await connection.createAppender(list, VIEW_SCHEMA)
  for (const [position, value] of values.entries()) {
    appender.appendInteger(position)
    appendText(appender, value)
    appender.endRow()
  }
  appender.closeSync()
  const table = `${VIEW_SCHEMA}.${quoted(list)}`
  await connection.run(
    `SET VARIABLE ${name} = (SELECT list(value ORDER BY position) FROM ${table}); DROP TABLE ${table}`,
  )
}

/** The number of a row, and its cells. */
export async function createCells(
  connection: DuckDBConnection,
  table: ScanView['tables'][number],
): Promise<void> {
  const cells = Array.from(
    { length: table.columns },
    (_, position) => `${quoted(cellName(position))} VARCHAR`,
  )
  const name = `${VIEW_SCHEMA}.${quoted(table.name)}`
  await connection.run(`CREATE TABLE ${name} (${[`${quoted(FILE_NUMBER)} UBIGINT`, ...cells].join(', ')})`)
  const appender = await connection.createAppender(table.name, VIEW_SCHEMA)
  for (const [number, values] of table.rows.entries()) {
    appender.appendUBigInt(BigInt(number))
    for (let position = 0; position < table.columns; position++)
      appendText(appender, values[position] ?? null)
    appender.endRow()
  }
  appender.closeSync()
}

function appendText(appender: DuckDBAppender, value: string | null): void {
  if (value === null) appender.appendNull()
  else appender.appendVarchar(value)
}
