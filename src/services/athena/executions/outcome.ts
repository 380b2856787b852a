/** What an execution that did not succeed says of it. */
import { describeError, HozonError } from '../../../base/errors.ts'
import { isStoreFault } from '../../../store/store-fault.ts'
import type { AthenaError, EndState } from './execution.ts'

export interface Failure {
  state: Exclude<EndState, 'SUCCEEDED'>
  reason: string
  error?: AthenaError
}

export const CANCELLED_BY_USER: Failure = { state: 'CANCELLED', reason: 'Query cancelled by user' }
/** AWS cancels what reads more than its workgroup allows, in these words. */
const CANCELLED_BY_SCAN: Failure = {
  state: 'CANCELLED',
  reason: 'Query cancelled! : Bytes scanned limit was exceeded',
}

const SYSTEM = 1
const USER = 2
/** AWS has dozens and documents few: these are what it was seen to give for what a statement is to blame for, and for all else. */
const ERROR_TYPES = { [SYSTEM]: 9999, [USER]: 1006 }

/** What the statement itself is to blame for. */
const OF_USER = new Set([
  'HOZON_SQL_SYNTAX',
  'HOZON_SQL_FORBIDDEN',
  'HOZON_SQL_TABLE',
  'HOZON_SQL_FAILED',
  'HOZON_SQL_TIMEOUT',
  'HOZON_SQL_MEMORY',
  'HOZON_SQL_SIZE',
  'HOZON_STORE_NO_BUCKET',
])

export function failureOf(fault: unknown): Failure {
  if (!(fault instanceof HozonError)) {
    // Our own fault: what was behind it is for the log.
    return failed(SYSTEM, 'GENERIC_INTERNAL_ERROR: the query failed because of an unknown error', false)
  }
  const { code, retryable } = fault
  if (code === 'HOZON_SQL_CANCELLED') return CANCELLED_BY_USER
  if (code === 'HOZON_SQL_SCAN_LIMIT') return CANCELLED_BY_SCAN
  return failed(OF_USER.has(code) ? USER : SYSTEM, textOf(fault), retryable)
}

function textOf(fault: HozonError): string {
  return isStoreFault(fault) ? describeError(fault) : fault.message
}

/** Of a statement that has made its rows visible, and could not say so. */
export function unfinishedWrite(fault: unknown): Failure {
  const why = fault instanceof HozonError ? textOf(fault) : 'an unknown error'
  // To be tried again would be to have them twice.
  return failed(SYSTEM, `GENERIC_INTERNAL_ERROR: the rows are written, but not their manifest: ${why}`, false)
}

/** Of what was under way when the server stopped, and had written nothing. */
export const INTERRUPTED: Failure = failed(
  SYSTEM,
  'GENERIC_INTERNAL_ERROR: the server was stopped while the query was under way',
  true,
)

function failed(category: 1 | 2, message: string, isRetryable: boolean): Failure {
  const error: AthenaError = {
    ErrorCategory: category,
    ErrorType: ERROR_TYPES[category],
    Retryable: isRetryable,
    ErrorMessage: message,
  }
  return { state: 'FAILED', reason: message, error }
}
