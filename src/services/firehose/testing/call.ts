/** Calls an operation as the endpoint does: the body is parsed, checked, handled, and the answer is JSON. */
import { parseJsonBody } from '../../../aws/json-body.ts'
import type { StructureShape } from '../../../aws/shape.ts'
import type { AwsCall } from '../../../aws/service.ts'
import { validate } from '../../../aws/validate.ts'
import { assert } from '../../../base/errors.ts'
import type { FirehoseContext } from '../context.ts'
import { FIREHOSE } from '../service.ts'
import { testCall } from './memory-streams.ts'

export type Answer = Record<string, unknown>

export async function callOperation(
  context: FirehoseContext,
  name: string,
  input: object,
  call: AwsCall = testCall(),
): Promise<Answer> {
  const operation = FIREHOSE.operations.find((known) => known.name === name)
  assert(operation !== undefined, `there is no operation ${name}`)
  const body = Buffer.from(JSON.stringify(input))
  const checked =
    operation.read?.(body, call.memory) ?? validate(operation.input as StructureShape, parseJsonBody(body))
  const answer = await operation.handle(context, checked as never, call)
  return JSON.parse(Buffer.isBuffer(answer) ? answer.toString() : JSON.stringify(answer)) as Answer
}

export const ROLE = 'arn:aws:iam::123456789012:role/delivery'
export const BUCKET = 'arn:aws:s3:::logs-bucket'

export function createInput(
  name: string,
  destination: object = {},
  other: object = {},
): Record<string, unknown> {
  return {
    DeliveryStreamName: name,
    ExtendedS3DestinationConfiguration: { RoleARN: ROLE, BucketARN: BUCKET, ...destination },
    ...other,
  }
}

/** For assert.rejects. */
export function fault(name: string, message: string | RegExp): { name: string; message: string | RegExp } {
  return { name, message }
}
