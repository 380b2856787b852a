/** Runs one compiled query on a locked instance and reads its rows, up to the limits. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { defineFunctions } from '../dialect/define-functions.ts'
import { writeAnswer } from './answer-file.ts'
import { athenaType } from './athena-types.ts'
import { cellWriter } from './cells.ts'
import { quotedText } from './column-types.ts'
import { createViews } from './create-view.ts'
import { checkStatement, type FunctionCall } from './gate.ts'
import { lockEngine, type Engine } from './instance.ts'
import type { AnswerFile, AnswerRequest, ExplainRequest, Limits, RunAnswer, RunRequest } from './protocol.ts'
import { qualifyMacros } from './qualify-macros.ts'
import { streamRows } from './row-stream.ts'

export async function runQuery(engine: Engine, request: RunRequest): Promise<RunAnswer> {
  return readRows(engine.connection, await prepareQuery(engine, request), request.limits)
}

export async function answerQuery(engine: Engine, request: AnswerRequest): Promise<AnswerFile> {
  return writeAnswer(engine.connection, await prepareQuery(engine, request), request)
}

/** How the engine runs it; the text of the plan. */
export async function explainQuery(engine: Engine, request: ExplainRequest): Promise<string> {
  const { analyze, format } = request
  const sql = await prepareQuery(engine, request)
  const reader = await engine.connection.runAndReadAll(
    `EXPLAIN (${analyze ? 'ANALYZE, ' : ''}FORMAT ${format}) ${sql}`,
  )
  return reader
    .getRows()
    .map((row) => String(row.at(-1)))
    .join('\n')
}

/** Checks the query, makes its views and locks the instance. Returns the SQL that may now be run. */
export async function prepareQuery(
  engine: Engine,
  request: RunRequest,
  writeFolder?: string,
): Promise<string> {
  const { connection, parser } = engine
  // Both are waited for, whichever fails: an instance in use can not be closed.
  const [calls, views] = await Promise.allSettled([
    checkedCalls(parser, request),
    createViews(connection, request.scans),
  ])
  if (calls.status === 'rejected') throw calls.reason
  if (views.status === 'rejected') throw views.reason
  const { sql, macros } = qualifyMacros(request.sql, calls.value)
  await defineFunctions(connection, macros)
  const files = request.scans.flatMap((scan) => scan.sources.flatMap((source) => source.files))
  await lockEngine(engine, files, request.limits, writeFolder)
  return sql
}

async function checkedCalls(parser: DuckDBConnection, { sql, scans }: RunRequest): Promise<FunctionCall[]> {
  return checkStatement(await serialize(parser, sql), new Set(scans.map((scan) => scan.view)))
}

// Texts go into the SQL quoted, and not as parameters: a prepared statement keeps the whole instance, some 40 MB, until
// the garbage collector finds it.

export async function serialize(connection: DuckDBConnection, sql: string): Promise<string> {
  const reader = await connection.runAndReadAll(`SELECT json_serialize_sql(${quotedText(sql)})`)
  return String(reader.getRows()[0]?.[0])
}

async function readRows(connection: DuckDBConnection, sql: string, limits: Limits): Promise<RunAnswer> {
  const stream = await streamRows(connection, sql)
  const writers = stream.types.map((type) => cellWriter(type))
  const rows: string[][] = []
  let bytes = 0
  let truncated = false
  while (!truncated) {
    const chunk = await stream.next()
    if (chunk === undefined) break
    for (const row of chunk.getRows()) {
      if (rows.length >= limits.rowsMax || bytes > limits.resultBytesMax) {
        truncated = true
        break
      }
      const cells = row.map((value, column) => (value === null ? 'null' : writers[column]!(value)))
      // 8: what a cell costs on its way besides its text.
      for (const cell of cells) bytes += cell.length + 8
      rows.push(cells)
    }
  }
  if (truncated) stream.stop()
  const columns = stream.names.map((name, index) => ({ name, type: athenaType(stream.types[index]!) }))
  return { columns, rows, truncated }
}
