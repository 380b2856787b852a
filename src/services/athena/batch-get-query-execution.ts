import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { describeExecution } from './executions/describe-execution.ts'
import { INPUTS } from './shapes.ts'

export const batchGetQueryExecution: Operation<AthenaContext, { QueryExecutionIds: string[] }> = {
  name: 'BatchGetQueryExecution',
  roles: ['read', 'admin'],
  input: INPUTS.BatchGetQueryExecution,
  handle: ({ executions }, { QueryExecutionIds: ids }) => {
    const found = ids.map((id) => ({ id, execution: executions.find(id) }))
    return {
      QueryExecutions: found.flatMap(({ execution }) =>
        execution === undefined ? [] : [describeExecution(execution)],
      ),
      UnprocessedQueryExecutionIds: found
        .filter(({ execution }) => execution === undefined)
        .map(({ id }) => ({
          QueryExecutionId: id,
          ErrorCode: 'INVALID_QUERY_EXECUTION_ID',
          ErrorMessage: `QueryExecution ${id} was not found`,
        })),
    }
  },
}
