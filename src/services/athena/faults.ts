/** The caller's faults in Athena's own words. */
import { AwsError } from '../../aws/errors.ts'

type ErrorCode = 'INVALID_INPUT' | 'MALFORMED_QUERY' | 'INVALID_QUERY_EXECUTION_ID'

/** Athena writes `Message`; its newer clients look for `message`, which the endpoint adds. */
export function invalidRequest(message: string, code: ErrorCode = 'INVALID_INPUT'): AwsError {
  return new AwsError('InvalidRequestException', message, {
    members: { AthenaErrorCode: code, Message: message },
  })
}

export function malformedQuery(message: string): AwsError {
  return invalidRequest(message, 'MALFORMED_QUERY')
}

export function tooManyQueries(): AwsError {
  const message = 'You have exceeded the limit for the number of queries you can run concurrently.'
  return new AwsError('TooManyRequestsException', message, {
    members: { Message: message, Reason: 'CONCURRENT_QUERY_LIMIT_EXCEEDED' },
  })
}

export function accessDenied(message: string): AwsError {
  return new AwsError('AccessDeniedException', message, { members: { Message: message } })
}

export function metadataMissing(message: string): AwsError {
  return new AwsError('MetadataException', message, { members: { Message: message } })
}

export function resourceNotFound(message: string, resource: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, {
    members: { Message: message, ResourceName: resource },
  })
}

export function executionNotFound(id: string): AwsError {
  return invalidRequest(`QueryExecution ${id} was not found`, 'INVALID_QUERY_EXECUTION_ID')
}

export function workGroupNotFound(name: string): AwsError {
  return invalidRequest(`WorkGroup ${name} is not found.`)
}

export function changedUnderToken(): AwsError {
  return invalidRequest('Idempotent parameters do not match')
}
