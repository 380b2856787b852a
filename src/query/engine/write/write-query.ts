/** Runs one query whose rows become files in the request's folder, in the format and the columns of a table. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { assert } from '../../../base/errors.ts'
import { parseTrino } from '../../dialect/polyglot.ts'
import type { Engine } from '../instance.ts'
import { interruptQuery } from '../row-stream.ts'
import { prepareQuery } from '../run-query.ts'
import { watchFolder } from './folder-watch.ts'
import { outputColumns } from './output-columns.ts'
import { projection, type BoundColumn } from './projection.ts'
import type { WriteAnswer, WriteRequest } from './protocol.ts'
import { writeParquet } from './write-parquet.ts'
import { writeTexts } from './write-texts.ts'

export async function writeQuery(engine: Engine, request: WriteRequest): Promise<WriteAnswer> {
  const { connection } = engine
  const sql = await prepareQuery(engine, request, request.folder)
  const bound = await bindColumns(connection, sql)
  const [tree] = parseTrino(request.query)
  assert(tree !== undefined, 'the query was parsed before')
  const made = projection(sql, bound, outputColumns(tree, bound.length), request)
  if (!request.withData) return { columns: made.columns, files: [] }
  const watch = watchFolder(request, () => interruptQuery(connection))
  try {
    const write = request.format.kind === 'parquet' ? writeParquet : writeTexts
    return { columns: made.columns, files: await write(connection, made, request) }
  } catch (error) {
    throw watch.reason() ?? error
  } finally {
    watch.end()
  }
}

/** Names as they are in the query, twice where they are; a subquery would make them different. */
async function bindColumns(connection: DuckDBConnection, sql: string): Promise<BoundColumn[]> {
  const prepared = await connection.prepare(sql)
  try {
    return Array.from({ length: prepared.columnCount }, (_, index) => ({
      name: prepared.columnName(index),
      type: prepared.columnType(index),
    }))
  } finally {
    // Or the garbage collector would keep the whole instance until it finds it.
    prepared.destroySync()
  }
}
