import { AwsError } from '../../aws/errors.ts'

export interface ErrorDetail {
  ErrorCode: string
  ErrorMessage: string
}

/** Of one of a batch. Undefined: it went well. What is no fault of the caller ends the batch. */
export function errorOf(work: () => void): ErrorDetail | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return { ErrorCode: error.name, ErrorMessage: error.message }
  }
}

/** As in AWS there is no list of errors where there are none. */
export function errorsOutput(errors: readonly object[]): object {
  return errors.length === 0 ? {} : { Errors: errors }
}
