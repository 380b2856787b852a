/** The caller's fault in AWS's words. Thrown in aws/ and services/ only; the endpoint makes the answer of it. */
export class AwsError extends Error {
  /** HTTP's; AWS gives 400 for almost everything. */
  readonly status: number
  /** Further members of the answer's body: `code` of InvalidKMSResourceException. */
  readonly members: Readonly<Record<string, string>>

  constructor(
    name: string,
    message: string,
    { status = 400, members = {} }: { status?: number; members?: Record<string, string> } = {},
  ) {
    super(message)
    this.name = name
    this.status = status
    this.members = members
  }
}

/** The body is not what the shape says: not JSON, or JSON of another type. AWS leaves the text out where the body is no JSON. */
export function serializationError(message = ''): AwsError {
  return new AwsError('SerializationException', message)
}

export function unknownOperation(): AwsError {
  return new AwsError('UnknownOperationException', '')
}

/** Retried by every client. Firehose says `Slow down.` for whatever passes by itself. */
export function serviceUnavailable(message = 'Slow down.'): AwsError {
  return new AwsError('ServiceUnavailableException', message, { status: 503 })
}

/** Says nothing of what went wrong inside: that goes to the log. */
export function internalFailure(): AwsError {
  return new AwsError('InternalFailure', 'The request processing has failed because of an unknown error.', {
    status: 500,
  })
}
