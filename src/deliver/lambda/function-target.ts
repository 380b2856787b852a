/** What one call of a function comes to, whatever stands behind its ARN. */
import type { CallFailureCode } from './failures.ts'

export interface Invocation {
  arn: string
  /** Fresh for each attempt: AWS's invocationId and awsRequestId. */
  requestId: string
  /** AWS's event as JSON. */
  event: string
}

export type CallResult =
  | { kind: 'answered'; body: string }
  /** `detail` is for the log: what really happened, where AWS's text says it in general. */
  | { kind: 'failed'; code: CallFailureCode; detail: string }

export interface FunctionTarget {
  /** Calls at the same time; more wait their turn. */
  readonly callsMax: number
  /** Never rejects. */
  call(invocation: Invocation): Promise<CallResult>
  close(): Promise<void>
}

/** What operators are told; telemetry has the words. */
export interface FunctionEvents {
  /** A line that a module printed. */
  printed(arn: string, line: string): void
  /** Once per episode: the first batch that failed for good. */
  failing(arn: string, reason: string): void
  recovered(arn: string): void
}
