/**
 * Failures by the names and in the words of AWS, as they stand in the objects below the error prefix. Where AWS's
 * words are not known they are ours (marked).
 */
import type { Failure } from '../../format/firehose/unit.ts'

/** A call that gave no response. `again`: it is worth another attempt. */
const CALL_FAILURES = {
  'Lambda.FunctionError': {
    message: 'The Lambda function was successfully invoked but it returned an error result.',
    again: true,
  },
  'Lambda.FunctionTimedOut': {
    message: 'The Lambda function invocation timed out. Increase the Timeout setting in the Lambda function.',
    again: true,
  },
  'Lambda.InvokeLimitExceeded': {
    message: 'The Lambda concurrent execution limit is exceeded. Increase the concurrent execution limit.',
    again: true,
  },
  /** Ours. */
  'Lambda.ServiceUnavailable': {
    message: 'The endpoint of the Lambda function is not available.',
    again: true,
  },
  /** Ours. */
  'Lambda.TargetServerFailedToRespond': {
    message: 'The endpoint of the Lambda function did not respond.',
    again: true,
  },
  'Lambda.InvokeAccessDenied': {
    message: 'Access was denied. Ensure that the access policy allows access to the Lambda function.',
    again: false,
  },
  'Lambda.ResourceNotFound': {
    message: 'The specified Lambda function does not exist. Use a different function that does exist.',
    again: false,
  },
  /** Ours. */
  'Lambda.RequestTooLargeException': {
    message: 'The record does not fit into a request of a Lambda function, which may have 6 MB.',
    again: false,
  },
  /** Ours. */
  'Lambda.InvocationFailure': {
    message: 'The endpoint of the Lambda function refused the request.',
    again: false,
  },
} as const

export type CallFailureCode = keyof typeof CALL_FAILURES

export function isWorthAnotherAttempt(code: CallFailureCode): boolean {
  return CALL_FAILURES[code].again
}

export function callFailureMessage(code: CallFailureCode): string {
  return CALL_FAILURES[code].message
}

/** A response that is not as it should be. These are final: the function would say the same again. */
export const RECORD_FAILURES = {
  missing: {
    code: 'Lambda.MissingRecordId',
    message:
      'One or more record Ids were not returned. Ensure that the Lambda function returns all received record Ids.',
  },
  duplicated: {
    code: 'Lambda.DuplicatedRecordId',
    message:
      'Multiple records were returned with the same record Id. Ensure that the Lambda function returns a unique record Id for each record.',
  },
  unparsable: {
    code: 'Lambda.JsonProcessingException',
    message:
      'There was an error parsing returned records from the Lambda function. Ensure that the returned records follow the status model required by Amazon Data Firehose.',
  },
  processingFailed: {
    code: 'Lambda.ProcessingFailedStatus',
    message: 'ProcessingFailed status set for record',
  },
  withoutData: {
    code: 'Lambda.InvalidReturnFormat',
    message:
      'The data field cannot be null when the SourceType is DirectPut or KinesisStreamAsSource and processing result is Ok. The value field cannot be null when the SourceType is MSKAsSource and processing result is Ok.',
  },
  /** A result that there is not, data that is not base64, partition keys that are no texts. */
  invalid: {
    code: 'Lambda.FunctionError',
    message:
      'Check your function and make sure the output is in required format. In addition to that, make sure the processed records contain valid result status of Dropped, Ok, or ProcessingFailed',
  },
} as const satisfies Record<string, { code: string; message: string }>

export type RecordFailure = keyof typeof RECORD_FAILURES

export function toFailure(
  { code, message }: { code: string; message: string },
  rest: Pick<Failure, 'raw' | 'attempts' | 'arrivalMs' | 'endedMs' | 'lambdaArn'>,
): Failure {
  return { type: 'processing-failed', code, message, ...rest }
}
