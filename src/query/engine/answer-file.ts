/**
 * Streams the rows of a query into a file as Athena's CSV. Neither the rows nor the file are ever in memory as a whole:
 * the next chunk is fetched when the last one is written.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { athenaText } from './athena-text.ts'
import { resultColumn } from './athena-types.ts'
import { csvHeader, csvRows } from './csv-text.ts'
import { createGrowingFile, type GrowingFile } from './growing-file.ts'
import type { AnswerFile, AnswerRequest } from './protocol.ts'
import { streamRows } from './row-stream.ts'

type Target = Pick<AnswerRequest, 'answerPath' | 'answerBytesMax' | 'rowsMax'>

export async function writeAnswer(
  connection: DuckDBConnection,
  sql: string,
  target: Target,
): Promise<AnswerFile> {
  const file = await createGrowingFile(target.answerPath, target.answerBytesMax)
  try {
    return await writeRows(connection, sql, file, target.rowsMax)
  } catch (error) {
    connection.interrupt()
    await file.abandon()
    throw error
  }
}

async function writeRows(
  connection: DuckDBConnection,
  sql: string,
  file: GrowingFile,
  rowsMax: number | undefined,
): Promise<AnswerFile> {
  const stream = await streamRows(connection, sql)
  const { names, types } = stream
  const writers = types.map(athenaText)
  await file.append(csvHeader(names))
  let rows = 0
  let left = rowsMax ?? Infinity
  while (left > 0) {
    const chunk = await stream.next()
    if (chunk === undefined) break
    const taken = Math.min(chunk.rowCount, left)
    await file.append(csvRows(chunk, writers, taken))
    rows += taken
    left -= taken
  }
  if (left === 0) stream.stop()
  const answerBytes = await file.finish()
  return { columns: names.map((name, index) => resultColumn(name, types[index]!)), rows, answerBytes }
}
