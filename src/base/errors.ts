/**
 * Errors are of three kinds, and never mixed:
 *  - a bug: `assert` throws AssertionError; nobody catches it but the edge of the process
 *  - the caller's fault: the protocol's own error, made in aws/ and services/
 *  - the world's fault (disk, network, store, a user's file): HozonError
 */
import { AssertionError } from 'node:assert'

export interface HozonErrorDetails {
  /** What was being done: `open segment`, `put object`. */
  op: string
  /** The path, key, URL or `file:line:col` it was done to. */
  target?: string | undefined
  /** The next step for the person who reads it. */
  hint?: string | undefined
  /** Would the same call, made again later, possibly succeed? */
  retryable?: boolean
  cause?: unknown
}

/** The world's fault. `code` is stable and documented in docs/guides/operations.md: HOZON_<AREA>_<WHAT>. */
export class HozonError extends Error {
  readonly code: string
  readonly op: string
  readonly target: string | undefined
  readonly hint: string | undefined
  readonly retryable: boolean

  constructor(code: string, message: string, details: HozonErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'HozonError'
    this.code = code
    this.op = details.op
    this.target = details.target
    this.hint = details.hint
    this.retryable = details.retryable ?? false
  }
}

/** One line for a person: `open segment /x/y: checksum mismatch at byte 812 (hint)`. */
export function describeError(error: unknown): string {
  if (!(error instanceof HozonError)) return error instanceof Error ? error.message : String(error)
  const where = error.target === undefined ? error.op : `${error.op} ${error.target}`
  const hint = error.hint === undefined ? '' : `; ${error.hint}`
  return `${where}: ${error.message}${hint}`
}

/** A bug if it does not hold. */
export function assert(condition: unknown, text: string): asserts condition {
  if (!condition) throw new AssertionError({ message: text })
}

/** The `code` of a Node system error (`ENOENT`, `ENOSPC` …), or undefined. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
