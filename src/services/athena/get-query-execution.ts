import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { describeExecution } from './executions/describe-execution.ts'
import { INPUTS } from './shapes.ts'

export const getQueryExecution: Operation<AthenaContext, { QueryExecutionId: string }> = {
  name: 'GetQueryExecution',
  roles: ['read', 'admin'],
  input: INPUTS.GetQueryExecution,
  handle: ({ executions }, { QueryExecutionId: id }) => ({
    QueryExecution: describeExecution(executions.named(id)),
  }),
}
