/** Where no Lambda function is mapped, a stream that names one waits; its records are safe in the buffer. */
import { HozonError } from '../../base/errors.ts'
import type { Transformer } from './transformer.ts'

export const noFunctions: Transformer = {
  transform: ({ lambda }) =>
    Promise.reject(
      new HozonError('HOZON_FUNCTION_UNMAPPED', 'this function is mapped to nothing', {
        op: 'transform records',
        target: lambda.arn,
        hint: 'map it under `functions:` in the pipeline file and start again',
        retryable: true,
      }),
    ),
  close: () => Promise.resolve(),
}
