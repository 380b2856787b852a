/** DuckDB's errors as ours. Their text starts with a kind: `Binder Error: …`, `Out of Memory Error: …`. */
import { HozonError } from '../../base/errors.ts'
import { trinoMessage } from '../dialect/error-names.ts'

const CODES: [start: RegExp, code: string][] = [
  [/^Out of Memory Error/i, 'HOZON_SQL_MEMORY'],
  [/^Parser Error/i, 'HOZON_SQL_SYNTAX'],
  [/^Permission Error/i, 'HOZON_SQL_FORBIDDEN'],
  [/^INTERRUPT/i, 'HOZON_SQL_CANCELLED'],
]

export function engineError(error: unknown): Error {
  if (error instanceof HozonError) return error
  if (!(error instanceof Error)) return new Error(String(error))
  const message = error.message
  const code = CODES.find(([start]) => start.test(message))?.[1] ?? 'HOZON_SQL_FAILED'
  return new HozonError(code, trinoMessage(message), { op: 'run query', cause: error })
}
