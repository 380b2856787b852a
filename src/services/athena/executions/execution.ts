/** One run of a statement: all that its caller may ask for later. Kept in the catalog as JSON. */
import type { AthenaExecution } from '../../../catalog/catalog.ts'
import type { ResultColumn } from '../../../query/query.ts'
import type { StatementTypes } from '../../../query/statement/statement.ts'
import type { ManagedResults, ResultConfiguration, ReuseConfiguration } from '../inputs.ts'

export type EndState = 'SUCCEEDED' | 'FAILED' | 'CANCELLED'
export type State = 'QUEUED' | 'RUNNING' | EndState

export interface Execution {
  id: string
  /** As it was submitted. */
  query: string
  workGroup: string
  database?: string
  catalog?: string
  parameters?: string[]
  types: StatementTypes
  /** Of the request with everything that matters, for the check of a repeated token. */
  requestHash: string
  token?: string
  reuseKey?: string
  /** Who may stop it, beside admins. */
  accessKeyId: string
  output: Output
  /** Without the location. */
  resultConfiguration: ResultConfiguration
  managed?: ManagedResults
  reuse?: ReuseConfiguration
  submittedMs: number
  startedMs?: number
  completedMs?: number
  state: State
  reason?: string
  error?: AthenaError
  result?: Result
}

/** Where the answer goes. */
export interface Output {
  bucket: string
  /** Empty or with a `/` at its end. */
  prefix: string
  /** Of the answer; manifest and metadata have names beside it. */
  key: string
}

export interface AthenaError {
  /** 1 the system's, 2 the user's, 3 other. */
  ErrorCategory: 1 | 2 | 3
  ErrorType: number
  Retryable: boolean
  ErrorMessage: string
}

export interface Result {
  /** none: there is no object, as after CTAS. */
  form: 'csv' | 'txt' | 'none'
  columns: ResultColumn[]
  rows: number
  bytes: number
  updateCount?: number
  manifestKey?: string
  scannedBytes: number
  planMs: number
  runMs: number
  isReused: boolean
}

export function isOver({ state }: Execution): boolean {
  return state !== 'QUEUED' && state !== 'RUNNING'
}

export function toSaved(execution: Execution): AthenaExecution {
  const { id, workGroup, token, reuseKey, submittedMs, state } = execution
  return {
    id,
    workgroup: workGroup,
    token,
    // Only what succeeded can be used again.
    reuseKey: state === 'SUCCEEDED' ? reuseKey : undefined,
    isOver: isOver(execution),
    submittedMs,
    definition: JSON.stringify(execution),
  }
}

export function fromSaved({ definition }: AthenaExecution): Execution {
  return JSON.parse(definition) as Execution
}
