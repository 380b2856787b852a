/** Athena has no ValidationException: what is wrong with an input is an InvalidRequestException with the same text. */
import { AwsError } from '../../aws/errors.ts'
import { parseJsonBody } from '../../aws/json-body.ts'
import type { Operation } from '../../aws/service.ts'
import type { StructureShape } from '../../aws/shape.ts'
import { validate } from '../../aws/validate.ts'
import { invalidRequest } from './faults.ts'

export function checkedAsAthenaDoes<Context>(operation: Operation<Context>): Operation<Context> {
  return {
    ...operation,
    read(body) {
      try {
        return validate(operation.input as StructureShape, parseJsonBody(body))
      } catch (error) {
        if (error instanceof AwsError && error.name === 'ValidationException')
          throw invalidRequest(error.message)
        throw error
      }
    },
  }
}
