/**
 * The rows of a query, chunk by chunk.
 *
 * DuckDB's binding ends a stream in the same way when all rows were read and when the query failed half-way (a cast that
 * fails, an interrupt, no memory): an answer would be cut short without a word. So the query runs in a transaction: a
 * failure aborts it, and what is asked next says so. What has failed is then found by running the query once more,
 * keeping nothing.
 */
import type { DuckDBConnection, DuckDBDataChunk, DuckDBType } from '@duckdb/node-api'
import { HozonError } from '../../base/errors.ts'

export interface RowStream {
  names: string[]
  types: DuckDBType[]
  /** Undefined behind the last. Throws what the query fails with, at the latest there. */
  next(): Promise<DuckDBDataChunk | undefined>
  /** Instead of reading to the end. */
  stop(): void
}

const interrupted = new WeakSet<DuckDBConnection>()

/** Stops what the connection runs. That it was stopped is then what a stream fails with. */
export function interruptQuery(connection: DuckDBConnection): void {
  interrupted.add(connection)
  connection.interrupt()
}

export async function streamRows(connection: DuckDBConnection, sql: string): Promise<RowStream> {
  await connection.run('BEGIN TRANSACTION')
  const result = await connection.stream(sql)
  return {
    names: result.columnNames(),
    types: result.columnTypes(),
    async next() {
      const chunk = await result.fetchChunk()
      if (chunk !== null && chunk.rowCount > 0) return chunk
      if (await isAborted(connection)) await throwFailure(connection, sql)
      return undefined
    },
    stop: () => connection.interrupt(),
  }
}

async function isAborted(connection: DuckDBConnection): Promise<boolean> {
  try {
    await connection.run('SELECT 1')
    return false
  } catch {
    // "Current transaction is aborted": the query's own failure is what counts.
    return true
  }
}

async function throwFailure(connection: DuckDBConnection, sql: string): Promise<never> {
  if (interrupted.has(connection))
    throw new HozonError('HOZON_SQL_CANCELLED', 'the query was stopped', { op: 'run query' })
  await connection.run('ROLLBACK')
  // Needs every value of every row, and holds none.
  await connection.run(`SELECT bit_xor(hash(q)) FROM (${sql}\n) AS q`)
  throw new HozonError('HOZON_SQL_FAILED', 'the query ended before its last row', { op: 'run query' })
}
