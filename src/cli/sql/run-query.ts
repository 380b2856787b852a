/** Runs a query and prints its result; Ctrl-C cancels it on the server. */
import { formatBytes, formatCount, formatDuration } from '../../base/units.ts'
import type { ControlClient } from '../../console/control-client.ts'
import type { QueryOptions, QueryResult } from '../../query/query.ts'
import { abortOnInterrupt, type CliContext } from '../context.ts'
import { formatRows } from '../output/rows.ts'
import type { SqlOptions } from '../sql.ts'

export interface QueryRunner {
  run(query: string, signal?: AbortSignal): Promise<void>
}

export function openRunner(context: CliContext, client: ControlClient, options: SqlOptions): QueryRunner {
  const { stdout, stderr } = context
  const format = options.format ?? (stdout.isTerminal ? 'table' : 'ndjson')
  const queryOptions: QueryOptions = {}
  if (options.database !== undefined) queryOptions.database = options.database
  if (options.rows !== undefined) queryOptions.rowsMax = options.rows
  if (options.timeout !== undefined) queryOptions.timeoutMs = options.timeout * 1000

  return {
    async run(query, given) {
      const own = given === undefined ? abortOnInterrupt(context) : undefined
      try {
        const signal = given ?? own!.signal
        const result = await client.sql(query, { ...queryOptions, signal })
        stdout.write(formatRows(result, format, stdout.isTerminal ? stdout.columns() : undefined))
        if (format === 'table' && stdout.isTerminal) stdout.write(`${footer(result)}\n`)
        if (result.truncated)
          stderr.write(
            `hozon: the result was cut after ${formatCount(result.rows.length)} rows; raise it with --rows, or add a LIMIT\n`,
          )
      } finally {
        own?.done()
      }
    },
  }
}

function footer({ rows, stats }: QueryResult): string {
  const count = `${formatCount(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}`
  const from = `${formatBytes(stats.scannedBytes)} of ${formatCount(stats.objects)} objects and ${formatCount(stats.segments)} buffered segments`
  return `(${count}; ${from}; ${formatDuration(stats.planMs + stats.runMs)})`
}
